"""What is banked against what was received: an exchange of cash for a cheque has a name."""

from __future__ import annotations

import pytest

from counterdesk.core.cash_mix import Cheque, Mix, mix_findings

BILL = Cheque(8_000, "000123", "First Bank")
EXCHANGED = (
    "A cheque of 80.00 lies there that nobody received, and as much cash is missing: the cash was "
    "exchanged for it."
)
CASHED = "Cheque 000123 of 80.00 is missing, and as much cash is over: it was exchanged for cash."


def found(mix: Mix) -> tuple[str, ...]:
    return mix_findings(mix, lambda amount: f"{amount / 100:.2f}")


@pytest.mark.req("CASH-5")
@pytest.mark.parametrize(
    ("mix", "sentences"),
    [
        (Mix(50_000, 50_000, (BILL,), (8_000,)), ()),
        (
            Mix(50_000, 42_000, (), (8_000,)),
            (EXCHANGED,),
        ),
        (
            Mix(50_000, 58_000, (BILL,), ()),
            (CASHED,),
        ),
        (Mix(50_000, 50_000, (BILL,), ()), ("Cheque 000123 of 80.00 is missing.",)),
        (
            Mix(50_000, 50_000, (), (8_000,)),
            ("A cheque of 80.00 lies there that nobody received.",),
        ),
        (Mix(50_000, 49_500, (BILL,), (8_000,)), ("5.00 less cash than received.",)),
        (
            Mix(50_000, 41_900, (BILL,), (8_000, 8_000)),
            (EXCHANGED, "1.00 less cash than received."),
        ),
    ],
)  # fmt: skip
def test_the_mix_is_named_in_words(mix: Mix, sentences: tuple[str, ...]) -> None:
    assert found(mix) == sentences
