"""Methods, change, split payments and Review, with keys and clicks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from counterdesk.core.settings import Settings
from counterdesk.demo.sample import sample_settings
from counterdesk.services.startup import last_payment
from counterdesk.store.store import Store
from tests.ui.neighbours import account, fill
from tests.ui.till import Till

Key = Qt.Key


def choose_card(till: Till, amount: str = "") -> None:
    till.alt(Key.Key_R)
    till.keys(amount)
    till.enter()
    till.keys("T-77")
    till.enter()
    till.keys("4242")


def words(till: Till, name: str) -> str:
    return "\n".join(label.text() for label in till.find(name).findChildren(QLabel))


@pytest.mark.req("PAY-6")
def test_change_follows_every_keystroke_with_the_notes_that_make_it(till: Till) -> None:
    till.open_tender()
    seen = []
    for letter in "2000":
        till.keys(letter)
        seen.append((till.text("changeDue"), till.text("sumReceived")))
    assert seen == [
        ("$0.00", "$2.00"), ("$0.00", "$20.00"), ("$54.50", "$200.00"), ("$1,854.50", "$2,000.00"),
    ]  # fmt: skip
    till.press(Key.Key_Backspace)
    assert till.text("changeNotes") == "1 × 50.00    4 × 1.00    1 × 0.50"


@pytest.mark.req("PAY-6")
def test_quick_keys_take_the_exact_amount_and_round_notes(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_1)
    assert (till.text("cashReceived"), till.text("changeDue")) == ("145.50", "$0.00")
    till.alt(Key.Key_2)
    assert (till.text("cashReceived"), till.text("changeDue")) == ("150.00", "$4.50")
    till.click("quickCash4")
    assert (till.text("cashReceived"), till.text("sumChange")) == ("200.00", "$54.50")


@pytest.mark.req("PAY-6")
@pytest.mark.req("MON-12")
def test_change_kept_as_credit_becomes_a_note(till: Till) -> None:
    till.open_tender()
    till.keys("200")
    till.alt(Key.Key_K)
    assert (till.text("changeDue"), till.text("sumCredit")) == ("$0.00", "$54.50")
    till.enter()
    till.enter()
    taken = till.wait_for_receipt()
    assert [(note.number, note.amount_minor) for note in taken.credit_notes] == [("CN-46129", 5450)]
    assert taken.change_minor == 0


@pytest.mark.req("MON-2")
@pytest.mark.req("PAY-6")
def test_what_a_cheque_brings_too_much_is_kept_with_the_key_that_keeps_change(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_H)
    till.keys("200")
    assert till.error("tenderAmount")
    till.alt(Key.Key_K)
    assert (till.error("tenderAmount"), till.text("sumCredit")) == ("", "$54.50")
    assert till.text("keepChange") == "Keep the extra as credit"
    for text in ("000123", "First Bank", "4/18/25"):
        till.enter()
        till.keys(text)
    till.enter()
    assert "New credit\n$54.50 · WU-10001" in words(till, "reviewPanel")
    till.enter()
    assert [note.amount_minor for note in till.wait_for_receipt().credit_notes] == [5450]


@pytest.mark.req("PAY-5")
@pytest.mark.req("MON-12")
def test_card_and_cash_together_give_change_from_the_cash(till: Till) -> None:
    till.open_tender()
    choose_card(till, "100")
    till.alt(Key.Key_S)
    assert till.focus().objectName() == "cashReceived"
    till.keys("50")
    assert till.text("changeDue") == "$4.50"
    till.enter()
    shown = words(till, "reviewPanel")
    for fact in ("Card + Cash", "Card\n$100.00\n\n···· 4242 · T-77", "Cash\n$50.00"):
        assert fact in shown
    till.enter()
    assert till.wait_for_receipt().change_minor == 450


@pytest.mark.req("MON-12")
def test_cash_first_and_card_for_the_rest_is_taken_as_well(till: Till) -> None:
    till.open_tender()
    till.keys("50")
    till.alt(Key.Key_S)
    till.alt(Key.Key_R)
    assert till.text("tenderAmount") == "95.50"
    till.keys("100")
    till.enter()
    till.keys("T-77")
    till.enter()
    till.keys("4242")
    till.enter()
    till.enter()
    assert till.wait_for_receipt().change_minor == 450


def test_a_listed_tender_is_taken_away_again(till: Till) -> None:
    till.open_tender()
    till.keys("50")
    till.alt(Key.Key_S)
    till.keys("20")
    till.alt(Key.Key_S)
    till.alt(Key.Key_X)
    assert till.text("sumReceived") == "$50.00"
    till.click("removeTender0")
    assert not till.sees("tenderList")


def test_a_listed_tender_that_is_too_much_by_now_is_said_above_the_footer(till: Till) -> None:
    till.open_tender()
    choose_card(till)
    till.alt(Key.Key_S)
    till.press(Key.Key_Escape)
    till.keys("100")
    till.enter()
    till.enter()
    assert "Only $100.00 is due" in till.text("stepError")
    till.alt(Key.Key_X)
    assert not till.sees("stepError")


@pytest.mark.req("PAY-5")
def test_a_card_keeps_terminal_reference_and_last_four_only(till: Till) -> None:
    till.open_tender()
    choose_card(till)
    till.enter()
    till.enter()
    taken = till.wait_for_receipt()
    assert "4242" in str(taken.document.blocks)
    assert taken.tendered_minor == 14550


@pytest.mark.req("PAY-17")
def test_a_cheque_keeps_number_bank_and_date(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_H)
    for text in ("", "000123", "First Bank", "4/18/25"):
        till.keys(text)
        till.enter()
    assert till.step == "Review"
    shown = words(till, "reviewPanel")
    assert "Cheque\n$145.50\n\n000123 · Apr 18, 2025\n\nFirst Bank" in shown


@pytest.mark.req("PAY-5")
def test_arrows_choose_the_method_while_its_buttons_have_the_focus(till: Till) -> None:
    till.open_tender()
    till.press(Key.Key_Backtab)
    till.press(Key.Key_Right)
    assert till.sees("tenderReference")
    till.press(Key.Key_Left)
    assert till.sees("cashReceived")
    till.keys("150")
    assert till.text("changeDue") == "$4.50"


@pytest.mark.req("PAY-6")
def test_cash_is_rounded_where_the_currency_needs_it(till: Till, store: Store) -> None:
    fill(store, account("WU-20001", "Ada Brook", 8003), settings=rounded(sample_settings()))
    again = Till(till.qtbot, till.jobs)
    again.open_tender("20001")
    assert again.text("quickCash1").startswith("80.05")
    again.keys("81")
    assert again.text("changeDue") == "$0.95"
    again.enter()
    again.enter()
    assert again.wait_for_receipt().rounding_minor == 2


def rounded(settings: Settings) -> Settings:
    return replace(settings, cash_rounding_minor=5)


@pytest.mark.req("PAY-8")
def test_review_shows_account_and_payment_before_anything_is_saved(till: Till) -> None:
    till.open_tender()
    till.keys("150")
    till.enter()
    shown = words(till, "reviewPanel")
    for fact in ("John Doe", "WU-10001", "$600.25", "Bill", "Walk-in", "Cash", "$145.50",
                 "Jane Smith", "INV-2025-001234"):  # fmt: skip
        assert fact in shown
    assert till.saved() == 0


@pytest.mark.req("PAY-7")
@pytest.mark.req("PAY-8")
def test_review_panel_and_receipt_name_the_same_totals_when_change_is_kept(till: Till) -> None:
    till.open_tender()
    till.keys("150")
    assert not till.sees("sumPaid")  # what is paid is what was to be paid
    till.alt(Key.Key_K)
    assert (till.text("sumCredit"), till.text("sumPaid")) == ("$4.50", "$150.00")
    till.enter()
    shown = words(till, "reviewPanel")
    for fact in ("To pay\n$145.50", "Received\n$150.00", "Change\n$0.00",
                 "New credit\n$4.50 · WU-10001", "Total paid\n$150.00"):  # fmt: skip
        assert fact in shown
    till.enter()
    taken = till.wait_for_receipt()
    assert taken.paid_minor == 15000
    paper = str(taken.document.blocks)
    assert "key='Total paid', value='$150.00'" in paper
    assert "key='Credit note CN-46129', value='$4.50'" in paper


@pytest.mark.req("PAY-8")
def test_review_tells_what_cash_rounding_makes_of_the_total(till: Till, store: Store) -> None:
    fill(store, account("WU-20001", "Ada Brook", 8003), settings=rounded(sample_settings()))
    again = Till(till.qtbot, till.jobs)
    again.open_tender("20001")
    again.alt(Key.Key_1)
    again.enter()
    shown = words(again, "reviewPanel")
    for fact in ("To pay\n$80.03", "Cash rounding\n$0.02", "Total paid\n$80.05"):
        assert fact in shown
    assert again.text("sumPaid") == "$80.05"


@pytest.mark.req("PAY-14")
@pytest.mark.parametrize(
    ("amount", "cash", "said"),
    [
        ("", "150", "Exact payment"),
        ("100", "100", "Under paid by $45.50"),
        ("more 150", "150", "Over paid by $4.50"),
    ],
)
def test_review_says_how_each_charge_is_paid(till: Till, amount: str, cash: str, said: str) -> None:
    till.open_account()
    if amount.startswith("more "):
        till.alt(Key.Key_O)
    till.keys(amount.removeprefix("more "))
    till.enter()
    till.keys(cash)
    till.enter()
    assert till.step == "Review"
    assert said in words(till, "reviewPanel")


@pytest.mark.req("PAY-16")
@pytest.mark.req("PAY-7")
def test_what_the_money_does_can_be_read_out_on_tender_and_review(till: Till) -> None:
    till.open_tender()
    expected = "Clears bill INV-2025-001234 (Mar 2025).\nStill open: 1 bill $152.25"
    assert till.text("effectsText").startswith(expected)
    till.keys("150")
    assert (till.text("sumToPay"), till.text("sumLeft")) == ("$145.50", "$454.75")
    till.enter()
    assert till.text("effectsText").startswith(expected)


def test_a_visit_on_review_is_kept_in_case_the_machine_stops(till: Till, store: Store) -> None:
    till.open_tender()
    till.keys("150")
    till.enter()
    till.jobs.drain()
    last = store.read(last_payment).result()
    assert last is not None
    assert (last.saved, last.account_number, last.change_minor) == (False, "WU-10001", 450)
