"""After a crash the window says what became of the last payment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.core.permissions import Actor
from counterdesk.core.settings import Settings
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.core.visit_sums import work_out
from counterdesk.services.startup import LastPayment
from counterdesk.store.session import ReadSession, Session
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.last_payment_words import tell
from counterdesk.ui.main_window import MainWindow

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
    button = window.findChild(QPushButton, name)
    assert button is not None
    button.click()


@pytest.mark.req("PAY-18")
def test_a_visit_that_was_not_saved_is_offered_anew(
    qtbot: QtBot, window: MainWindow, cashier: Actor, request_on_review: PaymentRequest
) -> None:
    def keep(session: Session) -> None:
        result = work_out(request_on_review, session.settings, session.today())
        services.startup.keep_draft(session, request_on_review, result)

    window.jobs.store.write(keep, cashier).result()
    window.sign_in(cashier)
    qtbot.waitUntil(lambda: "Not saved" in _banner(window))
    assert "$145.50 from John Doe (WU-10001)" in _banner(window)
    _press(window, "bannerDo")
    qtbot.waitUntil(lambda: window.pages.visit_open)
    assert _banner(window) == ""


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
    assert "Do not take it again" in _banner(window)
    _press(window, "bannerDo")
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
    [("printed", "is printed"), ("unknown", "Nobody knows"), ("queued", "not printed yet")],
)
def test_paper_is_told_apart(state: str, said: str) -> None:
    assert said in tell(replace(_SAVED, printed=state), Settings())
