"""After a crash the window says what became of the last payment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.core.permissions import Actor
from counterdesk.core.settings import Settings
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.core.visit_sums import work_out
from counterdesk.services.startup import NO_PRINTER, LastPayment
from counterdesk.store.session import ReadSession, Session
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.last_payment_words import tell
from counterdesk.ui.main_window import MainWindow
from counterdesk.ui.widgets.key_button import KeyButton
from tests.ui.conftest import Spoken

_SAVED = LastPayment(
    True, "unknown", UUID(int=1), "R-5001", "John Doe", "WU-10001", 14550, 450,
    datetime(2025, 4, 20, 10, 2, tzinfo=UTC), "Jane Smith",
)  # fmt: skip


@pytest.fixture
def request_on_review(jobs: Jobs, cashier: Actor) -> PaymentRequest:
    """The sample's payment, on Review, with a shift running."""

    def request(read: ReadSession) -> PaymentRequest:
        hit = services.consumers.find_exactly(read, "10001")
        assert hit is not None
        view = services.consumers.account_view(read, hit.consumer_id)
        line = AccountLine(view.account, (Share(view.charges[0], 14550),), 0, view.charges)
        return PaymentRequest(UUID(int=7), "Walk-in", (line,), (TenderGiven("cash", 15000),))

    jobs.store.write(lambda session: services.shifts.open_shift(session, 0), cashier).result()
    return jobs.store.read(request, cashier).result()


@pytest.fixture
def window(qtbot: QtBot, jobs: Jobs) -> Iterator[MainWindow]:
    """A window nobody is signed in to yet."""
    window = MainWindow(jobs)
    qtbot.addWidget(window)
    window.begin()
    window.show()
    yield window
    jobs.finish()


def _banner(window: MainWindow) -> str:
    parts = [window.findChild(QLabel, name) for name in ("bannerTitle", "bannerText")]
    return " ".join(part.text() for part in parts if part is not None and part.isVisible())


def _press(window: MainWindow, name: str) -> None:
    """Press a button of the banner by the key it shows."""
    button = next(b for b in window.findChildren(KeyButton, name) if b.isVisible())
    key = next(label.text() for label in button.findChildren(QLabel) if "+" in label.text())
    QTest.keySequence(window, QKeySequence(key))


def _pay(window: MainWindow, qtbot: QtBot) -> None:
    for _step in range(3):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
        QTest.keyClicks(window.focusWidget(), "150" if _step == 0 else "")
    qtbot.waitUntil(lambda: not window.pages.visit_open)


def _crash_on_review(
    qtbot: QtBot, window: MainWindow, cashier: Actor, request: PaymentRequest
) -> None:
    def keep(session: Session) -> None:
        result = work_out(request, session.settings, session.today())
        services.startup.keep_draft(session, request, result)

    window.jobs.store.write(keep, cashier).result()
    window.sign_in(cashier)
    qtbot.waitUntil(lambda: "Not saved" in _banner(window))


@pytest.mark.req("PAY-18")
def test_a_visit_that_was_not_saved_is_offered_anew(
    qtbot: QtBot, window: MainWindow, cashier: Actor, request_on_review: PaymentRequest
) -> None:
    _crash_on_review(qtbot, window, cashier, request_on_review)
    assert "$145.50 from John Doe (WU-10001)" in _banner(window)
    _press(window, "bannerAnew")
    qtbot.waitUntil(lambda: window.pages.visit_open)
    assert _banner(window) == ""


@pytest.mark.req("PAY-18")
def test_a_later_payment_that_is_saved_takes_the_story_away(
    qtbot: QtBot, window: MainWindow, cashier: Actor, request_on_review: PaymentRequest
) -> None:
    _crash_on_review(qtbot, window, cashier, request_on_review)
    window.pages.wanted.emit("payment")
    window.pages.payment().scan("10001")
    qtbot.waitUntil(lambda: window.pages.visit_open)
    _pay(window, qtbot)
    assert _banner(window) == ""
    window.sign_in(cashier)
    window.jobs.drain()
    assert "Not saved" not in _banner(window)


@pytest.mark.req("PAY-18")
def test_a_payment_is_not_taken_anew_into_an_open_visit(
    qtbot: QtBot,
    window: MainWindow,
    cashier: Actor,
    request_on_review: PaymentRequest,
    spoken: Spoken,
) -> None:
    _crash_on_review(qtbot, window, cashier, request_on_review)
    window.go_to("payment")
    window.pages.payment().scan("10001")
    qtbot.waitUntil(lambda: window.pages.visit_open)
    _press(window, "bannerAnew")
    assert spoken.toasts == ["Finish the payment in hand first."]
    assert "Not saved" in _banner(window)


@pytest.mark.req("PAY-18")
def test_a_visit_lost_on_purpose_is_not_told_of(
    qtbot: QtBot, window: MainWindow, cashier: Actor, request_on_review: PaymentRequest
) -> None:
    del request_on_review  # opens the shift
    window.sign_in(cashier)
    window.go_to("payment")
    window.pages.payment().scan("10001")
    qtbot.waitUntil(lambda: window.pages.visit_open)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    QTest.keyClicks(window.focusWidget(), "150")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    window.jobs.drain()
    assert window.jobs.store.read(services.startup.last_payment).result() is not None
    window.close()
    assert window.jobs.store.read(services.startup.last_payment).result() is None


@pytest.mark.req("PAY-18")
def test_a_payment_that_was_saved_is_said_to_be_and_only_once(
    qtbot: QtBot, window: MainWindow, cashier: Actor, request_on_review: PaymentRequest
) -> None:
    window.jobs.store.write(
        lambda session: services.payments.take_payment(session, request_on_review), cashier
    ).result()
    window.sign_in(cashier)
    qtbot.waitUntil(lambda: "Saved" in _banner(window))
    assert "receipt R-5001, change $4.50" in _banner(window)
    assert "do not take this payment again" in _banner(window)
    _press(window, "bannerClose")
    window.jobs.drain()
    told = window.jobs.store.read(services.startup.last_payment).result()
    assert told is None


def test_nothing_is_said_where_nothing_happened(
    qtbot: QtBot, window: MainWindow, cashier: Actor
) -> None:
    window.sign_in(cashier)
    window.jobs.drain()
    qtbot.wait(20)
    assert _banner(window) == ""


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("printed", "Printed: yes."),
        ("unknown", "Printed: nobody knows."),
        ("queued", "Printed: no."),
        ("failed", "Printed: no, it could not be."),
        (NO_PRINTER, "Printed: no, no printer is set up."),
    ],
)
def test_paper_is_told_apart(state: str, said: str) -> None:
    assert said in tell(replace(_SAVED, printed=state), Settings())
