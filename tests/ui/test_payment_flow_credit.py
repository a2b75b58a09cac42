"""Paying with credit notes: few keys, and sums that are true to the last keystroke."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from counterdesk.store.store import Store
from tests.ui.credit import tell
from tests.ui.till import Till

Key = Qt.Key


@pytest.fixture
def rich(till: Till, store: Store) -> Till:
    """John Doe has credit."""
    tell(store)
    return till


def words(till: Till, name: str) -> str:
    return "\n".join(label.text() for label in till.find(name).findChildren(QLabel))


@pytest.mark.req("CN-5", "MON-12", "PAY-13")
def test_one_key_uses_the_notes_and_cash_pays_the_rest_with_its_change(rich: Till) -> None:
    rich.open_tender()
    rich.click("useNote0")
    assert rich.text("creditAmount0") == "60.00"
    rich.keys("100")
    assert (rich.text("sumCreditUsed"), rich.text("sumReceived")) == ("$60.00", "$100.00")
    assert rich.text("changeDue") == rich.text("sumChange") == "$14.50"
    rich.enter()
    assert "CN-46120 · $0.00 of it stays" in words(rich, "reviewPanel")
    assert "Uses credit note CN-46120 up: $60.00." in words(rich, "effectsCard")
    rich.enter()
    taken = rich.wait_for_receipt()
    assert (taken.change_minor, taken.paid_minor) == (1_450, 14_550)


@pytest.mark.req("CN-5", "MON-12", "PAY-13")
def test_credit_alone_takes_ten_keys_the_oldest_note_first(rich: Till) -> None:
    rich.open_tender()
    rich.alt(Key.Key_D)
    assert (rich.text("creditAmount0"), rich.text("creditAmount1")) == ("60.00", "85.50")
    assert rich.text("changeNotes") == "Nothing more to pay: Enter goes on"
    rich.enter()
    assert rich.step == "Review"
    rich.enter()
    taken = rich.wait_for_receipt()
    assert rich.pressed == len("10001") + 5
    assert taken.change_minor == 0
    assert taken.credit_notes == ()


@pytest.mark.req("CN-5")
def test_the_key_takes_all_notes_off_again(rich: Till) -> None:
    rich.open_tender()
    rich.alt(Key.Key_D)
    assert rich.text("useCredit") == "Use no credit"
    rich.alt(Key.Key_D)
    assert not rich.sees("sumCreditUsed")
    assert rich.text("creditAmount1") == ""


@pytest.mark.req("CN-5", "PAY-12")
def test_the_amount_of_a_note_is_lowered_and_too_much_is_told_beside_it(rich: Till) -> None:
    rich.open_tender()
    rich.alt(Key.Key_D)
    edit = rich.find("creditAmount1")
    edit.setFocus()
    rich.keys("300")
    assert rich.error("creditNotes") == "CN-46125: $200.00 is all that is left of it."
    assert rich.text("changeNotes") == ""
    rich.enter()
    assert rich.step == "Tender"
    edit.setFocus()
    edit.selectAll()
    rich.keys("40")
    assert (rich.error("creditNotes"), rich.text("sumCreditUsed")) == ("", "$100.00")
    rich.find("cashReceived").setFocus()
    assert rich.text("quickCash1") == "45.50 exact"


@pytest.mark.req("CN-5")
def test_what_a_card_must_bring_follows_the_notes(rich: Till) -> None:
    rich.open_tender()
    rich.alt(Key.Key_R)
    rich.click("useNote0")
    assert rich.text("tenderAmount") == "85.50"
    rich.click("useNote1")
    assert not rich.sees("tenderAmount"), "nothing is left for a card"


def test_an_account_without_credit_is_paid_as_ever(till: Till) -> None:
    till.open_tender()
    assert not till.sees("creditNotes")
    till.keys("150")
    till.enter()
    till.enter()
    till.wait_for_receipt()
    assert till.pressed == 12
