"""A dispute is raised and closed with keys alone; what is missing is said beside its field."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from counterdesk.core.disputes import Dispute, Outcome
from counterdesk.core.permissions import Actor
from counterdesk.services.disputes import disputes_of_payment, raise_dispute
from counterdesk.services.payment_details import payment_details
from counterdesk.store.store import Store
from counterdesk.ui.dialogs.dispute_dialog import CloseDispute, RaiseDispute
from counterdesk.ui.jobs import Jobs
from tests.services.crediting import pay
from tests.services.doubting import SAID, doubt
from tests.services.till import Till
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.till import open_shift

Key = Qt.Key


@pytest.fixture
def payment_id(store: Store, cashier: Actor) -> UUID:
    """A payment of 145.50 in cash."""
    open_shift(store, cashier)
    return pay(Till(store, cashier))


@pytest.fixture
def dialog(qtbot: QtBot, jobs: Jobs, payment_id: UUID) -> Iterator[RaiseDispute]:
    """The dialog that raises one, open."""
    payment = jobs.store.read(lambda r: payment_details(r, payment_id), jobs.actor).result()
    dialog = RaiseDispute(jobs, payment)
    opened(qtbot, dialog)
    yield dialog
    jobs.finish()


@pytest.fixture
def closing(
    qtbot: QtBot, jobs: Jobs, payment_id: UUID, supervisor: Actor
) -> Iterator[CloseDispute]:
    """The dialog that closes one, open before the supervisor."""
    dispute = jobs.store.write(lambda s: raise_dispute(s, doubt(payment_id)), jobs.actor).result()
    jobs.actor = supervisor
    dialog = CloseDispute(jobs, dispute)
    opened(qtbot, dialog)
    yield dialog
    jobs.finish()


def opened(qtbot: QtBot, dialog: QDialog) -> None:
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.open()


def here(dialog: QDialog) -> QWidget:
    return dialog.focusWidget() or dialog


def typed(dialog: QDialog, text: str) -> None:
    QTest.keyClicks(here(dialog), text)


def enter(dialog: QDialog) -> None:
    QTest.keyClick(here(dialog), Key.Key_Return)


def disputes(jobs: Jobs, payment_id: UUID) -> tuple[Dispute, ...]:
    jobs.drain()
    return jobs.store.read(lambda r: disputes_of_payment(r, payment_id), jobs.actor).result()


@pytest.mark.req("DISP-1", "PAY-13")
def test_a_dispute_takes_two_letters_the_words_and_enter_twice(
    qtbot: QtBot, jobs: Jobs, dialog: RaiseDispute, payment_id: UUID, spoken: Spoken
) -> None:
    typed(dialog, "Ch")  # Charged twice
    enter(dialog)
    typed(dialog, SAID)
    enter(dialog)
    qtbot.waitUntil(dialog.isHidden)
    [one] = disputes(jobs, payment_id)
    assert (one.category, one.amount_minor, one.words) == ("duplicate", 14_550, SAID)
    assert spoken.toasts == ["Dispute DSP-2025-000001 of receipt R-5001 is raised."]


def test_a_part_of_the_payment_can_be_doubted(
    qtbot: QtBot, jobs: Jobs, dialog: RaiseDispute, payment_id: UUID
) -> None:
    assert find(dialog, QLineEdit, "disputeAmount").text() == "145.50"
    assert text_of(dialog, "disputeMaximum") == "Maximum: $145.50"
    find(dialog, QComboBox, "disputeChoice").setCurrentIndex(3)
    QTest.keyClick(here(dialog), Key.Key_Tab)
    typed(dialog, "45.50")
    enter(dialog)
    typed(dialog, SAID)
    enter(dialog)
    qtbot.waitUntil(dialog.isHidden)
    assert disputes(jobs, payment_id)[0].amount_minor == 4_550


def test_enter_says_what_is_missing_and_goes_there(dialog: RaiseDispute) -> None:
    enter(dialog)
    assert text_of(dialog, "disputeChoiceError") == "Choose what is wrong"
    typed(dialog, "Ch")
    assert not seen(dialog, "disputeChoiceError")
    enter(dialog)
    assert here(dialog) is find(dialog, QPlainTextEdit, "disputeWords")
    enter(dialog)
    assert text_of(dialog, "disputeWordsError") == "Type what the consumer says."
    typed(dialog, "T")
    assert not seen(dialog, "disputeWordsError")


@pytest.mark.parametrize(
    ("amount", "said"),
    [("145.51", "No more than was paid can be disputed: $145.50."),
     ("0", "Type how much of the payment is disputed."), ("x", "Type how much")],
)  # fmt: skip
def test_raising_waits_until_all_is_right(dialog: RaiseDispute, amount: str, said: str) -> None:
    do, words = (find(dialog, QPushButton, "disputeDo"),
                 find(dialog, QPlainTextEdit, "disputeWords"))  # fmt: skip
    assert not do.isEnabled()
    find(dialog, QComboBox, "disputeChoice").setCurrentIndex(1)
    words.setPlainText(SAID)
    assert do.isEnabled()
    find(dialog, QLineEdit, "disputeAmount").setText(amount)
    assert not do.isEnabled()
    assert text_of(dialog, "disputeAmountError").startswith(said)
    find(dialog, QLineEdit, "disputeAmount").setText("1")
    for wrong in (" ", "x" * 501):
        words.setPlainText(wrong)
        assert not do.isEnabled()
    assert text_of(dialog, "disputeWordsCounter") == "501 of 500"


def test_what_the_ledger_refuses_stands_beside_its_field(
    jobs: Jobs, dialog: RaiseDispute, payment_id: UUID
) -> None:
    typed(dialog, "Ch")
    enter(dialog)
    typed(dialog, "Card 4111 1111 1111 1111")
    enter(dialog)
    jobs.drain()
    assert "card number" in text_of(dialog, "disputeWordsError")
    assert dialog.isVisible()
    assert disputes(jobs, payment_id) == ()


def test_a_payment_that_was_disputed_meanwhile_is_not_disputed_twice(
    jobs: Jobs, dialog: RaiseDispute, payment_id: UUID
) -> None:
    jobs.store.write(lambda s: raise_dispute(s, doubt(payment_id)), jobs.actor).result()
    typed(dialog, "Ch")
    enter(dialog)
    typed(dialog, SAID)
    enter(dialog)
    jobs.drain()
    said = "Payment R-5001 is disputed already: DSP-2025-000001."
    assert text_of(dialog, "disputeError") == said


@pytest.mark.req("DISP-1")
def test_a_supervisor_closes_it_with_an_outcome_and_a_reason(
    qtbot: QtBot, jobs: Jobs, closing: CloseDispute, payment_id: UUID, spoken: Spoken
) -> None:
    assert text_of(closing, "closingSaid") == SAID
    assert "DSP-2025-000001" in {label.text() for label in closing.findChildren(QLabel)}
    typed(closing, "Rej")
    enter(closing)
    enter(closing)
    assert text_of(closing, "closingWordsError") == "Say why."
    typed(closing, "The bank shows one payment.")
    enter(closing)
    qtbot.waitUntil(closing.isHidden)
    [one] = disputes(jobs, payment_id)
    assert one.closing is not None
    assert (one.closing.outcome, one.closing.words) == (
        Outcome.REJECTED, "The bank shows one payment."
    )  # fmt: skip
    assert spoken.toasts == ["Dispute DSP-2025-000001 is closed: Rejected."]


def test_esc_leaves_it_open(jobs: Jobs, closing: CloseDispute, payment_id: UUID) -> None:
    typed(closing, "Ref")
    QTest.keyClick(here(closing), Key.Key_Escape)
    assert closing.isHidden()
    assert [one.open for one in disputes(jobs, payment_id)] == [True]
