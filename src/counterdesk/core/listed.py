"""A list as it leaves the window in a file: its columns, what it says of itself, and who writes it.

Values are plain: a `date`, an aware `datetime` for a moment, whole numbers for amounts in minor
units, text for the rest; None where there is nothing. Writers of each format turn them into cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, BinaryIO, Protocol

from counterdesk.core.money import Currency

Value = str | int | date | datetime | None
Cells = Sequence[Value]
"""One row: a value for each column."""


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    ID = "id"
    """A number or a code that nobody adds up."""
    AMOUNT = "amount"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class ListedColumn:
    """One column: its title and what it shows of a record."""

    title: str
    value: Callable[[Any], Value]
    kind: Kind = Kind.TEXT
    summed: bool = False
    """Whether the end of the list says what all of it comes to."""
    on_paper: bool = True
    """Whether people read it: a PDF leaves out what only programs do."""


@dataclass(frozen=True, slots=True)
class ListHead:
    """What a file says of itself, and how it writes."""

    title: str
    told: tuple[str, ...]
    """Lines under the title: what was chosen, whose it is, who took it out and when."""
    columns: tuple[ListedColumn, ...]
    currency: Currency
    locale: str
    time_zone: str
    language: str
    right_to_left: bool = False


@dataclass(frozen=True, slots=True)
class ListSums:
    """What a whole list comes to."""

    rows: int
    sums: tuple[int | None, ...]
    """For each column; None where it is not summed."""
    words: str
    """The same in one line."""


class ListWriter(Protocol):
    """Writes one file, row by row; what it has written is not kept."""

    def add(self, rows: Sequence[Cells]) -> None:
        """Write some rows more."""

    def finish(self, sums: ListSums) -> None:
        """Write the end; the file is whole then, and stays open."""

    def give_up(self) -> None:
        """Let go of a file that nobody wants any more, whatever the disk says."""


MakeWriter = Callable[[BinaryIO, ListHead], ListWriter]


def plain_amount(minor: int, currency: Currency) -> str:
    """Return an amount as programs read it anywhere: 123456 as "1234.56"."""
    whole, fraction = divmod(abs(minor), 10**currency.decimals)
    text = f"{whole}.{fraction:0{currency.decimals}}" if currency.decimals else str(whole)
    return f"-{text}" if minor < 0 else text
