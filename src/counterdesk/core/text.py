"""Text from outside: made harmless for paper and screen, measured, and folded for searching."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"
"""Stands where a character has no meaning that could be shown."""

_JOINERS = "\u200c\u200d"
_PLAIN = re.compile(r"[ -~]*")
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
    | {"\u0131": "i"}
)
_HIGHEST_SIGN_CLASS = 9
"""Combining classes up to here (nukta, kana voicing, virama) make another letter, not an accent."""


def clean(text: str) -> str:
    """Return text that is data and nothing else: no controls, no directions, no private signs.

    Composed (NFC); controls and line or paragraph separators become a space; format characters
    go, but for the two joiners that scripts need to be shaped; what has no meaning becomes
    U+FFFD. The length is the caller's to limit.
    """
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_harmless(letter) for letter in unicodedata.normalize("NFC", text))


def _harmless(letter: str) -> str:
    match unicodedata.category(letter):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cs" | "Co" | "Cn":
            return REPLACEMENT
        case "Cf" if letter not in _JOINERS:
            return ""
    return letter


def display_width(text: str) -> int:
    """Return how many columns text takes: none for marks, two for East Asian wide letters."""
    if text.isascii():
        return len(text)
    return sum(_letter_width(letter) for letter in text)


def _letter_width(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def is_right_to_left(text: str) -> bool:
    """Tell whether the first letter with a direction of its own is Arabic, Hebrew or alike."""
    if text.isascii():
        return False
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def has_right_to_left(text: str) -> bool:
    """Tell whether any letter is Arabic, Hebrew or alike."""
    if text.isascii():
        return False
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def fold(text: str) -> str:
    """Return text the way it is searched for: no accents, no case, single spaces.

    "  José ŁUKASZ " becomes "jose lukasz". Vowel signs of Indic scripts stay: they are letters.
    """
    harmless = clean(text)
    if not harmless.isascii():
        split = unicodedata.normalize("NFKD", harmless).casefold()
        split = unicodedata.normalize("NFKD", split).translate(_UNDECOMPOSED)
        harmless = "".join(letter for letter in split if not _is_accent(letter))
    return " ".join(harmless.casefold().split())


def _is_accent(letter: str) -> bool:
    return letter in _JOINERS or unicodedata.combining(letter) > _HIGHEST_SIGN_CLASS
