"""Seeing how an account stands, all on one page, on a real `ref.db`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.ids import new_uuid7
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.models import ledger
from counterdesk.services.consumers import (
    AccountView,
    account_refs,
    account_view,
    find_exactly,
    search_consumers,
)
from counterdesk.services.payments import take_payment
from counterdesk.services.shifts import open_shift
from counterdesk.services.taken import PaymentTaken
from counterdesk.store.store import Store
from counterdesk.sync.records import (
    AccountFacts,
    PastCreditFacts,
    PastPaymentFacts,
    PlanFacts,
)
from tests.services.towns import TODAY, bill, fill, person


@pytest.fixture
def view(store: Store, cashier: Actor) -> Callable[[UUID], AccountView]:
    return lambda who: store.read(lambda read: account_view(read, who), cashier).result()


@pytest.mark.req("SRCH-3")
def test_every_warning_is_a_sentence_before_money_is_taken(
    store: Store, view: Callable[[UUID], AccountView]
) -> None:
    who = replace(person(1, "Mira"), cash_only=True, disconnected=True)
    late = bill(1, 2_000, TODAY - timedelta(1), disputed=True)
    pending = bill(2, 3_000, TODAY + timedelta(1), online_pending=True)
    fill(
        store,
        AccountFacts(
            who, (late, pending), (PlanFacts("PP-1", "Late"), PlanFacts("PP-2", "Broken"))
        ),
    )
    seen = view(who.consumer_id)
    assert seen.warnings == (
        "Cash only: a cheque of this account came back.",
        "Supply is cut off; $20.00 is overdue.",
        "Payment plan PP-2 is broken.",
        "INV-2025-000001 is disputed.",
        "An online payment of INV-2025-000002 is still pending.",
    )
    assert seen.plan_status == "Broken"
    assert seen.open_disputes == 1
    assert seen.account.cash_only
    assert seen.account.disconnected


@pytest.mark.req("SRCH-4")
@pytest.mark.req("PAY-2")
def test_the_view_of_the_sample_says_all_a_cashier_must_know(
    store: Store, cashier: Actor, view: Callable[[UUID], AccountView]
) -> None:
    hit = store.read(lambda read: find_exactly(read, "10001"), cashier).result()
    assert hit is not None
    seen = view(hit.consumer_id)
    assert seen.outstanding_minor == 60_025
    assert seen.credit_minor == 0
    assert seen.warnings == ()
    assert [charge.number for charge in seen.charges][:2] == ["INV-2025-001234", "INV-2025-001567"]
    assert [str(charge.kind) for charge in seen.charges] == ["Bill"] * 2 + ["Service"] * 2 + [
        "Installment"
    ] * 3
    assert seen.charges[0].text == "Mar 2025"
    assert seen.charges[2].text == "Late Fee"
    assert seen.charges[4].text == "PP-2025-0034 no. 1"
    assert seen.as_of_utc is not None


def test_a_charge_that_a_plan_replaced_counts_through_its_installments(
    store: Store, view: Callable[[UUID], AccountView]
) -> None:
    part = replace(
        bill(2, 700), kind="Installment", number="PP-1/1", plan_number="PP-1", installment=1
    )
    fill(store, AccountFacts(person(1, "Mira"), (bill(1, 1_400, replaced_by_plan=True), part)))
    seen = view(UUID(int=1))
    assert seen.outstanding_minor == 700
    assert [charge.number for charge in seen.charges] == ["PP-1/1"]


def _pay(
    store: Store, cashier: Actor, seen: AccountView, *, cash: int, keep: bool = False
) -> PaymentTaken:
    charge = seen.charges[0]
    line = AccountLine(
        seen.account, (Share(charge, charge.outstanding_minor),), open_charges=seen.charges
    )
    request = PaymentRequest(
        new_uuid7(store.clock.now_utc()), "Walk-in", (line,), (TenderGiven("cash", cash),),
        keep_change=keep,
    )  # fmt: skip
    return store.write(lambda session: take_payment(session, request), cashier).result()


@pytest.fixture
def shift(store: Store, cashier: Actor) -> None:
    store.write(lambda session: open_shift(session, 0), cashier).result()


@pytest.mark.req("SRCH-4")
def test_what_was_paid_here_counts_at_once(
    store: Store, cashier: Actor, shift: None, view: Callable[[UUID], AccountView]
) -> None:
    fill(store, AccountFacts(person(1, "Mira"), (bill(1, 14_550), bill(2, 5_000))))
    taken = _pay(store, cashier, view(UUID(int=1)), cash=15_000, keep=True)
    seen = view(UUID(int=1))
    assert seen.outstanding_minor == 5_000
    assert seen.credit_minor == 450
    assert [row.amount_minor for row in seen.last_payments] == [15_000]
    assert seen.last_payments[0].method == "Cash"
    assert seen.last_payments[0].receipt_number == taken.receipt_number
    assert [charge.charge_id for charge in seen.charges] == [UUID(int=1_002)]


@pytest.mark.req("SRCH-4")
def test_nothing_counts_twice_when_the_centre_has_it_too(
    store: Store, cashier: Actor, shift: None, view: Callable[[UUID], AccountView]
) -> None:
    fill(store, AccountFacts(person(1, "Mira"), (bill(1, 14_550), bill(2, 5_000))))
    taken = _pay(store, cashier, view(UUID(int=1)), cash=15_000, keep=True)
    paid = view(UUID(int=1)).last_payments[0]
    note = store.read(
        lambda read: read.execute(ledger.CreditNote.__table__.select()).one()
    ).result()
    # The bill was raised meanwhile: its rest shows whether the payment is taken off twice.
    echoed = bill(1, 20_000, paid_minor=14_550, applied_through=taken.event_seq)
    fill(
        store,
        AccountFacts(
            person(1, "Mira"), (echoed, bill(2, 5_000)), (),
            (PastPaymentFacts(paid.payment_id, "R-1", TODAY, "Bill", "Cash", 15_000),),
            (PastCreditFacts(note.id, note.number, 450, 450),),
        )
    )  # fmt: skip
    seen = view(UUID(int=1))
    assert seen.outstanding_minor == 20_000 - 14_550 + 5_000
    assert seen.credit_minor == 450
    assert len(seen.last_payments) == 1


def test_only_usable_credit_counts(store: Store, view: Callable[[UUID], AccountView]) -> None:
    notes = (
        PastCreditFacts(UUID(int=1), "CN-1", 900, 400),
        PastCreditFacts(UUID(int=2), "CN-2", 900, 900, "Expired"),
    )
    fill(store, AccountFacts(person(1, "Mira"), (), (), (), notes))
    assert view(UUID(int=1)).credit_minor == 400


def test_the_newest_payments_come_first(store: Store, view: Callable[[UUID], AccountView]) -> None:
    paid = tuple(
        PastPaymentFacts(UUID(int=day), f"R-{day}", date(2025, 4, day), "Bill", "Card", day)
        for day in range(1, 10)
    )
    fill(store, AccountFacts(person(1, "Mira"), (), (), paid))
    rows = view(UUID(int=1)).last_payments
    assert [row.receipt_number for row in rows] == ["R-9", "R-8", "R-7", "R-6", "R-5"]


def test_accounts_are_read_by_id(store: Store) -> None:
    fill(store, AccountFacts(replace(person(1, "Mira"), cash_only=True)))
    known = store.read(lambda read: account_refs(read, [UUID(int=1), UUID(int=2)])).result()
    assert list(known) == [UUID(int=1)]
    assert known[UUID(int=1)].cash_only


def test_a_consumer_who_is_gone_is_refused_in_words(view: Callable[[UUID], AccountView]) -> None:
    with pytest.raises(UserError, match="not known here"):
        view(UUID(int=404))


@pytest.mark.parametrize("service", [search_consumers, find_exactly, account_view])
def test_nobody_looks_at_consumers_without_signing_in(
    store: Store, service: Callable[..., object]
) -> None:
    with pytest.raises(PermissionRefused):
        store.read(lambda read: service(read, "10001")).result()
