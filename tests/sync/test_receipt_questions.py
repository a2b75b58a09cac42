"""Sync's thread asks for payments of other counters; whoever waits is always answered."""

from __future__ import annotations

from typing import cast

import pytest

from counterdesk.core.undoing import PaymentTold
from counterdesk.sync.link import CentreAway, CentreRefused, Link
from counterdesk.sync.receipt_questions import PaymentAnswer, ReceiptQuestions

pytestmark = pytest.mark.req("PAY-20")

TOLD = PaymentTold("C02", {})
AWAY = PaymentAnswer(away=True)


class Centre:
    """Knows one receipt, or fails."""

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.asked: list[str] = []

    def payment_to_undo(self, receipt_number: str) -> PaymentTold | None:
        self.asked.append(receipt_number)
        if self.failure is not None:
            raise self.failure
        return TOLD if receipt_number == "R-1" else None


@pytest.fixture
def centre() -> Centre:
    return Centre()


@pytest.fixture
def questions(centre: Centre) -> ReceiptQuestions:
    return ReceiptQuestions(cast("Link", centre))


def test_they_are_answered_in_order(questions: ReceiptQuestions) -> None:
    answers: list[PaymentAnswer] = []
    for number in ("R-1", "R-2"):
        questions.ask(number, answers.append)
    while questions.waiting:
        questions.answer_one(stopped=False)
    assert answers == [PaymentAnswer(TOLD), PaymentAnswer()]


@pytest.mark.parametrize("failure", [CentreAway("gone"), CentreRefused("revoked")])
def test_whoever_waits_is_told_when_the_centre_fails(
    questions: ReceiptQuestions, centre: Centre, failure: Exception
) -> None:
    answers: list[PaymentAnswer] = []
    centre.failure = failure
    for number in ("R-1", "R-2"):
        questions.ask(number, answers.append)
    with pytest.raises(type(failure)):
        questions.answer_one(stopped=False)
    questions.nobody_answers()
    assert answers == [AWAY, AWAY]
    assert not questions.waiting


def test_a_counter_that_sends_nothing_does_not_ask(
    questions: ReceiptQuestions, centre: Centre
) -> None:
    answers: list[PaymentAnswer] = []
    questions.ask("R-1", answers.append)
    questions.answer_one(stopped=True)
    assert (answers, centre.asked) == ([AWAY], [])
