"""The cash office in the window: turned in, taken over, banked and settled, with keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QTabBar, QTableView
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk.core.drawer import Pieces
from counterdesk.core.permissions import Actor
from counterdesk.models.cash_office import DepositValidated
from counterdesk.services.cash_room import MoneyState
from counterdesk.services.settling import open_differences
from counterdesk.services.shifts import open_shift
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.deposits_page import DepositsPage
from tests.conftest import PASSWORD, find_person
from tests.services.closed_shifts import (
    a_closed_shift,
    accept,
    deposit,
    in_the_cash_room,
    money,
    offer,
)
from tests.services.counting import close_shift
from tests.services.till import Till
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.pages.hand import Hand, Key

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def jane(store: Store, cashier: Actor) -> Till:
    """The cashier in her shift."""
    jane = Till(store, cashier)
    jane.act(lambda s: open_shift(s, 10_000))
    return jane


@pytest.fixture
def boss(store: Store, supervisor: Actor) -> Till:
    """The supervisor."""
    return Till(store, supervisor)


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs) -> Iterator[DepositsPage]:
    """The page, not yet in sight."""
    page = DepositsPage(jobs)
    qtbot.addWidget(page)
    page.resize(1152, 794)
    yield page
    jobs.finish()


def look(qtbot: QtBot, page: DepositsPage, actor: Actor) -> Hand:
    """Somebody comes to the page."""
    page._jobs.actor = actor
    with qtbot.waitActive(page):
        page.show()
    page._jobs.drain()
    page.begin()
    return Hand(qtbot, page)


def sign(page: DepositsPage, login: str = "supervisor", key: Any = Key.Key_Return) -> None:
    """Type login and password into the dialog, and press a key there."""
    QTest.keyClicks(find(page, QLineEdit, "approverLogin"), login)
    secret = find(page, QLineEdit, "approverSecret")
    QTest.keyClicks(secret, PASSWORD)
    QTest.keyClick(secret, key)


def cells(page: DepositsPage, name: str, row: int = 0) -> list[str]:
    """What a line of a list reads."""
    model = find(page, QTableView, name).model()
    return [model.index(row, column).data() for column in range(model.columnCount())]


def count_245_50(hand: Hand, *last: str) -> None:
    """Count 245.50 by its fewest notes and coins, from the hundred down."""
    hand.enter("2", "", "2", "", "1", "", "1", "", "", "", "")
    hand.enter(*last)


@pytest.mark.req("CASH-4", "PAY-13")
def test_a_cashier_turns_in_what_was_counted_with_two_keys(
    qtbot: QtBot, page: DepositsPage, jane: Till, spoken: Spoken
) -> None:
    shift = a_closed_shift(jane)
    hand = look(qtbot, page, jane.actor)
    assert cells(page, "undepositedTable")[3:] == [
        "$245.50", "$152.25", "$297.75", "To turn in"
    ]  # fmt: skip
    hand.enter()
    hand.waits_for("finishMoney")
    assert find(page, QLineEdit, "money_10000").text() == "2"
    hand.enter()
    qtbot.waitUntil(lambda: seen(page, "takeOver"))
    assert hand.pressed == 2
    assert money(jane, shift).state is MoneyState.OFFERED
    assert "waits for a supervisor" in spoken.toasts[-1]


@pytest.mark.req("CASH-4", "AUD-2")
def test_a_supervisor_counts_it_without_a_figure_to_copy_and_signs(
    qtbot: QtBot, page: DepositsPage, jane: Till
) -> None:
    shift = a_closed_shift(jane)
    offer(jane, shift)
    hand = look(qtbot, page, jane.actor)
    hand.alt(Key.Key_A)
    hand.waits_for("finishMoney")
    assert find(page, QLineEdit, "money_10000").text() == ""
    count_245_50(hand, "152.25", "")
    hand.waits_for("approverLogin")
    assert "You counted $397.75" in text_of(page, "approverSentence")
    sign(page)
    qtbot.waitUntil(lambda: money(jane, shift).state is MoneyState.IN_CASH_ROOM)


@pytest.mark.req("CASH-4")
def test_another_count_is_refused_with_its_reason(
    qtbot: QtBot, page: DepositsPage, jane: Till
) -> None:
    shift = a_closed_shift(jane)
    offer(jane, shift)
    hand = look(qtbot, page, jane.actor)
    hand.alt(Key.Key_A)
    hand.waits_for("finishMoney")
    count_245_50(hand, "")
    hand.waits_for("approverLogin")
    sign(page)
    qtbot.waitUntil(lambda: "Count again, or refuse" in text_of(page, "approverSecretError"))
    QTest.keyClicks(find(page, QLineEdit, "refusalReason"), "no cheque")
    secret = find(page, QLineEdit, "approverSecret")
    QTest.keyClicks(secret, PASSWORD)
    QTest.keyClick(secret, Key.Key_R, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: "Refused: no cheque" in text_of(page, "depositDetail"))
    assert money(jane, shift).state is MoneyState.TO_TURN_IN


@pytest.mark.req("CASH-2", "CASH-5", "PAY-13")
def test_a_deposit_by_keys_alone_prints_its_slip(
    qtbot: QtBot, page: DepositsPage, jane: Till, boss: Till
) -> None:
    in_the_cash_room(jane)
    hand = look(qtbot, page, boss.actor)
    assert "$297.75 collected since Apr 20, 2025" in text_of(page, "undepositedTotal")
    hand.alt(Key.Key_D)
    hand.waits_for("saveDeposit")
    assert text_of(page, "depositDue") == "$145.50"
    assert find(page, QLineEdit, "kept_S-2025-00001").text() == "100.00"
    hand.enter("1", "", "2", "", "1", "", "1", "", "", "", "")
    hand.waits_for("shiftPaperTitle")
    assert text_of(page, "shiftPaperTitle") == "Deposit slip D-C07-00001"
    hand.enter()
    assert seen(page, "depositTabs")
    qtbot.waitUntil(lambda: not text_of(page, "undepositedTotal"))
    assert boss.findings() == ()


@pytest.mark.req("CASH-5")
def test_what_is_kept_and_which_shifts_go_can_be_changed(
    qtbot: QtBot, page: DepositsPage, jane: Till, boss: Till
) -> None:
    in_the_cash_room(jane)
    hand = look(qtbot, page, boss.actor)
    hand.alt(Key.Key_D)
    hand.waits_for("saveDeposit")
    kept = find(page, QLineEdit, "kept_S-2025-00001")
    kept.setText("300")
    hand.press(Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: text_of(page, "kept_S-2025-00001Error") != "")
    kept.setText("0")
    assert text_of(page, "depositDue") == "$245.50"
    assert text_of(page, "depositLeft") == "$245.50 still to count"
    find(page, QCheckBox, "deposit_S-2025-00001").setFocus()
    hand.press(Key.Key_Space)
    assert text_of(page, "depositDue") == "$0.00"
    hand.press(Key.Key_Escape)
    assert seen(page, "depositTabs")


@pytest.mark.req("CASH-5")
def test_the_banks_number_is_recorded_later(
    qtbot: QtBot, page: DepositsPage, jane: Till, boss: Till
) -> None:
    deposit(boss, in_the_cash_room(jane))
    hand = look(qtbot, page, boss.actor)
    find_tabs(page).setCurrentIndex(1)
    assert cells(page, "depositsTable")[-1] == "On its way"
    hand.alt(Key.Key_B)
    hand.enter("", "")
    qtbot.waitUntil(lambda: text_of(page, "bankNumberError") != "")
    find(page, QLineEdit, "bankNumber").setFocus()
    hand.enter("B-4711", "")
    qtbot.waitUntil(lambda: cells(page, "depositsTable")[-2:] == ["B-4711", "Booked"])
    assert boss.one(select(DepositValidated.bank_number)) == "B-4711"


@pytest.mark.req("CASH-4", "AUD-2")
def test_a_difference_is_settled_with_a_supervisors_yes(
    qtbot: QtBot, page: DepositsPage, jane: Till
) -> None:
    jane.act(lambda s: close_shift(s, 9_600, "do not know"))
    hand = look(qtbot, page, jane.actor)
    find_tabs(page).setCurrentIndex(2)
    assert cells(page, "differencesTable")[-2:] == ["$4.00", "Short"]
    hand.alt(Key.Key_S)
    hand.enter("found under the till")
    hand.waits_for("approverLogin")
    assert "$4.00 short. found under the till" in text_of(page, "approverSentence")
    sign(page)
    page._jobs.drain()
    qtbot.waitUntil(lambda: jane.store.read(open_differences, jane.actor).result() == ())


@pytest.mark.req("CASH-5")
def test_a_cheque_in_place_of_cash_is_said_before_it_is_banked(
    qtbot: QtBot, page: DepositsPage, jane: Till, boss: Till
) -> None:
    shift = a_closed_shift(jane)
    cash: Pieces = ((10_000, 2),)
    offer(jane, shift, cash=cash, cheque=((15_225, 1), (4_550, 1)))
    accept(jane, shift)
    look(qtbot, page, boss.actor)
    assert "A cheque of $45.50 lies there that nobody received" in text_of(page, "depositDetail")


@pytest.mark.req("AUD-2")
def test_who_only_reads_is_offered_nothing(
    qtbot: QtBot, page: DepositsPage, jane: Till, store: Store
) -> None:
    in_the_cash_room(jane)
    look(qtbot, page, find_person(store, "auditor"))
    assert cells(page, "undepositedTable")[-1] == "In the cash room"
    for name in ("turnIn", "takeOver", "makeDeposit", "recordBank", "settle"):
        assert not seen(page, name)


def find_tabs(page: DepositsPage) -> Any:
    """The three lists."""
    return find(page, QTabBar, "depositTabs")
