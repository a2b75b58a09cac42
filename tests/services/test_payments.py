from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from counterdesk.core.documents import Logo, Table
from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.core.visit import (
    AccountLine,
    Approval,
    OpenCharge,
    PaymentRequest,
    Share,
    TenderGiven,
)
from counterdesk.models.base import LedgerBase
from counterdesk.models.ledger import (
    Allocation,
    CreditNote,
    Event,
    NumberBlock,
    Overpayment,
    Payment,
    PaymentTransaction,
    PrintJob,
    Settlement,
    Tender,
)
from counterdesk.services.consumers import AccountView, account_view, find_exactly
from counterdesk.services.payments import take_payment
from counterdesk.services.shifts import open_shift
from counterdesk.services.taken import find_taken
from counterdesk.store.session import Session
from counterdesk.store.store import Store

FACTS = (PaymentTransaction, Payment, Allocation, Tender, Settlement, CreditNote, PrintJob)


@pytest.fixture
def till(session: Session) -> Session:
    """The cashier's transaction with a shift open."""
    open_shift(session, 10_000)
    return session


@pytest.fixture
def john(till: Session) -> AccountView:
    hit = find_exactly(till, "10001")
    assert hit is not None
    return account_view(till, hit.consumer_id)


def charge(view: AccountView, number: str) -> OpenCharge:
    return next(one for one in view.charges if one.number == number)


def asked(
    view: AccountView,
    *numbers: str,
    pay: tuple[TenderGiven, ...],
    keep: bool = False,
    extra: int = 0,
) -> PaymentRequest:
    shares = tuple(Share(one, one.outstanding_minor) for one in (charge(view, n) for n in numbers))
    line = AccountLine(view.account, shares, extra, view.charges)
    return PaymentRequest(uuid4(), "Walk-in", (line,), pay, keep_change=keep)


def cash(amount: int) -> TenderGiven:
    return TenderGiven("cash", amount)


def count(session: Session, model: type[LedgerBase]) -> int:
    return int(session.execute(select(func.count()).select_from(model)).scalar_one())


MARCH = "INV-2025-001234"


@pytest.mark.req("PAY-9", "NUM-1", "PAY-11")
def test_the_sample_payment_has_the_samples_numbers(till: Session, john: AccountView) -> None:
    assert john.outstanding_minor == 60_025
    taken = take_payment(till, asked(john, MARCH, pay=(cash(15_000),)))
    assert taken.receipt_number == "R-5001"
    assert taken.transaction_number == "TXN-2025-008934"
    assert [(p.number, p.type) for p in taken.payments] == [("PAY-2025-004521", "Bill")]
    assert (taken.change_minor, taken.left_minor) == (450, 45_475)
    assert account_view(till, john.account.consumer_id).outstanding_minor == 45_475


@pytest.mark.req("CN-2", "CN-4", "PAY-6")
def test_change_kept_as_credit_makes_one_note(till: Session, john: AccountView) -> None:
    taken = take_payment(till, asked(john, MARCH, pay=(cash(15_000),), keep=True))
    note = till.execute(select(CreditNote.__table__)).mappings().one()
    assert [(c.number, c.amount_minor) for c in taken.credit_notes] == [("CN-46129", 450)]
    assert note["payment_id"] == till.execute(select(Payment.id)).scalar_one()
    assert (note["status"], note["reason"], note["created_by"]) == (
        "Active", "Overpayment", "Jane Smith",
    )  # fmt: skip
    assert note["expires_on"] == date(2026, 4, 20)
    assert account_view(till, john.account.consumer_id).credit_minor == 450


@pytest.mark.req("RCT-1", "PAY-14")
def test_a_receipt_tells_what_was_paid_before(till: Session, john: AccountView) -> None:
    part = AccountLine(john.account, (Share(charge(john, MARCH), 5_000),), 0, john.charges)
    take_payment(till, PaymentRequest(uuid4(), "Walk-in", (part,), (cash(5_000),)))
    rest = account_view(till, john.account.consumer_id)
    taken = take_payment(till, asked(rest, MARCH, pay=(cash(9_550),)))
    (table,) = [block for block in taken.document.blocks if isinstance(block, Table)]
    (row,) = table.rows
    assert row[0].replace("\u00a0", " ") == f"{MARCH} Mar 2025, 50.00 paid before"
    assert row[1:] == ("145.50", "95.50", "0.00")


@pytest.mark.req("RCT-1")
def test_the_offices_logo_stands_on_top_of_the_receipt(till: Session, john: AccountView) -> None:
    plain = take_payment(till, asked(john, MARCH, pay=(cash(14_550),))).document
    drop = '{"width": 8, "height": 1, "rows": "EA=="}'
    till.settings = replace(till.settings, receipt_logo=drop)
    rest = account_view(till, john.account.consumer_id)
    other = rest.charges[0].number
    shown = take_payment(till, asked(rest, other, pay=(cash(60_025),))).document
    assert not any(isinstance(block, Logo) for block in plain.blocks)
    assert shown.blocks[0] == Logo(8, 1, "EA==")
    assert shown.blocks[1:4] == plain.blocks[:3]


@pytest.mark.req("PAY-8", "SYNC-3")
def test_the_same_request_twice_is_one_payment(till: Session, john: AccountView) -> None:
    request = asked(john, MARCH, pay=(cash(15_000),), keep=True)
    first, second = take_payment(till, request), take_payment(till, request)
    assert second == replace(first, already_saved=True)
    assert [count(till, model) for model in FACTS] == [1, 1, 1, 1, 2, 1, 1]


@pytest.mark.req("PAY-8")
def test_the_same_id_with_other_content_is_refused(till: Session, john: AccountView) -> None:
    request = asked(john, MARCH, pay=(cash(15_000),))
    take_payment(till, request)
    with pytest.raises(RequestChanged):
        take_payment(till, replace(request, notes="other"))
    assert count(till, PaymentTransaction) == 1


@pytest.mark.req("PAY-3", "PAY-9")
def test_mixed_types_are_a_payment_each_under_one_receipt(till: Session, john: AccountView) -> None:
    numbers = [MARCH, *(one.number for one in john.charges if one.text == "Late Fee")]
    numbers.append("PP-2025-0034/1")
    taken = take_payment(till, asked(john, *numbers, pay=(cash(24_000),)))
    assert [(p.type, p.amount_minor) for p in taken.payments] == [
        ("Bill", 14_550), ("Service", 2_500), ("Installment", 6_750),
    ]  # fmt: skip
    assert (taken.change_minor, count(till, PaymentTransaction)) == (200, 1)


@pytest.mark.req("PAY-9", "AUD-1")
def test_the_event_holds_every_row_and_the_totals(till: Session, john: AccountView) -> None:
    card = TenderGiven("card", 10_000, "slip 77", "4242")
    taken = take_payment(till, asked(john, MARCH, pay=(card, cash(5_000))))
    body = till.execute(select(Event.body).where(Event.seq == taken.event_seq)).scalar_one()
    event: dict[str, Any] = json.loads(body)
    assert event["totals"] == {
        "currency": "USD", "cash_delta_minor": 4_550, "tenders": {"card": 10_000, "cash": 4_550},
    }  # fmt: skip
    assert event["business_date"] == "2025-04-20"
    parts = [(s["amount_minor"]) for s in event["data"]["settlements"]]
    assert parts == [10_000, 4_550]
    assert event["data"]["transaction"]["receipt_number"] == "R-5001"
    assert "4242" in body.decode()


@pytest.mark.req("RCT-5", "RCT-6")
def test_the_original_waits_for_the_printer_in_the_same_commit(
    till: Session, john: AccountView
) -> None:
    taken = take_payment(till, asked(john, MARCH, pay=(cash(14_550),)))
    job = till.execute(select(PrintJob.__table__)).mappings().one()
    assert (job["state"], job["copy_number"], job["printer_id"]) == ("queued", 0, None)
    assert find_taken(till, taken.transaction_id).document == taken.document


@pytest.mark.req("CASH-7")
def test_without_a_shift_no_money_is_taken(session: Session) -> None:
    hit = find_exactly(session, "WU-10001")
    assert hit is not None
    view = account_view(session, hit.consumer_id)
    with pytest.raises(UserError, match="No shift is open"):
        take_payment(session, asked(view, MARCH, pay=(cash(14_550),)))


@pytest.mark.req("CASH-7")
def test_a_shift_belongs_to_its_cashier(
    till: Session, john: AccountView, supervisor: Actor
) -> None:
    till.actor = supervisor
    with pytest.raises(UserError, match="belongs to Jane Smith"):
        take_payment(till, asked(john, MARCH, pay=(cash(14_550),)))


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MANAGER, Role.ADMINISTRATOR])
def test_who_may_not_take_payments_is_refused(till: Session, john: AccountView, role: Role) -> None:
    till.actor = Actor(uuid4(), "Somebody", role)
    with pytest.raises(PermissionRefused):
        take_payment(till, asked(john, MARCH, pay=(cash(14_550),)))


@pytest.mark.req("PAY-9", "SYNC-2")
def test_a_charge_that_changed_since_it_was_shown_is_refused(
    till: Session, john: AccountView
) -> None:
    before = asked(john, MARCH, pay=(cash(14_550),))
    part = replace(before.lines[0], shares=(Share(charge(john, MARCH), 10_000),))
    take_payment(till, replace(before, request_id=uuid4(), lines=(part,), tenders=(cash(10_000),)))
    with pytest.raises(UserError, match=r"\$45.50 is open now") as refusal:
        take_payment(till, before)
    assert refusal.value.field == "chargesTable"


@pytest.mark.req("PAY-12")
def test_an_account_that_nobody_knows_is_refused(till: Session, john: AccountView) -> None:
    request = asked(john, MARCH, pay=(cash(14_550),))
    stranger = replace(request.lines[0].account, consumer_id=uuid4(), account_number="WU-0")
    request = replace(request, lines=(replace(request.lines[0], account=stranger),))
    with pytest.raises(UserError) as refusal:
        take_payment(till, request)
    assert refusal.value.field == "consumerSearch"


def test_a_charge_of_somebody_else_is_refused(till: Session, john: AccountView) -> None:
    request = asked(john, MARCH, pay=(cash(14_550),))
    foreign = replace(charge(john, MARCH), charge_id=uuid4())
    line = replace(request.lines[0], shares=(Share(foreign, 14_550),))
    with pytest.raises(UserError, match="changed since it was shown"):
        take_payment(till, replace(request, lines=(line,)))


def over_the_threshold(till: Session, john: AccountView) -> PaymentRequest:
    extra = till.settings.overpayment_threshold_minor + 1
    return asked(john, MARCH, pay=(cash(14_550 + extra),), extra=extra)


@pytest.mark.req("PAY-4")
def test_over_the_threshold_needs_a_supervisor(till: Session, john: AccountView) -> None:
    with pytest.raises(UserError, match="over the limit"):
        take_payment(till, over_the_threshold(till, john))


@pytest.mark.req("PAY-4")
def test_an_approval_that_nobody_gave_is_refused(till: Session, john: AccountView) -> None:
    request = replace(over_the_threshold(till, john), approval=Approval(uuid4(), "Nobody"))
    with pytest.raises(UserError, match="supervisor has not allowed"):
        take_payment(till, request)


def granted(till: Session, request: PaymentRequest, **other: object) -> Approval:
    facts = {
        "request_id": request.request_id,
        "account_number": request.lines[0].account.account_number,
        "extra_minor": request.lines[0].extra_minor,
        "currency": "USD", "approver_id": uuid4(), "approver": "Demo Supervisor",
    } | other  # fmt: skip
    return Approval(till.record("approval.granted", facts).event_id, "Demo Supervisor")


@pytest.mark.req("PAY-4")
@pytest.mark.parametrize(
    "other", [{"request_id": UUID(int=7)}, {"account_number": "WU-2"}, {"extra_minor": 10_000}]
)
def test_an_approval_of_something_else_is_refused(
    till: Session, john: AccountView, other: dict[str, object]
) -> None:
    request = over_the_threshold(till, john)
    with pytest.raises(UserError, match="supervisor has not allowed"):
        take_payment(till, replace(request, approval=granted(till, request, **other)))


@pytest.mark.req("PAY-4", "CN-2")
def test_what_a_supervisor_allowed_is_taken_and_credited(till: Session, john: AccountView) -> None:
    request = over_the_threshold(till, john)
    taken = take_payment(till, replace(request, approval=granted(till, request)))
    assert [c.amount_minor for c in taken.credit_notes] == [request.lines[0].extra_minor]
    assert count(till, Overpayment) == 1


@pytest.mark.req("NUM-2")
def test_used_up_blocks_never_refuse_money(till: Session, john: AccountView) -> None:
    till.execute(
        update(NumberBlock).where(NumberBlock.series == "receipt").values(next=NumberBlock.last + 1)
    )
    first = take_payment(till, asked(john, MARCH, pay=(cash(14_550),)))
    john = account_view(till, john.account.consumer_id)
    second = take_payment(till, asked(john, "INV-2025-001567", pay=(cash(15_225),)))
    code = till.counter.code
    assert first.receipt_number == f"R-{code}-000001"
    assert second.receipt_number == f"R-{code}-000002"


@pytest.mark.req("AUD-4")
def test_hostile_notes_are_kept_as_harmless_text(till: Session, john: AccountView) -> None:
    notes = "a\x1bp\x00b \u202eevil\u2066 <b>x</b> \ud800"
    request = replace(asked(john, MARCH, pay=(cash(14_550),)), notes=notes, paid_by="\x00 Ann\n")
    take_payment(till, request)
    row = till.execute(select(PaymentTransaction.__table__)).mappings().one()
    assert row["notes"] == "a p b evil <b>x</b> \ufffd"
    assert row["paid_by"] == "Ann"


@pytest.mark.req("PAY-9")
def test_a_refusal_saves_nothing_and_uses_no_number(store: Store, cashier: Actor) -> None:
    store.write(lambda s: open_shift(s, 0), cashier).result()

    def refused(session: Session) -> None:
        hit = find_exactly(session, "10001")
        assert hit is not None
        view = account_view(session, hit.consumer_id)
        request = asked(view, MARCH, pay=(cash(14_550),))
        take_payment(session, request)
        raise UserError("the disk says no")

    before = store.read(_state).result()
    with pytest.raises(UserError, match="the disk says no"):
        store.write(refused, cashier).result()
    assert store.read(_state).result() == before


def _state(read: Any) -> list[Any]:
    rows = [read.execute(select(func.count()).select_from(model)).scalar_one() for model in FACTS]
    rows.append(read.execute(select(func.max(Event.seq))).scalar_one())
    rows += read.execute(select(NumberBlock.series, NumberBlock.next)).all()
    return rows


@pytest.mark.req("PAY-8")
def test_the_same_request_twice_through_the_writer_is_one_payment(
    store: Store, cashier: Actor
) -> None:
    store.write(lambda s: open_shift(s, 0), cashier).result()
    request = store.read(lambda r: asked(_john(r), MARCH, pay=(cash(15_000),)), cashier).result()
    take: Callable[[Session], Any] = lambda s: take_payment(s, request)  # noqa: E731
    results = [store.write(take, cashier) for _ in range(5)]
    assert len({r.result().receipt_number for r in results}) == 1
    assert store.read(lambda r: count(r, PaymentTransaction)).result() == 1  # type: ignore[arg-type]


def _john(read: Any) -> AccountView:
    hit = find_exactly(read, "10001")
    assert hit is not None
    return account_view(read, hit.consumer_id)
