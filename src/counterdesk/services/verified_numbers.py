"""Whether every number of every block that was drawn stands on exactly one row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select

from counterdesk.core.i18n import _
from counterdesk.core.numbers import fallback_format, read_number, write_number
from counterdesk.core.settings import NumberFormat
from counterdesk.models.disputes import DisputeRaised
from counterdesk.models.ledger import (
    CreditNote,
    Event,
    NumberBlock,
    Payment,
    PaymentTransaction,
    Shift,
)
from counterdesk.services.numbering import FALLBACK_LAST
from counterdesk.services.verified_chain import Checked
from counterdesk.store.session import ReadSession

_NUMBERED = {
    "payment": Payment.number,
    "transaction": PaymentTransaction.number,
    "receipt": PaymentTransaction.receipt_number,
    "credit_note": CreditNote.number,
    "shift": Shift.number,
    "dispute": DisputeRaised.number,
}
_MOST_NAMED = 20
_SET_UP = "counter.set_up"
_TELL_OF_BLOCKS = (_SET_UP, "numbers.leased")

_Place = tuple[str, int, int]
"""Series, year and first number of a block."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A block's drawn numbers: first to next-1."""

    form: NumberFormat
    year: int
    first: int
    next: int

    def holds(self, year: int, sequence: int) -> bool:
        """Tell whether a place of the series was drawn from this block."""
        return self.year == year and self.first <= sequence < self.next


def number_findings(read: ReadSession) -> Checked:
    """Account for every number of every series.

    Numbers are read in the formats in force now: while a change of format is no event, numbers
    drawn before one are named as strays.
    """
    findings: list[str] = []
    count = 0
    for series, column in _NUMBERED.items():
        numbers = list(read.execute(select(column)).scalars())
        count += len(numbers)
        findings.extend(_series_findings(_blocks(read, series), numbers))
    return Checked(count, tuple(findings))


def block_findings(read: ReadSession) -> Checked:
    """Compare the blocks with those that were leased to this counter, as its events tell.

    A block may have been lengthened, shortened or added to give numbers that nobody leased.
    """
    held = {
        (row.series, row.year, row.first): row.last
        for row in read.execute(
            select(NumberBlock.series, NumberBlock.year, NumberBlock.first, NumberBlock.last)
        )
    }
    own = f"/{read.counter.code}"
    leased = _leased(read) | {
        (series, year, 1): FALLBACK_LAST for series, year, _first in held if series.endswith(own)
    }
    wrong = sorted(key for key in {*held, *leased} if held.get(key) != leased.get(key))
    return Checked(len(held), tuple(_wrong_block(key, leased.get(key)) for key in wrong))


def _leased(read: ReadSession) -> dict[_Place, int]:
    """Return the last number of each block by its series, year and first number."""
    leased: dict[_Place, int] = {}
    told = select(Event.kind, Event.body).where(Event.kind.in_(_TELL_OF_BLOCKS))
    for row in read.execute(told):
        try:
            data = json.loads(row.body)["data"]
            for block in data["number_blocks"] if row.kind == _SET_UP else [data]:
                leased[block["series"], block["year"], block["first"]] = block["last"]
        except (ValueError, KeyError, TypeError):
            continue  # the chain's check names it
    return leased


def _wrong_block(place: _Place, leased_last: int | None) -> str:
    series, year, first = place
    sentence = (
        _("The block of {series} numbers from {first} ({year}) was never leased to this counter.")
        if leased_last is None
        else _("The block of {series} numbers from {first} ({year}) was leased to end at {last}.")
    )
    return sentence.format(series=series, first=first, year=year, last=leased_last)


def _blocks(read: ReadSession, series: str) -> list[_Block]:
    form = read.settings.number_formats[series]
    own = f"{series}/{read.counter.code}"
    forms = {series: form, own: fallback_format(form, read.counter.code)}
    rows = read.execute(
        select(NumberBlock.series, NumberBlock.year, NumberBlock.first, NumberBlock.next)
        .where(NumberBlock.series.in_(forms))
        .order_by(NumberBlock.first)
    )
    return [_Block(forms[row.series], row.year, row.first, row.next) for row in rows]


def _series_findings(blocks: list[_Block], numbers: list[str]) -> Iterator[str]:
    used: list[set[int]] = [set() for _block in blocks]
    for number in numbers:
        homes = [
            (place, sequence)
            for place, block in enumerate(blocks)
            for sequence in _places(block, number)
        ]
        if len(homes) != 1 or homes[0][1] in used[homes[0][0]]:
            yield _stray(number, homes)
            continue
        used[homes[0][0]].add(homes[0][1])
    for block, found in zip(blocks, used, strict=True):
        yield from _missing(block, found)


def _places(block: _Block, number: str) -> Iterator[int]:
    found = read_number(block.form, number)
    if found is None:
        return
    year, sequence = found
    year = year + 2000 if 0 < year < 100 else year  # noqa: PLR2004 - {yy} shows two digits
    if block.holds(year if block.form.yearly else 0, sequence):
        yield sequence


def _stray(number: str, homes: list[Any]) -> str:
    if homes:
        return _("Number {number} was given twice.").format(number=number)
    return _("Number {number} was not drawn from a block of this counter.").format(number=number)


def _missing(block: _Block, used: set[int]) -> Iterator[str]:
    lost = (sequence for sequence in range(block.first, block.next) if sequence not in used)
    for sequence in islice(lost, _MOST_NAMED):
        yield _("Number {number} was drawn but stands on no row.").format(
            number=write_number(block.form, block.year, sequence)
        )
