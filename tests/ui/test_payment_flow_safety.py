"""What quick fingers and a dying machine must not do: confirm unseen, or leave no story."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from counterdesk.services.startup import last_payment
from counterdesk.store.store import Store
from counterdesk.ui.pages.step import DEAF_MS
from counterdesk.ui.widgets.labels import FittedLabel
from tests.ui.neighbours import account, fill
from tests.ui.till import Till

Key = Qt.Key


def confirm(till: Till) -> None:
    till.open_tender()
    till.keys("150")
    till.enter()
    till.enter()
    till.wait_for_receipt()


@pytest.mark.req("PAY-18")
def test_a_receipt_in_sight_is_still_told_after_a_crash(till: Till, store: Store) -> None:
    confirm(till)
    till.jobs.drain()
    told = store.read(last_payment).result()
    assert told is not None
    assert (told.saved, told.receipt_number) == (True, "R-5001")


@pytest.mark.req("PAY-18")
@pytest.mark.parametrize("leave", ["next", "elsewhere"])
def test_a_receipt_that_was_left_is_not_told_again(till: Till, store: Store, leave: str) -> None:
    confirm(till)
    if leave == "next":
        till.keys("2")
    else:
        till.page.hide()
    till.jobs.drain()
    assert store.read(last_payment).result() is None


@pytest.mark.req("PAY-8")
def test_what_is_typed_on_review_does_not_let_its_enter_confirm(till: Till) -> None:
    till.open_tender()
    till.keys("150")
    till.enter()
    till.keys("20002")
    till.enter()
    assert (till.step, till.saved()) == ("Review", 0)
    assert "Nothing can be typed here" in till.text("stepError")
    till.enter()
    till.wait_for_receipt()
    assert till.saved() == 1


@pytest.mark.req("PAY-6")
def test_an_account_number_in_the_cash_field_is_asked_about(till: Till, qtbot: QtBot) -> None:
    till.open_tender()
    till.keys("20002")
    till.enter()
    assert "Change of $19,856.50?" in till.error("cashReceived")
    till.enter()
    assert till.step == "Tender"
    qtbot.wait(DEAF_MS + 50)
    till.enter()
    assert till.step == "Review"


@pytest.mark.req("PAY-7")
def test_large_sums_are_shown_whole(till: Till, store: Store) -> None:
    fill(store, account("WU-30001", "Big Works", 90_090_000))
    till.open_account("30001")
    for name in ("sumToPay", "sumLeft"):
        label = till.find(name, FittedLabel)
        label.setText("$900,900.00")
        label.setFont(label.fitting_font())
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.contentsRect().width()
