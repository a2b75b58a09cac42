"""The shift: opened by its float, cash moved by keys, counted blind, closed with its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from counterdesk import services
from counterdesk.core.drawer import MoveKind
from counterdesk.core.permissions import Actor
from counterdesk.models.ledger import PrintJob
from counterdesk.services.counts import float_pieces
from counterdesk.services.drawer_moves import MoveRequest, move_cash
from counterdesk.services.shifts import current_shift, open_shift
from counterdesk.store.session import Session
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.shift_page import ShiftPage
from tests.conftest import PASSWORD
from tests.services.till import Till, ask, cash, line_of
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.pages.hand import Hand

Key = Qt.Key
FLOAT = ((5_000, 1), (1_000, 4), (100, 10))
"""100.00"""


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs) -> Iterator[ShiftPage]:
    """The page, in sight, before a shift is opened."""
    page = ShiftPage(jobs)
    qtbot.addWidget(page)
    page.resize(1152, 794)
    with qtbot.waitActive(page):
        page.show()
    qtbot.waitUntil(lambda: seen(page, "float_10000") and page.focusWidget() is not None)
    yield page
    jobs.finish()


@pytest.fixture
def hand(qtbot: QtBot, page: ShiftPage) -> Hand:
    """Somebody at the keyboard."""
    return Hand(qtbot, page)


@pytest.fixture
def jane(page: ShiftPage, store: Any, cashier: Actor, hand: Hand) -> Till:
    """The cashier in her open shift, with 100.00 in the drawer."""
    jane = Till(store, cashier)
    jane.act(lambda s: open_shift(s, 10_000, pieces=FLOAT))
    hand.waits_for("countShift")
    page._jobs.drain()
    return jane


@pytest.mark.req("CASH-1", "CASH-7")
def test_the_float_is_counted_by_denomination(qtbot: QtBot, page: ShiftPage, hand: Hand) -> None:
    hand.enter("", "1", "", "4", "", "10", "", "", "", "", "")
    assert find(page, QLineEdit, "shiftFloat").text() == "100.00"
    with qtbot.waitSignal(page.shift_opened):
        hand.enter()
    qtbot.waitUntil(lambda: page.title.text() == "Shift S-2025-00001")
    kept = page._jobs.store.read(lambda r: float_pieces(r, current_shift(r).id))  # type: ignore[union-attr]
    assert kept.result() == FLOAT


@pytest.mark.req("CASH-7")
def test_a_sealed_bag_is_typed_as_one_sum(qtbot: QtBot, page: ShiftPage, hand: Hand) -> None:
    hand.type("3")
    edit = find(page, QLineEdit, "shiftFloat")
    edit.setFocus()
    edit.selectAll()
    hand.type("100")
    assert find(page, QLineEdit, "float_10000").text() == ""
    with qtbot.waitSignal(page.shift_opened) as opened:
        hand.enter()
    assert opened.args is not None
    assert opened.args[0].float_minor == 10_000


@pytest.mark.parametrize("typed", ["ten", "-5", "1.234", ""])
def test_a_float_that_is_no_amount_is_refused_beside_its_field(page: ShiftPage, typed: str) -> None:
    edit = find(page, QLineEdit, "shiftFloat")
    edit.clear()
    QTest.keyClicks(edit, typed)
    QTest.keyClick(edit, Key.Key_Return)
    assert text_of(page, "shiftFloatError") != ""
    assert page._jobs.store.read(services.shifts.current_shift).result() is None


def count_cash(hand: Hand, *pieces: str) -> None:
    """Count the notes and coins, and no cheque."""
    hand.enter()
    hand.waits_for("count_10000")
    hand.enter(*pieces, *[""] * (11 - len(pieces)))
    hand.enter()
    hand.waits_for("closeShift")


@pytest.mark.req("CASH-1")
def test_an_exact_count_closes_in_few_keys_and_shows_its_z(
    qtbot: QtBot, page: ShiftPage, hand: Hand, jane: Till, spoken: Spoken
) -> None:
    count_cash(hand, "", "1", "", "4", "", "10")
    assert text_of(page, "resultDifference_cash") == "Exactly right"
    with qtbot.waitSignal(page.shift_closed):
        hand.enter()
    assert hand.pressed == 1 + 11 + len("1410") + 1 + 1
    assert len(spoken.asked) == 1
    assert text_of(page, "shiftPaperTitle") == "Z report Z-C07-00001"
    hand.enter()
    assert page.title.text() == "Open your shift"
    assert jane.findings() == ()


@pytest.mark.req("CASH-1")
def test_nothing_says_what_is_expected_before_the_count(
    page: ShiftPage, hand: Hand, jane: Till
) -> None:
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),)))
    hand.enter()
    hand.waits_for("count_10000")
    hand.alt(Key.Key_X)
    words = " ".join(str(one.text()) for one in page.findChildren(QWidget) if hasattr(one, "text"))
    assert "245.50" not in words
    assert "Told after the count" in words


def test_closing_a_shift_leaves_a_copy_of_the_ledger(
    qtbot: QtBot, page: ShiftPage, hand: Hand, jane: Till
) -> None:
    count_cash(hand, "", "1", "", "4", "", "10")
    with qtbot.waitSignal(page.shift_closed):
        hand.enter()
    page._jobs.drain()
    copies = sorted(page._jobs.store.folder.backups.glob("ledger-2025-04-20T*.db"))
    assert len(copies) == 1


@pytest.mark.req("CASH-1", "CASH-4")
def test_a_difference_needs_a_reason_and_is_explained(
    qtbot: QtBot, page: ShiftPage, hand: Hand, jane: Till, spoken: Spoken
) -> None:
    number = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),))).receipt_number
    count_cash(hand, "1", "2", "1", "2", "", "1")
    assert text_of(page, "resultDifference_cash") == "$4.50 short"
    hand.enter()
    qtbot.waitUntil(lambda: text_of(page, "reason_cashError") != "")
    assert spoken.asked == []
    hand.press(Key.Key_Backtab)  # from the reason to what would explain it
    hand.enter()
    assert find(page, QLineEdit, "reason_cash").text() == (
        f"The change of $4.50 on {number} may have been given twice."
    )
    with qtbot.waitSignal(page.shift_closed) as closed:
        hand.enter()
    assert closed.args is not None
    assert closed.args[0].difference_minor == -450


@pytest.mark.req("CASH-1", "AUD-2")
def test_beyond_the_limit_a_supervisor_steps_up(
    qtbot: QtBot, page: ShiftPage, hand: Hand, jane: Till
) -> None:
    count_cash(hand, "", "1", "", "4")
    hand.type("lost")
    hand.press(Key.Key_Return)
    qtbot.waitUntil(lambda: seen(page, "approverLogin"))
    dialog = find(page, StepUpDialog, "stepUp")
    assert "$10.00 short. lost" in text_of(dialog, "approverSentence")
    QTest.keyClicks(find(dialog, QLineEdit, "approverLogin"), "supervisor")
    QTest.keyClicks(find(dialog, QLineEdit, "approverSecret"), PASSWORD)
    with qtbot.waitSignal(page.shift_closed) as closed:
        QTest.keyClick(find(dialog, QLineEdit, "approverSecret"), Key.Key_Return)
    assert closed.args is not None
    assert closed.args[0].difference_minor == -1_000
    del jane


def test_no_leaves_the_shift_open_and_esc_counts_again(
    page: ShiftPage, hand: Hand, jane: Till, spoken: Spoken
) -> None:
    spoken.yes = False
    count_cash(hand, "", "1", "", "4", "", "10")
    hand.enter()
    page._jobs.drain()
    assert page._jobs.store.read(services.shifts.current_shift).result() is not None
    hand.press(Key.Key_Escape)
    assert find(page, QLineEdit, "count_5000").text() == ""
    hand.press(Key.Key_Escape)
    assert seen(page, "countShift")
    del jane


@pytest.mark.req("CASH-2", "PAY-13")
def test_a_drop_goes_by_keys_alone_and_can_be_taken_back(
    page: ShiftPage, hand: Hand, jane: Till, spoken: Spoken
) -> None:
    hand.alt(Key.Key_D)
    hand.enter("50", "E-17")
    hand.waits_for("undo_S-2025-00001/1")
    assert hand.pressed == 1 + 2 + 1 + 4 + 1
    hand.click("undo_S-2025-00001/1")
    hand.qtbot.waitUntil(lambda: not seen(page, "undo_S-2025-00001/1"))
    assert len(spoken.asked) == 1
    assert jane.findings() == ()


@pytest.mark.req("CASH-2")
def test_a_missing_envelope_is_named_beside_its_field(
    page: ShiftPage, hand: Hand, jane: Till
) -> None:
    hand.alt(Key.Key_D)
    hand.enter("50", "")
    hand.qtbot.waitUntil(lambda: text_of(page, "moveEnvelopeError") != "")
    del jane


@pytest.mark.req("CASH-2", "AUD-2")
def test_paid_out_over_the_limit_asks_a_supervisor(page: ShiftPage, hand: Hand, jane: Till) -> None:
    hand.alt(Key.Key_O)
    hand.enter("60", "")
    hand.qtbot.waitUntil(lambda: seen(page, "approverLogin"))
    assert "Paid out: $60.00" in text_of(page, "approverSentence")
    del jane


@pytest.mark.req("CASH-2", "RCT-4")
def test_an_x_report_shows_what_it_prints(page: ShiftPage, hand: Hand, jane: Till) -> None:
    hand.alt(Key.Key_X)
    hand.waits_for("shiftPaperTitle")
    assert text_of(page, "shiftPaperTitle") == "X report S-2025-00001/X1"
    hand.press(Key.Key_Escape)
    assert seen(page, "countShift")
    del jane


@pytest.mark.req("CASH-3")
def test_too_much_cash_and_too_little_change_are_warned_of(
    page: ShiftPage, hand: Hand, jane: Till
) -> None:
    def out(session: Session) -> None:
        move_cash(session, MoveRequest(uuid4(), MoveKind.PAID_OUT, 700, "Postage"))
        move_cash(session, MoveRequest(uuid4(), MoveKind.CHANGE_IN, 100_000))

    jane.act(out)
    hand.waits_for("drawerWarning")
    assert "$1,000.00" in text_of(page, "drawerWarning")
    assert "3 \u00d7 $1.00" in text_of(page, "lowChange")


@pytest.mark.req("CASH-3")
def test_an_open_receipt_stands_with_its_way_out(page: ShiftPage, hand: Hand, jane: Till) -> None:
    number = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),))).receipt_number

    def lose(session: Session) -> None:
        session.execute(update(PrintJob).values(state="unknown"))

    jane.act(lose)
    hand.waits_for("fix_0_printed")
    assert number in text_of(page, "blocker_0")
    hand.click("fix_0_printed")
    hand.qtbot.waitUntil(lambda: not seen(page, "blocker_0"))


@pytest.mark.req("CASH-3")
def test_whoever_may_know_sees_the_drawer(
    qtbot: QtBot, page: ShiftPage, jane: Till, supervisor: Actor
) -> None:
    del jane
    page._jobs.actor = supervisor
    page.refresh()
    qtbot.waitUntil(lambda: not find(page, QWidget, "move_drop").isEnabled())
    labels = find(page, QWidget, "shiftFacts").findChildren(QLabel)
    told = [one.text() for one in labels if one.isVisible()]
    assert "Told after the count" not in told
    assert told.count("$100.00") == 2  # the float, and what lies there
