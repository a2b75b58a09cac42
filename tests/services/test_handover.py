"""A running drawer goes to another cashier: both sign, one transaction, or nothing moved."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.cash_office import ShiftHandover
from counterdesk.models.ledger import Event, PrintJob, Shift, ShiftClosed
from counterdesk.services.counts import float_pieces
from counterdesk.services.handover import HandedOver, hand_over, refuse_handover
from counterdesk.services.people import begin_attempt
from counterdesk.services.shift_closing import ShiftClose
from counterdesk.services.shifts import current_shift, expected_drawer, open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.conftest import PASSWORD, hire
from tests.services.counting import count_shift, running
from tests.services.till import Till, ask, cash, line_of

WITH_THE_BILL = 10_000 + 14_550


@pytest.fixture
def bob(jane: Till) -> Actor:
    """Another cashier of the office; Jane's drawer has a bill of 145.50 in it."""
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    bob: Actor = jane.act(lambda s: hire(s, Role.CASHIER, "Bob"))
    return bob


def count(jane: Till, cash_minor: int = WITH_THE_BILL) -> UUID:
    """Count the drawer; return the count's id."""
    count_id: UUID = jane.act(lambda s: count_shift(s, cash_minor)).count_id
    return count_id


def give(jane: Till, count_id: UUID, login: str = "bob", reason: str = "") -> HandedOver:
    """Hand the drawer over to whoever has this login."""
    attempt = jane.act(lambda s: begin_attempt(s, login))
    asked = ShiftClose(count_id, {"cash": reason})
    given: HandedOver = jane.act(lambda s: hand_over(s, attempt, PASSWORD, asked))
    return given


@pytest.mark.req("CASH-4", "CASH-7", "MON-11")
def test_one_shift_ends_and_the_next_begins_with_its_cash(jane: Till, bob: Actor) -> None:
    given = give(jane, count(jane))
    assert given.closed.difference_minor == 0
    assert given.closed.z_number == "Z-C07-00001"
    now = jane.store.read(current_shift).result()
    assert now is not None
    assert (now.number, now.user_name, now.float_minor) == (
        "S-2025-00002", "Bob", WITH_THE_BILL
    )  # fmt: skip
    assert jane.store.read(lambda r: expected_drawer(r, now.id)).result() == WITH_THE_BILL
    pieces = jane.store.read(lambda r: float_pieces(r, now.id)).result()
    assert sum(face * many for face, many in pieces) == WITH_THE_BILL
    their = Till(jane.store, bob)
    their.take(ask(line_of(their.view(), most=1), pay=(cash(20_000),)))
    assert jane.one(select(func.count()).select_from(PrintJob)) == 3  # two receipts and a Z


@pytest.mark.req("AUD-1")
def test_who_acts_from_then_on_is_the_receiver(jane: Till, bob: Actor) -> None:
    give(jane, count(jane))
    kinds = jane.store.read(
        lambda r: r.execute(select(Event.kind).order_by(Event.seq.desc()).limit(5)).scalars().all()
    )
    assert kinds.result() == [
        "shift.handed_over", "shift.opened", "person.signed_in", "person.signed_out",
        "shift.closed",
    ]  # fmt: skip
    assert jane.one(select(ShiftHandover.receiver_name)) == bob.name


@pytest.mark.req("CASH-4")
def test_a_refusal_moves_nothing_and_stays_on_record(jane: Till, bob: Actor) -> None:
    count_id = count(jane)
    attempt = jane.act(lambda s: begin_attempt(s, "bob"))
    with pytest.raises(UserError, match="Say why"):
        jane.act(lambda s: refuse_handover(s, attempt, PASSWORD, count_id, " "))
    jane.act(lambda s: refuse_handover(s, attempt, PASSWORD, count_id, "I count 10 less"))
    assert jane.count(ShiftClosed) == 0
    assert jane.one(select(func.count()).where(Event.kind == "handover.refused")) == 1
    assert jane.act(running).user_name == "Jane Smith"
    give(jane, count_id)
    del bob


@pytest.mark.req("CASH-4", "AUD-2")
def test_nobody_takes_over_from_themselves_or_without_the_right(jane: Till, bob: Actor) -> None:
    count_id = count(jane)
    for login in ("jane", "auditor"):
        with pytest.raises(PermissionRefused):
            give(jane, count_id, login)
    assert jane.count(Shift) == 1
    with pytest.raises(PermissionRefused, match="belongs to Jane Smith"):
        give(Till(jane.store, bob), count_id, "supervisor")


def test_a_wrong_secret_moves_nothing(jane: Till, bob: Actor) -> None:
    count_id = count(jane)
    attempt = jane.act(lambda s: begin_attempt(s, "bob"))
    asked = ShiftClose(count_id)
    with pytest.raises(UserError, match="not right"):
        jane.act(lambda s: hand_over(s, attempt, "no", asked))
    assert jane.count(ShiftClosed) == 0
    del bob


@pytest.mark.req("CASH-1", "CASH-4")
def test_a_difference_stays_with_the_giver_and_a_large_one_needs_a_supervisor(
    jane: Till, bob: Actor
) -> None:
    off = count(jane, WITH_THE_BILL - 1_000)
    with pytest.raises(PermissionRefused, match="needs a supervisor"):
        give(jane, off, reason="lost")
    given = give(jane, off, "supervisor", reason="lost")
    assert given.closed.difference_minor == -1_000
    assert given.opened.float_minor == WITH_THE_BILL - 1_000
    assert jane.one(select(ShiftClosed.approver_name)) == "Demo Supervisor"
    del bob


def test_who_takes_over_an_exact_drawer_allowed_no_difference(jane: Till) -> None:
    give(jane, count(jane, 10_000), "supervisor")
    assert jane.one(select(ShiftClosed.approver_name)) == ""


def test_what_was_not_counted_is_not_handed_over(session: Session) -> None:
    open_shift(session, 10_000)
    hire(session, Role.CASHIER, "Bob")
    attempt = begin_attempt(session, "bob")
    with pytest.raises(UserError, match="Count the drawer first"):
        hand_over(session, attempt, PASSWORD, ShiftClose(uuid4()))


@pytest.mark.req("AUD-1")
def test_a_handover_changed_by_hand_is_found(store: Store, cashier: Actor) -> None:
    jane = Till(store, cashier)
    jane.act(lambda s: open_shift(s, 10_000))
    give(jane, count(jane, 10_000), "supervisor")
    jane.act(lambda s: s.execute(update(ShiftHandover).values(cash_minor=9_000)))
    assert any("handed over is not what was counted" in one for one in jane.findings())
