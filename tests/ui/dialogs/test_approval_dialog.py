"""A supervisor's yes in the cashier's window."""

from __future__ import annotations

from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from counterdesk.core.people_told import VALID_UNTIL_STATE
from counterdesk.core.visit import AccountRef
from counterdesk.services.approvals import find_approval
from counterdesk.store.store import Store
from counterdesk.ui.dialogs.approval_dialog import ApprovalDialog
from counterdesk.ui.jobs import Jobs
from tests.conftest import PASSWORD, PIN

REQUEST = UUID(int=7)
ACCOUNT = AccountRef(UUID(int=1), "WU-10001", "John <b>Doe</b>")


@pytest.fixture
def dialog(qtbot: QtBot, jobs: Jobs) -> ApprovalDialog:
    dialog = ApprovalDialog(jobs, REQUEST, ACCOUNT, 25_000)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.open()
    return dialog


def edit(dialog: ApprovalDialog, name: str) -> QLineEdit:
    found = dialog.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def label(dialog: ApprovalDialog, name: str) -> QLabel:
    found = dialog.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found


def give(qtbot: QtBot, dialog: ApprovalDialog, login: str, secret: str) -> None:
    edit(dialog, "approverLogin").clear()
    for name, text in (("approverLogin", login), ("approverSecret", secret)):
        qtbot.keyClicks(edit(dialog, name), text)
        qtbot.keyClick(edit(dialog, name), Qt.Key.Key_Return)


@pytest.mark.req("PAY-4")
def test_dialog_says_what_is_allowed(dialog: ApprovalDialog) -> None:
    told = label(dialog, "approverSentence")
    assert "John <b>Doe</b> (WU-10001) pays $250.00 more than is ticked" in told.text()
    assert "The limit is $100.00" in told.text()
    assert told.textFormat() == Qt.TextFormat.PlainText
    assert dialog.isModal()


@pytest.mark.req("PAY-4")
@pytest.mark.req("AUD-2")
def test_supervisor_allows_in_place(qtbot: QtBot, dialog: ApprovalDialog, store: Store) -> None:
    with qtbot.waitSignal(dialog.allowed) as allowed:
        give(qtbot, dialog, "supervisor", PIN)
    approval = allowed.args[0]
    assert approval.approver_name == "Demo Supervisor"
    granted = store.read(lambda read: find_approval(read, approval.event_id)).result()
    assert granted is not None
    assert (granted.request_id, granted.account_number) == (REQUEST, "WU-10001")
    assert granted.extra_minor == 25_000
    assert dialog.isHidden()


@pytest.mark.req("PAY-4")
@pytest.mark.parametrize(
    ("login", "secret", "field", "sentence"),
    [
        ("supervisor", "wrong horse", "approverSecret", "not right"),
        ("jane", PASSWORD, "approverLogin", "other than the cashier"),
        ("manager", PASSWORD, "approverSecret", "may not do this"),
    ],
)
def test_refusal_stands_in_the_dialog_which_stays(
    qtbot: QtBot, dialog: ApprovalDialog, login: str, secret: str, field: str, sentence: str
) -> None:
    give(qtbot, dialog, login, secret)
    qtbot.waitUntil(lambda: not label(dialog, f"{field}Error").isHidden())
    assert sentence in label(dialog, f"{field}Error").text()
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.allowed):
        give(qtbot, dialog, "supervisor", PASSWORD)


@pytest.mark.req("PAY-4", "AUD-2")
def test_too_long_without_the_centre_nobody_allows_it_and_the_dialog_says_why(
    qtbot: QtBot, dialog: ApprovalDialog, store: Store
) -> None:
    def rely_until(day: str) -> None:
        store.write(lambda s: s.keep_state(VALID_UNTIL_STATE, f"{day}T08:00:00Z")).result()

    rely_until("2025-04-20")
    for _ in range(6):
        give(qtbot, dialog, "supervisor", PIN)
        qtbot.waitUntil(lambda: not label(dialog, "approverSecretError").isHidden())
        assert "Nobody can approve here now" in label(dialog, "approverSecretError").text()
        assert "payments within the limits go on" in label(dialog, "approverSecretError").text()
    assert dialog.isVisible()
    said = label(dialog, "approverSecretError")
    assert said.height() >= said.heightForWidth(said.width())  # all of it can be read
    rely_until("2025-04-23")
    with qtbot.waitSignal(dialog.allowed):
        give(qtbot, dialog, "supervisor", PIN)


@pytest.mark.req("PAY-4")
def test_cancel_wins_over_a_yes_on_its_way(
    qtbot: QtBot, dialog: ApprovalDialog, jobs: Jobs
) -> None:
    with qtbot.assertNotEmitted(dialog.allowed):
        give(qtbot, dialog, "supervisor", PIN)
        dialog.reject()
        jobs.finish()


@pytest.mark.req("PAY-4")
def test_escape_allows_nothing(qtbot: QtBot, dialog: ApprovalDialog) -> None:
    with qtbot.assertNotEmitted(dialog.allowed):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()
