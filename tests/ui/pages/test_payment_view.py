"""The page of one payment: what it says of every kind, and what is done with it by keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk.core.permissions import Actor, Role
from counterdesk.core.undoing import PaymentTold
from counterdesk.demo.sample import sample_account
from counterdesk.models.ledger import Event
from counterdesk.models.verifying import PaymentVerified
from counterdesk.store.store import Store
from counterdesk.sync.status import SyncState, SyncStatus
from counterdesk.ui.dialogs.credit_dialog import CreditDialog
from counterdesk.ui.dialogs.undo_dialog import UndoDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.payment_view import PaymentView
from counterdesk.ui.status_badge import badge_text
from tests.net_payments import NET_PAYMENT, net_payment, tell
from tests.services.crediting import active, pay
from tests.services.till import Till, ask, card, cash, line_of
from tests.services.undo_till import payments_of, undo, void
from tests.told_payments import PAYMENT, RECEIPT
from tests.ui.asked_sync import Asked
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.till import open_shift

pytestmark = pytest.mark.req("VIEW-5")


@pytest.fixture
def jane(store: Store, cashier: Actor) -> Till:
    """Jane, who takes payments."""
    tell(store, net_payment())
    open_shift(store, cashier)
    return Till(store, cashier)


@pytest.fixture
def host(qtbot: QtBot, jobs: Jobs, jane: Till) -> Iterator[QWidget]:
    """A page with a list, which the payment stands in for."""
    del jane
    host = QWidget()
    inside = QVBoxLayout(host)
    place = QWidget()
    place.setObjectName("listOfPayments")
    inside.addWidget(place)
    inside.addWidget(PaymentView(jobs))
    host.resize(1110, 760)
    qtbot.addWidget(host)
    with qtbot.waitActive(host):
        host.show()
    yield host
    jobs.finish()


def view_of(host: QWidget) -> PaymentView:
    return find(host, PaymentView, "paymentView")


def open_payment(host: QWidget, payment_id: UUID) -> PaymentView:
    """Look at a payment instead of the list."""
    view = view_of(host)
    view.show_payment(payment_id)
    view.stand_in(find(host, QWidget, "listOfPayments"))
    settle(view)
    return view


def settle(view: PaymentView) -> None:
    """Let everything that is asked for come back."""
    view._jobs.drain()


def press(view: PaymentView, key: str) -> None:
    QTest.keySequence(view.window().focusWidget() or view, QKeySequence(key))
    settle(view)


def words(host: QWidget) -> set[str]:
    return {label.text() for label in host.findChildren(QLabel) if label.isVisible()}


def test_a_bill_with_change_says_all_of_it(host: QWidget, jane: Till) -> None:
    open_payment(host, pay(jane, cash(15_000)))
    assert text_of(host, "paymentViewTitle") == "Receipt R-5001"
    assert text_of(host, "paymentStatus") == badge_text("ok", "Posted")
    assert text_of(host, "paymentAmount") == "$145.50"
    assert {
        "INV-2025-001234", "Mar 2025 · due Apr 15, 2025", "Exact payment", "Cash received",
        "$150.00", "$4.50", "TXN-2025-008934", "Immediate", "Verified as it was taken",
        "Jane Smith", "123 Main Street, Cityville", "(555) 123-4567", "Walk-in",
    } <= words(host)  # fmt: skip


def test_what_was_over_names_its_note_and_leads_to_it(host: QWidget, jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1, extra=450), pay=(cash(15_000),)))
    view = open_payment(host, payments_of(jane, taken)[0])
    assert "Over paid by $4.50, kept as CN-46129" in words(host)
    press(view, "Ctrl+D")
    assert text_of(host, "creditNoteViewTitle") == "Credit note CN-46129"
    press(view, "Esc")
    assert text_of(host, "paymentViewTitle") == "Receipt R-5001"
    press(view, "Esc")
    assert seen(host, "listOfPayments")


def test_a_part_payment_says_what_is_left(host: QWidget, jane: Till) -> None:
    line = line_of(jane.view(), most=1)
    line = replace(line, shares=(replace(line.shares[0], amount_minor=12_550),))
    taken = jane.take(ask(line, pay=(cash(12_550),)))
    open_payment(host, payments_of(jane, taken)[0])
    assert "Under paid by $20.00; $20.00 left of INV-2025-001234" in words(host)


def test_a_visit_of_several_payments_is_gone_through(host: QWidget, jane: Till) -> None:
    line = line_of(jane.view())
    taken = jane.take(ask(line, pay=(card(10_000), cash(line.total_minor - 10_000))))
    first, second, _third = payments_of(jane, taken)
    view = open_payment(host, first)
    numbers = [payment.number for payment in taken.payments]
    QTest.mouseClick(find(host, QWidget, f"open{numbers[1]}"), Qt.MouseButton.LeftButton)
    settle(view)
    assert view._payment_id == second
    assert numbers[1] in words(host)
    press(view, "Esc")
    assert numbers[0] in words(host)
    press(view, "Esc")
    assert seen(host, "listOfPayments")


def test_the_receipt_is_one_key_away_and_one_back(host: QWidget, jane: Till) -> None:
    view = open_payment(host, pay(jane))
    press(view, "Ctrl+R")
    assert seen(host, "receiptShown")
    assert not seen(host, "paymentFor")
    press(view, "Esc")
    assert seen(host, "paymentFor")


def test_what_is_done_elsewhere_shows_at_once(host: QWidget, jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),)))
    view = open_payment(host, payments_of(jane, taken)[0])
    undo(jane, void(taken))
    view._jobs.changed.emit()
    settle(view)
    assert text_of(host, "paymentStatus") == badge_text("info", "Voided")
    assert {"Voided", "Exact payment; all of it was taken back"} <= words(host)
    assert not seen(host, "paymentUndo")
    assert not seen(host, "paymentCredit")


def test_credit_and_undo_are_a_key_each(host: QWidget, jane: Till) -> None:
    view = open_payment(host, pay(jane))
    press(view, "Ctrl+G")
    [credit] = view.findChildren(CreditDialog)
    credit.reject()
    press(view, "Ctrl+B")
    [dialog] = view.findChildren(UndoDialog)
    dialog.reject()


def test_a_note_that_was_raised_from_it_is_a_key_away(host: QWidget, jane: Till) -> None:
    payment_id = pay(jane)
    note = active(jane, payment_id=payment_id)
    view = open_payment(host, payment_id)
    assert {f"Credit note {note.number} raised", f"Credit note {note.number} approved"} <= words(
        host
    )
    press(view, "Ctrl+D")
    assert text_of(host, "creditNoteViewTitle") == f"Credit note {note.number}"


def test_of_another_counter_only_what_is_told_is_said(host: QWidget) -> None:
    open_payment(host, PAYMENT)
    said = words(host)
    assert "Counter C01 took it: what it settled is kept there and at the centre." in said
    assert not seen(host, "paymentReceipt")
    assert not seen(host, "paymentVerify")


@pytest.mark.req("SYNC-5")
def test_the_centre_tells_what_another_counter_settled(
    host: QWidget, jane: Till, jobs: Jobs, spoken: Spoken
) -> None:
    jobs.centre.worker = asked = Asked()
    jobs.centre.tell(SyncStatus(SyncState.ONLINE))
    QApplication.sendPostedEvents(jobs.centre)
    asked.told = as_another_took_it(jane)
    view = open_payment(host, PAYMENT)
    press(view, "Ctrl+I")
    QApplication.sendPostedEvents()
    settle(view)
    assert asked.receipts == [RECEIPT]
    assert {"INV-2025-001234", "Exact payment", "Cash received", "$150.00"} <= words(host)
    assert not seen(host, "paymentAsk")
    assert not seen(host, "paymentReceipt")  # its paper is there, and not here
    asked.away = True
    view.show_payment(PAYMENT)
    settle(view)
    press(view, "Ctrl+I")
    QApplication.sendPostedEvents()
    assert spoken.told == ["The centre does not answer. Ask again when this counter is online."]


def as_another_took_it(jane: Till) -> PaymentTold:
    """Return a visit of this counter the way the centre tells of another one's."""
    own = pay(jane, cash(15_000))
    body = jane.one(select(Event.body).where(Event.kind == "payment.taken")).decode()
    return PaymentTold("C01", json.loads(body.replace(str(own), str(PAYMENT)))["data"])


@pytest.mark.req("ONL-2")
def test_who_takes_money_sees_a_pending_payment_and_verifies_nothing(host: QWidget) -> None:
    open_payment(host, NET_PAYMENT)
    assert text_of(host, "paymentStatus") == badge_text("warn", "Pending")
    assert {"System", "3 days so far", "Not verified yet"} <= words(host)
    for name in ("paymentVerify", "paymentUndo", "paymentCredit", "paymentReceipt"):
        assert not seen(host, name)


@pytest.mark.req("ONL-2")
def test_a_supervisor_verifies_with_one_key(
    host: QWidget, jane: Till, jobs: Jobs, supervisor: Actor, spoken: Spoken
) -> None:
    jobs.actor = supervisor
    view = open_payment(host, NET_PAYMENT)
    press(view, "Ctrl+Y")
    settle(view)
    assert "is verified. It counts as soon as the centre has heard of it." in spoken.toasts[0]
    assert "waits for the centre." in text_of(host, "paymentVerification")
    assert not seen(host, "paymentVerify")
    assert jane.count(PaymentVerified) == 1


def test_the_consumer_is_asked_for_by_a_key(qtbot: QtBot, host: QWidget) -> None:
    view = open_payment(host, PAYMENT)
    with qtbot.waitSignal(view.consumer_asked) as asked:
        press(view, "Ctrl+U")
    assert asked.args == [sample_account().consumer.consumer_id]


def test_of_what_is_not_known_nothing_is_shown_but_why(host: QWidget, jane: Till) -> None:
    view = open_payment(host, pay(jane))
    view.show_payment(UUID(int=5))
    settle(view)
    assert text_of(host, "paymentViewError") == "This payment is not known here."
    assert text_of(host, "paymentViewTitle") == text_of(host, "paymentAmount") == ""
    assert not seen(host, "paymentFor")


@pytest.mark.req("AUD-4")
def test_no_word_however_long_widens_a_card(host: QWidget, jane: Till) -> None:
    visit = ask(line_of(jane.view(), most=1), pay=(cash(14_550),))
    taken = jane.take(replace(visit, notes="W" * 500, paid_by="W" * 120))
    view = open_payment(host, payments_of(jane, taken)[0])
    inside = find(view, QWidget, "scrolled")
    assert inside.width() <= view.sheet.viewport().width()


def test_an_auditor_looks_and_changes_nothing(host: QWidget, jane: Till, jobs: Jobs) -> None:
    payment_id = pay(jane)
    jobs.actor = replace(jane.actor, role=Role.AUDITOR)
    open_payment(host, payment_id)
    assert seen(host, "paymentReceipt")
    for name in ("paymentCopy", "paymentCredit", "paymentUndo", "paymentCorrect"):
        assert not seen(host, name)
