"""Payments of a year to try lists and charts with: invented, the same every time, and honest."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from counterdesk import cli
from counterdesk.core.clock import ShiftedClock
from counterdesk.demo import start
from counterdesk.demo.desk import DemoDesk, demo_unlock, open_demo_desk
from counterdesk.demo.invented import KNOWN_CLOSELY, invented_accounts
from counterdesk.demo.sample import sample_numbers, sample_start_utc, sample_today
from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Payment, PaymentTransaction, PrintJob
from counterdesk.services.numbering import next_number
from counterdesk.services.print_jobs import something_waits
from counterdesk.services.printers import counter_printers
from counterdesk.services.verification import verify
from counterdesk.sync.records import PastPaymentFacts

CONSUMERS, PAYMENTS = 400, 3_000
_OF_THE_PAST = 100_000
"""Receipts up to here belong to those who are known closely."""


def told(consumers: int, payments: int) -> list[PastPaymentFacts]:
    """Return what is dealt out beyond the past of those who are known closely."""
    paid = (one for account in invented_accounts(consumers, payments) for one in account.payments)
    return [one for one in paid if int(one.receipt_number[2:]) > _OF_THE_PAST]


@pytest.fixture(scope="module")
def paid() -> list[PastPaymentFacts]:
    return told(CONSUMERS, PAYMENTS)


def test_they_are_as_many_as_asked_for_and_the_same_every_time(
    paid: list[PastPaymentFacts],
) -> None:
    assert len(paid) == PAYMENTS
    assert paid == told(CONSUMERS, PAYMENTS)
    for numbers in ("payment_id", "receipt_number", "payment_number", "transaction_number"):
        assert len({getattr(one, numbers) for one in paid}) == PAYMENTS


@pytest.mark.parametrize(("consumers", "payments"), [(3, 100), (100, 3), (7, 7), (1, 1), (10, 0)])
def test_any_number_of_them_is_dealt_out_to_any_number_of_consumers(
    consumers: int, payments: int
) -> None:
    assert len(told(consumers, payments)) == payments


def test_their_numbers_follow_their_time(paid: list[PastPaymentFacts]) -> None:
    paid.sort(key=lambda one: int(one.receipt_number[2:]))
    days = [one.business_date for one in paid]
    assert days == sorted(days)
    assert (sample_today() - days[0]).days in range(385, 397)
    assert days[-1] <= sample_today()


def test_they_are_spread_as_an_office_has_them(paid: list[PastPaymentFacts]) -> None:
    for shown, least in (("channel", 5), ("method", 6), ("type", 3), ("counter", 8),
                         ("cashier", 12), ("status", 3)):  # fmt: skip
        assert len({getattr(one, shown) for one in paid}) >= least, shown
    by_weekday = Counter(one.business_date.weekday() for one in paid)
    assert by_weekday[6] < by_weekday[5] < min(by_weekday[day] for day in range(5))
    at_sunday = {one.channel for one in paid if one.business_date.weekday() == 6}
    assert at_sunday <= {"Online", "Mobile"}


@pytest.mark.req("ONL-2")
def test_what_came_through_the_net_lately_waits_for_somebody(paid: list[PastPaymentFacts]) -> None:
    by_net = [one for one in paid if one.cashier == "System"]
    pending = [one for one in by_net if one.status == "Pending"]
    assert pending
    assert all((sample_today() - one.business_date).days <= 3 for one in pending)
    assert {bool(one.verified_by) for one in by_net if one.status == "Posted"} == {True}
    assert not [one for one in paid if one.verified_by and one.cashier != "System"]


@pytest.mark.req("MON-10")
def test_what_was_voided_or_reversed_was_given_back_once_and_on_a_day_of_its_own() -> None:
    accounts = list(invented_accounts(CONSUMERS, PAYMENTS))
    backs = {one.payment_id: one for account in accounts for one in account.backs}
    undone = [
        paid for account in accounts for paid in account.payments
        if paid.status in ("Voided", "Reversed")
    ]  # fmt: skip
    assert {one.payment_id for one in undone} == set(backs)
    assert len({one.back_id for one in backs.values()}) == len(undone) > 20
    for paid in undone:
        back = backs[paid.payment_id]
        assert back.collected_minor == paid.collected_minor
        assert (back.business_date == paid.business_date) == (paid.status == "Voided")
        assert paid.business_date <= back.business_date <= sample_today()


def test_each_that_counted_paid_a_charge_of_its_own_consumer() -> None:
    for account in invented_accounts(CONSUMERS, PAYMENTS):
        charges = {one.charge_id.int: one for one in account.charges}
        for paid in account.payments:
            if int(paid.receipt_number[2:]) > _OF_THE_PAST and paid.status != "Failed":
                charge = charges[paid.payment_id.int | 1 << 51]
                assert (charge.kind, charge.amount_minor) == (paid.type, paid.amount_minor)
                assert charge.paid_minor == (paid.amount_minor if paid.status == "Posted" else 0)
                assert charge.charged_on <= paid.business_date


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DemoDesk:
    folder = tmp_path_factory.mktemp("demo") / "data"
    clock = ShiftedClock(sample_start_utc())
    desk = open_demo_desk(folder, demo_unlock(), clock, consumers=600, payments=300)
    desk.store.close()
    return desk


def test_some_were_really_taken_at_this_counter_and_all_is_proven(desk: DemoDesk) -> None:
    store = desk.store.open(desk.store.folder.path, demo_unlock(), ShiftedClock(sample_start_utc()))
    visits, payments, past = (
        table_of(PaymentTransaction),
        table_of(Payment),
        table_of(ref.PastPayment),
    )
    with store.transaction() as session:
        report = verify(session, store.read_journal())
        assert report.findings == ()
        assert session.execute(select(func.count()).select_from(payments)).scalar() == 30
        days = session.execute(select(visits.c.business_date).distinct()).scalars().all()
        assert len(days) >= 10
        assert max(days) < sample_today()
        known = session.execute(select(func.count()).select_from(past)).scalar_one()
        assert known >= 270 + KNOWN_CLOSELY // 2
        (printer,) = counter_printers(session).all
        assert not something_waits(session, printer.printer_id)
        assert session.execute(select(func.count()).select_from(table_of(PrintJob))).scalar()
        for numbers in sample_numbers():  # the sample's own come next
            if numbers.series in ("payment", "transaction", "receipt"):
                drawn = next_number(session, numbers.series, sample_today())
                assert int(drawn.rpartition("-")[2]) == numbers.first
    store.close()


def test_a_demo_that_is_cancelled_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "_tell", cancelled)
    monkeypatch.setattr(start, "_MANY", 1)
    monkeypatch.setattr(start, "has_display", lambda: True)
    folder = tmp_path / "data"
    given = ["--data", str(folder), "demo", "--consumers", "2", "--payments", "5"]
    assert cli.main(given) == 130
    assert not folder.exists()
