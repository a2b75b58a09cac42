"""A credit note is created with keys alone, and the supervisor approves it in the same dialog."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk.core.permissions import Actor
from counterdesk.models.ledger import CreditNote
from counterdesk.services.creditable_payments import creditable_payment
from counterdesk.store.store import Store
from counterdesk.ui.dialogs.credit_dialog import CreditDialog
from counterdesk.ui.jobs import Jobs
from tests.conftest import PASSWORD
from tests.services.crediting import pay
from tests.services.till import Till
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.till import open_shift

Key = Qt.Key


class Hand:
    """Presses keys where the focus is, and counts them."""

    def __init__(self, dialog: CreditDialog) -> None:
        self.dialog, self.pressed = dialog, 0

    def key(
        self, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.pressed += 1
        QTest.keyClick(self.focus(), key, modifiers)

    def type(self, text: str) -> None:
        self.pressed += len(text)
        QTest.keyClicks(self.focus(), text)

    def focus(self) -> QWidget:
        return self.dialog.focusWidget() or self.dialog


@pytest.fixture
def payment_id(store: Store, cashier: Actor) -> UUID:
    """A payment of 145.50 in cash."""
    open_shift(store, cashier)
    return pay(Till(store, cashier))


@pytest.fixture
def dialog(qtbot: QtBot, jobs: Jobs, payment_id: UUID) -> Iterator[CreditDialog]:
    """The dialog, open."""
    payment = jobs.store.read(lambda r: creditable_payment(r, payment_id), jobs.actor).result()
    dialog = CreditDialog(jobs, (payment,))
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.open()
    yield dialog
    jobs.finish()


def notes(jobs: Jobs) -> list[tuple[str, int, str]]:
    jobs.drain()
    columns = CreditNote.status, CreditNote.amount_minor, CreditNote.reason
    return [
        tuple(row) for row in jobs.store.read(lambda r: r.execute(select(*columns)).all()).result()
    ]


@pytest.mark.req("CN-1", "CN-3", "PAY-13")
def test_a_note_with_approval_takes_few_keys(
    qtbot: QtBot, jobs: Jobs, dialog: CreditDialog, spoken: Spoken
) -> None:
    hand = Hand(dialog)
    hand.type("20")
    hand.key(Key.Key_Return)
    hand.type("Du")  # Duplicate payment
    hand.key(Key.Key_Return)
    assert "John Doe (WU-10001) gets a credit of $20.00: Duplicate" in text_of(
        dialog, "approverSentence"
    )
    hand.type("supervisor")
    hand.key(Key.Key_Return)
    hand.type(PASSWORD)
    hand.key(Key.Key_Return)
    qtbot.waitUntil(dialog.isHidden)
    assert notes(jobs) == [("Active", 2_000, "Duplicate payment")]
    assert spoken.toasts == ["Credit note CN-46129 is made."]
    assert hand.pressed - len("supervisor") - len(PASSWORD) == 8


@pytest.mark.req("CN-1")
def test_it_opens_with_all_that_is_left_and_says_what_remains(dialog: CreditDialog) -> None:
    assert find(dialog, QLineEdit, "creditAmount").text() == "145.50"
    assert text_of(dialog, "creditMaximum") == "Maximum: $145.50"
    assert text_of(dialog, "creditSummary").endswith("= $0.00 remaining · fully credited")
    hand = Hand(dialog)
    hand.type("45.50")
    assert text_of(dialog, "creditSummary") == "$145.50 - $45.50 = $100.00 remaining"


@pytest.mark.req("CN-1")
@pytest.mark.parametrize("amount", ["145.51", "0", "", "x"])
def test_create_waits_until_all_is_right(dialog: CreditDialog, amount: str) -> None:
    create = find(dialog, QPushButton, "creditCreate")
    assert not create.isEnabled()  # no reason yet
    find(dialog, QComboBox, "creditReason").setCurrentIndex(1)
    assert create.isEnabled()
    find(dialog, QLineEdit, "creditAmount").setText(amount)
    assert not create.isEnabled()
    find(dialog, QLineEdit, "creditAmount").setText("145.50")
    find(dialog, QPlainTextEdit, "creditRemarks").setPlainText("x" * 501)
    assert not create.isEnabled()
    assert text_of(dialog, "creditRemarksCounter") == "501 of 500"


@pytest.mark.req("CN-1")
def test_esc_goes_back_and_saves_nothing(jobs: Jobs, dialog: CreditDialog) -> None:
    find(dialog, QComboBox, "creditReason").setCurrentIndex(1)
    hand = Hand(dialog)
    hand.key(Key.Key_Return)
    assert seen(dialog, "approverLogin")
    hand.key(Key.Key_Escape)
    assert seen(dialog, "creditAmount")
    hand.key(Key.Key_Escape)
    assert dialog.isHidden()
    assert notes(jobs) == []


@pytest.mark.req("CN-3")
def test_without_a_supervisor_near_it_waits(
    qtbot: QtBot, jobs: Jobs, dialog: CreditDialog, spoken: Spoken
) -> None:
    find(dialog, QComboBox, "creditReason").setCurrentIndex(1)
    hand = Hand(dialog)
    hand.key(Key.Key_Return)
    hand.key(Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dialog.isHidden)
    assert notes(jobs) == [("Pending approval", 14_550, "Overpayment")]
    assert spoken.toasts == ["Credit note CN-46129 waits for approval."]


@pytest.mark.req("CN-3")
def test_the_cashier_s_own_secret_approves_nothing(
    qtbot: QtBot, jobs: Jobs, dialog: CreditDialog
) -> None:
    find(dialog, QComboBox, "creditReason").setCurrentIndex(1)
    hand = Hand(dialog)
    hand.key(Key.Key_Return)
    hand.type("jane")
    hand.key(Key.Key_Return)
    hand.type(PASSWORD)
    hand.key(Key.Key_Return)
    qtbot.waitUntil(lambda: "other than the cashier" in text_of(dialog, "approverLoginError"))
    assert notes(jobs) == []
