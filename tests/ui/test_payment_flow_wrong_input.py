"""Wrong input: each field says its own sentence beside it, and nothing is saved."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from counterdesk.core.errors import UserError
from counterdesk.services import payments
from counterdesk.services.taken import PaymentTaken
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from tests.ui.neighbours import account, fill
from tests.ui.till import Till

Key = Qt.Key
CARD_NUMBER = "4111 1111 1111 1111"
HOSTILE = {
    "escape bytes": "Eve\x1b@\x1bp\x00\x19\x10\x14Drawer",
    "right-to-left override": "Eve \u202e00.000,1$\u202c \u2066x",
    "markup": "<b>Eve</b><img src='file:///etc/passwd'><script>1</script>",
    "wildcards": "%_\"*' OR 1=1; --",
    "ten thousand letters": "Eve " + "x" * 10_000,
}


def letters(text: str) -> str:
    return text.replace("\x1b", "").replace("\x00", "")


@pytest.mark.req("PAY-12")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter an amount."),
        ("abc", "Use digits only, such as 145.50."),
        ("12.345", "Use at most 2 decimals."),
        ("-5", "An amount cannot be negative."),
        ("9999999999999999", "This amount is too large."),
        ("200", "Only $145.50 is ticked. Press Alt+O to pay more than that."),
        ("0", "WU-10001: tick a charge or enter an amount."),
        ("1e3", "Use digits only, such as 145.50."),
    ],
)
def test_a_wrong_amount_is_refused_beside_it(till: Till, typed: str, sentence: str) -> None:
    till.open_account()
    till.keys("1")
    till.press(Key.Key_Backspace)
    till.keys(typed)
    till.enter()
    assert (till.error("amountToPay"), till.step) == (sentence, "Charges")
    assert till.focus().objectName() == "amountToPay"
    assert till.text("amountToPay") == typed
    assert till.saved() == 0


@pytest.mark.req("PAY-6")
@pytest.mark.req("PAY-12")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter what was received; Alt+1 means the exact amount."),
        ("abc", "Use digits only, such as 145.50."),
        ("150.005", "Use at most 2 decimals."),
        ("-150", "An amount cannot be negative."),
        ("9999999999999999", "This amount is too large."),
        ("9999999999", "This amount is too large."),
        ("145.49", "$0.01 is still missing."),
        ("100", "$45.50 is still missing."),
        ("0", "Enter an amount above zero."),
    ],
)
def test_wrong_cash_is_refused_beside_it(till: Till, typed: str, sentence: str) -> None:
    till.open_tender()
    till.keys(typed)
    till.enter()
    assert (till.error("cashReceived"), till.step) == (sentence, "Tender")
    assert till.focus().objectName() == "cashReceived"
    assert till.saved() == 0


@pytest.mark.req("PAY-12")
@pytest.mark.req("PAY-5")
@pytest.mark.req("PAY-17")
@pytest.mark.parametrize(
    ("method", "typed", "field", "sentence"),
    [
        (Key.Key_R, ("", "", ""), "tenderReference", "slip"),
        (Key.Key_R, ("", "T-1", "12"), "cardLastFour", "last four"),
        (Key.Key_R, ("", "T-1", "12345"), "cardLastFour", "last four"),
        (Key.Key_R, ("", CARD_NUMBER, "1111"), "tenderReference", "full card number"),
        (Key.Key_R, ("200", "T-1", "4242"), "tenderAmount", "Only $145.50 is due"),
        (Key.Key_R, ("100", "T-1", "4242"), "tenderAmount", "$45.50 is still missing"),
        (Key.Key_R, ("x", "T-1", "4242"), "tenderAmount", "Use digits only"),
        (Key.Key_B, ("", ""), "tenderReference", "reference"),
        (Key.Key_M, ("", "5" * 150), "tenderReference", "60 letters"),
        (Key.Key_H, ("", "", "First Bank", "4/18/25"), "tenderReference", "number"),
        (Key.Key_H, ("", "123", "", "4/18/25"), "chequeBank", "bank"),
        (Key.Key_H, ("", "123", "First Bank", ""), "chequeDate", "date"),
        (Key.Key_H, ("", "123", "First Bank", "soon"), "chequeDate", "Enter a date such as"),
        (Key.Key_H, ("", "123", "First Bank", "4/21/25"), "chequeDate", "future"),
        (Key.Key_H, ("", "123", "First Bank", "4/18/24"), "chequeDate", "180 days"),
    ],
)
def test_a_wrong_tender_is_refused_beside_its_field(
    till: Till, method: Key, typed: tuple[str, ...], field: str, sentence: str
) -> None:
    till.open_tender()
    till.alt(method)
    for text in typed:
        till.keys(text)
        till.press(Key.Key_Tab)
    till.click("goOn")
    assert sentence in till.error(field)
    assert till.focus().objectName() == field
    assert (till.step, till.saved()) == ("Tender", 0)


@pytest.mark.req("PAY-7")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("x" * 501, "500 letters"), (f"card {CARD_NUMBER}", "full card number")],
)
def test_wrong_notes_are_refused_beside_them(till: Till, typed: str, sentence: str) -> None:
    till.open_account()
    till.alt(Key.Key_N)
    till.find("notesEdit").setPlainText(typed)
    till.enter()
    assert sentence in till.error("notesEdit")
    assert (till.step, till.saved()) == ("Charges", 0)


def test_a_card_number_as_the_payers_name_is_refused(till: Till) -> None:
    till.open_account()
    till.alt(Key.Key_N)
    till.press(Key.Key_Backtab)
    till.keys(CARD_NUMBER)
    till.enter()
    assert "full card number" in till.error("paidBy")


@pytest.mark.req("PAY-4")
def test_more_than_the_threshold_is_refused_with_the_limit(till: Till) -> None:
    till.open_account()
    till.alt(Key.Key_O)
    till.keys("245.51")
    till.enter()
    assert till.error("amountToPay") == (
        "WU-10001: $245.51 is over the limit of $245.50: $145.50 of charges and $100.00 more."
    )
    assert till.sees("askSupervisor")
    till.press(Key.Key_Backspace)
    assert till.error("amountToPay") == ""
    assert not till.sees("askSupervisor")


@pytest.mark.req("PAY-4")
def test_kept_change_counts_towards_the_threshold(till: Till) -> None:
    till.open_tender()
    till.keys("300")
    till.alt(Key.Key_K)
    till.enter()
    assert "over the limit of $245.50" in till.error("keepChange")
    assert (till.sees("askSupervisor"), till.step) == (True, "Tender")


@pytest.mark.req("PAY-12")
@pytest.mark.parametrize("typed", ["99999", "nobody at all", '%_"*', "*", "x" * 200])
def test_an_unknown_consumer_is_said_beneath_the_search(till: Till, typed: str) -> None:
    till.keys(typed)
    till.enter()
    assert till.wait_for_error("consumerSearch").startswith("No consumer matches")
    assert till.step == "Consumer"
    assert till.focus().objectName() == "consumerSearch"


def test_an_empty_search_is_refused(till: Till) -> None:
    till.enter()
    assert till.error("consumerSearch") == "Type or scan what you know of the consumer."


@pytest.mark.req("CASH-7")
def test_without_a_shift_nothing_can_be_saved(qtbot: QtBot, jobs: Jobs) -> None:
    till = Till(qtbot, jobs)
    assert till.error("consumerSearch") == "No shift is open. Open one first (F7)."
    till.open_tender()
    till.alt(Key.Key_1)
    till.enter()
    till.enter()
    till.qtbot.waitUntil(lambda: till.sees("stepError"))
    assert till.text("stepError") == "No shift is open. Open one first (F7)."
    assert (till.step, till.saved(), till.page.visit_open) == ("Review", 0, True)


@pytest.mark.req("PAY-12")
def test_a_charge_paid_elsewhere_meanwhile_is_refused_and_shown_anew(
    till: Till, store: Store
) -> None:
    till.open_tender()
    till.alt(Key.Key_1)
    till.enter()
    fill(store, account("WU-20001", "Ada Brook", 8000))  # the window's own store stays in use
    other = Till(till.qtbot, till.jobs)
    other.open_tender()
    other.alt(Key.Key_1)
    other.enter()
    other.enter()
    other.wait_for_receipt()
    till.enter()
    till.wait_for_step("Charges")
    assert "INV-2025-001234 changed" in till.error("chargesTable")
    till.jobs.drain()
    assert till.find("chargesTable").model().rowCount() == 1
    assert till.saved() == 1


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_is_shown_as_text_and_harms_nothing(
    till: Till, store: Store, name: str
) -> None:
    fill(store, account("WU-20001", name, 8000, address=name, phone=name[:40]))
    till.keys("20001")
    till.qtbot.waitUntil(lambda: till.sees("consumerResults"))
    till.page.grab()
    till.enter()
    till.wait_for_step("Charges")
    till.page.grab()
    for label in till.page.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
        assert not any(letter in label.text() for letter in "\x1b\x00\x10\x14\u202e\u2066")
    assert till.page.width() == 1152
    till.enter()
    till.keys("100")
    till.enter()
    till.enter()
    assert till.wait_for_receipt().change_minor == 2000


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("notes", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_notes_are_saved_as_text_or_refused(till: Till, notes: str) -> None:
    till.open_account()
    till.alt(Key.Key_N)
    till.find("notesEdit").setPlainText(notes)
    till.enter()
    if len(notes) > 500:
        assert (till.step, till.saved()) == ("Charges", 0)
        return
    till.alt(Key.Key_1)
    till.enter()
    till.enter()
    paper = str(till.wait_for_receipt().document.blocks)
    assert not any(letter in paper for letter in "\x1b\x00\x10\x14\u202e\u2066")


def test_a_refusal_of_the_service_stands_on_its_step_and_keeps_what_was_typed(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(session: Session, request: object) -> PaymentTaken:
        raise UserError("Not like this.", "cashReceived")

    monkeypatch.setattr(payments, "take_payment", refuse)
    till.open_tender()
    till.keys("150")
    till.enter()
    till.enter()
    till.wait_for_step("Tender")
    assert till.error("cashReceived") == "Not like this."
    assert till.text("cashReceived") == "150.00"
    assert till.saved() == 0
