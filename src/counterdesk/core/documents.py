"""Documents for paper: frozen, independent of any printer, kept as JSON with their print job.

Sides are logical: a right-to-left document mirrors by itself. A receipt reads as blocks from top to
bottom: `Logo` and `Text` up to the first `Rule` are the letterhead, a big `KeyValue` is the total,
consecutive `KeyValue` lines are one group, `Text` after a `QrCode` belongs to it.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, Final

from counterdesk.core.i18n import _, in_language

_VERSION: Final = 1
WIDEST_LOGO: Final = 384
"""Dots across a roll of 58 mm: what fits there fits every paper."""

HIGHEST_LOGO: Final = 200


class Align(StrEnum):
    """Where text stands in its place: at the side reading starts from, centred, at the other."""

    START = "start"
    CENTRE = "centre"
    END = "end"


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set; `big` is double height and width."""

    bold: bool = False
    big: bool = False
    underline: bool = False
    invert: bool = False


PLAIN: Final = Style()
BOLD: Final = Style(bold=True)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; it wraps."""

    text: str
    align: Align = Align.START
    style: Style = PLAIN


@dataclass(frozen=True, slots=True)
class KeyValue:
    """A label and what it stands for, at opposite sides.

    An `amount` is never wrapped or shortened: a paper too narrow for it is an error.
    """

    key: str
    value: str
    style: Style = PLAIN
    amount: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; one at the end side holds amounts, which never wrap."""

    title: str
    align: Align = Align.START


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titles; every row has one text for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code, centred, with an optional line under it."""

    data: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Logo:
    """A small picture of black and white dots, 8 to a millimetre.

    Raises:
        ValueError: It is larger than a receipt can bear, or its rows are not of its size.
    """

    width: int
    height: int
    rows: str
    """Base64 of the rows from the top: eight dots to a byte, each from a new byte, 1 is black."""
    align: Align = Align.CENTRE

    def __post_init__(self) -> None:
        whole = {type(self.width), type(self.height)} == {int}
        if not (whole and 1 <= self.width <= WIDEST_LOGO and 1 <= self.height <= HIGHEST_LOGO):
            raise ValueError(
                f"a logo of {self.width} by {self.height} dots: it must have whole dots and be "
                f"at most {WIDEST_LOGO} wide and {HIGHEST_LOGO} high"
            )
        wanted = self.bytes_across * self.height
        if len(self.dots) != wanted:
            raise ValueError(f"a logo has {len(self.dots)} bytes of dots and needs {wanted}")

    @property
    def bytes_across(self) -> int:
        """How many bytes a row takes."""
        return -(-self.width // 8)

    @property
    def dots(self) -> bytes:
        """The rows as bytes."""
        return b64decode(self.rows, validate=True)


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1


Block = Text | KeyValue | Table | Rule | QrCode | Logo | Feed


@dataclass(frozen=True, slots=True)
class Document:
    """One document for paper, PDF and screen."""

    kind: str
    """What it is to the program: "receipt"."""
    number: str
    title: str
    """What it is to a person, translated: "Receipt R-5001"."""
    language: str
    right_to_left: bool
    blocks: tuple[Block, ...]
    copy: int = 0
    """0 for the original, then 1, 2, 3 ..."""
    marks: tuple[str, ...] = ()
    """Lines that stand out at the top and the bottom, such as "COPY 1"."""


def as_copy(document: Document, number: int, reason: str) -> Document:
    """Return a document that says it is a copy, its count and why it was made.

    Args:
        document: The original.
        number: 1 for the first copy.
        reason: Why another paper is needed.
    """
    with in_language(document.language):
        marks = (_("COPY {number}").format(number=number), *((reason,) if reason else ()))
    return replace(document, copy=number, marks=document.marks + marks)


def as_electronic(document: Document) -> Document:
    """Return a document that says it is an electronic copy, for PDF and e-mail."""
    with in_language(document.language):
        return replace(document, marks=(_("ELECTRONIC COPY"), *document.marks))


def logo_from(text: str) -> Logo:
    """Return the logo that a JSON text of its width, height and rows describes.

    Raises:
        ValueError: The text describes no logo.
    """
    try:
        given = json.loads(text)
        return Logo(given["width"], given["height"], given["rows"])
    except (KeyError, TypeError) as error:
        raise ValueError("a logo has a width, a height and rows") from error


def logo_to_json(logo: Logo) -> str:
    """Return the text that `logo_from` reads back."""
    return json.dumps({"width": logo.width, "height": logo.height, "rows": logo.rows})


def document_to_json(document: Document) -> str:
    """Return a document as ASCII JSON that `document_from_json` reads back exactly."""
    plain = {item.name: _plain(getattr(document, item.name)) for item in fields(document)}
    return json.dumps({"v": _VERSION, **plain}, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not is_dataclass(value):
        return value
    plain = {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    return {"block": type(value).__name__, **plain} if isinstance(value, Block) else plain


def document_from_json(text: str) -> Document:
    """Return the document that `document_to_json` wrote.

    Raises:
        ValueError: The text is no document, or one of a later version.
    """
    plain = json.loads(text)
    if not isinstance(plain, dict) or plain.pop("v", None) != _VERSION:
        raise ValueError("this is no document of version 1")
    try:
        blocks = tuple(_block(item) for item in plain.pop("blocks"))
        return Document(blocks=blocks, marks=tuple(plain.pop("marks")), **plain)
    except (KeyError, TypeError) as error:
        raise ValueError("this is no document of version 1") from error


def _block(plain: dict[str, Any]) -> Block:
    kind = plain.pop("block")
    if "align" in plain:
        plain["align"] = Align(plain["align"])
    if "style" in plain:
        plain["style"] = Style(**plain["style"])
    if kind == Table.__name__:
        plain["columns"] = tuple(
            Column(item["title"], Align(item["align"])) for item in plain["columns"]
        )
        plain["rows"] = tuple(tuple(row) for row in plain["rows"])
    return _BLOCKS[kind](**plain)


_BLOCKS: Final[dict[str, Callable[..., Block]]] = {
    block.__name__: block for block in (Text, KeyValue, Table, Rule, QrCode, Logo, Feed)
}
