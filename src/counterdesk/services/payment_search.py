"""The newest payments that typed text may mean: part of a receipt, a consumer's name, an account.

A name that a tenth of the office has, and a number that one receipt has, must cost the same. So
what the centre told is found by an index over every three letters of its payments, read from its
newest end and left once the list is full; what it finds is then looked at letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Integer, Select, column, select, table, text

from counterdesk.core.numbers import write_number
from counterdesk.core.search_text import (
    LONGEST_QUERY,
    code_of,
    payment_text,
    trigrams_of,
    words_of,
)
from counterdesk.core.text import clean
from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.services.own_lines import own_lines, own_with_parts, own_with_receipts
from counterdesk.services.payment_changes import changed_lines
from counterdesk.services.payment_filters import (
    PaymentFilter,
    amount_within,
    row_ids_of,
    sum_conditions,
)
from counterdesk.services.payment_lines import PaymentLine
from counterdesk.services.told_lines import PLAIN, by_index_if_few, lines_of_rows, wanted_among
from counterdesk.store.session import ReadSession

MOST_HITS = 200
_MOST_WORDS = 8
_PART = 3
_past, _sums = table_of(ref.PastPayment), table_of(ref.PastSum)
_parts = table(
    "payment_parts", column("rowid", Integer), column("sum_id", Integer), schema="ref"
)  # fmt: skip

Needles = tuple[tuple[str, ...], ...]
"""For each word that was typed, what of it a payment's text must hold one of."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A payment that was found; what a list shows of it is read where it is shown."""

    business_date: date
    payment_id: UUID
    amount_minor: int
    row_id: int
    """Of what the centre told; of own lines where it is `here`."""
    here: bool = False
    line: PaymentLine | None = None
    """Where it is known: of what was changed here."""

    @property
    def place(self) -> tuple[date, int]:
        """What the newest first are sorted by."""
        return self.business_date, self.payment_id.int


def newest_hits(
    read: ReadSession, wanted: PaymentFilter, changed: dict[UUID, str], enough: int = MOST_HITS + 1
) -> list[Hit]:
    """Return the newest payments that a filter lets through and its search means.

    Three letters and more stand for any part, two for the beginning of a word or a number; one
    letter is not looked for, and a short number is a whole receipt's, too.

    Args:
        read: A snapshot; own lines are up to date.
        wanted: The filter, with its search.
        changed: Other counters' payments that are something else by now.
        enough: Days before those that hold so many need not be looked at.

    Returns:
        The newest first. Where there are more than `MOST_HITS`, one more than those.
    """
    needles, numbers = _needles(wanted.search), _receipts(read, wanted.search)
    if not needles and not numbers:
        return []
    fits, found = replace(wanted, search=""), dict[UUID, Hit]()
    if needles:
        of_here = own_with_parts(read, fits, _expression(needles))
        found |= _newest(of_here, needles, enough, here=True)
    if numbers:
        found |= _by_id(_hit(row, here=True) for row in own_with_receipts(read, fits, numbers))
    found |= _told_hits(read, fits, needles, numbers, tuple(changed), enough)
    found |= _by_id(
        Hit(line.business_date, line.payment_id, line.amount_minor, 0, line=line)
        for line in changed_lines(read, changed, fits)
        if line.receipt_number in numbers or _is_meant(line, needles)
    )
    return sorted(found.values(), key=lambda hit: hit.place, reverse=True)[: MOST_HITS + 1]


def lines_of_hits(read: ReadSession, hits: Iterable[Hit]) -> list[PaymentLine]:
    """Return payments that were found with all that a list shows of them, in any order."""
    hits = list(hits)
    here = own_lines(read, [hit.payment_id for hit in hits if hit.here])
    there = lines_of_rows(read, [hit.row_id for hit in hits if not (hit.here or hit.line)])
    return [*here, *there, *(hit.line for hit in hits if hit.line)]


def _needles(typed: str) -> Needles:
    words = clean(typed[:LONGEST_QUERY]).split()[:_MOST_WORDS]
    needles = (tuple({_needle(form): None for form in _forms(word)}) for word in words)
    found = tuple(dict.fromkeys(filter(None, needles)))
    return found if any(map(_is_indexed, found)) else ()


def _forms(word: str) -> Iterator[str]:
    """Yield a word as names have it ("o brien") and as numbers have it ("r7110")."""
    yield from filter(None, (words_of(word), code_of(word)))


def _needle(form: str) -> str:
    if len(form) >= _PART:
        return form
    # Words and numbers each begin after a space, and ideographs stand alone.
    return f" {form} " if len(form) == 1 and not form.isascii() else f" {form}"


def _is_indexed(either: tuple[str, ...]) -> bool:
    return all(len(needle) >= _PART for needle in either)


def _receipts(read: ReadSession, typed: str) -> tuple[str, ...]:
    """Return the receipts that a number too short to be a part of one may be."""
    number = clean(typed).strip()
    if not (number.isdecimal() and len(number) < _PART):
        return ()
    form = read.settings.number_formats["receipt"]
    return (write_number(form, read.today().year, int(number)),)


def _is_meant(row: Any, needles: Needles) -> bool:
    searched = payment_text(row.receipt_number, row.consumer_name, row.account_number)
    return bool(needles) and all(any(one in searched for one in either) for either in needles)


def _hit(row: Any, *, here: bool) -> Hit:
    return Hit(ref.day_of(row.row_id), row.payment_id, row.amount_minor, row.row_id, here)


def _by_id(hits: Iterable[Hit]) -> dict[UUID, Hit]:
    return {hit.payment_id: hit for hit in hits}


def _newest(
    rows: CursorResult[Any], needles: Needles, enough: int, *, here: bool
) -> dict[UUID, Hit]:
    """Keep the first of some that come day by day: whole days, but no more than are ever shown.

    Within a day they come in no order. Where it were left in the middle, the page that is sorted
    from them would lack some that the next one believes to be behind it.
    """
    found, day = dict[UUID, Hit](), None
    with closing(rows):
        for hit in (_hit(row, here=here) for row in rows if _is_meant(row, needles)):
            if len(found) > MOST_HITS or (len(found) >= enough and hit.business_date != day):
                break
            day = hit.business_date
            found[hit.payment_id] = hit
    return found


def _told_hits(
    read: ReadSession, wanted: PaymentFilter, needles: Needles, numbers: tuple[str, ...],
    without: tuple[UUID, ...], enough: int,
) -> dict[UUID, Hit]:  # fmt: skip
    others = PLAIN["payment_id"].not_in(without)
    if by_index := by_index_if_few(read, wanted):
        few = read.execute(_FOUND.where(*by_index, *wanted_among(read, wanted, PLAIN), others))
        meant = (row for row in few if row.receipt_number in numbers or _is_meant(row, needles))
        return _by_id(_hit(row, here=False) for row in meant)
    found = dict[UUID, Hit]()
    if needles:
        rows = read.execute(_with_parts(read, wanted, _expression(needles)).where(others))
        found |= _newest(rows, needles, enough, here=False)
    if numbers:
        receipts = _past.c.receipt_number.in_(numbers)
        rows = read.execute(_FOUND.where(receipts, *wanted_among(read, wanted, PLAIN), others))
        found |= _by_id(_hit(row, here=False) for row in rows)
    return found


_FOUND = select(
    _past.c.row_id, _past.c.payment_id, _past.c.receipt_number, _past.c.consumer_name,
    _past.c.account_number, _past.c.amount_minor,
)  # fmt: skip


def _with_parts(read: ReadSession, wanted: PaymentFilter, expression: str) -> Select[Any]:
    # What is found says what it is alike in. Outer: no row is to be read before it is wanted.
    return (
        _FOUND.select_from(_parts)
        .join(_sums, _sums.c.sum_id == _parts.c.sum_id)
        .outerjoin(_past, _past.c.row_id == _parts.c.rowid)
        .where(
            text("payment_parts match :parts").bindparams(parts=expression),
            _parts.c.rowid.between(*row_ids_of(wanted)),
            *sum_conditions(read, replace(wanted, first=None, last=None)),
            *amount_within(PLAIN["amount_minor"], wanted),
        )
        .order_by(_parts.c.rowid.desc())
    )  # fmt: skip


def _expression(needles: Needles) -> str:
    """Return what the index is asked for: all threes of letters of one form of each word."""
    return " AND ".join(
        "(" + " OR ".join(map(_all_parts, either)) + ")"
        for either in needles if _is_indexed(either)
    )  # fmt: skip


def _all_parts(needle: str) -> str:
    return "(" + " AND ".join(f'"{part}"' for part in trigrams_of(needle)) + ")"
