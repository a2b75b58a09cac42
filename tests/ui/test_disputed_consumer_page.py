"""The consumer's page with disputes: counted, on the timeline, a key from their payments."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTableView
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor
from counterdesk.demo.sample import sample_account
from counterdesk.services.disputes import raise_dispute
from counterdesk.store.store import Store
from counterdesk.ui.dialogs.dispute_dialog import CloseDispute, RaiseDispute
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.consumer_page import ConsumerPage
from counterdesk.ui.theme import FIRST_WINDOW, NARROWEST_WINDOW
from counterdesk.ui.widgets.key_button import KeyButton
from tests.services.crediting import pay
from tests.services.doubting import doubt, elsewhere, tell_disputes
from tests.services.till import Till
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of, texts_in
from tests.ui.till import Till as Window
from tests.ui.till import open_shift

pytestmark = pytest.mark.req("DISP-1", "SRCH-4")


@pytest.fixture
def payment_id(store: Store, cashier: Actor) -> UUID:
    """A payment of 145.50 in cash."""
    open_shift(store, cashier)
    return pay(Till(store, cashier))


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs, payment_id: UUID) -> Iterator[ConsumerPage]:
    """John Doe's page, with the focus on the timeline."""
    del payment_id
    page = ConsumerPage(jobs)
    qtbot.addWidget(page)
    page.resize(*FIRST_WINDOW)
    with qtbot.waitActive(page):
        page.show()
    page.show_consumer(sample_account().consumer.consumer_id)
    jobs.drain()
    yield page
    jobs.finish()


def press(page: ConsumerPage, key: str) -> None:
    QTest.keySequence(page.window().focusWidget() or page, QKeySequence(key))
    page.view._jobs.drain()


def raised(page: ConsumerPage, payment_id: UUID) -> None:
    jobs = page.view._jobs
    jobs.store.write(lambda s: raise_dispute(s, doubt(payment_id)), jobs.actor).result()
    page.refresh()
    jobs.drain()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # what stood there before


def first_line(page: ConsumerPage) -> list[str]:
    return texts_in(find(page, QTableView, "timelineTable").model())[0]


def test_a_dispute_is_counted_and_its_payment_is_a_key_away(
    page: ConsumerPage, payment_id: UUID
) -> None:
    assert text_of(page, "sheetDisputes") == "0"
    assert not seen(page, "sheetDisputed")
    raised(page, payment_id)
    assert text_of(page, "sheetDisputes") == "1"
    assert "R-5001 is disputed" in text_of(page, "consumerWarningsText")
    press(page, "Alt+D")
    assert text_of(page, "paymentViewTitle") == "Receipt R-5001"
    assert seen(page, "paymentDisputes")
    press(page, "Esc")
    assert seen(page, "timelineTable")


def test_it_stands_on_the_timeline_and_leads_from_there_to_its_payment(
    page: ConsumerPage, payment_id: UUID
) -> None:
    raised(page, payment_id)
    assert first_line(page)[1:4] == [
        "DSP-2025-000001 \u00b7 Dispute of R-5001, $145.50: Charged twice",
        "Open", "\u2013",
    ]  # fmt: skip
    press(page, "Home")
    press(page, "Return")
    assert text_of(page, "paymentViewTitle") == "Receipt R-5001"


def test_the_payment_under_the_cursor_is_disputed_by_its_key(
    page: ConsumerPage, spoken: Spoken
) -> None:
    press(page, "Alt+2")
    press(page, "Ctrl+Shift+D")
    assert spoken.toasts == ["Choose a payment of the timeline first."]
    press(page, "Alt+1")
    press(page, "4")
    press(page, "4")
    press(page, "Ctrl+Shift+D")
    [dialog] = page.findChildren(RaiseDispute)
    assert text_of(dialog, "disputeMaximum") == "Maximum: $138.75"


@pytest.mark.req("SRCH-3")
def test_who_takes_money_is_told_before(till: Window, store: Store, cashier: Actor) -> None:
    own = pay(Till(store, cashier))
    store.write(lambda s: raise_dispute(s, doubt(own)), cashier).result()
    till.open_account()
    shown = " ".join(label.text() for label in till.find("accountWarnings").findChildren(QLabel))
    assert "Payment R-5001 is disputed (DSP-2025-000001: Charged twice)." in shown


def test_what_is_left_to_do_with_a_payment_that_is_told_no_more_is_to_close_its_dispute(
    page: ConsumerPage, store: Store, cashier: Actor, supervisor: Actor
) -> None:
    tell_disputes(Till(store, cashier), elsewhere(UUID(int=77)))
    for person in (cashier, supervisor):
        page.view._jobs.actor = person
        page.show_consumer(sample_account().consumer.consumer_id)
        page.view._jobs.drain()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        press(page, "Alt+D")
        if person is cashier:
            assert text_of(page, "paymentViewError") == "This payment is not known here."
    [dialog] = page.findChildren(CloseDispute)
    assert text_of(dialog, "closingSaid") == "It never arrived."


@pytest.mark.req("USE-1", "PAY-13")
def test_on_a_narrow_window_no_word_is_cut_and_a_key_left_out_is_a_tool_tip(
    page: ConsumerPage,
) -> None:
    buttons = [one for one in page.view._actions if one.isVisible()]
    for width, whole in ((NARROWEST_WINDOW[0] - 56, False), (1_400, True)):
        page.resize(width, 640)
        QApplication.processEvents()
        assert all(one.width() >= one.sizeHint().width() for one in buttons)
        dispute = find(page, KeyButton, "consumerRaise")
        assert (dispute.toolTip() == "") is whole
        assert dispute.key() == "Ctrl+Shift+D"
