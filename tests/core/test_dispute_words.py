"""What disputes are called, and where one stands."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

from counterdesk.core.dispute_words import (
    category_words,
    dispute_warning,
    outcome_words,
    state_tone,
    state_words,
)
from counterdesk.core.disputes import Category, Closing, Dispute, Outcome

AT = datetime(2025, 4, 20, 9, 30, tzinfo=UTC)
DISPUTE = Dispute(
    uuid4(), "DSP-2025-000001", uuid4(), "PAY-2025-004521", "R-5001", uuid4(), "WU-10001",
    "John Doe", 14_550, Category.DUPLICATE, 14_550, "I paid this twice.", date(2025, 4, 20), AT,
    "Jane Smith", "C03", None,
)  # fmt: skip


def test_every_category_and_every_outcome_has_a_word_of_its_own() -> None:
    assert len({category_words(one) for one in Category}) == len(Category)
    assert len({outcome_words(one) for one in Outcome}) == len(Outcome)


def test_a_dispute_is_open_until_it_is_closed_and_then_its_outcome_is_named() -> None:
    assert (DISPUTE.open, state_words(DISPUTE), state_tone(DISPUTE)) == (True, "Open", "warn")
    for outcome, word, tone in (
        (Outcome.REFUNDED, "Refunded", "ok"), (Outcome.REJECTED, "Rejected", "danger")
    ):  # fmt: skip
        closed = replace(DISPUTE, closing=Closing(outcome, "Looked at.", AT, "Sam Supervisor"))
        assert (closed.open, state_words(closed), state_tone(closed)) == (False, word, tone)


def test_the_warning_names_the_receipt_the_number_and_the_doubt() -> None:
    said = dispute_warning(DISPUTE)
    assert said == "Payment R-5001 is disputed (DSP-2025-000001: Charged twice)."
