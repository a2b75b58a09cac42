"""After Confirm: the receipt, copies, PDF, and what comes next."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from counterdesk.ui import messages
from counterdesk.ui.widgets.key_button import KeyButton
from tests.ui.till import Till

Key = Qt.Key


@pytest.fixture
def paid(till: Till) -> Till:
    """The till right after the sample payment."""
    till.open_tender()
    till.keys("150")
    till.enter()
    till.enter()
    till.wait_for_receipt()
    return till


@pytest.mark.req("PAY-10")
def test_the_receipt_is_on_screen_with_the_change_to_give(paid: Till) -> None:
    assert not paid.find("receiptPreview").pixmap().isNull()
    assert paid.text("receiptChange") == "$4.50"
    assert paid.text("sumLeft") == "$454.75"
    assert not paid.page.visit_open
    paid.qtbot.waitUntil(lambda: paid.text("printState") == "Not printed: no printer is set up.")


@pytest.mark.req("PAY-10")
@pytest.mark.req("PAY-13")
def test_letters_start_the_next_consumer(paid: Till) -> None:
    paid.keys("10001")
    assert paid.step == "Consumer"
    assert paid.text("consumerSearch") == "10001"
    paid.enter()
    paid.wait_for_step("Charges")
    assert paid.text("sumToPay") == "$152.25"


@pytest.mark.req("PAY-10")
def test_another_payment_waits_for_a_new_consumer_or_the_same(paid: Till) -> None:
    paid.click("anotherPaymentButton")
    assert (paid.step, paid.text("consumerSearch")) == ("Consumer", "")


@pytest.mark.req("PAY-10")
def test_the_same_consumer_is_one_key_away(paid: Till) -> None:
    paid.ctrl(Key.Key_R)
    paid.wait_for_step("Charges")
    assert paid.text("consumerBalance") == "$454.75"


@pytest.mark.req("PAY-10")
def test_the_dashboard_is_one_click_away(paid: Till) -> None:
    with paid.qtbot.waitSignal(paid.page.dashboard_asked):
        paid.click("dashboardButton")


@pytest.mark.req("RCT-6")
def test_pdf_is_saved_as_an_electronic_copy(
    paid: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "save_as", lambda *_args: str(tmp_path / "receipt"))
    paid.ctrl(Key.Key_S)
    paid.jobs.drain()
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")
    assert paid.text("savedFile").replace("\u200b", "") == f"Saved as receipt.pdf in {tmp_path}"
    paid.ctrl(Key.Key_R)
    assert not paid.sees("savedFile")


def test_a_pdf_that_cannot_be_written_is_said_on_the_page(
    paid: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "save_as", lambda *_args: str(tmp_path / "no" / "receipt.pdf"))
    paid.click("savePdfButton")
    paid.jobs.drain()
    assert "cannot be written" in paid.text("stepError")


@pytest.mark.req("RCT-3")
def test_a_print_is_refused_while_the_original_still_waits(paid: Till) -> None:
    paid.ctrl(Key.Key_P)
    paid.enter()
    paid.jobs.drain()
    assert paid.error("reprintReason") or paid.text("stepError")


def test_a_copy_without_a_reason_is_refused_beside_the_field(paid: Till) -> None:
    paid.ctrl(Key.Key_P)
    paid.press(Key.Key_Delete)
    paid.enter()
    assert "why" in paid.wait_for_error("reprintReason").lower()


@pytest.mark.req("PAY-10")
def test_the_receipt_has_the_room_of_the_visit_where_both_do_not_fit(paid: Till) -> None:
    buttons = paid.page.findChildren(KeyButton)
    paid.page.setMinimumSize(900, 500)  # as the window lets it be
    for width, beside in ((968, False), (1184, True)):
        paid.page.resize(width, 560)
        QApplication.processEvents()
        assert paid.sees("visitPanel") is beside
        shown = [one for one in buttons if one.isVisible()]
        assert [one.text() for one in shown if one.width() < one.sizeHint().width()] == []
