"""The sample's facts, and the invented town around them."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from counterdesk.core.account_sheet import LineKind
from counterdesk.core.passwords import check_new_password, check_new_pin
from counterdesk.core.permissions import Actor, Role
from counterdesk.core.settings import Settings, settings_from, settings_rows
from counterdesk.demo.invented import KNOWN_CLOSELY, invented_accounts
from counterdesk.demo.rich import rich_account
from counterdesk.demo.sample import (
    DEMO_PASSWORD,
    DEMO_PIN,
    sample,
    sample_account,
    sample_minor,
    sample_numbers,
    sample_people,
    sample_settings,
    sample_today,
)
from counterdesk.services.consumer_sheet import consumer_sheet
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, ChargeFacts
from tests.services.towns import fill


def _open(account: AccountFacts) -> list[ChargeFacts]:
    return [one for one in account.charges if one.amount_minor > one.paid_minor]


def test_the_computed_balance_is_what_its_charges_sum_to() -> None:
    left = sum(one.amount_minor - one.paid_minor for one in sample_account().charges)
    assert left == sample_minor("outstanding_before") == 60_025
    assert left - sample_minor("paid") == sample_minor("outstanding_after") == 45_475
    assert sample_minor("received") - sample_minor("paid") == sample_minor("change")


def test_the_sample_owes_two_bills_two_services_and_three_installments() -> None:
    charges = _open(sample_account())
    assert [(one.kind, one.amount_minor, str(one.due_on)) for one in charges] == [
        ("Bill", 14_550, "2025-04-15"),
        ("Bill", 15_225, "2025-05-15"),
        ("Service", 7_500, "2025-04-18"),
        ("Service", 2_500, "2025-04-10"),
        ("Installment", 6_750, "2025-04-15"),
        ("Installment", 6_750, "2025-05-15"),
        ("Installment", 6_750, "2025-06-15"),
    ]


def test_nothing_is_charged_after_the_day_of_the_sample() -> None:
    for account in (sample_account(), *invented_accounts(KNOWN_CLOSELY)):
        for charge in account.charges:
            assert charge.charged_on <= min(charge.due_on, sample_today())
        assert all(paid.business_date <= sample_today() for paid in account.payments)


def test_the_sample_s_own_numbers_come_out_next() -> None:
    formats = Settings().number_formats
    following = {
        block.series: formats[block.series].pattern.format(yyyy=2025, seq=block.first)
        for block in sample_numbers()
    }
    assert following["payment"] == sample()["visit"]["payment_number"]
    assert following["transaction"] == sample()["visit"]["transaction_number"]
    assert following["receipt"] == sample()["visit"]["receipt_number"]
    assert following["credit_note"] == sample()["visit"]["credit_note_number"]
    assert set(following) == set(formats)


def test_the_demo_s_people_may_sign_in() -> None:
    check_new_password(DEMO_PASSWORD)
    check_new_pin(DEMO_PIN)
    people = {person.login: person.role for person in sample_people()}
    assert people["jane"] is Role.CASHIER
    assert {Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR} < set(people.values())


def test_the_sample_s_settings_survive_their_way_through_the_database() -> None:
    given = sample_settings(utility_public_key=b"k" * 32)
    assert settings_from(settings_rows(given)) == given


def test_the_town_is_the_same_every_time_and_nobody_is_there_twice() -> None:
    town = list(invented_accounts(2_000))
    assert town == list(invented_accounts(2_000))
    people = [account.consumer for account in town]
    charges = [one for account in town for one in account.charges]
    payments = [one for account in town for one in account.payments]
    assert len({one.consumer_id for one in people}) == len({one.account_number for one in people})
    assert len({one.charge_id for one in charges}) == len({one.number for one in charges})
    assert len({one.payment_id for one in payments}) == len(
        {one.receipt_number for one in payments}
    )
    assert "WU-10001" not in {one.account_number for one in people}


@pytest.mark.req("SRCH-3")
def test_every_trouble_that_the_window_warns_of_is_in_the_town() -> None:
    town = list(invented_accounts(KNOWN_CLOSELY))
    charges = [one for account in town for one in account.charges]
    assert any(account.consumer.cash_only for account in town)
    assert any(account.consumer.disconnected for account in town)
    assert any(plan.status == "Broken" for account in town for plan in account.plans)
    assert any(charge.disputed for charge in charges)
    assert any(charge.online_pending for charge in charges)
    assert any(charge.minimum_minor and charge.refused_methods for charge in charges)
    assert any(account.credits for account in town)
    assert any(not _open(account) for account in town)


def test_what_was_paid_lately_gives_the_dashboard_its_figures() -> None:
    paid = [one for account in invented_accounts(KNOWN_CLOSELY) for one in account.payments]
    assert any(one.business_date == sample_today() for one in paid)
    assert any(one.business_date < date(2025, 4, 1) for one in paid)
    assert len({one.method for one in paid}) >= 4


def test_a_million_are_made_one_by_one() -> None:
    last = next(islice(invented_accounts(1_000_000), 30_000, None))
    assert last.consumer.account_number == "WU-50001"


@pytest.mark.req("SRCH-4")
def test_one_consumer_of_the_town_has_a_year_that_adds_up(store: Store, cashier: Actor) -> None:
    fill(store, rich_account())
    who = rich_account().consumer.consumer_id
    seen = store.read(lambda read: consumer_sheet(read, who), cashier).result()
    assert seen.brought_forward_minor == 0
    assert {one.kind for one in seen.lines} == set(LineKind)
    assert {one.status for one in seen.lines} >= {"Paid", "Overdue", "Open", "Failed", "Reversed"}
    assert (seen.view.credit_minor, seen.behaviour.day) == (1_250, 14)
    assert seen.view.open_disputes == 2
    assert [one.open for one in seen.disputes] == [True, False]
    assert {one.payment_id for one in seen.disputes} <= {*seen.payments}
