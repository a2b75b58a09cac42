"""The landing page: figures and lists as the ledger has them, and a way on where they are empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.core.ids import new_uuid7
from counterdesk.core.permissions import Actor, Role
from counterdesk.core.print_states import PrintState
from counterdesk.core.tiles import TileName
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from counterdesk.ui.tables.record_table import RecordTable
from tests.printing.counter_printers import FRONT, add_printer
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.pages.landing import landing


def _pay(store: Store, cashier: Actor, extra_minor: int = 0) -> None:
    """Pay what is left of the sample's current bill in cash."""

    def request(read: ReadSession) -> PaymentRequest:
        hit = services.consumers.find_exactly(read, "10001")
        assert hit is not None
        view = services.consumers.account_view(read, hit.consumer_id)
        charge = view.charges[0]
        share = Share(charge, charge.outstanding_minor)
        line = AccountLine(view.account, (share,), extra_minor, view.charges)
        tender = TenderGiven("cash", share.amount_minor + extra_minor)
        return PaymentRequest(new_uuid7(read.clock.now_utc()), "Walk-in", (line,), (tender,))

    wanted = store.read(request, cashier).result()
    store.write(lambda session: services.payments.take_payment(session, wanted), cashier).result()


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs, cashier: Actor) -> Iterator[DashboardPage]:
    """The page, in sight, with a shift running."""
    jobs.store.write(lambda session: services.shifts.open_shift(session, 0), cashier).result()
    page = landing(qtbot, jobs)
    qtbot.waitUntil(lambda: page.figures.tiles[TileName.COLLECTED].figure() != "")
    yield page
    jobs.finish()


@pytest.mark.req("KPI-1")
def test_tiles_count_what_was_taken(qtbot: QtBot, page: DashboardPage, cashier: Actor) -> None:
    assert page.figures.tiles[TileName.COLLECTED].figure() == "$0.00"
    assert page.figures.tiles[TileName.COLLECTION_DAYS].figure() == "\u2013"
    _pay(page._jobs.store, cashier)
    qtbot.waitUntil(lambda: page.figures.tiles[TileName.COLLECTED].figure() == "$145.50")
    assert page.figures.tiles[TileName.RECEIVED_TODAY].figure() == "$145.50"
    assert text_of(page, "kpiReceivedTodayChange").startswith("1 payment, all counters ")
    assert page.figures.tiles[TileName.COLLECTION_DAYS].figure() == "19.0 days"
    assert page.figures.month.text() == "Apr 2025"


@pytest.mark.req("VIEW-1")
def test_payments_and_credit_notes_are_listed(
    qtbot: QtBot, page: DashboardPage, cashier: Actor
) -> None:
    _pay(page._jobs.store, cashier, extra_minor=450)
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 2)
    shown = [_cell(page.payments.table, column) for column in range(7)]
    assert shown == [
        "R-5001", "John Doe · WU-10001", "$150.00", "Cash", "Apr 20, 2025", "Bill", "Posted",
    ]  # fmt: skip
    page.show_credit_notes()
    qtbot.waitUntil(lambda: page.credit_notes.table.records.rowCount() == 1)
    assert _cell(page.credit_notes.table, 0) == "CN-46129"
    assert _cell(page.credit_notes.table, 3) == "$4.50"
    assert page.credit_notes.table.isVisible()


def test_an_empty_list_says_what_to_do(qtbot: QtBot, page: DashboardPage) -> None:
    qtbot.waitUntil(lambda: "F2" in page.payments.table.empty_text)
    QTest.keyClicks(page.payments.search, "nobody")
    qtbot.waitUntil(lambda: "nobody" in page.payments.table.empty_text)
    assert "Press Esc" in page.payments.table.empty_text
    QTest.keyClick(page.payments.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 1)
    assert page.payments.search.text() == ""


def test_typing_narrows_the_list(qtbot: QtBot, page: DashboardPage, cashier: Actor) -> None:
    _pay(page._jobs.store, cashier)
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 2)
    QTest.keyClicks(page.payments.search, "r-5002")
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 0)
    page.payments.search.clear()
    QTest.keyClicks(page.payments.search, "doe")
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 2)


@pytest.mark.req("VIEW-3", "VIEW-5")
def test_enter_on_a_payment_shows_all_that_is_known_of_it(
    qtbot: QtBot, page: DashboardPage, cashier: Actor
) -> None:
    _open_newest(qtbot, page, cashier)
    _press(page, Qt.Key.Key_Escape)
    _press(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: text_of(page, "paymentViewTitle") == "Receipt R-5001")
    assert text_of(page, "paymentAmount") == "$145.50"
    with qtbot.waitSignal(page.consumer_asked):
        _press(page, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    _press(page, Qt.Key.Key_Escape)
    assert page.focusWidget() is page.payments.table


@pytest.mark.req("VIEW-3")
def test_a_receipt_is_shown_as_it_printed(
    qtbot: QtBot, page: DashboardPage, cashier: Actor, spoken: Spoken
) -> None:
    _open_newest(qtbot, page, cashier)
    qtbot.waitUntil(lambda: seen(page, "receiptShown"))
    assert text_of(page, "receiptViewTitle") == "Receipt R-5001"
    assert not find(page, QLabel, "receiptShown").pixmap().isNull()
    assert "no printer is set up" in text_of(page, "receiptNote")
    _press(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "nothing can be printed" in text_of(page, "receiptViewError"))
    _press(page, Qt.Key.Key_Escape)
    assert page.focusWidget() is page.payments.table
    assert not seen(page, "receiptShown")
    assert (spoken.asked, spoken.told, spoken.toasts) == ([], [], [])


@pytest.mark.req("RCT-3")
def test_a_copy_of_an_old_receipt_is_one_key_away(
    qtbot: QtBot, page: DashboardPage, cashier: Actor, spoken: Spoken
) -> None:
    _open_newest(qtbot, page, cashier)
    qtbot.waitUntil(lambda: seen(page, "copyReceipt"))
    page._jobs.store.write(_print_all).result()
    _press(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: spoken.toasts == ["A copy is on its way to the printer."])


@pytest.mark.req("VIEW-3")
def test_a_payment_of_another_counter_tells_its_facts(qtbot: QtBot, page: DashboardPage) -> None:
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 1)
    _open_first(page)
    assert text_of(page, "receiptViewTitle") == "Receipt R-4403"
    assert "another counter" in text_of(page, "receiptNote")
    told = {label.text() for label in page.findChildren(QLabel) if label.isVisible()}
    assert {"John Doe · WU-10001", "Mar 14, 2025", "Bill", "Cash", "$138.75", "Posted"} <= told
    assert not seen(page, "copyReceipt")
    assert not seen(page, "receiptShown")


def test_who_may_not_print_is_shown_the_receipt_alone(
    qtbot: QtBot, page: DashboardPage, cashier: Actor
) -> None:
    page._jobs.actor = Actor(cashier.user_id, "Demo Auditor", Role.AUDITOR)
    _open_newest(qtbot, page, cashier)
    qtbot.waitUntil(lambda: seen(page, "receiptShown"))
    assert not seen(page, "copyReceipt")


def test_no_letter_typed_over_a_receipt_begins_a_payment(
    qtbot: QtBot, page: DashboardPage, cashier: Actor
) -> None:
    _open_newest(qtbot, page, cashier)
    qtbot.waitUntil(lambda: seen(page, "receiptShown"))
    with qtbot.assertNotEmitted(page.typed):
        QTest.keyClicks(page.focusWidget() or page, "7")
    page.show_payments()
    assert seen(page, "paymentsTable")


@pytest.mark.req("KPI-1")
def test_tiles_and_list_say_whose_payments_they_count(qtbot: QtBot, page: DashboardPage) -> None:
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 1)
    assert _cell(page.payments.table, 0) == "R-4403"
    said = text_of(page, "dashboardWhereFrom")
    assert said == "All counters; the others as of Apr 20, 2025 10:00."
    assert "all counters" in text_of(page, "kpiReceivedTodayChange")


def test_a_click_on_a_title_sorts_and_stays_when_read_anew(
    qtbot: QtBot, page: DashboardPage, cashier: Actor
) -> None:
    for _time in range(2):
        _pay(page._jobs.store, cashier)
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 3)
    assert _cell(page.payments.table, 0) == "R-5002"
    page.payments.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: _cell(page.payments.table, 2) == "$152.25")
    page.refresh()
    page._jobs.drain()
    assert _cell(page.payments.table, 2) == "$152.25"


def test_record_payment_is_one_press_away(qtbot: QtBot, page: DashboardPage) -> None:
    page.begin()
    with qtbot.waitSignal(page.record_payment_asked):
        QTest.keyClick(page.record, Qt.Key.Key_Space)


def test_enter_on_record_payment_takes_one(qtbot: QtBot, page: DashboardPage) -> None:
    page.begin()
    with qtbot.waitSignal(page.record_payment_asked):
        QTest.keyClick(page.record, Qt.Key.Key_Return)


def test_arrow_down_leads_from_the_search_into_the_list(
    qtbot: QtBot, page: DashboardPage, cashier: Actor
) -> None:
    _pay(page._jobs.store, cashier)
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 2)
    page.show_payments()
    QTest.keyClick(page.payments.search, Qt.Key.Key_Down)
    assert page.focusWidget() is page.payments.table
    assert page.payments.table.currentIndex().row() == 0


def _open_newest(qtbot: QtBot, page: DashboardPage, cashier: Actor) -> None:
    """Take a payment, and ask for its receipt."""
    _pay(page._jobs.store, cashier)
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 2)
    _open_first(page)


def _open_first(page: DashboardPage) -> None:
    page.payments.table.setFocus()
    page.payments.table.selectRow(0)
    _press(page, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)


def _press(
    page: DashboardPage,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    QTest.keyClick(page.focusWidget() or page, key, modifier)


def _print_all(session: Session) -> None:
    add_printer(session)
    job = services.print_jobs.next_print_job(session, FRONT)
    assert job is not None
    services.print_jobs.note_print_state(session, job.job_id, PrintState.PRINTED)


def _cell(table: RecordTable, column: int) -> str:
    return str(table.records.index(0, column).data())
