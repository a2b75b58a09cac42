"""Bytes as text that a QR code holds in its dense alphanumeric mode.

Source: RFC 9285.
"""

from __future__ import annotations

from typing import Final

_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {letter: value for value, letter in enumerate(_LETTERS)}
_PLACES: Final = (1, 45, 45 * 45)


def base45_encode(raw: bytes) -> str:
    """Return bytes as base45 text: three letters for two bytes, two for a last single one."""
    return "".join(_letters_of(raw[at : at + 2]) for at in range(0, len(raw), 2))


def _letters_of(pair: bytes) -> str:
    value = int.from_bytes(pair, "big")
    return "".join(_LETTERS[value // place % 45] for place in _PLACES[: len(pair) + 1])


def base45_decode(text: str) -> bytes:
    """Return the bytes that base45 text means.

    Raises:
        ValueError: The text is not base45.
    """
    return b"".join(_bytes_of(text[at : at + 3]) for at in range(0, len(text), 3))


def _bytes_of(letters: str) -> bytes:
    try:
        value = sum(
            _VALUES[letter] * place for letter, place in zip(letters, _PLACES, strict=False)
        )
        if len(letters) == 1:
            raise ValueError("this is not base45: a letter stands alone")
        return value.to_bytes(len(letters) - 1, "big")
    except (KeyError, OverflowError) as error:
        raise ValueError("this is not base45") from error
