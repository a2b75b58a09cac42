"""The landing page: figures and lists as the ledger has them, and a way on where they are empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.core.ids import new_uuid7
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from counterdesk.ui.tables.record_table import RecordTable
from tests.ui.conftest import Spoken
from tests.ui.find import text_of


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
    page = DashboardPage(jobs)
    qtbot.addWidget(page)
    page.resize(1152, 794)
    page.show()
    qtbot.waitUntil(lambda: page.tiles["collected"].figure() != "")
    yield page
    jobs.finish()


@pytest.mark.req("KPI-1")
def test_tiles_count_what_was_taken(qtbot: QtBot, page: DashboardPage, cashier: Actor) -> None:
    assert page.tiles["collected"].figure() == "$0.00"
    assert page.tiles["collection_days"].figure() == "\u2013"
    _pay(page._jobs.store, cashier)
    qtbot.waitUntil(lambda: page.tiles["collected"].figure() == "$145.50")
    assert page.tiles["received_today"].figure() == "$145.50"
    assert text_of(page, "kpiReceivedTodayChange").startswith("1 payment ")
    assert page.tiles["collection_days"].figure() == "19.0 days"
    assert page.month.text() == "Apr 2025"


@pytest.mark.req("VIEW-1")
def test_payments_and_credit_notes_are_listed(
    qtbot: QtBot, page: DashboardPage, cashier: Actor
) -> None:
    _pay(page._jobs.store, cashier, extra_minor=450)
    qtbot.waitUntil(lambda: page.payments.records.rowCount() == 1)
    shown = [_cell(page.payments, column) for column in range(8)]
    assert shown == [
        "R-5001", "Apr 20, 2025", "John Doe", "WU-10001", "Bill", "Cash", "$150.00", "Posted",
    ]  # fmt: skip
    page.show_credit_notes()
    qtbot.waitUntil(lambda: page.credit_notes.records.rowCount() == 1)
    assert _cell(page.credit_notes, 0) == "CN-46129"
    assert _cell(page.credit_notes, 6) == "$4.50"
    assert page.credit_notes.isVisible()


def test_an_empty_list_says_what_to_do(qtbot: QtBot, page: DashboardPage) -> None:
    qtbot.waitUntil(lambda: "F2" in page.payments.empty_text)
    QTest.keyClicks(page.search, "nobody")
    qtbot.waitUntil(lambda: page.payments.empty_text.startswith("No payment has this"))


def test_typing_narrows_the_list(qtbot: QtBot, page: DashboardPage, cashier: Actor) -> None:
    _pay(page._jobs.store, cashier)
    qtbot.waitUntil(lambda: page.payments.records.rowCount() == 1)
    QTest.keyClicks(page.search, "r-5002")
    qtbot.waitUntil(lambda: page.payments.records.rowCount() == 0)
    page.search.clear()
    QTest.keyClicks(page.search, "doe")
    qtbot.waitUntil(lambda: page.payments.records.rowCount() == 1)


def test_enter_on_a_payment_offers_a_copy(
    qtbot: QtBot, page: DashboardPage, cashier: Actor, spoken: Spoken
) -> None:
    _pay(page._jobs.store, cashier)
    qtbot.waitUntil(lambda: page.payments.records.rowCount() == 1)
    page.payments.setFocus()
    page.payments.selectRow(0)
    QTest.keyClick(page.payments, Qt.Key.Key_Return)
    assert spoken.asked == ["Print a copy of receipt R-5001?"]
    # The original still waits: no printer is set up here, so there is nothing to copy yet.
    qtbot.waitUntil(lambda: "still waiting" in "".join(spoken.told))


def test_a_click_on_a_title_sorts_and_stays_when_read_anew(
    qtbot: QtBot, page: DashboardPage, cashier: Actor
) -> None:
    for _time in range(2):
        _pay(page._jobs.store, cashier)
    qtbot.waitUntil(lambda: page.payments.records.rowCount() == 2)
    assert _cell(page.payments, 0) == "R-5002"
    page.payments.sortByColumn(6, Qt.SortOrder.AscendingOrder)
    assert _cell(page.payments, 6) == "$145.50"
    page.refresh()
    page._jobs.drain()
    assert _cell(page.payments, 6) == "$145.50"


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
    qtbot.waitUntil(lambda: page.payments.records.rowCount() == 1)
    page.show_payments()
    QTest.keyClick(page.search, Qt.Key.Key_Down)
    assert page.focusWidget() is page.payments
    assert page.payments.currentIndex().row() == 0


def _cell(table: RecordTable, column: int) -> str:
    return str(table.records.index(0, column).data())
