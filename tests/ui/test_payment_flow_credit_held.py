"""The centre holds the notes of a visit from Review on; without it credit is not taken lightly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from counterdesk.core.clock import Clock
from counterdesk.store.store import Store
from counterdesk.sync.credit_holds import HoldAnswer, NotHeld
from counterdesk.sync.status import SyncState, SyncStatus
from counterdesk.ui import credit_clearing
from counterdesk.ui.dialogs.credit_approval_dialog import CreditApprovalDialog
from counterdesk.ui.jobs import Jobs
from tests.conftest import PASSWORD, START_UTC
from tests.sync.tills import new_store
from tests.ui.asked_sync import Asked
from tests.ui.credit import NEWER, OLDER, tell
from tests.ui.till import Till

Key = Qt.Key


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A counter that a centre certified, where John Doe has credit."""
    store = new_store(tmp_path / "certified", "C07", clock=clock)
    tell(store)
    yield store
    store.close()


@pytest.fixture
def asked(till: Till, jobs: Jobs) -> Asked:
    """The till has a centre, which answers."""
    jobs.centre.worker = asked = Asked()
    say(jobs, SyncState.ONLINE)
    del till
    return asked


def say(jobs: Jobs, state: SyncState) -> None:
    jobs.centre.tell(SyncStatus(state))
    QApplication.sendPostedEvents(jobs.centre)


def go_to_review(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_D)
    till.enter()


@pytest.mark.req("MON-6", "SYNC-3")
def test_the_centre_holds_the_notes_from_review_on(till: Till, asked: Asked) -> None:
    go_to_review(till)
    [first] = asked.held
    assert first.notes == ((OLDER, 6_000), (NEWER, 8_550))
    till.enter()
    taken = till.wait_for_receipt()
    assert asked.held[-1] == first, "renewed at Confirm"
    assert taken.transaction_id == first.request_id


@pytest.mark.req("MON-6")
def test_who_spends_a_note_elsewhere_is_told_and_nothing_is_saved(till: Till, asked: Asked) -> None:
    asked.refusal = NotHeld(OLDER, 0, "C02", START_UTC)
    go_to_review(till)
    said = till.wait_for_error("creditNotes")
    assert said == "CN-46120: counter C02 is spending it, and holds it until 10:00."
    asked.refusal = NotHeld(OLDER, 450, "", None)
    till.enter()
    free = "CN-46120: the centre says that $4.50 of it can be spent."
    till.qtbot.waitUntil(lambda: till.error("creditNotes") == free)
    assert till.saved() == 0


@pytest.mark.req("MON-6")
def test_a_visit_that_is_left_gives_its_notes_back(till: Till, asked: Asked) -> None:
    go_to_review(till)
    for _step in range(3):
        till.press(Key.Key_Escape)
    assert till.step == "Consumer"
    assert asked.released == [asked.held[0].request_id]


@pytest.mark.req("SYNC-1")
@pytest.mark.parametrize("state", [SyncState.OFFLINE, SyncState.STOPPED, SyncState.REFUSED])
def test_without_the_centre_credit_is_refused_in_words(
    till: Till, asked: Asked, jobs: Jobs, state: SyncState
) -> None:
    say(jobs, state)
    go_to_review(till)
    assert till.wait_for_error("creditNotes").startswith("The centre cannot be asked now")
    assert asked.held == []
    till.alt(Key.Key_D)
    till.keys("150")
    till.enter()
    till.enter()
    assert till.wait_for_receipt().change_minor == 450


@pytest.mark.req("SYNC-1")
def test_a_centre_that_says_nothing_holds_nobody_up(
    till: Till, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credit_clearing, "_PATIENCE_MS", 50)
    asked.hangs = True
    go_to_review(till)
    assert till.wait_for_error("creditNotes").startswith("The centre cannot be asked now")
    till.enter()
    assert till.wait_for_error("creditNotes")
    assert len(asked.held) == 1, "it is not waited for again so soon"
    [(first, told)] = asked.unanswered
    told(HoldAnswer(first))
    till.jobs.drain()
    assert till.step == "Tender", "what comes too late moves nothing"


@pytest.mark.req("SYNC-1", "AUD-2")
def test_a_supervisor_allows_credit_while_the_centre_is_away(
    till: Till, asked: Asked, jobs: Jobs, store: Store
) -> None:
    tell(store, offline_credit_limit_minor=20_000)
    say(jobs, SyncState.OFFLINE)
    go_to_review(till)
    till.qtbot.waitUntil(lambda: bool(till.page.findChildren(CreditApprovalDialog)))
    [dialog] = till.page.findChildren(CreditApprovalDialog)
    sentence = words_of(dialog)
    assert "$60.00 of CN-46120 (WU-10001), $85.50 of CN-46125 (WU-10001)" in sentence
    prove(till, dialog)
    assert till.step == "Review"
    till.enter()
    till.wait_for_receipt()
    assert asked.held == []


def words_of(dialog: CreditApprovalDialog) -> str:
    label = dialog.findChild(QLabel, "approverSentence")
    return label.text() if label is not None else ""


def prove(till: Till, dialog: CreditApprovalDialog) -> None:
    """The supervisor types login and password."""
    with till.qtbot.waitSignal(dialog.done_by_supervisor):
        for name, text in (("approverLogin", "supervisor"), ("approverSecret", PASSWORD)):
            edit = dialog.findChild(QLineEdit, name)
            assert edit is not None
            QTest.keyClicks(edit, text)
            QTest.keyClick(edit, Key.Key_Return)
