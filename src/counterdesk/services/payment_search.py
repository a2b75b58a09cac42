"""The newest payments that typed text may mean: part of a receipt, a consumer's name, an account.

A name that a tenth of the office has, and a number that one receipt has, must cost the same. So
what the centre told is found by an index over every three letters of its payments, read from its
newest end and left once the list is full; what it finds is then looked at letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    column,
    false,
    func,
    or_,
    select,
    table,
    text,
)

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
from counterdesk.models.own_lines import OWN_LINES
from counterdesk.models.ref import first_row_id, last_row_id
from counterdesk.services.own_lines import own_ids, own_lines
from counterdesk.services.payment_changes import changed_lines
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_lines import PaymentLine
from counterdesk.services.payment_orders import Asked, PaymentOrder
from counterdesk.services.told_lines import FEW, PLAIN, are_few, told_ids, told_lines, wanted_among
from counterdesk.store.session import ReadSession

MOST_HITS = 200
_MOST_WORDS = 8
_PART = 3
_past = table_of(ref.PastPayment)
_parts = table("payment_parts", column("rowid", Integer), schema="ref")
_own = OWN_LINES.c
_NEWEST_FIRST = PaymentOrder()

Needles = tuple[tuple[str, ...], ...]
"""For each word that was typed, what of it a payment's text must hold one of."""


def newest_hits(
    read: ReadSession, wanted: PaymentFilter, changed: dict[UUID, str], most: int
) -> list[PaymentLine]:
    """Return the newest payments that a filter lets through and its search means.

    Three letters and more stand for any part, two for the beginning of a word or a number; one
    letter is not looked for, and a short number is a whole receipt's, too.

    Args:
        read: A snapshot; own lines are up to date.
        wanted: The filter, with its search.
        changed: Other counters' payments that are something else by now.
        most: At most so many.
    """
    needles, numbers = _needles(wanted.search), _receipts(read, wanted.search)
    if not needles and not numbers:
        return []
    fits = replace(wanted, search="")
    asked = Asked(fits, _NEWEST_FIRST, None, most, tuple(changed))
    # The index of the days has the text, but no receipt: its row is read where one is looked for.
    whole = [_own.receipt_number.in_(numbers)] if numbers else []
    ids = own_ids(read, asked, or_(_holds(needles), *whole))
    lines = [*own_lines(read, ids), *told_lines(read, _told_hits(read, asked, needles, numbers))]
    lines += (line for line in changed_lines(read, changed, fits) if _means(line, needles, numbers))
    lines.sort(key=_NEWEST_FIRST.place, reverse=True)
    return lines[:most]


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


def _means(line: PaymentLine, needles: Needles, numbers: tuple[str, ...]) -> bool:
    return line.receipt_number in numbers or _are_in(
        needles, line.receipt_number, line.consumer_name, line.account_number
    )


def _are_in(needles: Needles, receipt: str, name: str, account: str) -> bool:
    searched = payment_text(receipt, name, account)
    return bool(needles) and all(any(one in searched for one in either) for either in needles)


def _holds(needles: Needles) -> ColumnElement[bool]:
    if not needles:
        return false()
    return and_(
        *(or_(*(func.instr(_own.text, one) > 0 for one in either)) for either in needles)
    )  # fmt: skip


def _told_hits(
    read: ReadSession, asked: Asked, needles: Needles, numbers: tuple[str, ...]
) -> Iterable[UUID]:
    if are_few(read, asked.wanted):
        few = told_lines(read, told_ids(read, replace(asked, most=FEW)))
        return [line.payment_id for line in few if _means(line, needles, numbers)]
    found = dict.fromkeys(_parts_found(read, asked, needles)) if needles else {}
    return found | dict.fromkeys(_numbered(read, asked, numbers))


def _parts_found(read: ReadSession, asked: Asked, needles: Needles) -> Iterator[UUID]:
    left = asked.most
    for row in read.execute(_with_parts(read, asked, _expression(needles))):
        if _are_in(needles, row.receipt_number, row.consumer_name, row.account_number):
            yield row.payment_id
            left -= 1
        if not left:
            return


def _with_parts(read: ReadSession, asked: Asked, expression: str) -> Select[Any]:
    first, last = asked.wanted.first or date.min, asked.wanted.last or date.max
    days = _parts.c.rowid.between(first_row_id(first), last_row_id(last))
    return (
        select(
            _past.c.payment_id, _past.c.receipt_number, _past.c.consumer_name,
            _past.c.account_number,
        )
        .select_from(_parts)
        .join(_past, _past.c.row_id == _parts.c.rowid)
        .where(
            text("payment_parts match :parts").bindparams(parts=expression), days,
            PLAIN["payment_id"].not_in(asked.without), *wanted_among(read, asked.wanted, PLAIN),
        )
        .order_by(_parts.c.rowid.desc())
    )  # fmt: skip


def _numbered(read: ReadSession, asked: Asked, numbers: tuple[str, ...]) -> Iterable[UUID]:
    query = select(_past.c.payment_id).where(
        _past.c.receipt_number.in_(numbers), PLAIN["payment_id"].not_in(asked.without),
        *wanted_among(read, asked.wanted, PLAIN),
    )  # fmt: skip
    return read.execute(query.limit(asked.most)).scalars() if numbers else ()


def _expression(needles: Needles) -> str:
    """Return what the index is asked for: all threes of letters of one form of each word."""
    return " AND ".join(
        "(" + " OR ".join(map(_all_parts, either)) + ")"
        for either in needles if _is_indexed(either)
    )  # fmt: skip


def _all_parts(needle: str) -> str:
    return "(" + " AND ".join(f'"{part}"' for part in trigrams_of(needle)) + ")"
