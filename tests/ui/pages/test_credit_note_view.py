"""The page of one credit note: what it says, and what two people do with it by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from counterdesk.core.credit import ChangeKind, NoteNow, NoteStatus
from counterdesk.core.permissions import Actor
from counterdesk.models.ledger import SignInAttempts
from counterdesk.store.store import Store
from counterdesk.ui import messages
from counterdesk.ui.dialogs.credit_action import CreditAction
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from counterdesk.ui.widgets.changing import ScrolledChanging
from tests.conftest import PASSWORD
from tests.services.crediting import active, decide, now, pay, raise_note
from tests.services.doubting import doubt, raised
from tests.services.till import Till, card
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.till import open_shift

ACTS = {"creditApprove", "creditReject", "creditRefund", "creditTransfer", "creditHold",
        "creditRelease", "creditPrint", "creditPdf"}  # fmt: skip


@pytest.fixture
def jane(store: Store, cashier: Actor) -> Till:
    """Jane, who takes payments."""
    open_shift(store, cashier)
    return Till(store, cashier)


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs, jane: Till) -> Iterator[DashboardPage]:
    """The landing page, at its credit notes."""
    page = DashboardPage(jobs)
    qtbot.addWidget(page)
    page.resize(1100, 712)
    with qtbot.waitActive(page):
        page.show()
    page.show_credit_notes()
    yield page
    jobs.finish()


def open_note(qtbot: QtBot, page: DashboardPage, note: NoteNow) -> None:
    """Open the newest note of the list with Enter."""
    page.refresh()
    qtbot.waitUntil(lambda: page.credit_notes.table.records.rowCount() > 0)
    page.credit_notes.table.selectRow(0)
    QTest.keyClick(page.credit_notes.table, Qt.Key.Key_Return)
    title = f"Credit note {note.number}"
    qtbot.waitUntil(lambda: text_of(page, "creditNoteViewTitle") == title and bool(offered(page)))


def press(page: DashboardPage, key: str) -> None:
    QTest.keySequence(page, QKeySequence(key))


def offered(page: DashboardPage) -> set[str]:
    return {name for name in ACTS if seen(page, name)}


def words(page: DashboardPage) -> set[str]:
    return {label.text() for label in page.findChildren(QLabel) if label.isVisible()}


def type_and_enter(dialog: QDialog, text: str) -> None:
    QTest.keyClicks(dialog.focusWidget(), text)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)


def approve_as_supervisor(dialog: QDialog) -> None:
    QTest.keyClicks(find(dialog, QLineEdit, "approverLogin"), "supervisor")
    secret = find(dialog, QLineEdit, "approverSecret")
    QTest.keyClicks(secret, PASSWORD)
    QTest.keyClick(secret, Qt.Key.Key_Return)


@pytest.mark.req("CN-7", "CN-4")
def test_it_says_what_the_note_is_worth_and_what_happened_to_it(
    qtbot: QtBot, page: DashboardPage, jane: Till
) -> None:
    note = active(jane, 5_000)
    open_note(qtbot, page, note)
    assert text_of(page, "creditStatus").endswith("Active")
    assert {
        "John Doe · WU-10001", "$50.00", "$0.00 · 0.0 %", "Billing error", "Apr 20, 2025",
        "Apr 20, 2026", "Jane Smith", note.approved_by, "Approved",
    } <= words(page)  # fmt: skip
    assert offered(page) == {
        "creditRefund", "creditTransfer", "creditHold", "creditPrint", "creditPdf",
    }  # fmt: skip


@pytest.mark.req("CN-7")
def test_it_names_the_dispute_that_it_adjusts(
    qtbot: QtBot, page: DashboardPage, jane: Till
) -> None:
    payment = pay(jane)
    dispute = raised(jane, doubt(payment))
    open_note(qtbot, page, raise_note(jane, payment))
    assert {"Dispute of it", f"{dispute.number} · Open"} <= words(page)


@pytest.mark.req("CN-5", "CN-7")
def test_a_refund_by_keys_pays_the_card_back(
    qtbot: QtBot, page: DashboardPage, jane: Till, spoken: Spoken
) -> None:
    note = active(jane, 5_000, pay(jane, card(14_550)))
    open_note(qtbot, page, note)
    press(page, "Ctrl+B")
    dialog = find(page, CreditAction, "creditAction")
    qtbot.waitUntil(dialog.isVisible)
    assert not seen(dialog, "creditReference")
    type_and_enter(dialog, "20")
    find(dialog, QComboBox, "creditMethod").setCurrentIndex(1)
    for text in ("", "slip 9", "asked for it"):
        type_and_enter(dialog, text)
    approve_as_supervisor(dialog)
    qtbot.waitUntil(lambda: "$20.00 · 40.0 %" in words(page))
    assert now(jane, note.id).remaining_minor == 3_000
    assert spoken.toasts == [f"Credit note {note.number}: the money is paid back."]


@pytest.mark.req("CN-7", "PAY-13")
def test_a_long_life_is_rolled_with_the_arrows(
    qtbot: QtBot, page: DashboardPage, jane: Till
) -> None:
    note = active(jane, 5_000)
    for _time in range(6):
        decide(jane, note.id, ChangeKind.HELD)
        decide(jane, note.id, ChangeKind.RELEASED)
    open_note(qtbot, page, note)
    life = find(page, ScrolledChanging, "creditLife").verticalScrollBar()
    qtbot.waitUntil(lambda: life.maximum() > 0)
    QTest.keyClick(page.focusWidget() or page, Qt.Key.Key_PageDown)
    assert life.value() > 0
    QTest.keyClick(page.focusWidget() or page, Qt.Key.Key_PageUp)
    assert life.value() == 0


@pytest.mark.req("CN-5", "PAY-13")
def test_enter_goes_from_field_to_field_and_skips_none(
    qtbot: QtBot, page: DashboardPage, jane: Till
) -> None:
    open_note(qtbot, page, active(jane, 5_000))
    qtbot.waitUntil(lambda: seen(page, "creditRefund"))
    press(page, "Ctrl+B")
    dialog = find(page, CreditAction, "creditAction")
    qtbot.waitUntil(dialog.isVisible)
    passed = []
    for _time in range(4):
        passed.append(dialog.focusWidget().objectName())
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert passed == ["creditAmount", "creditMethod", "creditReason", "approverLogin"]


@pytest.mark.req("CN-5")
def test_too_much_is_refused_before_anybody_s_secret_is_tried(
    qtbot: QtBot, page: DashboardPage, jane: Till
) -> None:
    open_note(qtbot, page, active(jane, 5_000))
    press(page, "Ctrl+B")
    dialog = find(page, CreditAction, "creditAction")
    qtbot.waitUntil(dialog.isVisible)
    for text in ("50.01", "", "asked for it"):
        type_and_enter(dialog, text)
    approve_as_supervisor(dialog)
    assert text_of(dialog, "creditAmountError") == "Maximum: $50.00"
    assert jane.count(SignInAttempts) == 0


@pytest.mark.req("CN-5")
def test_a_refusal_stands_beside_its_field_and_nothing_is_saved(
    qtbot: QtBot, page: DashboardPage, jane: Till
) -> None:
    note = active(jane, 5_000)
    open_note(qtbot, page, note)
    press(page, "Ctrl+T")
    dialog = find(page, CreditAction, "creditAction")
    QTest.keyClicks(find(dialog, QLineEdit, "creditAccount"), "10001")
    QTest.keyClicks(find(dialog, QLineEdit, "creditReason"), "moved house")
    approve_as_supervisor(dialog)
    qtbot.waitUntil(lambda: "already" in text_of(dialog, "creditAccountError"))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert now(jane, note.id).remaining_minor == 5_000


@pytest.mark.req("CN-3", "AUD-2")
def test_a_signed_in_supervisor_approves_another_s_note_at_once(
    qtbot: QtBot, page: DashboardPage, jobs: Jobs, jane: Till, supervisor: Actor
) -> None:
    note = raise_note(jane, pay(jane))
    jobs.actor = supervisor
    open_note(qtbot, page, note)
    qtbot.waitUntil(lambda: offered(page) == {"creditApprove", "creditReject"})
    press(page, "Ctrl+Y")
    qtbot.waitUntil(lambda: text_of(page, "creditStatus").endswith("Active"))
    assert now(jane, note.id).approved_by == supervisor.name


@pytest.mark.req("CN-3")
def test_the_key_of_the_consumer_rejects_nothing(
    qtbot: QtBot, page: DashboardPage, jobs: Jobs, jane: Till, supervisor: Actor
) -> None:
    note = raise_note(jane, pay(jane))
    jobs.actor = supervisor
    open_note(qtbot, page, note)
    qtbot.waitUntil(lambda: offered(page) == {"creditApprove", "creditReject"})
    with qtbot.waitSignal(page.consumer_asked) as asked:
        press(page, "Ctrl+U")
    assert asked.args == [now(jane, note.id).consumer_id]
    assert not page.findChildren(CreditAction)
    press(page, "Alt+R")
    assert find(page, CreditAction, "creditAction").isVisible()


@pytest.mark.req("CN-5", "CN-4")
def test_a_held_note_offers_its_release(qtbot: QtBot, page: DashboardPage, jane: Till) -> None:
    note = active(jane)
    decide(jane, note.id, ChangeKind.HELD)
    open_note(qtbot, page, note)
    assert offered(page) == {"creditRelease", "creditPrint", "creditPdf"}
    press(page, "Ctrl+H")
    dialog = find(page, CreditAction, "creditAction")
    QTest.keyClicks(find(dialog, QLineEdit, "creditReason"), "looked at")
    approve_as_supervisor(dialog)
    qtbot.waitUntil(lambda: text_of(page, "creditStatus").endswith("Active"))
    assert now(jane, note.id).status is NoteStatus.ACTIVE


@pytest.mark.req("CN-7", "RCT-4")
def test_it_is_printed_and_written_into_a_file(
    qtbot: QtBot, page: DashboardPage, jane: Till, spoken: Spoken, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    target = tmp_path / "note.pdf"
    monkeypatch.setattr(messages, "save_as", lambda *_asked: str(target))
    open_note(qtbot, page, active(jane))
    press(page, "Ctrl+P")
    qtbot.waitUntil(lambda: len(spoken.toasts) == 1)
    press(page, "Ctrl+S")
    qtbot.waitUntil(lambda: len(spoken.toasts) == 2)
    assert target.read_bytes().startswith(b"%PDF")
    assert spoken.toasts[-1] == "Saved as note.pdf"


@pytest.mark.req("CN-1")
def test_the_dialog_opens_from_the_list_of_payments(
    qtbot: QtBot, page: DashboardPage, jane: Till
) -> None:
    pay(jane)
    page.show_payments()
    page.refresh()
    qtbot.waitUntil(lambda: str(page.payments.table.records.index(0, 0).data()) == "R-5001")
    page.payments.table.selectRow(0)
    press(page, "Ctrl+G")
    qtbot.waitUntil(lambda: page.findChild(QDialog, "creditDialog") is not None)
    dialog = find(page, QDialog, "creditDialog")
    assert text_of(dialog, "creditMaximum") == "Maximum: $145.50"
    dialog.reject()
    QApplication.processEvents()
