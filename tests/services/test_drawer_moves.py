"""Cash that moves without a payment: numbered, reasoned, allowed, and in the expected drawer."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from counterdesk.core.documents import document_from_json
from counterdesk.core.drawer import MoveKind
from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.drawer import DrawerMove
from counterdesk.models.ledger import PrintJob, State
from counterdesk.services.drawer_moves import (
    AMOUNT_FIELD,
    ENVELOPE_FIELD,
    REASON_FIELD,
    MoveRequest,
    move_cash,
    move_cash_allowed,
    shift_moves,
    undo_move,
)
from counterdesk.services.people import begin_attempt
from counterdesk.services.shifts import expected_drawer, open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.conftest import PASSWORD, hire
from tests.services.counting import running
from tests.services.till import Till

FLOAT = 10_000


def asked(
    kind: MoveKind, amount_minor: int, reason: str = "why", envelope: str = ""
) -> MoveRequest:
    return MoveRequest(uuid4(), kind, amount_minor, reason, envelope)


@pytest.fixture
def shift(session: Session) -> UUID:
    """The cashier's open shift."""
    return open_shift(session, FLOAT).id


@pytest.mark.req("CASH-2", "MON-11")
@pytest.mark.parametrize(
    ("request_", "after"),
    [
        (asked(MoveKind.PAID_IN, 700), FLOAT + 700),
        (asked(MoveKind.PAID_OUT, 700), FLOAT - 700),
        (asked(MoveKind.DROP, 6_000, "", "E-17"), FLOAT - 6_000),
        (asked(MoveKind.CHANGE_IN, 6_000, ""), FLOAT + 6_000),
        (asked(MoveKind.CHANGE_OUT, 6_000, ""), FLOAT - 6_000),
    ],
)
def test_each_move_changes_what_the_drawer_should_hold(
    session: Session, shift: UUID, request_: MoveRequest, after: int
) -> None:
    moved = move_cash(session, request_)
    assert moved.number == "S-2025-00001/1"
    assert expected_drawer(session, shift) == after


@pytest.mark.req("RCT-7", "CASH-2")
def test_a_move_opens_the_drawer_and_prints_its_voucher(session: Session, shift: UUID) -> None:
    moved = move_cash(session, asked(MoveKind.DROP, 6_000, "", "E-17"))
    paper = document_from_json(session.execute(select(PrintJob.document)).scalar_one())
    assert (paper.kind, paper.number) == ("voucher", moved.number)
    assert session.execute(select(State.value).where(State.name == "drawer.asked")).first()


def test_the_same_request_twice_moves_cash_once(session: Session, shift: UUID) -> None:
    request = asked(MoveKind.PAID_IN, 700)
    assert move_cash(session, request).number == move_cash(session, request).number
    assert expected_drawer(session, shift) == FLOAT + 700
    with pytest.raises(RequestChanged):
        move_cash(session, replace(request, amount_minor=800))


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (asked(MoveKind.PAID_OUT, 0), AMOUNT_FIELD),
        (asked(MoveKind.PAID_OUT, -5), AMOUNT_FIELD),
        (asked(MoveKind.PAID_OUT, 10**12), AMOUNT_FIELD),
        (asked(MoveKind.PAID_OUT, 700, " "), REASON_FIELD),
        (asked(MoveKind.PAID_OUT, 700, "x" * 201), REASON_FIELD),
        (asked(MoveKind.PAID_OUT, 700, "4111 1111 1111 1111"), REASON_FIELD),
        (asked(MoveKind.DROP, 700), ENVELOPE_FIELD),
        (asked(MoveKind.CHANGE_OUT, FLOAT + 1), AMOUNT_FIELD),
    ],
)
def test_what_is_missing_or_wrong_is_refused_at_its_field(
    session: Session, shift: UUID, request_: MoveRequest, field: str
) -> None:
    with pytest.raises(UserError) as refused:
        move_cash(session, request_)
    assert refused.value.field == field
    assert shift_moves(session, shift) == ()


@pytest.mark.req("CASH-2", "AUD-2")
def test_over_the_limit_a_supervisor_allows_it_and_is_named(session: Session, shift: UUID) -> None:
    request = asked(MoveKind.PAID_OUT, 5_001)
    with pytest.raises(PermissionRefused, match=r"More than \$50\.00 needs a supervisor"):
        move_cash(session, request)
    attempt = begin_attempt(session, "supervisor")
    moved = move_cash_allowed(session, attempt, PASSWORD, request)
    assert moved.approver_name != ""
    assert expected_drawer(session, shift) == FLOAT - 5_001


@pytest.mark.req("AUD-2")
def test_nobody_allows_their_own_and_no_cashier_allows_another_s(
    session: Session, shift: UUID
) -> None:
    hire(session, Role.CASHIER, "other")
    for login in ("jane", "other"):
        with pytest.raises(PermissionRefused):
            move_cash_allowed(
                session, begin_attempt(session, login), PASSWORD, asked(MoveKind.PAID_IN, 6_000)
            )
    assert expected_drawer(session, shift) == FLOAT


def test_only_the_shift_s_cashier_moves_its_cash(
    session: Session, shift: UUID, supervisor: Actor
) -> None:
    session.actor = supervisor
    with pytest.raises(PermissionRefused, match="belongs to Jane Smith"):
        move_cash(session, asked(MoveKind.PAID_IN, 100))


def test_without_a_shift_nothing_moves(session: Session) -> None:
    with pytest.raises(UserError, match="No shift is open"):
        move_cash(session, asked(MoveKind.PAID_IN, 100))


@pytest.mark.req("CASH-4")
def test_a_wrong_drop_is_taken_back_once_and_stays_to_be_seen(
    session: Session, shift: UUID
) -> None:
    wrong = move_cash(session, asked(MoveKind.DROP, 6_000, "", "E-17"))
    undone = undo_move(session, uuid4(), wrong.id, "it was 60, not 600")
    assert expected_drawer(session, shift) == FLOAT
    assert (undone.kind, undone.delta_minor) == (MoveKind.UNDONE, 6_000)
    assert [one.number for one in shift_moves(session, shift)] == [wrong.number, undone.number]
    for again in (wrong.id, undone.id, uuid4()):
        with pytest.raises(UserError):
            undo_move(session, uuid4(), again, "once more")


@pytest.mark.req("AUD-1", "MON-11")
def test_moves_are_proved_from_their_events(jane: Till) -> None:
    jane.act(lambda s: move_cash(s, asked(MoveKind.PAID_IN, 700)))
    jane.act(lambda s: move_cash(s, asked(MoveKind.DROP, 9_000, "", "E-1")))
    drop = jane.act(lambda s: shift_moves(s, running(s).id))[-1]
    jane.act(lambda s: undo_move(s, uuid4(), drop.id, "not taken out"))
    assert jane.findings() == ()


@pytest.mark.req("AUD-1")
@pytest.mark.parametrize(
    ("by_hand", "found"),
    [
        ({"delta_minor": 1}, "Voucher S-2025-00001/2 does not undo what it names."),
        ({"number": "S-2025-00001/9"}, "Voucher S-2025-00001/9 does not follow the one before it."),
    ],
)
def test_a_voucher_changed_by_hand_is_found(
    store: Store, cashier: Actor, by_hand: dict[str, object], found: str
) -> None:
    jane = Till(store, cashier)
    jane.act(lambda s: open_shift(s, FLOAT))
    drop = jane.act(lambda s: move_cash(s, asked(MoveKind.DROP, 9_000, "", "E-1")))
    jane.act(lambda s: undo_move(s, uuid4(), drop.id, "not taken out"))

    def change(session: Session) -> None:
        undone = DrawerMove.kind == MoveKind.UNDONE.value
        session.execute(update(DrawerMove).where(undone).values(**by_hand))

    jane.act(change)
    assert found in jane.findings()
