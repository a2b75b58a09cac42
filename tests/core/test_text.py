from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.text import clean, display_width, fold, is_right_to_left

any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)


@pytest.mark.req("AUD-4")
@given(any_text)
def test_cleaned_text_holds_no_controls_no_directions_and_nothing_private(text: str) -> None:
    for letter in clean(text):
        category = unicodedata.category(letter)
        assert category not in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")
        assert category != "Cf" or letter in "\u200c\u200d"


@given(any_text)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("outside", "inside"),
    [
        ("John Doe", "John Doe"),
        ("\x1bp\x00\x19\xfaJohn", " p  úJohn"),
        ("a\u2028b\u2029c\u0085d\x7fe", "a b c d e"),
        ("\u202eeod\u202c", "eod"),
        ("\ud800\ue000", "\ufffd\ufffd"),
        ("e\u0301", "é"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
    ],
)
def test_hostile_text_becomes_plain_text(outside: str, inside: str) -> None:
    assert clean(outside) == inside


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("王小明", 6), ("é", 1), ("e\u0301", 1), ("", 0)]
)
def test_wide_letters_take_two_columns_and_marks_none(text: str, columns: int) -> None:
    assert display_width(text) == columns


@pytest.mark.req("SRCH-2")
@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  José   ÁLVAREZ ", "jose alvarez"),
        ("Łukasz Øst", "lukasz ost"),
        ("Straße", "strasse"),
        ("İSTANBUL Iğdır", "istanbul igdir"),
        ("ＡＢＣ１", "abc1"),
        ("a\x00b\u202ec", "a bc"),
        ("हिन्दी", "हिन्दी"),
        ("مُحَمَّد", "محمد"),
    ],
)
def test_searching_knows_no_accents_and_no_case(text: str, folded: str) -> None:
    assert fold(text) == unicodedata.normalize("NFKD", folded)


@given(any_text)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_the_first_letter_with_a_direction_decides() -> None:
    assert is_right_to_left("123 محمد John")
    assert not is_right_to_left("John محمد")
    assert not is_right_to_left("123")
