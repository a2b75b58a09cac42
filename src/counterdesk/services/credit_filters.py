"""What a list of credit notes can be filtered and arranged by, in SQL and in Python alike.

SQL answers for the notes that stand as the centre told, by their index; Python for the few that
something was done with here since. A test holds one against the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal, or_

from counterdesk.core.credit import NoteStatus
from counterdesk.core.text import fold
from counterdesk.models.base import table_of
from counterdesk.models.ref import PastCredit
from counterdesk.services.credit_lines import CreditNoteLine

_MOST_WORDS = 8
_NEVER = "9999-12-31"
_told = table_of(PastCredit)


class Left(StrEnum):
    """How much of a note is left."""

    NOTHING = "nothing"
    PART = "part"
    ALL = "all"


class NoteSort(StrEnum):
    """What a list of notes can be arranged by."""

    NUMBER = "number"
    CONSUMER = "consumer"
    AMOUNT = "amount"
    REMAINING = "remaining"
    REASON = "reason"
    STATUS = "status"
    CREATED = "created"
    PAYMENT = "payment"
    EXPIRES = "expires"
    CREATED_BY = "created_by"
    APPROVED_BY = "approved_by"
    USED = "used"


@dataclass(frozen=True, slots=True)
class NoteOrder:
    """How a list of notes is arranged; notes that are alike in it follow by their number."""

    by: NoteSort = NoteSort.CREATED
    descending: bool = True


@dataclass(frozen=True, slots=True)
class NoteFilter:
    """Which credit notes are wanted; what is empty lets everything through."""

    search: str = ""
    """Words of which each is a part of the number, the consumer's name, the account, the receipt
    or the payment; any case, with or without accents."""
    status: tuple[NoteStatus, ...] = ()
    first: date | None = None
    last: date | None = None
    """Of the days on which they were made."""
    reason: tuple[str, ...] = ()
    consumer_id: UUID | None = None
    left: tuple[Left, ...] = ()
    payment: str = ""
    """Part of the receipt's or the payment's number."""
    unlinked: bool = False
    """Only those that no payment is linked to."""
    least_minor: int | None = None
    most_minor: int | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for in `CreditNoteLine.sought`."""
        return tuple(fold(self.search).split())[:_MOST_WORDS]


def lets_through(wanted: NoteFilter, line: CreditNoteLine) -> bool:
    """Tell whether a note is wanted."""
    day, sought = line.created_on, line.sought
    return (
        all(word in sought for word in wanted.words)
        and (not wanted.status or line.status in wanted.status)
        and (wanted.first is None or (day is not None and day >= wanted.first))
        and (wanted.last is None or (day is not None and day <= wanted.last))
        and (not wanted.reason or line.reason in wanted.reason)
        and (wanted.consumer_id is None or line.consumer_id == wanted.consumer_id)
        and (not wanted.left or _left(line) in wanted.left)
        and fold(wanted.payment) in fold(f"{line.receipt_number} {line.payment_number}")
        and not (wanted.unlinked and (line.receipt_number or line.payment_number))
        and (wanted.least_minor is None or line.amount_minor >= wanted.least_minor)
        and (wanted.most_minor is None or line.amount_minor <= wanted.most_minor)
    )


def _left(line: CreditNoteLine) -> Left:
    if line.remaining_minor == 0:
        return Left.NOTHING
    return Left.ALL if line.remaining_minor >= line.amount_minor else Left.PART


REMAINING: ColumnElement[int] = case(
    (_told.c.status == NoteStatus.CANCELLED.value, 0),
    (_told.c.remaining_minor < 0, 0),
    else_=_told.c.remaining_minor,
)
"""What is left of a note that stands as the centre told."""


def status_told(today: date) -> ColumnElement[str]:
    """Return the status of a note that stands as the centre told: `core.credit.status_on`."""
    stored = _told.c.status
    turns = (NoteStatus.ACTIVE.value, NoteStatus.APPLIED.value, NoteStatus.HELD.value)
    return case(
        (and_(*(stored != one for one in turns)), stored),  # quicker than a list of them
        (_told.c.remaining_minor <= 0, NoteStatus.APPLIED.value),
        (_told.c.expires_on < today, NoteStatus.EXPIRED.value),
        (or_(stored == NoteStatus.HELD.value, _told.c.held_until > today), NoteStatus.HELD.value),
        else_=NoteStatus.ACTIVE.value,
    )


def told_conditions(wanted: NoteFilter, today: date) -> Iterator[ColumnElement[bool]]:
    """Yield what a note must be that stands as the centre told."""
    yield from (func.instr(_told.c.sought, word) > 0 for word in wanted.words)
    if wanted.status:
        yield status_told(today).in_([one.value for one in wanted.status])
    if wanted.reason:
        yield _told.c.reason.in_(wanted.reason)
    if wanted.consumer_id is not None:
        yield _told.c.consumer_id == wanted.consumer_id
    if wanted.left:
        yield or_(*(_LEFT[one] for one in wanted.left))
    yield from _of_payment(wanted)
    yield from _between(wanted)


def _of_payment(wanted: NoteFilter) -> Iterator[ColumnElement[bool]]:
    if linked := fold(wanted.payment):
        numbers = func.lower(_told.c.receipt_number + " " + _told.c.payment_number)
        # The first is quick, and leaves little to the second.
        yield and_(func.instr(_told.c.sought, linked) > 0, func.instr(numbers, linked) > 0)
    if wanted.unlinked:
        yield and_(_told.c.receipt_number == "", _told.c.payment_number == "")


def _between(wanted: NoteFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.first is not None:
        yield _told.c.created_key >= wanted.first.isoformat()
    if wanted.last is not None:
        yield and_(_told.c.created_key <= wanted.last.isoformat(), _told.c.created_key != "")
    if wanted.least_minor is not None:
        yield _told.c.amount_minor >= wanted.least_minor
    if wanted.most_minor is not None:
        yield _told.c.amount_minor <= wanted.most_minor


_LEFT: dict[Left, ColumnElement[bool]] = {
    Left.NOTHING: REMAINING == 0,
    Left.PART: and_(REMAINING > 0, _told.c.amount_minor > REMAINING),
    Left.ALL: and_(REMAINING > 0, _told.c.amount_minor <= REMAINING),
}

_gone = _told.c.amount_minor - REMAINING
_KEYS: dict[NoteSort, tuple[ColumnElement[Any], ...]] = {
    NoteSort.NUMBER: (func.length(_told.c.number),),
    NoteSort.CONSUMER: (_told.c.sought,),
    NoteSort.AMOUNT: (_told.c.amount_minor,),
    NoteSort.REMAINING: (REMAINING,),
    NoteSort.REASON: (_told.c.reason,),
    NoteSort.CREATED: (_told.c.created_key,),
    NoteSort.PAYMENT: (func.length(_told.c.receipt_number), _told.c.receipt_number),
    NoteSort.EXPIRES: (func.coalesce(_told.c.expires_on, literal(_NEVER)),),
    NoteSort.CREATED_BY: (_told.c.created_by,),
    NoteSort.APPROVED_BY: (_told.c.approved_by,),
    NoteSort.USED: ((2_000 * _gone + _told.c.amount_minor) // (2 * _told.c.amount_minor),),
}
_KEYS_OF: dict[NoteSort, Callable[[CreditNoteLine], tuple[Any, ...]]] = {
    NoteSort.NUMBER: lambda line: (len(line.number),),
    NoteSort.CONSUMER: lambda line: (line.sought,),
    NoteSort.AMOUNT: lambda line: (line.amount_minor,),
    NoteSort.REMAINING: lambda line: (line.remaining_minor,),
    NoteSort.REASON: lambda line: (line.reason,),
    NoteSort.STATUS: lambda line: (line.status.value,),
    NoteSort.CREATED: lambda line: (line.created_on.isoformat() if line.created_on else "",),
    NoteSort.PAYMENT: lambda line: (len(line.receipt_number), line.receipt_number),
    NoteSort.EXPIRES: lambda line: (line.expires_on.isoformat() if line.expires_on else _NEVER,),
    NoteSort.CREATED_BY: lambda line: (line.created_by,),
    NoteSort.APPROVED_BY: lambda line: (line.approved_by,),
    NoteSort.USED: lambda line: (line.used_tenths,),
}  # fmt: skip


def told_keys(order: NoteOrder, today: date) -> tuple[ColumnElement[Any], ...]:
    """Return what notes that stand as told are arranged by."""
    by = (status_told(today),) if order.by is NoteSort.STATUS else _KEYS[order.by]
    return (*by, _told.c.number)


def keys_of(order: NoteOrder, line: CreditNoteLine) -> tuple[Any, ...]:
    """Return what a line has where `told_keys` arrange."""
    return (*_KEYS_OF[order.by](line), line.number)
