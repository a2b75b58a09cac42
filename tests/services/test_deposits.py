"""Money of closed shifts on its way to the bank: one slip, the bank's number, nothing left over."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from counterdesk.core.documents import Document, KeyValue, Table, document_from_json
from counterdesk.core.drawer import MoveKind
from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.permissions import Actor
from counterdesk.models.cash_office import (
    Deposit,
    DepositCheque,
    DepositPiece,
    DepositShift,
    DifferenceSettled,
)
from counterdesk.models.ledger import PrintJob
from counterdesk.services.cash_room import money_of, undeposited
from counterdesk.services.deposit_list import DepositLine, deposits, mix_of
from counterdesk.services.deposits import (
    DATE_FIELD,
    NUMBER_FIELD,
    DepositRequest,
    ShiftShare,
    make_deposit,
    validate_deposit,
)
from counterdesk.services.drawer_moves import MoveRequest, move_cash, undo_move
from counterdesk.services.handover import hand_over
from counterdesk.services.people import begin_attempt
from counterdesk.services.shift_closing import ShiftClose
from counterdesk.services.shifts import open_shift
from tests.conftest import PASSWORD
from tests.services.closed_shifts import (
    TAKEN_CASH,
    TAKEN_CHEQUE,
    a_closed_shift,
    accept,
    deposit,
    in_the_cash_room,
    money,
    offer,
)
from tests.services.counting import close_shift, count_shift, running
from tests.services.till import Till, ask, cash, line_of
from tests.services.undo_till import cheque, undo, void

TODAY = date(2025, 4, 20)


@pytest.fixture
def boss(jane: Till, supervisor: Actor) -> Till:
    """The supervisor at Jane's counter."""
    return Till(jane.store, supervisor)


def listed(boss: Till) -> list[DepositLine]:
    return list(boss.store.read(deposits, boss.actor).result())


def waiting(boss: Till) -> list[str]:
    """The shifts whose money is not deposited."""
    return [one.number for one in boss.store.read(undeposited, boss.actor).result()]


@pytest.mark.req("CASH-2", "CASH-5")
def test_shifts_go_to_the_bank_and_their_float_stays(jane: Till, boss: Till) -> None:
    shift = in_the_cash_room(jane)
    assert waiting(boss) == ["S-2025-00001"]
    made = deposit(boss, shift)
    assert (made.number, made.cash_minor, made.cheques_minor) == (
        "D-C07-00001", TAKEN_CASH, TAKEN_CHEQUE
    )  # fmt: skip
    [part] = jane.act(lambda s: s.execute(select(DepositShift.kept_minor)).scalars().all())
    assert part == 10_000
    assert waiting(boss) == []


@pytest.mark.req("CASH-5", "RCT-4")
def test_the_slip_names_notes_cheques_and_shifts(jane: Till, boss: Till) -> None:
    made = deposit(boss, in_the_cash_room(jane))
    kept = jane.one(select(PrintJob.document).order_by(PrintJob.id.desc()).limit(1))
    slip = document_from_json(kept)
    assert slip == made.document
    assert (slip.kind, slip.title) == ("deposit_slip", "Deposit slip D-C07-00001")
    lines = {one.key: one.value for one in slip.blocks if isinstance(one, KeyValue)}
    assert (lines["Cash"], lines["Cheques (1)"], lines["Total"]) == (
        "$145.50", "$152.25", "$297.75"
    )  # fmt: skip
    assert ("000123 First Bank", "152.25") in cells(slip)
    assert ("S-2025-00001", "297.75", "100.00") in cells(slip)


def cells(slip: Document) -> list[tuple[str, ...]]:
    return [row for one in slip.blocks if isinstance(one, Table) for row in one.rows]


@pytest.mark.req("CASH-2", "CASH-5", "MON-11")
def test_what_was_dropped_goes_to_the_bank_and_the_change_fund_back(jane: Till, boss: Till) -> None:
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))

    def move(kind: MoveKind, amount: int, envelope: str = "") -> Any:
        return jane.act(lambda s: move_cash(s, MoveRequest(uuid4(), kind, amount, "", envelope)))

    wrong = move(MoveKind.DROP, 9_000, "E-1")
    jane.act(lambda s: undo_move(s, uuid4(), wrong.id, "not that much"))
    move(MoveKind.DROP, 8_000, "E-1")
    move(MoveKind.CHANGE_IN, 3_000)
    shift = jane.act(running).id
    jane.act(lambda s: close_shift(s, 10_000 + TAKEN_CASH - 8_000 + 3_000))
    offer(jane, shift)
    accept(jane, shift)
    there = money(jane, shift)
    assert (there.drops_minor, there.keep_minor) == (8_000, 13_000)
    assert deposit(boss, shift).cash_minor == TAKEN_CASH


@pytest.mark.req("CASH-4", "CASH-5")
def test_a_drawer_that_changed_hands_is_banked_once(jane: Till, boss: Till) -> None:
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    first = jane.act(running).id
    count = jane.act(lambda s: count_shift(s, 10_000 + TAKEN_CASH)).count_id
    attempt = jane.act(lambda s: begin_attempt(s, "supervisor"))
    jane.act(lambda s: hand_over(s, attempt, PASSWORD, ShiftClose(count)))
    boss.take(ask(line_of(boss.view(), most=1), pay=(cash(20_000),)))
    second = boss.act(running).id
    boss.act(lambda s: close_shift(s, 10_000 + TAKEN_CASH + TAKEN_CHEQUE))
    assert waiting(boss) == ["S-2025-00002"]
    assert money(boss, first).collected_minor == 0
    assert money(boss, second).collected_minor == TAKEN_CASH + TAKEN_CHEQUE


@pytest.mark.req("CASH-5")
def test_a_person_may_keep_another_sum_back(jane: Till, boss: Till) -> None:
    shift = in_the_cash_room(jane)
    with pytest.raises(UserError, match="No more can be kept back") as refused:
        deposit(boss, shift, kept=10_000 + TAKEN_CASH + 1)
    assert refused.value.field == "kept_S-2025-00001"
    assert deposit(boss, shift, kept=20_000).cash_minor == TAKEN_CASH - 10_000


@pytest.mark.req("CASH-5")
def test_only_what_was_taken_over_is_deposited_and_only_once(jane: Till, boss: Till) -> None:
    shift = a_closed_shift(jane)
    with pytest.raises(UserError, match="not turned in yet"):
        deposit(boss, shift)
    offer(jane, shift)
    accept(jane, shift)
    with pytest.raises(UserError, match=r"bring \$145\.50 in cash, and \$145\.00 was counted"):
        deposit(boss, shift, cash_minor=14_500)
    deposit(boss, shift)
    with pytest.raises(UserError, match="deposited before"):
        deposit(boss, shift)
    with pytest.raises(UserError, match="nothing to deposit"):
        deposit(boss)


@pytest.mark.req("AUD-2")
def test_a_cashier_makes_no_deposit(jane: Till) -> None:
    with pytest.raises(PermissionRefused):
        deposit(jane, in_the_cash_room(jane))


def test_the_same_request_twice_is_one_deposit(jane: Till, boss: Till) -> None:
    shift = in_the_cash_room(jane)
    share = ShiftShare(shift, 10_000 + TAKEN_CASH)
    request = DepositRequest(uuid4(), (share,), ())
    first = boss.act(lambda s: make_deposit(s, request))
    again = boss.act(lambda s: make_deposit(s, request))
    assert (again.number, again.document) == (first.number, None)
    other = DepositRequest(request.request_id, (ShiftShare(shift, 0),), ())
    with pytest.raises(RequestChanged):
        boss.act(lambda s: make_deposit(s, other))


@pytest.mark.req("CASH-5")
def test_the_banks_number_is_recorded_once_with_its_day(jane: Till, boss: Till) -> None:
    made = deposit(boss, in_the_cash_room(jane))

    def validate(number: str, on: date, deposit_id: UUID = made.deposit_id) -> None:
        boss.act(lambda s: validate_deposit(s, deposit_id, number, on))

    for number, on, field in (
        (" ", TODAY, NUMBER_FIELD), ("9" * 41, TODAY, NUMBER_FIELD),
        ("B-77", date(2025, 4, 19), DATE_FIELD), ("B-77", date(2025, 4, 21), DATE_FIELD),
    ):  # fmt: skip
        with pytest.raises(UserError) as refused:
            validate(number, on)
        assert refused.value.field == field
    with pytest.raises(UserError, match="no such deposit"):
        validate("B-77", TODAY, uuid4())
    validate("B-77", TODAY)
    with pytest.raises(UserError, match="recorded before"):
        validate("B-78", TODAY)
    [one] = listed(boss)
    assert (one.bank_number, one.validated_on, one.shifts) == ("B-77", TODAY, ("S-2025-00001",))


@pytest.mark.req("CASH-5")
def test_a_cheque_in_place_of_cash_is_named(jane: Till, boss: Till) -> None:
    shift = a_closed_shift(jane)
    offer(jane, shift, cash=((10_000, 2),), cheque=((TAKEN_CHEQUE, 1), (4_550, 1)))
    accept(jane, shift)
    [said] = jane.store.read(lambda r: mix_of(r, money_of(r, shift)), jane.actor).result()
    assert said.startswith("A cheque of $45.50 lies there that nobody received, and as much cash")
    deposit(boss, shift)
    [one] = listed(boss)
    assert one.mix == (f"S-2025-00001: {said}",)
    unknown = select(DepositCheque.amount_minor).where(DepositCheque.reference == "")
    assert jane.one(unknown) == 4_550


@pytest.mark.req("CASH-5", "PAY-20")
def test_a_cheque_that_was_voided_is_not_missed_at_the_bank(jane: Till, boss: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cheque(14_550),)))
    undo(jane, void(taken))
    shift = a_closed_shift(jane)
    offer(jane, shift)
    accept(jane, shift)
    said = jane.store.read(lambda r: mix_of(r, money_of(r, shift)), jane.actor).result()
    assert said == ()
    assert deposit(boss, shift).cheques_minor == TAKEN_CHEQUE
    assert listed(boss)[0].mix == ()


@pytest.mark.req("AUD-1")
@pytest.mark.parametrize(
    ("model", "values", "found"),
    [
        (Deposit, {"cash_minor": 14_600}, "its cash is not the sum"),
        (Deposit, {"number": "D-C07-00007"}, "does not follow the one before it"),
        (DepositPiece, {"pieces": 9}, "its cash is not the sum"),
        (DepositCheque, {"amount_minor": 1}, "its cheques are not the sum"),
        (PrintJob, {"document": "{}"}, "its slip is not kept"),
        (DepositShift, {"kept_minor": 9_000}, "kept back is not what the cash room had"),
    ],
)
def test_a_deposit_changed_by_hand_is_found(
    store: Any, cashier: Actor, supervisor: Actor, model: Any, values: Any, found: str
) -> None:
    jane = Till(store, cashier)
    jane.act(lambda s: open_shift(s, 10_000))
    deposit(Till(store, supervisor), in_the_cash_room(jane))
    jane.act(lambda s: s.execute(update(model).values(**values)))
    assert any(found in one for one in jane.findings())
    assert jane.count(DifferenceSettled) == 0
