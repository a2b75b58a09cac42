"""All credit notes that are known here, page by page, each as it stands now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_

from counterdesk.core.credit import NoteStatus, status_on
from counterdesk.core.permissions import Permission, require
from counterdesk.models.base import table_of
from counterdesk.models.ref import PastCredit
from counterdesk.services.credit_filters import (
    REMAINING,
    NoteFilter,
    NoteOrder,
    keys_of,
    lets_through,
    told_conditions,
    told_keys,
)
from counterdesk.services.credit_lines import CreditNoteLine, NotesHere, notes_here
from counterdesk.services.many_ids import AMONG, among, as_json
from counterdesk.store.session import ReadSession

PAGE = 50
NEWEST_FIRST = NoteOrder()
_told = table_of(PastCredit)
_SHOWN = select(
    *(
        _told.c[name]
        for name in (
            "credit_note_id", "number", "consumer_id", "consumer_name", "account_number",
            "amount_minor", "remaining_minor", "reason", "status", "created_on", "expires_on",
            "held_until", "receipt_number", "payment_number", "created_by", "approved_by",
        )
    )
).where(among(_told.c.row_id))  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotesPage:
    """Some credit notes, and whether more follow."""

    notes: tuple[CreditNoteLine, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class NotesSum:
    """What all notes that a filter lets through come to."""

    notes: int
    amount_minor: int
    remaining_minor: int


def notes_page(
    read: ReadSession,
    wanted: NoteFilter,
    after: CreditNoteLine | None = None,
    most: int = PAGE,
    order: NoteOrder = NEWEST_FIRST,
) -> NotesPage:
    """Return the first notes that a filter lets through, or those after one of them.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    here = notes_here(read)
    both = [*_told_page(read, wanted, here, after, most + 1, order)]
    both += [one for one in here.lines if lets_through(wanted, one) and _follows(one, after, order)]
    both.sort(key=lambda line: keys_of(order, line), reverse=order.descending)
    return NotesPage(tuple(both[:most]), more=len(both) > most)


def notes_sum(read: ReadSession, wanted: NoteFilter) -> NotesSum:
    """Return what all notes that a filter lets through come to.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    here = notes_here(read)
    found = [one for one in here.lines if lets_through(wanted, one)]
    query = select(
        func.count(), func.sum(_told.c.amount_minor), func.sum(REMAINING)
    ).where(*_as_told(read, wanted, here))  # fmt: skip
    told: Any = read.execute(query, _rows_of(here)).one()
    return NotesSum(
        told[0] + len(found),
        (told[1] or 0) + sum(one.amount_minor for one in found),
        (told[2] or 0) + sum(one.remaining_minor for one in found),
    )


def _follows(line: CreditNoteLine, after: CreditNoteLine | None, order: NoteOrder) -> bool:
    if after is None:
        return True
    key, last = keys_of(order, line), keys_of(order, after)
    return key < last if order.descending else key > last


def _told_page(
    read: ReadSession,
    wanted: NoteFilter,
    here: NotesHere,
    after: CreditNoteLine | None,
    most: int,
    order: NoteOrder,
) -> Iterator[CreditNoteLine]:
    keys = told_keys(order, read.today())
    first = (
        select(_told.c.row_id)  # by the index alone; the rest is fetched for a page of them
        .where(*_as_told(read, wanted, here))
        .order_by(*(key.desc() if order.descending else key.asc() for key in keys))
        .limit(most)
    )
    if after is not None:
        place, last = tuple_(*keys), tuple_(*keys_of(order, after))
        first = first.where(place < last if order.descending else place > last)
    rows = read.execute(first, _rows_of(here)).scalars().all()
    for row in read.execute(_SHOWN, {AMONG: as_json(rows)}) if rows else ():
        yield _line(row, read.today())


def _as_told(
    read: ReadSession, wanted: NoteFilter, here: NotesHere
) -> Iterator[ColumnElement[bool]]:
    yield from told_conditions(wanted, read.today())
    if here.told_rows:
        yield ~among(_told.c.row_id)


def _rows_of(here: NotesHere) -> dict[str, str]:
    return {AMONG: as_json(here.told_rows)} if here.told_rows else {}


def _line(row: Any, today: date) -> CreditNoteLine:
    left = 0 if row.status == NoteStatus.CANCELLED else max(row.remaining_minor, 0)
    status = status_on(
        row.status, left, withdrawn=False, expires_on=row.expires_on, held_until=row.held_until,
        today=today,
    )  # fmt: skip
    return CreditNoteLine(
        row.credit_note_id, row.number, row.consumer_id, row.consumer_name, row.account_number,
        row.amount_minor, left, row.reason, status, row.created_on, row.expires_on,
        row.receipt_number, row.payment_number, row.created_by, row.approved_by,
    )  # fmt: skip
