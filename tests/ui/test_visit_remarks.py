"""Notes and payer belong to one visit, and never to the next."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.ui.till import Till


@pytest.mark.req("PAY-7", "PAY-15")
def test_the_notes_of_a_visit_that_was_left_are_not_the_next_ones(till: Till) -> None:
    till.open_account()
    _write(till, payer="A neighbour", notes="For nobody else to read")
    till.press(Qt.Key.Key_Escape)
    till.press(Qt.Key.Key_Escape)
    till.wait_for_step("Consumer")
    till.open_account()
    till.alt(Qt.Key.Key_N)
    assert till.find("notesEdit").toPlainText() == ""
    assert till.text("paidBy") == ""
    assert "For nobody else" not in _request_notes(till)


def _write(till: Till, payer: str, notes: str) -> None:
    till.alt(Qt.Key.Key_N)
    till.keys(notes)
    till.press(Qt.Key.Key_Backtab)
    till.keys(payer)


def _request_notes(till: Till) -> str:
    draft = till.page._draft
    assert draft is not None
    return draft.notes
