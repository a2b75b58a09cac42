"""How many keys the work of a cash office takes, counted by pressing them in the window's pages.

Digits of a count are among them: 245.50 in six notes and coins, and no cheque. Login and password
of whoever signs are not, the Enter after them is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from benchmarks.desk_of_keys import counted_at_a_desk, show, wait_for
from counterdesk.services.shifts import open_shift
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.deposits_page import DepositsPage
from counterdesk.ui.pages.shift_page import ShiftPage
from tests.conftest import PASSWORD, find_person
from tests.services.till import Till, ask, cash, line_of
from tests.ui.find import find, seen
from tests.ui.pages.hand import Hand, Key

_FLOAT = ("1", *[""] * 10)
_DRAWER = ("2", "", "2", "", "1", "", "1", "", "", "", "")
_FOR_THE_BANK = ("1", "", "2", "", "1", "", "1", "", "", "", "")


class _Wait:
    """Waits for what a page shows: all that a hand needs of pytest-qt's bot."""

    def waitUntil(self, holds: Callable[[], bool]) -> None:  # noqa: N802 - as pytest-qt calls it
        wait_for(holds)


def figures() -> dict[str, float]:
    """Return the keys of each task."""
    return counted_at_a_desk(_count)


def _count(jobs: Jobs, store: Store) -> dict[str, float]:
    """Each task in the order of a day, with what the one before it left behind."""
    jane = Till(store, find_person(store, "jane"))
    shift = _page(ShiftPage(jobs), "float_10000")
    found = {"open a shift, its float counted": _pressed(shift, _open)}
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    found["count and close a shift, exact, with its Z"] = _pressed(shift, _close)
    jane.act(lambda s: open_shift(s, 24_550))
    found["hand a drawer over, exact, with its Z"] = _pressed(shift, _hand_over)
    shift.hide()
    deposits = _page(DepositsPage(jobs), "turnIn")
    found["turn in a closed shift"] = _pressed(deposits, _turn_in)
    found["count and take over what is turned in"] = _pressed(deposits, _take_over)
    jobs.actor = find_person(store, "supervisor")
    deposits.hide()  # another person comes to the page
    deposits = _page(deposits, "makeDeposit")
    found["make a deposit, with its slip"] = _pressed(deposits, _deposit)
    return found


def _page(page: Any, shows: str) -> QWidget:
    show(page)
    _hand(page).waits_for(shows)
    page.begin()
    return cast("QWidget", page)


def _hand(page: QWidget) -> Hand:
    bot: Any = _Wait()
    return Hand(bot, page)


def _pressed(page: QWidget, work: Callable[[Hand], None]) -> float:
    hand = _hand(page)
    work(hand)
    return hand.pressed


def _open(hand: Hand) -> None:
    find(hand.page, QLineEdit, "float_10000").setFocus()
    hand.enter(*_FLOAT)
    hand.enter()
    hand.waits_for("countShift")


def _close(hand: Hand) -> None:
    _count_drawer(hand, hand.enter)
    hand.enter()
    hand.waits_for("shiftPaperTitle")
    hand.press(Key.Key_Return)
    hand.waits_for("openShift")


def _hand_over(hand: Hand) -> None:
    hand.waits_for("countShift")
    _count_drawer(hand, lambda: hand.alt(Key.Key_H))
    hand.alt(Key.Key_H)
    _sign(hand)


def _count_drawer(hand: Hand, begin: Callable[[], None]) -> None:
    begin()
    hand.waits_for("count_10000")
    hand.enter(*_DRAWER)
    hand.enter()
    hand.waits_for("closeShift")


def _turn_in(hand: Hand) -> None:
    hand.enter()
    hand.waits_for("finishMoney")
    hand.enter()
    hand.waits_for("takeOver")


def _take_over(hand: Hand) -> None:
    hand.alt(Key.Key_A)
    hand.waits_for("finishMoney")
    hand.enter(*_DRAWER)
    hand.enter()
    _sign(hand)
    hand.waits_for("depositTabs")


def _deposit(hand: Hand) -> None:
    hand.alt(Key.Key_D)
    hand.waits_for("saveDeposit")
    hand.enter(*_FOR_THE_BANK)
    hand.waits_for("shiftPaperTitle")


def _sign(hand: Hand) -> None:
    """Type login and password, and Enter; only the Enter is counted."""
    hand.waits_for("approverLogin")
    QTest.keyClicks(find(hand.page, QLineEdit, "approverLogin"), "supervisor")
    secret = find(hand.page, QLineEdit, "approverSecret")
    QTest.keyClicks(secret, PASSWORD)
    QTest.keyClick(secret, Key.Key_Return)
    hand.pressed += 1
    hand.qtbot.waitUntil(lambda: not seen(hand.page, "approverLogin"))
