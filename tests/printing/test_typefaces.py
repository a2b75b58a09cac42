"""Letters of any script on paper, in PDF and on the screen: none is lost, all are in order."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from counterdesk.core.text import REPLACEMENT, clean, is_right_to_left
from counterdesk.printing.bidi import visual_runs
from counterdesk.printing.layout import Cell, Row
from counterdesk.printing.raster import rows_drawn
from counterdesk.printing.shaping import shaped
from counterdesk.printing.typefaces import BOLD, MONO, REGULAR, letters_of, set_in

SHELVES = [REGULAR, BOLD, MONO]
SHIPPED = {
    "Latin": "Zoë Łódź Şişli €5 ñ", "Greek": "Ελλάδα", "Cyrillic": "Россия Київ",
    "Arabic": "نقدًا، ١٤٥٫٥٠ پچگ؟", "Devanagari": "क्षेत्रीय ज्ञान श्रृंखला ₹",
    "Chinese": "自来水公司收据：金额（元）。",
}  # fmt: skip
both_ways = st.text(st.sampled_from([*"abאבعم 12٣٤.,-+/$%:()[]{}#!", "\u0301", "\u064b"]))


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("script", SHIPPED)
@pytest.mark.parametrize("shelf", SHELVES)
def test_every_shipped_script_has_all_its_letters(shelf: str, script: str) -> None:
    shown, typefaces = set_in(SHIPPED[script], shelf)
    assert shown == SHIPPED[script]
    for letter, typeface in zip(shown, typefaces, strict=True):
        assert letter in letters_of(typeface), f"{letter} in {typeface}"


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("shelf", SHELVES)
def test_a_letter_that_nobody_has_becomes_a_sign_that_can_be_seen(shelf: str) -> None:
    shown, typefaces = set_in("a王b\U0001f600", shelf)
    assert shown == f"a王b{REPLACEMENT}"
    assert REPLACEMENT in letters_of(typefaces[-1])


@given(st.text(st.characters(codec=None, exclude_categories=())), st.sampled_from(SHELVES))
def test_no_letter_of_any_text_vanishes(text: str, shelf: str) -> None:
    shown, typefaces = set_in(clean(text), shelf)
    assert len(shown) == len(typefaces) == len(clean(text))
    glyphs = shaped(clean(text), shelf).glyphs
    assert sorted("".join(glyph.text for glyph in glyphs)) == sorted(shown)


def test_a_mark_stays_with_the_letter_it_stands_on() -> None:
    text = "\u0915\u0300e\u0300"  # an accent that the Latin and the Indian typeface both have
    _shown, typefaces = set_in(text, REGULAR)
    by_letter = dict(zip("abcd", typefaces, strict=True))
    assert by_letter["c"] == by_letter["d"]


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("text", ["\U0001f600", "\ufffd", "王", "क्ष", "ع"])
def test_what_is_drawn_can_be_seen(qapp: QApplication, text: str) -> None:
    row = Row((Cell(text, 0, 12),))
    assert any(rows_drawn([row], 144).dots)


def test_drawn_letters_come_from_the_shipped_typefaces_alone(qapp: QApplication) -> None:
    # Thai: no shipped typeface has it, and the machine's own must not show it either.
    assert drawn("\u0e01") == drawn("\U0001f600")


def test_joined_letters_are_drawn_joined(qapp: QApplication) -> None:
    apart = drawn("ب\u200cب\u200cب")
    assert drawn("ببب") != apart


def test_window_and_printer_draw_at_once_and_alike(qapp: QApplication) -> None:
    texts = ["王小明 Łódź", "نقدًا لا غير", "क्षितिज शर्मा"] * 40
    alone = [drawn(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drawn, texts)) == alone


def drawn(text: str) -> bytes:
    return rows_drawn([Row((Cell(text, 0, 12),))], 144).dots


@pytest.mark.req("RCT-2")
@given(both_ways)
def test_both_ways_of_reading_are_ordered_as_unicode_orders_them(text: str) -> None:
    from_right = is_right_to_left(text)
    ours = "".join(
        text[start:end][:: -1 if turned else 1]
        for start, end, turned in visual_runs(text, from_right=from_right)
    )
    assert ours == get_display(text, base_dir="R" if from_right else "L")


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("amount", ["$1,234.50", "-$4.50", "١٬٢٣٤٫٥٠ ج.م", "1.234,50 €"])
def test_the_digits_of_an_amount_are_never_turned_round(amount: str) -> None:
    digits = "".join(x for x in amount if unicodedata.decimal(x, None) is not None)
    for text in (amount, f"تم دفع {amount} نقدًا"):
        glyphs = shaped(text, REGULAR, from_right=is_right_to_left(text)).glyphs
        said = "".join(glyph.text for glyph in glyphs)
        assert "".join(x for x in said if unicodedata.decimal(x, None) is not None) == digits
