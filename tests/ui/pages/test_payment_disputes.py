"""Disputes where payments are shown: raised from a row or a page, told there, and closed."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor, Role
from counterdesk.services.disputes import disputes_of_payment, raise_dispute
from counterdesk.store.store import Store
from counterdesk.ui.dialogs.dispute_dialog import CloseDispute, RaiseDispute
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from counterdesk.ui.status_badge import badge_text
from tests.net_payments import NET_PAYMENT, net_payment, tell
from tests.services.crediting import pay
from tests.services.doubting import SAID, doubt
from tests.services.till import Till
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.pages.landing import landing
from tests.ui.till import open_shift

pytestmark = pytest.mark.req("DISP-1", "VIEW-3")
DISPUTE = QKeySequence("Ctrl+Shift+D")


@pytest.fixture
def payment_id(store: Store, cashier: Actor) -> UUID:
    """A payment of 145.50 in cash, the newest of the list."""
    tell(store, net_payment("Posted"))
    open_shift(store, cashier)
    return pay(Till(store, cashier))


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs, payment_id: UUID) -> Iterator[DashboardPage]:
    """The landing page, with the focus on the payment."""
    page = landing(qtbot, jobs)
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() > 0)
    page.payments.table.setFocus()
    assert page.payments.table.record().payment_id == payment_id
    yield page
    jobs.finish()


def press(page: DashboardPage, key: QKeySequence | str) -> None:
    QTest.keySequence(page.window().focusWidget() or page, QKeySequence(key))
    page._jobs.drain()


def raise_it(page: DashboardPage) -> None:
    """Fill in the dialog that the key opened, and let what follows arrive."""
    [dialog] = page.findChildren(RaiseDispute)
    find(dialog, QComboBox, "disputeChoice").setCurrentIndex(4)
    find(dialog, QPlainTextEdit, "disputeWords").setPlainText(SAID)
    find(dialog, QPushButton, "disputeDo").click()
    page._jobs.drain()


def words(page: DashboardPage) -> set[str]:
    return {label.text() for label in page.findChildren(QLabel) if label.isVisible()}


def test_a_row_is_disputed_by_its_key_and_a_second_time_is_refused(
    page: DashboardPage, spoken: Spoken
) -> None:
    press(page, DISPUTE)
    raise_it(page)
    assert spoken.toasts == ["Dispute DSP-2025-000001 of receipt R-5001 is raised."]
    press(page, DISPUTE)
    assert spoken.told == ["Payment R-5001 is disputed already: DSP-2025-000001."]


def test_the_menu_names_it_with_its_key_behind_the_other_acts(page: DashboardPage) -> None:
    menu = page.payments.row_actions.menu_of(page.payments.table.record())
    assert [action.text().split("\t") for action in menu.actions()][:6] == [
        ["View details", "Enter"], ["View receipt", "Ctrl+R"], ["Print a copy", "Ctrl+P"],
        ["Create credit note", "Ctrl+G"], ["Void or reverse", "Ctrl+B"],
        ["Raise dispute", "Ctrl+Shift+D"],
    ]  # fmt: skip


def test_who_only_reads_raises_nothing(page: DashboardPage, cashier: Actor) -> None:
    page._jobs.actor = Actor(cashier.user_id, cashier.name, Role.AUDITOR)
    press(page, DISPUTE)
    assert page.findChildren(RaiseDispute) == []


@pytest.mark.req("VIEW-5")
def test_the_page_of_the_payment_tells_what_was_raised_from_it(page: DashboardPage) -> None:
    press(page, "Return")
    assert not seen(page, "paymentDisputes")
    press(page, DISPUTE)
    raise_it(page)
    said = words(page)
    assert {"DSP-2025-000001", badge_text("warn", "Open"), f"Charged twice: {SAID}"} <= said
    assert "Dispute DSP-2025-000001 raised" in said  # among what happened to it
    assert any(one.startswith("Raised by Jane Smith, Apr 20, 2025") for one in said)
    assert not seen(page, "paymentDispute")
    assert not seen(page, "paymentCloseDispute")  # that is not the cashier's


@pytest.mark.req("VIEW-5")
def test_a_supervisor_closes_it_there_and_it_can_be_raised_again(
    page: DashboardPage, payment_id: UUID, supervisor: Actor
) -> None:
    jobs = page._jobs
    jobs.store.write(lambda s: raise_dispute(s, doubt(payment_id, 5_000)), jobs.actor).result()
    jobs.actor = supervisor
    press(page, "Return")
    assert "$50.00 of $145.50" in words(page)
    press(page, DISPUTE)
    [dialog] = page.findChildren(CloseDispute)
    find(dialog, QComboBox, "closingChoice").setCurrentIndex(1)
    find(dialog, QPlainTextEdit, "closingWords").setPlainText("Paid back in cash.")
    find(dialog, QPushButton, "disputeDo").click()
    jobs.drain()
    said = words(page)
    assert {badge_text("ok", "Refunded"), "Refunded: Paid back in cash."} <= said
    assert "Dispute DSP-2025-000001 closed: refunded" in said
    assert not seen(page, "paymentCloseDispute")
    assert seen(page, "paymentDispute")


def test_a_payment_of_another_counter_is_disputed_too(
    page: DashboardPage, jobs: Jobs, spoken: Spoken
) -> None:
    table = page.payments.table
    rows = [line.payment_id for line in table.records.records]
    table.selectRow(rows.index(NET_PAYMENT))
    press(page, DISPUTE)
    [dialog] = page.findChildren(RaiseDispute)
    assert text_of(dialog, "disputeMaximum") == "Maximum: $90.00"
    raise_it(page)
    [one] = jobs.store.read(lambda r: disputes_of_payment(r, NET_PAYMENT), jobs.actor).result()
    assert (one.receipt_number, one.amount_minor) == ("WEB-77", 9_000)
    assert "WEB-77" in spoken.toasts[0]
