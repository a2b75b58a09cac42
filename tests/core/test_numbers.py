from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.numbers import (
    fallback_format,
    read_number,
    series_year,
    write_number,
)
from counterdesk.core.settings import NumberFormat

PAYMENT = NumberFormat("PAY-{yyyy}-{seq:06}", yearly=True)
RECEIPT = NumberFormat("R-{seq}", yearly=False)


@pytest.mark.req("NUM-1")
def test_numbers_read_as_the_settings_say() -> None:
    assert write_number(PAYMENT, 2025, 4521) == "PAY-2025-004521"
    assert write_number(RECEIPT, 2025, 5001) == "R-5001"
    assert write_number(NumberFormat("{yy}/{seq:03}", yearly=True), 2025, 7) == "25/007"


@pytest.mark.req("NUM-2")
def test_a_number_beyond_its_block_carries_the_counter() -> None:
    assert write_number(fallback_format(RECEIPT, "C07"), 2025, 123) == "R-C07-000123"
    assert write_number(fallback_format(PAYMENT, "C07"), 2025, 1) == "PAY-2025-C07-000001"


@pytest.mark.req("NUM-1")
def test_a_yearly_series_starts_anew_and_others_do_not() -> None:
    assert series_year(PAYMENT, date(2025, 12, 31)) == 2025
    assert series_year(RECEIPT, date(2025, 12, 31)) == 0


@pytest.mark.parametrize("text", ["R-", "X-12", "R-12x", "R-1\n", ""])
def test_a_number_of_another_series_is_not_read(text: str) -> None:
    assert read_number(RECEIPT, text) is None


@given(st.integers(1, 10**9), st.integers(2000, 2999), st.text("AB-./ {}x", max_size=6))
def test_what_a_format_writes_it_reads_back(sequence: int, year: int, prefix: str) -> None:
    for pattern in ("{yyyy}-{seq:06}", "{seq}", "{seq:02}/{yyyy}"):
        form = NumberFormat(prefix + pattern, yearly="yyyy" in pattern)
        shown = year if "yyyy" in pattern else 0
        assert read_number(form, write_number(form, year, sequence)) == (shown, sequence)
