"""A payment of another counter undone in the window: the centre is asked, and nothing waits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk.models.undoing import Undo
from counterdesk.sync.status import SyncState, SyncStatus
from counterdesk.ui.dialogs import elsewhere_asking
from counterdesk.ui.dialogs.undo_dialog import UndoDialog
from counterdesk.ui.jobs import Jobs
from tests.conftest import PIN
from tests.told_payments import RECEIPT, told_payment
from tests.ui.asked_sync import Asked
from tests.ui.conftest import Spoken
from tests.ui.find import text_of
from tests.ui.till import Till

Key = Qt.Key


@pytest.fixture
def asked(till: Till, jobs: Jobs) -> Asked:
    """The till has a centre, which tells of a cheque that C02 took."""
    jobs.centre.worker = asked = Asked()
    say(jobs, SyncState.ONLINE)
    till.open_account()
    asked.told = told_payment()
    return asked


def say(jobs: Jobs, state: SyncState) -> None:
    jobs.centre.tell(SyncStatus(state))
    QApplication.sendPostedEvents(jobs.centre)


def open_receipt(till: Till) -> None:
    """Open the newest payment of the account, which another counter took."""
    till.ctrl(Key.Key_H)
    table = till.find("timelineTable")
    till.qtbot.waitUntil(lambda: table.model().rowCount() > 0)
    till.keys(RECEIPT[2:])
    till.enter()
    till.qtbot.waitUntil(lambda: till.sees("paymentUndo"))


def undone(till: Till) -> list[tuple[str, str]]:
    till.jobs.drain()
    rows = till.jobs.store.read(
        lambda read: read.execute(select(Undo.kind, Undo.receipt_number)).all()
    )
    return [tuple(row) for row in rows.result()]


@pytest.mark.req("PAY-20", "MON-12")
def test_a_cheque_that_another_counter_took_is_taken_back_by_keys(
    qtbot: QtBot, till: Till, asked: Asked, spoken: Spoken
) -> None:
    open_receipt(till)
    till.ctrl(Key.Key_B)
    qtbot.waitUntil(lambda: bool(till.page.findChildren(UndoDialog)))
    assert asked.receipts == [RECEIPT]
    dialog = till.page.findChildren(UndoDialog)[-1]
    way = till.find("undoWay")
    assert [way.itemText(at)[:7] for at in range(way.count())] == ["Reverse", "Cheque "]
    way.setFocus()
    QTest.keyClick(way, Key.Key_Down)
    qtbot.waitUntil(lambda: "cheque" in text_of(dialog, "undoEffects"))
    assert "INV-2025-001234 (WU-10001) is owed again" in text_of(dialog, "undoEffects")
    QTest.keyClick(way, Key.Key_Return)
    for text in ("O", "supervisor"):
        QTest.keyClicks(dialog.focusWidget(), text)
        QTest.keyClick(dialog.focusWidget(), Key.Key_Return)
    QTest.keyClicks(dialog.focusWidget(), PIN)
    with qtbot.waitSignal(dialog.done_by_supervisor):
        QTest.keyClick(dialog.focusWidget(), Key.Key_Return)
    assert undone(till) == [("bounced", RECEIPT)]
    assert spoken.toasts[-1] == f"The cheque of receipt {RECEIPT} is taken back."
    qtbot.waitUntil(lambda: not till.sees("paymentUndo"))


@pytest.mark.req("PAY-20", "SYNC-5")
@pytest.mark.parametrize("how", ["offline", "away", "hangs"])
def test_without_the_centre_it_is_refused_in_words(
    till: Till, asked: Asked, spoken: Spoken, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere_asking, "PATIENCE_MS", 50)
    asked.away, asked.hangs = how == "away", how == "hangs"
    open_receipt(till)
    if how == "offline":
        say(till.jobs, SyncState.OFFLINE)
    till.ctrl(Key.Key_B)
    till.qtbot.waitUntil(lambda: len(spoken.told) == 1)
    assert "the centre does not answer" in spoken.told[0]
    assert till.page.findChildren(UndoDialog) == []
    assert len(asked.receipts) == (how != "offline")


@pytest.mark.req("PAY-20")
def test_a_receipt_that_the_centre_does_not_know_is_named(
    till: Till, asked: Asked, spoken: Spoken
) -> None:
    asked.told = None
    open_receipt(till)
    till.ctrl(Key.Key_B)
    till.qtbot.waitUntil(lambda: len(spoken.told) == 1)
    assert spoken.told == [f"The centre knows no receipt {RECEIPT} of this office."]


@pytest.mark.req("PAY-20")
def test_who_left_meanwhile_is_told_nothing(
    till: Till, asked: Asked, spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere_asking, "PATIENCE_MS", 50)
    asked.hangs = True
    open_receipt(till)
    till.ctrl(Key.Key_B)
    till.ctrl(Key.Key_B)
    till.press(Key.Key_Escape)
    till.qtbot.wait(150)
    assert (len(asked.receipts), spoken.told) == (1, [])
    assert till.page.findChildren(UndoDialog) == []


@pytest.mark.req("PAY-20")
def test_a_slow_answer_is_waited_for_in_words(
    till: Till, asked: Asked, spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere_asking, "_SILENCE_MS", 10)
    asked.hangs = True
    open_receipt(till)
    till.ctrl(Key.Key_B)
    till.qtbot.waitUntil(lambda: spoken.toasts == ["Asking the centre …"])
