"""What a search makes of names and numbers, the same on both sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.search_text import code_of, digits_of, pieces_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("O'Brien,  José", "o brien jose"),
        ("Żółć Łódź", "zolc lodz"),
        ("林小泉", "林 小 泉"),
        ("王 Xiaoming", "王 xiaoming"),
        ("नदी", "नदी"),
        ("a\x00b\x1bc", "a b c"),
        ("٢٠٠١", "2001"),
    ],
)
def test_words_have_no_case_accents_or_punctuation(text: str, words: str) -> None:
    assert words_of(text) == words


def test_numbers_lose_their_punctuation() -> None:
    assert code_of("WU-10001") == "wu10001"
    assert digits_of("(555) 123-4567") == "5551234567"
    assert digits_of("هاتف ٥٥٥") == "555"


@given(st.text(max_size=300))
def test_nothing_but_letters_marks_and_digits_is_left(text: str) -> None:
    for piece in pieces_of(text):
        assert piece
        assert not set(piece) & set(" \"'%_*():-\x00")


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert words_of(words_of(text)) == words_of(text)


def test_a_pasted_page_costs_no_more_than_a_line() -> None:
    assert len(pieces_of("abc def " * 10_000)) <= 8
    assert sum(map(len, pieces_of("x" * 10_000))) <= 100
