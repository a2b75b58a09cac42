"""After Confirm: the receipt by email, asked for with keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from counterdesk.core.print_states import PrintState
from counterdesk.core.settings import MailSetting
from counterdesk.services import mail_jobs, print_jobs
from counterdesk.services.mail_jobs import TakenMailJob
from counterdesk.store.store import Store
from counterdesk.ui.widgets.receipt_paper import ReceiptPaper
from tests.ui.conftest import Spoken
from tests.ui.till import Till

Key = Qt.Key
JOHN = "john.doe@example.com"
SMALLEST_PAGE = (968, 584)
"""What rail and bar leave of the narrowest window."""
_WORDED = (QLabel, QLineEdit, QAbstractButton)


def pay(till: Till) -> Till:
    till.open_tender()
    till.keys("150")
    till.enter()
    till.enter()
    till.wait_for_receipt()
    till.jobs.drain()
    return till


@pytest.fixture
def paid(till: Till, store: Store) -> Till:
    """The till right after the sample payment, in an office with a mail server."""
    mail = MailSetting("mail.example.test", from_address="till@example.test")
    store.settings = replace(store.settings, mail=mail)
    return pay(till)


def next_job(till: Till) -> TakenMailJob | None:
    till.jobs.drain()
    return till.jobs.store.write(mail_jobs.next_mail_job).result()


def note(till: Till, state: PrintState, detail: str = "") -> None:
    """Let the mail server say something about the mail that waits."""
    job = next_job(till)
    assert job is not None
    till.jobs.store.write(
        lambda session: print_jobs.note_print_state(session, job.job_id, state, detail)
    ).result()
    QApplication.processEvents()
    till.jobs.drain()


@pytest.mark.req("PAY-10")
def test_two_keys_email_the_receipt_to_the_consumer(paid: Till) -> None:
    paid.ctrl(Key.Key_E)
    assert paid.text("mailAddress") == JOHN
    paid.enter()
    paid.qtbot.waitUntil(lambda: paid.sees("mailState"))
    assert paid.text("mailState") == f"The email to {JOHN} waits to be sent."
    assert not paid.sees("mailAddress")
    job = next_job(paid)
    assert job is not None
    assert job.mail_to == JOHN


@pytest.mark.req("PAY-10")
def test_without_a_mail_server_there_is_no_button_and_no_key(till: Till) -> None:
    pay(till)
    assert not till.sees("emailButton")
    till.ctrl(Key.Key_E)
    assert not till.sees("mailAddress")


@pytest.mark.req("PAY-12")
def test_a_wrong_address_is_refused_beside_the_field_and_nothing_is_sent(paid: Till) -> None:
    paid.ctrl(Key.Key_E)
    paid.keys("jane at home")
    paid.enter()
    assert "name@example.com" in paid.wait_for_error("mailAddress")
    assert paid.text("mailAddress") == "jane at home"
    assert next_job(paid) is None
    paid.focus().selectAll()  # type: ignore[attr-defined]
    paid.keys("jane@example.com")
    paid.enter()
    paid.qtbot.waitUntil(lambda: paid.sees("mailState"))
    assert "jane@example.com" in paid.text("mailState")


def test_enter_twice_is_one_email(paid: Till) -> None:
    paid.ctrl(Key.Key_E)
    paid.enter()
    paid.enter()
    assert next_job(paid) is not None
    assert next_job(paid) is None
    assert not paid.sees("stepError")


@pytest.mark.req("PAY-13")
def test_esc_closes_the_form_and_only_then_leaves_the_receipt(paid: Till) -> None:
    paid.ctrl(Key.Key_E)
    paid.press(Key.Key_Escape)
    assert not paid.sees("mailAddress")
    assert paid.step == "Receipt"
    paid.enter()
    assert next_job(paid) is None
    paid.press(Key.Key_Escape)
    assert paid.step == "Consumer"


def test_esc_closes_the_question_for_a_copy_too(paid: Till) -> None:
    paid.ctrl(Key.Key_P)
    paid.press(Key.Key_Escape)
    assert not paid.sees("reprintReason")
    assert paid.step == "Receipt"


def test_copy_and_email_are_asked_for_one_at_a_time(paid: Till) -> None:
    paid.ctrl(Key.Key_E)
    paid.ctrl(Key.Key_P)
    assert (paid.sees("mailAddress"), paid.sees("reprintReason")) == (False, True)
    paid.click("emailButton")
    assert (paid.sees("mailAddress"), paid.sees("reprintReason")) == (True, False)


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize(
    ("state", "detail", "words"),
    [
        (PrintState.BLOCKED, "The mail server does not answer.", "waits. The mail server does"),
        (PrintState.SENT, "", f"Emailed to {JOHN}."),
        (PrintState.FAILED, "550 No such mailbox", "550 No such mailbox"),
        (PrintState.UNKNOWN, "", "Ask before you send it again"),
    ],
)
def test_what_became_of_it_is_told_on_the_receipt(
    paid: Till, state: PrintState, detail: str, words: str
) -> None:
    paid.ctrl(Key.Key_E)
    paid.enter()
    note(paid, state, detail)
    paid.qtbot.waitUntil(lambda: words in paid.text("mailState"))


@pytest.mark.parametrize(("state", "told"), [(PrintState.FAILED, True), (PrintState.SENT, False)])
def test_a_mail_that_fails_after_the_cashier_moved_on_is_told_in_passing(
    paid: Till, spoken: Spoken, state: PrintState, told: bool
) -> None:
    paid.ctrl(Key.Key_E)
    paid.enter()
    paid.jobs.drain()
    paid.keys("2")
    assert paid.step == "Consumer"
    note(paid, state, "550 No such mailbox")
    said = [toast for toast in spoken.toasts if "R-5001" in toast and "550" in toast]
    assert bool(said) is told
    assert paid.text("consumerSearch") == "2"


def test_the_next_receipt_knows_nothing_of_the_one_before(paid: Till) -> None:
    paid.ctrl(Key.Key_E)
    paid.enter()
    paid.qtbot.waitUntil(lambda: paid.sees("mailState"))
    paid.press(Key.Key_Escape)
    paid.open_tender()
    paid.alt(Key.Key_1)
    paid.enter()
    paid.enter()
    paid.wait_for_receipt()
    paid.jobs.drain()
    assert not paid.sees("mailState")


@pytest.mark.req("PAY-10")
@pytest.mark.parametrize("asking", [Key.Key_E, Key.Key_P])
def test_on_the_smallest_screen_nothing_that_is_asked_or_said_is_cut(
    paid: Till, asking: Key
) -> None:
    paid.page.resize(*SMALLEST_PAGE)
    paid.ctrl(Key.Key_E)
    paid.enter()
    paid.qtbot.waitUntil(lambda: paid.sees("mailState"))
    paid.ctrl(asking)
    QApplication.processEvents()
    step = paid.find("receiptChange").parentWidget()
    parts = [part for kind in _WORDED for part in step.findChildren(kind) if part.isVisible()]
    small = [part.text() for part in parts if not _fits(part)]
    assert small == []
    assert step.findChild(ReceiptPaper).width() <= step.width() // 2  # buttons need theirs whole


def _fits(part: QWidget) -> bool:
    needed = part.minimumSizeHint()
    return part.width() >= needed.width() and part.height() >= needed.height()
