"""The words of a search: the same folding for what is stored and for what is typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from counterdesk.core.text import fold

LONGEST_QUERY = 100
"""Letters of a query that count; nobody types more, and a pasted page must not cost time."""

_MOST_PIECES = 8
_MOST_TRIGRAMS = 6
_PART = 3
_ASCII = [chr(code) for code in range(128)]
_PLAIN_WORDS = {ord(one): one.lower() if one.isalnum() else " " for one in _ASCII}
_PLAIN_CODE = {ord(one): one.lower() if one.isalnum() else None for one in _ASCII}
_PLAIN_DIGITS = {ord(one): one if one.isdigit() else None for one in _ASCII}
_IDEOGRAPHS = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")


def words_of(text: str) -> str:
    """Return text as folded words with single spaces: "O'Brien, José" is "o brien jose".

    Ideographs stand alone, so that a part of a Chinese name is found from its beginnings.
    """
    if text.isascii():  # most are, and a million of them wait to be indexed
        return " ".join(text.translate(_PLAIN_WORDS).split())
    return " ".join(filter(None, map(_words_of_one, text.split())))


@lru_cache(maxsize=10_000)
def _words_of_one(text: str) -> str:
    spaced = _IDEOGRAPHS.sub(r" \1 ", fold(text))
    return " ".join("".join(map(_letter_or_space, spaced)).split())


def code_of(text: str) -> str:
    """Return a number without its punctuation: "WU-10001" is "wu10001"."""
    if text.isascii():
        return text.translate(_PLAIN_CODE)
    return words_of(text).replace(" ", "")


def payment_text(receipt_number: str, consumer_name: str, account_number: str) -> str:
    """Return what a search of payments looks through: each word and number after a space."""
    return f" {words_of(consumer_name)} {code_of(receipt_number)} {code_of(account_number)}"


def trigrams_of(piece: str) -> list[str]:
    """Cover a piece with threes of letters; where they follow on each other is looked at later."""
    last = len(piece) - _PART
    starts = {*range(0, last, _PART), last} if last >= 0 else set()
    return [piece[at : at + _PART] for at in sorted(starts)][:_MOST_TRIGRAMS]


def digits_of(text: str) -> str:
    """Return the digits of a text, in Latin figures: "(555) 123" is "555123"."""
    if text.isascii():
        return text.translate(_PLAIN_DIGITS)
    return "".join(letter for letter in code_of(text) if letter in "0123456789")


def pieces_of(query: str) -> tuple[str, ...]:
    """Return the words of what was typed, each once, at most eight.

    Nothing but letters, marks and digits is left of a hostile text.
    """
    words = words_of(query[:LONGEST_QUERY]).split()
    return tuple(dict.fromkeys(words))[:_MOST_PIECES]


def _letter_or_space(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isalnum() else " "
    number = unicodedata.decimal(letter, None)
    if number is not None:
        return str(number)
    return letter if unicodedata.category(letter)[0] in "LMN" else " "
