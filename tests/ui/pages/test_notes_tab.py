"""All credit notes: those of every counter, searched, filtered, sorted and acted on with keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor, Role
from counterdesk.services.shifts import open_shift
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastCreditFacts, PastPaymentFacts
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from counterdesk.ui.tables.paged_table import PagedTable
from tests.services.towns import TODAY, fill, person
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.pages.landing import ALT, CTRL, Key, chips, landing, press, typed

TOLD = 260
PAYMENT = UUID(int=77)


def told(number: int) -> PastCreditFacts:
    """Every tenth is used up, and of every tenth a half; one in five is of no payment."""
    amount, linked = 1_000 + number, number % 5 != 0
    return PastCreditFacts(
        UUID(int=500 + number), f"CN-{2_000 + number}", amount,
        {1: 0, 2: 500}.get(number % 10, amount), "Applied" if number % 10 == 1 else "Active",
        "manual", "Overpayment" if number % 2 else "Other", "", TODAY - timedelta(number // 4),
        TODAY + timedelta(365), None, "", f"R-{7_000 + number}" if linked else "", "Ann Ash",
        None, "Sam Super",
    )  # fmt: skip


@pytest.fixture
def store(store: Store, cashier: Actor) -> Store:
    notes = [told(number) for number in range(TOLD)]
    paid = PastPaymentFacts(PAYMENT, "R-7001", TODAY, "Bill", "Cash", 5_000, counter="C01")
    fill(
        store,
        AccountFacts(person(2, "José Roe"), payments=(paid,), credits=tuple(notes[1::2])),
        AccountFacts(person(3, "Mary Major"), credits=tuple(notes[::2])),
    )
    store.write(lambda session: open_shift(session, 0), cashier).result()
    return store


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs) -> Iterator[DashboardPage]:
    """The landing page at its credit notes, with the focus on the list."""
    page = landing(qtbot, jobs)
    page.show_credit_notes()
    qtbot.waitUntil(lambda: page.credit_notes.table.records.rowCount() > 0)
    press(page, Key.Key_Down)
    yield page
    jobs.finish()


@pytest.fixture
def table(page: DashboardPage) -> PagedTable:
    return page.credit_notes.table


def numbers(table: PagedTable) -> list[str]:
    return [line.number for line in table.records.records]


def choose_part(page: DashboardPage, place: int) -> None:
    """Open the filter and enter one of its parts."""
    press(page, Key.Key_F, with_key=CTRL)
    press(page, Key.Key_Home, *[Key.Key_Down] * place, Key.Key_Right)


@pytest.mark.req("CN-6")
def test_every_note_is_listed_with_all_that_a_line_tells(
    page: DashboardPage, table: PagedTable
) -> None:
    assert page.focusWidget() is table
    shown = [table.records.index(0, column).data() for column in range(8)]
    assert shown == [
        "CN-2003", "José Roe \u00b7 WU-10002", "$10.03", "$10.03", "Overpayment", "Active",
        "Apr 20, 2025", "R-7003",
    ]  # fmt: skip
    while table.currentIndex().row() < table.records.rowCount() - 1:
        press(page, Key.Key_PageDown)
    assert len(numbers(table)) == len(set(numbers(table))) == TOLD
    assert text_of(page, "creditNotesSum").startswith(f"{TOLD} credit notes, $")


@pytest.mark.req("CN-6")
@pytest.mark.parametrize(
    ("text", "count"),
    [("mary", 130), ("jose wu-1000", 130), ("cn-2111", 1), ("r-711", 8), ("nobody", 0)],
)
def test_notes_are_searched_by_number_consumer_account_and_receipt(
    page: DashboardPage, table: PagedTable, text: str, count: int
) -> None:
    page.show_credit_notes()
    typed(page, text)
    assert text_of(page, "creditNotesSum").startswith(f"{count} credit note")
    if not count:
        assert table.empty_text.startswith('No credit note matches. Search: "nobody".')
    press(page, Key.Key_Escape)
    assert text_of(page, "creditNotesSum").startswith(f"{TOLD} credit notes")


@pytest.mark.req("CN-6")
def test_status_reason_and_what_is_left_are_ticked_with_keys(
    page: DashboardPage, table: PagedTable
) -> None:
    choose_part(page, 0)
    press(page, *[Key.Key_Down] * 2, Key.Key_Space, Key.Key_Escape)
    assert chips(page.credit_notes.filter) == ["Status: Applied"]
    assert text_of(page, "creditNotesSum").startswith("26 credit notes, ")
    press(page, Key.Key_Escape)
    choose_part(page, 4)
    press(page, Key.Key_Down, Key.Key_Space, Key.Key_Escape)
    assert chips(page.credit_notes.filter) == ["Remaining: Partly used"]
    assert {line.remaining_minor for line in table.records.records} == {500}
    choose_part(page, 2)
    press(page, Key.Key_Space, Key.Key_Escape)
    assert set(chips(page.credit_notes.filter)) == {"Reason: Overpayment", "Remaining: Partly used"}
    assert text_of(page, "creditNotesSum").startswith("0 credit notes")


@pytest.mark.req("CN-6")
def test_a_consumer_is_found_while_one_types_and_taken_with_enter(
    qtbot: QtBot, page: DashboardPage, table: PagedTable
) -> None:
    choose_part(page, 3)
    assert page.focusWidget().objectName() == "filterConsumer"
    typed(page, "mary")
    picker = page.credit_notes.filter._panel.pickers["consumer"]
    qtbot.waitUntil(lambda: picker.found.count() == 1)  # type: ignore[attr-defined]
    press(page, Key.Key_Return, Key.Key_Escape)
    assert chips(page.credit_notes.filter) == ["Consumer: Mary Major \u00b7 WU-10003"]
    assert {line.consumer_name for line in table.records.records} == {"Mary Major"}
    choose_part(page, 3)
    press(page, Key.Key_A, with_key=CTRL)
    press(page, Key.Key_Delete)
    assert chips(page.credit_notes.filter) == []


@pytest.mark.req("CN-6")
def test_notes_are_filtered_by_their_payment_or_for_having_none(page: DashboardPage) -> None:
    choose_part(page, 5)
    typed(page, "71")
    assert chips(page.credit_notes.filter) == ["Linked payment: 71"]
    assert text_of(page, "creditNotesSum").startswith("81 credit notes")
    press(page, Key.Key_Tab, Key.Key_Space)
    assert chips(page.credit_notes.filter) == ["Linked payment: none"]
    assert text_of(page, "creditNotesSum").startswith("52 credit notes")


@pytest.mark.req("CN-6")
def test_days_and_amounts_narrow_the_list(page: DashboardPage, table: PagedTable) -> None:
    choose_part(page, 1)
    press(page, Key.Key_Down, Key.Key_Escape)
    assert chips(page.credit_notes.filter) == ["Created: Today"]
    assert {line.created_on for line in table.records.records} == {TODAY}
    press(page, Key.Key_Escape)
    choose_part(page, 6)
    typed(page, "12.50")
    assert chips(page.credit_notes.filter) == ["Amount: from $12.50"]
    assert len(numbers(table)) == 10


@pytest.mark.req("CN-6")
def test_a_click_on_a_title_sorts_all_notes(page: DashboardPage, table: PagedTable) -> None:
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(3) + 30, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    page._jobs.drain()
    assert table.records.records[0].remaining_minor == 0
    press(page, Key.Key_1, with_key=ALT)
    assert numbers(table)[0] == "CN-2000"
    press(page, Key.Key_End)
    assert table.record().number == f"CN-{2_000 + TOLD - 1}"


@pytest.mark.req("CN-6")
def test_the_menu_of_a_row_names_what_can_be_done_with_its_keys(
    page: DashboardPage, table: PagedTable
) -> None:
    assert find(page, QWidget, "creditNotesMore").isEnabled()
    menu = page.credit_notes.row_actions.menu_of(table.record())
    assert [action.text() for action in menu.actions()] == [
        "View details\tEnter", "Print\tCtrl+P", "View paper\tCtrl+R", "Download PDF\tCtrl+S",
        "Open payment\tCtrl+J", "Open consumer\tCtrl+U",
    ]  # fmt: skip
    page._jobs.actor = Actor(UUID(int=1), "Auditor", Role.AUDITOR)
    unlinked = next(one for one in table.records.records if not one.receipt_number)
    rest = [action.text() for action in page.credit_notes.row_actions.menu_of(unlinked).actions()]
    assert [text.partition("\t")[0] for text in rest] == [
        "View details", "View paper", "Open consumer",
    ]  # fmt: skip


@pytest.mark.req("CN-6", "RCT-4")
def test_the_paper_is_looked_at_and_left_with_escape(
    qtbot: QtBot, page: DashboardPage, table: PagedTable
) -> None:
    press(page, Key.Key_R, with_key=CTRL)
    qtbot.waitUntil(lambda: seen(page, "creditPaper"))
    assert text_of(page, "creditPaperViewTitle") == "Credit note CN-2003"
    assert "The stamp is set when it is printed" in text_of(page, "creditPaperWords")
    press(page, Key.Key_Escape)
    assert page.focusWidget() is table


@pytest.mark.req("CN-6")
def test_a_note_is_printed_and_saved_from_its_row(
    qtbot: QtBot, page: DashboardPage, spoken: Spoken, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    target = tmp_path / "note.pdf"
    monkeypatch.setattr(messages, "save_as", lambda *_args: str(target))
    press(page, Key.Key_P, with_key=CTRL)
    qtbot.waitUntil(lambda: spoken.toasts == ["The credit note is on its way to the printer."])
    press(page, Key.Key_S, with_key=CTRL)
    qtbot.waitUntil(target.exists)
    assert target.read_bytes().startswith(b"%PDF")


@pytest.mark.req("CN-7")
def test_details_lead_to_the_payment_and_to_the_consumer_and_back(
    qtbot: QtBot, page: DashboardPage, table: PagedTable
) -> None:
    table.selectRow(numbers(table).index("CN-2001"))
    press(page, Key.Key_Return)
    qtbot.waitUntil(lambda: seen(page, "creditPayment"))
    with qtbot.waitSignal(page.consumer_asked) as asked:
        press(page, Key.Key_U, with_key=CTRL)
    assert asked.args == [UUID(int=2)]
    press(page, Key.Key_J, with_key=CTRL)
    qtbot.waitUntil(lambda: text_of(page, "paymentViewTitle") == "Receipt R-7001")
    press(page, Key.Key_Escape)
    assert text_of(page, "creditNoteViewTitle") == "Credit note CN-2001"
    press(page, Key.Key_Escape)
    assert page.focusWidget() is table


@pytest.mark.req("CN-6")
def test_a_number_that_is_clicked_opens_its_note_and_a_receipt_its_payment(
    qtbot: QtBot, page: DashboardPage, table: PagedTable
) -> None:
    row = numbers(table).index("CN-2001")
    _click(table, row, 0)
    qtbot.waitUntil(lambda: text_of(page, "creditNoteViewTitle") == "Credit note CN-2001")
    press(page, Key.Key_Escape)
    _click(table, row, 7)
    qtbot.waitUntil(lambda: text_of(page, "paymentViewTitle") == "Receipt R-7001")
    press(page, Key.Key_Escape)
    assert seen(page, "creditNotesTable")


@pytest.mark.req("CN-6", "VIEW-6")
def test_what_is_listed_is_exported_in_its_order(
    qtbot: QtBot, page: DashboardPage, spoken: Spoken, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    target = tmp_path / "notes.csv"
    monkeypatch.setattr(messages, "save_as", lambda *_args: str(target))
    choose_part(page, 4)
    press(page, Key.Key_Down, Key.Key_Space, Key.Key_Escape)
    press(page, Key.Key_E, with_key=CTRL)
    qtbot.waitUntil(lambda: spoken.toasts == ["26 rows are in notes.csv."])
    lines = [line for line in target.read_text("utf-8-sig").splitlines() if "CN-2" in line]
    assert [line.partition(",")[0] for line in lines[:2]] == ["CN-2002", "CN-2012"]
    assert "Mary Major" in lines[0]


def test_a_payment_that_is_not_known_any_more_is_told_so(
    qtbot: QtBot, page: DashboardPage, spoken: Spoken
) -> None:
    press(page, Key.Key_J, with_key=CTRL)
    qtbot.waitUntil(lambda: spoken.told == ["This payment is not known here any more."])


def test_an_empty_list_says_how_notes_come_about(
    qtbot: QtBot, page: DashboardPage, table: PagedTable, store: Store
) -> None:
    fill(store, AccountFacts(person(2, "José Roe")))
    page.refresh()
    qtbot.waitUntil(lambda: table.records.rowCount() == 0)
    assert table.empty_text.startswith("No credit notes yet. Paying more than is due makes one")
    nothing = "0 credit notes, $0.00, remaining $0.00"
    qtbot.waitUntil(lambda: text_of(page, "creditNotesSum") == nothing)


def _click(table: PagedTable, row: int, column: int) -> None:
    cell = table.visualRect(table.records.index(row, column))
    table.scrollTo(table.records.index(row, column))
    cell = table.visualRect(table.records.index(row, column))
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=cell.topLeft() + QPoint(24, 12)
    )
    QApplication.processEvents()
