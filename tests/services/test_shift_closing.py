"""Closing a shift: counted blind, held against what was taken, explained, and proved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.sql.base import Executable

from counterdesk.core.differences import Cause
from counterdesk.core.documents import BOLD, KeyValue
from counterdesk.core.drawer import Pieces
from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import TenderGiven
from counterdesk.core.visit_sums import work_out
from counterdesk.models.drawer import CountedPiece, DrawerCount, DrawerMove, ShiftMethod
from counterdesk.models.ledger import PrintJob, Shift
from counterdesk.services.counts import float_pieces
from counterdesk.services.people import begin_attempt
from counterdesk.services.shift_blockers import BlockerKind, close_blockers
from counterdesk.services.shift_closing import ShiftClose, close_shift, close_shift_allowed
from counterdesk.services.shift_counting import CountGiven, count_drawer
from counterdesk.services.shifts import open_shift
from counterdesk.services.startup import keep_draft
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.conftest import PASSWORD
from tests.services.counting import count_shift, running
from tests.services.till import Till, ask, cash, line_of

CHEQUE = TenderGiven("cheque", 14_550, "000123", cheque_bank="First Bank",
                     cheque_dated_on=date(2025, 4, 20))  # fmt: skip


def pay(jane: Till, tender: TenderGiven) -> str:
    """Pay the first bill of the sample's consumer, 145.50."""
    number: str = jane.take(ask(line_of(jane.view(), most=1), pay=(tender,))).receipt_number
    return number


@pytest.mark.req("CASH-1")
def test_a_float_by_denomination_must_be_its_sum(session: Session) -> None:
    with pytest.raises(UserError, match="not the sum"):
        open_shift(session, 10_000, pieces=((5_000, 1),))
    shift = open_shift(session, 10_000, pieces=((1_000, 5), (5_000, 1)))
    assert float_pieces(session, shift.id) == ((5_000, 1), (1_000, 5))


@pytest.mark.req("CASH-1", "CASH-4")
def test_each_counted_method_has_its_own_difference(jane: Till) -> None:
    pay(jane, CHEQUE)
    counted = jane.act(lambda s: count_shift(s, 9_990, cheque=14_500))
    told = [(one.method, one.expected_minor, one.difference_minor) for one in counted.methods]
    assert told == [("cash", 10_000, -10), ("cheque", 14_550, -50)]
    with pytest.raises(UserError, match="Give the reason") as refused:
        jane.act(lambda s: close_shift(s, ShiftClose(counted.count_id, {"cash": "a coin"})))
    assert refused.value.field == "reason_cheque"
    reasons = {"cash": "a coin", "cheque": "written wrongly"}
    jane.act(lambda s: close_shift(s, ShiftClose(counted.count_id, reasons)))
    booked = select(func.group_concat(ShiftMethod.reason)).order_by(ShiftMethod.id)
    assert jane.one(booked) == "a coin,written wrongly"


@pytest.mark.req("CASH-4")
def test_a_cheque_keyed_as_cash_is_named_with_its_receipt(jane: Till) -> None:
    number = pay(jane, cash(14_550))
    counted = jane.act(lambda s: count_shift(s, 10_000, cheque=14_550))
    found = counted.methods[0].explanations[0]
    assert (found.cause, found.name) == (Cause.OTHER_METHOD, number)
    assert counted.needs_supervisor


@pytest.mark.req("CASH-1", "AUD-2")
def test_beyond_the_limit_another_person_allows_it(jane: Till) -> None:
    counted = jane.act(lambda s: count_shift(s, 9_499))
    asked = ShiftClose(counted.count_id, {"cash": "stolen"})
    with pytest.raises(PermissionRefused, match=r"beyond \$5\.00 needs a supervisor"):
        jane.act(lambda s: close_shift(s, asked))
    mine, other = (jane.act(_attempt(login)) for login in ("jane", "supervisor"))
    with pytest.raises(PermissionRefused, match="other than the cashier"):
        jane.act(lambda s: close_shift_allowed(s, mine, PASSWORD, asked))
    closed = jane.act(lambda s: close_shift_allowed(s, other, PASSWORD, asked))
    assert closed.difference_minor == -501


def change(jane: Till, by_hand: Executable) -> None:
    """Change rows behind everybody's back."""

    def work(session: Session) -> None:
        session.execute(by_hand)

    jane.act(work)


def _attempt(login: str) -> Callable[[Session], object]:
    return lambda session: begin_attempt(session, login)


@pytest.mark.req("CASH-1")
def test_each_count_stays_and_only_the_last_one_closes(jane: Till) -> None:
    first = jane.act(lambda s: count_shift(s, 9_000))
    second = jane.act(lambda s: count_shift(s, 10_000))
    assert (first.counts_made, second.counts_made) == (1, 2)
    with pytest.raises(UserError, match="Count the drawer first"):
        jane.act(lambda s: close_shift(s, ShiftClose(first.count_id, {"cash": "x"})))
    closed = jane.act(lambda s: close_shift(s, ShiftClose(second.count_id)))
    assert KeyValue("Counts made", "2", BOLD) in closed.document.blocks
    assert jane.count(DrawerCount) == 2


@pytest.mark.req("CASH-1")
def test_a_count_is_stale_once_money_moves(jane: Till) -> None:
    counted = jane.act(lambda s: count_shift(s, 10_000))
    pay(jane, cash(14_550))
    with pytest.raises(UserError, match="Count again"):
        jane.act(lambda s: close_shift(s, ShiftClose(counted.count_id)))


def test_the_same_count_twice_is_one_and_another_is_refused(jane: Till) -> None:
    given = CountGiven(uuid4(), {"cash": ((10_000, 1),), "cheque": ()})
    assert jane.act(lambda s: count_drawer(s, given)) == jane.act(lambda s: count_drawer(s, given))
    changed = CountGiven(given.count_id, {"cash": ((5_000, 1),), "cheque": ()})
    with pytest.raises(RequestChanged):
        jane.act(lambda s: count_drawer(s, changed))


def test_everything_that_is_counted_at_close_must_be_counted(jane: Till) -> None:
    wrong: tuple[dict[str, Pieces], ...] = ({"cash": ()}, {"cash": (), "cheque": (), "card": ()})
    for pieces in wrong:
        given = CountGiven(uuid4(), pieces)
        with pytest.raises(UserError, match="Count everything"):
            jane.act(partial(count_drawer, given=given))


@pytest.mark.req("CASH-7", "AUD-2")
def test_a_supervisor_closes_it_for_the_cashier_and_answers_for_the_difference(
    jane: Till, supervisor: Actor
) -> None:
    boss = Till(jane.store, supervisor)
    counted = boss.act(lambda s: count_shift(s, 9_000))
    asked = ShiftClose(counted.count_id, {"cash": "not found"}, "Jane was taken ill")
    closed = boss.act(lambda s: close_shift(s, asked))
    assert closed.reason == "Jane was taken ill"
    assert jane.findings() == ()


@pytest.mark.req("CASH-3")
@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("unknown", BlockerKind.RECEIPT_UNKNOWN),
        ("blocked", BlockerKind.RECEIPT_WAITS),
        ("failed", BlockerKind.RECEIPT_FAILED),
    ],
)
def test_an_open_receipt_keeps_the_shift_open_and_says_what_to_do(
    jane: Till, supervisor: Actor, state: str, kind: BlockerKind
) -> None:
    number = pay(jane, cash(14_550))
    change(jane, update(PrintJob).values(state=state))
    [blocker] = jane.act(lambda s: close_blockers(s, running(s)))
    assert (blocker.kind, number in blocker.words) == (kind, True)
    counted = jane.act(lambda s: count_shift(s, 24_550))
    with pytest.raises(UserError, match=number):
        jane.act(lambda s: close_shift(s, ShiftClose(counted.count_id)))
    boss = Till(jane.store, supervisor)
    boss.act(lambda s: close_shift(s, ShiftClose(counted.count_id, {}, "printer is dead")))


@pytest.mark.req("CASH-3")
def test_a_visit_on_review_keeps_the_shift_open(jane: Till) -> None:
    request = ask(line_of(jane.view(), most=1), pay=(cash(14_550),))
    jane.act(lambda s: keep_draft(s, request, work_out(request, s.settings, s.today())))
    [blocker] = jane.act(lambda s: close_blockers(s, running(s)))
    assert blocker.kind is BlockerKind.VISIT_OPEN


@pytest.mark.req("AUD-1", "RCT-4")
@pytest.mark.parametrize("other", ["100.0", "1,000.00"])
def test_a_z_report_that_says_something_else_is_found(jane: Till, other: str) -> None:
    counted = jane.act(lambda s: count_shift(s, 10_000))
    jane.act(lambda s: close_shift(s, ShiftClose(counted.count_id)))
    query = select(PrintJob.document)
    text = str(jane.store.read(lambda r: r.execute(query).scalar_one()).result())
    change(jane, update(PrintJob).values(document=text.replace("100.00", other)))
    assert jane.findings() == ("Z report Z-C07-00001 shows other amounts than were booked.",)
    change(jane, delete(PrintJob))
    assert jane.findings() == ("Z report Z-C07-00001 is not kept.",)
    change(jane, insert(PrintJob).values(**_paper(jane, text)))


def _paper(jane: Till, text: str) -> dict[str, object]:
    """The job of the paper as it was, so that the day ends clean."""
    now = jane.store.read(lambda r: r.clock.now_utc()).result()
    return {
        "id": uuid4(), "transaction_id": None, "document": text, "mail_to": "", "copy_number": 0,
        "printer_id": None, "state": "queued", "detail": "", "attempts": 0,
        "created_at_utc": now, "changed_at_utc": now,
    }  # fmt: skip


@pytest.mark.req("AUD-1", "MON-11")
@pytest.mark.parametrize(
    "by_hand",
    [
        update(Shift).values(float_minor=Shift.float_minor + 1),
        update(ShiftMethod).values(counted_minor=9_000, reason="x"),
        update(DrawerCount).values(purpose="other"),
        delete(CountedPiece),
        delete(ShiftMethod),
    ],
)
def test_what_is_changed_by_hand_is_found(
    store: Store, cashier: Actor, by_hand: Executable
) -> None:
    jane = Till(store, cashier)
    jane.act(lambda s: open_shift(s, 10_000, pieces=((5_000, 2),)))
    counted = jane.act(lambda s: count_shift(s, 10_000))
    jane.act(lambda s: close_shift(s, ShiftClose(counted.count_id)))
    assert jane.findings() == ()
    change(jane, by_hand)
    assert jane.findings() != ()
    assert jane.count(DrawerMove) == 0
