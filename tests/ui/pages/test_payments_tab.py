"""All payments: some hundred of them, read, sorted, filtered and acted on with keys and clicks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from counterdesk.core.list_filter import ListFilter
from counterdesk.core.permissions import Actor, Role
from counterdesk.services.shifts import current_shift, open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.widgets.chips import Chip
from tests.services.towns import TODAY, fill, person
from tests.services.visits import Given, Visits
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.pages.landing import ALT, CTRL, Key, chips, landing, press, typed

TOLD, OWN = 420, 12
_METHODS = ("Cash", "Card", "Card + Cash")


def told() -> Iterator[PastPaymentFacts]:
    for number in range(TOLD):
        yield PastPaymentFacts(
            UUID(int=number + 1), f"R-{7_000 + number}", TODAY - timedelta(number // 10),
            "Bill", _METHODS[number % 3], 1_000 + (number * 37) % 500,
            "Voided" if number == 5 else "Posted",
            f"PAY-{number}", f"TXN-{number}", "Walk-in", "C01", "Ann Ash", "José Roe", "WU-10002",
        )  # fmt: skip


@pytest.fixture
def store(store: Store, cashier: Actor) -> Store:
    fill(store, AccountFacts(person(2, "José Roe"), payments=tuple(told())))
    store.write(lambda session: take(session, OWN), cashier).result()
    return store


def take(session: Session, count: int) -> None:
    shift = open_shift(session, 0)
    visits = Visits(session, shift.id)
    for _time in range(count):
        visits.add(Given(14_550))


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs) -> Iterator[DashboardPage]:
    """The landing page, in sight, with the focus on the list."""
    page = landing(qtbot, jobs)
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() > 0)
    page.payments.table.setFocus()
    yield page
    jobs.finish()


@pytest.fixture
def table(page: DashboardPage) -> PagedTable:
    return page.payments.table


def receipts(table: PagedTable) -> list[str]:
    return [line.receipt_number for line in table.records.records]


@pytest.mark.req("VIEW-3", "VIEW-4")
def test_moving_down_reads_on_until_every_payment_was_seen_once(
    page: DashboardPage, table: PagedTable
) -> None:
    assert table.records.rowCount() < TOLD
    while table.currentIndex().row() < table.records.rowCount() - 1:
        press(page, Key.Key_PageDown)
    assert len(receipts(table)) == len(set(receipts(table))) == TOLD + OWN
    days = [line.business_date for line in table.records.records]
    assert days == sorted(days, reverse=True)


@pytest.mark.req("VIEW-4")
def test_end_and_home_lead_to_the_ends_of_the_whole_list(
    page: DashboardPage, table: PagedTable
) -> None:
    newest = receipts(table)[0]
    press(page, Key.Key_End)
    assert table.record().receipt_number == "R-7410"
    assert table.records.rowCount() < TOLD
    while table.records.more_before:
        press(page, Key.Key_PageUp)
    assert len(receipts(table)) == len(set(receipts(table))) == TOLD + OWN
    press(page, Key.Key_Home)
    assert table.record().receipt_number == newest


@pytest.mark.req("VIEW-4")
def test_reading_on_upwards_leaves_what_is_in_sight_where_it_is(
    page: DashboardPage, table: PagedTable
) -> None:
    press(page, Key.Key_End)
    grew = 0
    while table.records.more_before:
        QTest.keyClick(table, Key.Key_PageUp)
        before, here = len(receipts(table)), table.record().receipt_number
        place = table.place_of(table.currentIndex().row())
        page._jobs.drain()
        grew += len(receipts(table)) > before
        assert table.record().receipt_number == here
        assert table.place_of(table.currentIndex().row()) == place
    assert grew


@pytest.mark.parametrize("downs", [4, 60, 250])
def test_facts_that_arrive_move_neither_the_cursor_nor_its_row(
    page: DashboardPage, table: PagedTable, cashier: Actor, downs: int
) -> None:
    press(page, *[Key.Key_Down] * downs)
    here, place = table.record().receipt_number, table.place_of(table.currentIndex().row())
    newest = receipts(table)[0]
    page._jobs.store.write(_take_one, cashier).result()
    page.refresh()
    page._jobs.drain()
    assert table.record().receipt_number == here
    assert table.place_of(table.currentIndex().row()) == place
    assert text_of(page, "paymentsSum").startswith(f"{TOLD + OWN + 1} payments")
    press(page, Key.Key_Home)
    assert receipts(table)[0] != newest
    assert table.records.records[1].receipt_number == newest


def test_who_looks_at_the_newest_sees_the_next_one_come(
    page: DashboardPage, table: PagedTable, cashier: Actor
) -> None:
    page.payments.search.setFocus()
    newest = receipts(table)[0]
    page._jobs.store.write(_take_one, cashier).result()
    page.refresh()
    page._jobs.drain()
    assert table.rowAt(0) == 0
    assert receipts(table).index(newest) == 1


def test_facts_that_arrive_while_a_filter_is_looked_up_do_not_cut_its_list(
    page: DashboardPage, table: PagedTable
) -> None:
    press(page, *[Key.Key_PageDown] * 20)
    assert table.seen_rows()[0] > 100
    page.payments.filter.show_filter(ListFilter(values={"method": ("Card",)}))
    page.refresh()
    page._jobs.drain()
    assert table.seen_rows()[0] == 0
    assert receipts(table)[0] == "R-7008"
    assert not table.records.more_before


def test_what_came_while_credit_notes_were_in_sight_is_there_on_the_way_back(
    page: DashboardPage, table: PagedTable, cashier: Actor
) -> None:
    newest = receipts(table)[0]
    page.show_credit_notes()
    page._jobs.store.write(_take_one, cashier).result()
    page.refresh()
    page._jobs.drain()
    assert receipts(table)[0] == newest
    page.show_payments()
    page._jobs.drain()
    assert receipts(table)[1] == newest


@pytest.mark.req("VIEW-4")
def test_a_title_that_is_clicked_sorts_all_payments_both_ways(
    page: DashboardPage, table: PagedTable
) -> None:
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(2) + 30, header.height() // 2)
    amounts = []
    for _time in range(2):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        page._jobs.drain()
        amounts.append(table.records.records[0].amount_minor)
    assert amounts == [1_000, 14_550]
    press(page, Key.Key_End)
    assert table.record().amount_minor == 1_000
    assert header.sortIndicatorSection() == 2


@pytest.mark.req("VIEW-4")
def test_alt_and_a_digit_sort_by_that_column(page: DashboardPage, table: PagedTable) -> None:
    press(page, Key.Key_1, with_key=ALT)
    assert len({len(number) for number in receipts(table)}) == 1
    assert receipts(table) == sorted(receipts(table))
    press(page, Key.Key_1, with_key=ALT)
    assert receipts(table)[0] == "R-7419"


@pytest.mark.req("VIEW-4")
def test_filters_are_chosen_with_keys_and_stand_as_chips(
    page: DashboardPage, table: PagedTable
) -> None:
    press(page, Key.Key_F, with_key=CTRL)
    press(page, Key.Key_Down, Key.Key_Right, Key.Key_Down, Key.Key_Space)
    assert chips(page.payments.filter) == ["Method: Card"]
    assert {line.method for line in table.records.records} == {"Card", "Card + Cash"}
    press(page, Key.Key_Left, Key.Key_Down, Key.Key_Return, Key.Key_Down)
    press(page, *[Key.Key_Down] * 3, Key.Key_Space)
    assert chips(page.payments.filter) == ["Method: Card", "Status: Voided"]
    assert text_of(page, "paymentsSum").startswith("1 payment, $")
    press(page, Key.Key_Escape)
    assert page.focusWidget() is table
    press(page, Key.Key_Escape)
    assert chips(page.payments.filter) == []
    assert text_of(page, "paymentsSum").startswith(f"{TOLD + OWN} payments, $")


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize(
    ("column", "value", "count"),
    [
        ("method", "Cash", 292), ("status", "Voided", 1), ("type", "Service", 0),
        ("channel", "Online", 0), ("counter", "C01", TOLD), ("cashier", "Ann Ash", TOLD),
    ],
)  # fmt: skip
def test_each_filter_lets_through_what_it_says(
    page: DashboardPage, column: str, value: str, count: int
) -> None:
    page.payments.filter.show_filter(ListFilter(values={column: (value,)}))
    page._jobs.drain()
    assert text_of(page, "paymentsSum").startswith(f"{count} payment")


@pytest.mark.req("VIEW-4")
def test_each_chip_is_taken_away_with_delete_or_its_cross(page: DashboardPage) -> None:
    _filter_card(page)
    press(page, Key.Key_Left, Key.Key_Down, Key.Key_Right, Key.Key_Space, Key.Key_Escape)
    assert len(chips(page.payments.filter)) == 2
    find(page, Chip, "methodChip").setFocus()
    press(page, Key.Key_Delete)
    assert chips(page.payments.filter) == ["Status: Posted"]
    chip = find(page, Chip, "statusChip")
    assert chip.hasFocus()
    cross = QPoint(chip.width() - 12, chip.height() // 2)
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=cross)
    page._jobs.drain()
    assert chips(page.payments.filter) == []


def test_a_chip_opens_the_choice_it_stands_for(page: DashboardPage) -> None:
    _filter_card(page)
    press(page, Key.Key_Escape)
    QTest.mouseClick(find(page, Chip, "methodChip"), Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    page._jobs.drain()
    assert seen(page, "methodChoices")
    press(page, Key.Key_Up, Key.Key_Space)
    assert chips(page.payments.filter) == ["Method: Cash, Card"]


@pytest.mark.req("VIEW-4")
def test_a_date_that_is_none_is_refused_in_words_beside_it(
    page: DashboardPage, table: PagedTable
) -> None:
    press(page, Key.Key_F, with_key=CTRL)
    panel = find(page, QWidget, "paymentsFilterPanel")
    first, last = (find(panel, QWidget, name) for name in ("daysFirst", "daysLast"))
    first.setFocus()
    typed(page, "soon")
    press(page, Key.Key_Return)
    assert "Enter a date such as" in text_of(panel, "daysFirstError")
    assert chips(page.payments.filter) == []
    press(page, Key.Key_A, with_key=CTRL)
    typed(page, "2025-04-18")
    last.setFocus()
    typed(page, "2025-04-17")
    press(page, Key.Key_Return)
    assert text_of(panel, "daysLastError") == "This is before the first day."
    press(page, Key.Key_A, with_key=CTRL)
    typed(page, "4/19/25")
    press(page, Key.Key_Return)
    assert chips(page.payments.filter) == ["Date: Apr 18, 2025 \u2013 Apr 19, 2025"]
    days = {line.business_date for line in table.records.records}
    assert days == {TODAY - timedelta(1), TODAY - timedelta(2)}


@pytest.mark.req("VIEW-4")
def test_usual_days_are_two_keys_away(page: DashboardPage, table: PagedTable) -> None:
    press(page, Key.Key_F, with_key=CTRL)
    press(page, Key.Key_Right, Key.Key_Down, Key.Key_Down)
    assert chips(page.payments.filter) == ["Date: Yesterday"]
    assert {line.business_date for line in table.records.records} == {TODAY - timedelta(1)}


@pytest.mark.req("VIEW-4")
def test_amounts_are_filtered_from_and_to(page: DashboardPage, table: PagedTable) -> None:
    press(page, Key.Key_F, with_key=CTRL)
    press(page, Key.Key_End, Key.Key_Right)
    typed(page, "14")
    assert chips(page.payments.filter) == ["Amount: from $14.00"]
    press(page, Key.Key_Tab)
    typed(page, "12")
    panel = find(page, QWidget, "paymentsFilterPanel")
    assert text_of(panel, "mostAmountError") == "This is less than the first amount."
    press(page, Key.Key_A, with_key=CTRL)
    typed(page, "14.50")
    assert chips(page.payments.filter) == ["Amount: $14.00 \u2013 $14.50"]
    amounts = [line.amount_minor for line in table.records.records]
    assert amounts
    assert all(1_400 <= minor <= 1_450 for minor in amounts)
    press(page, Key.Key_Escape)
    assert not panel.isVisible()
    assert len(chips(page.payments.filter)) == 1


@pytest.mark.req("VIEW-4")
def test_a_filter_is_kept_by_a_name_chosen_again_and_forgotten(
    page: DashboardPage, table: PagedTable
) -> None:
    _filter_card(page)
    press(page, Key.Key_Escape)
    press(page, Key.Key_D, with_key=CTRL)
    typed(page, "Cards")
    press(page, Key.Key_Return, Key.Key_Escape, Key.Key_Escape)
    assert chips(page.payments.filter) == []
    press(page, Key.Key_D, with_key=CTRL)
    press(page, Key.Key_Return)
    assert chips(page.payments.filter) == ["Method: Card"]
    assert page.focusWidget() is table
    press(page, Key.Key_D, with_key=CTRL)
    press(page, Key.Key_Delete)
    assert not seen(page, "paymentsSaved")
    press(page, Key.Key_Escape, Key.Key_Escape)
    press(page, Key.Key_D, with_key=CTRL)
    assert not seen(page, "savedName")  # nothing is left out: nothing to keep
    press(page, Key.Key_Escape)
    assert not seen(page, "paymentsSavedPanel")
    assert page.focusWidget() is table


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize(("key", "name"), [(Key.Key_F, "FilterPanel"), (Key.Key_D, "SavedPanel")])
def test_what_opens_over_a_low_window_is_whole(
    page: DashboardPage, key: Key, name: str, table: PagedTable
) -> None:
    page.resize(960, 580)
    press(page, key, with_key=CTRL)
    panel = find(page, QWidget, f"payments{name}")
    assert panel.geometry().top() > 0
    assert page.rect().contains(panel.geometry())
    assert table.isVisible()


@pytest.mark.req("VIEW-3")
def test_a_name_that_is_clicked_asks_for_the_consumer_and_a_number_for_the_details(
    qtbot: QtBot, page: DashboardPage, table: PagedTable
) -> None:
    asked: list[object] = []
    page.consumer_asked.connect(asked.append)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=_cell_at(table, 0, 1, 300))
    assert asked == []
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=_cell_at(table, 0, 1, 30))
    press(page, Key.Key_U, with_key=CTRL)
    assert asked == [table.records.records[0].consumer_id] * 2
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=_cell_at(table, 0, 0, 30))
    page._jobs.drain()
    assert seen(page, "paymentViewTitle")


@pytest.mark.req("VIEW-3")
@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.CASHIER, {"Create credit note", "Void or reverse", "Raise dispute"}),
        (Role.AUDITOR, set()),
    ],
)
def test_the_menu_offers_what_role_and_payment_allow(
    page: DashboardPage, table: PagedTable, cashier: Actor, role: Role, offered: set[str]
) -> None:
    page._jobs.actor = Actor(cashier.user_id, cashier.name, role)
    offered = offered | {"View details", "View receipt", "Open consumer"}
    own = [line.counter == page._jobs.store.counter.code for line in table.records.records]
    assert _menu(page, table, own.index(False)) == offered
    here = {"Print a copy", "Correct"} if role is Role.CASHIER else set()
    assert _menu(page, table, own.index(True)) == offered | here
    status = [line.status for line in table.records.records]
    voided = _menu(page, table, status.index("Voided"))
    doubted = {"Raise dispute"} if role is Role.CASHIER else set()
    assert voided == {"View details", "View receipt", "Open consumer"} | doubted


@pytest.mark.req("VIEW-3")
def test_the_menu_key_and_its_button_open_the_menu_beneath_the_row(
    page: DashboardPage, table: PagedTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[QMenu, QPoint]] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, place: opened.append((menu, place)))
    press(page, Key.Key_Down)
    QTest.mouseClick(find(page, QWidget, "paymentsMore"), Qt.MouseButton.LeftButton)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    QApplication.sendEvent(table, asked)
    row = table.visualRect(table.currentIndex())
    beneath = table.viewport().mapToGlobal(row.bottomLeft())
    assert [place.y() for _menu, place in opened] == [beneath.y()] * 2
    first = opened[0][0].actions()[0]
    assert first.text() == "View details\tEnter"
    first.trigger()
    page._jobs.drain()
    assert seen(page, "paymentViewTitle")


@pytest.mark.req("VIEW-3")
def test_more_columns_are_ticked_and_stand_in_the_list_at_once(
    page: DashboardPage, table: PagedTable
) -> None:
    assert table.shown_columns()[-1] == "status"
    press(page, Key.Key_T, with_key=CTRL)
    press(page, Key.Key_Down, Key.Key_Space, Key.Key_Down, Key.Key_Space)
    assert table.shown_columns()[-2:] == ("channel", "counter")
    press(page, Key.Key_Escape)
    assert page.focusWidget() is table


def test_one_card_at_a_time_floats_above_the_list(page: DashboardPage, table: PagedTable) -> None:
    press(page, Key.Key_F, with_key=CTRL)
    press(page, Key.Key_T, with_key=CTRL)
    assert seen(page, "paymentsTableColumnsPanel")
    assert not seen(page, "paymentsFilterPanel")
    press(page, Key.Key_Escape)
    assert page.focusWidget() is table
    press(page, Key.Key_F, with_key=CTRL)
    QTest.mouseClick(page.payments.search, Qt.MouseButton.LeftButton)
    assert not seen(page, "paymentsFilterPanel")


@pytest.mark.req("VIEW-4")
def test_where_none_match_the_list_names_what_leaves_them_out(
    page: DashboardPage, table: PagedTable
) -> None:
    _filter_card(page)
    press(page, Key.Key_Escape)
    page.payments.begin()
    typed(page, "zz")
    said = table.empty_text
    assert said == (
        'No payment matches. Search: "zz"; Method: Card. Press Esc to see all payments again.'
    )
    press(page, Key.Key_Escape)
    assert table.records.rowCount()


def _filter_card(page: DashboardPage) -> None:
    press(page, Key.Key_F, with_key=CTRL)
    press(page, Key.Key_Down, Key.Key_Right, Key.Key_Down, Key.Key_Space)


def _take_one(session: Session) -> None:
    shift = current_shift(session)
    assert shift is not None
    visits = Visits(session, shift.id)
    visits.count = OWN
    visits.add(Given(14_550))


def _cell_at(table: PagedTable, row: int, column: int, right: int) -> QPoint:
    cell = table.visualRect(table.records.index(row, column))
    return QPoint(cell.left() + right, cell.center().y())


def _menu(page: DashboardPage, table: PagedTable, row: int) -> set[str]:
    table.selectRow(row)
    menu = page.payments.row_actions.menu_of(table.record())
    return {action.text().split("\t")[0] for action in menu.actions()}


@pytest.mark.req("VIEW-6")
def test_what_is_listed_is_exported_in_its_order(
    qtbot: QtBot, page: DashboardPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    spoken: Spoken,
) -> None:  # fmt: skip
    path = tmp_path / "cards.csv"
    monkeypatch.setattr(messages, "save_as", lambda *_asked: str(path))
    _filter_card(page)
    press(page, Key.Key_Escape)
    press(page, Key.Key_1, with_key=ALT)
    press(page, Key.Key_E, with_key=CTRL)
    qtbot.waitUntil(lambda: bool(spoken.toasts))
    text = path.read_text(encoding="utf-8-sig")
    lines = [line for line in text.splitlines() if "R-7" in line]
    assert len(lines) == 280
    assert "R-7001" in lines[0]
    assert "R-7419" in lines[-1]


def test_esc_gives_up_the_export_and_leaves_the_filter(
    qtbot: QtBot, page: DashboardPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    spoken: Spoken,
) -> None:  # fmt: skip
    monkeypatch.setattr(messages, "save_as", lambda *_asked: str(tmp_path / "cards.csv"))
    _filter_card(page)
    press(page, Key.Key_Escape)
    QTest.keyClick(page.focusWidget(), Key.Key_E, CTRL)
    QTest.keyClick(page.focusWidget(), Key.Key_Escape)
    qtbot.waitUntil(lambda: spoken.toasts == ["Cancelled: cards.csv was not written."])
    assert list(tmp_path.glob("cards*")) == []
    assert chips(page.payments.filter) == ["Method: Card"]
