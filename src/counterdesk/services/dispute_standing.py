"""How disputes stand: what the centre told, and what this counter did since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, select

from counterdesk.core.dates import months_later
from counterdesk.core.disputes import Category, Closing, Dispute, Outcome
from counterdesk.core.text import clean
from counterdesk.models.base import table_of
from counterdesk.models.disputes import DisputeClosed, DisputeRaised
from counterdesk.models.ref import ExceptionItem, PastDispute
from counterdesk.services.acts import acknowledged_seq
from counterdesk.store.session import ReadSession

_TOLD_MONTHS = 13
"""So far back the centre tells of disputes that are closed; it tells of every open one."""

_SHARED = (
    "payment_id", "consumer_id", "payment_amount_minor", "amount_minor", "raised_on",
    "raised_at_utc",
)  # fmt: skip
_TEXTS = (
    "number", "payment_number", "receipt_number", "account_number", "consumer_name", "words",
    "raised_by",
)  # fmt: skip
_CATEGORIES, _OUTCOMES = frozenset(Category), frozenset(Outcome)
_raised, _closed = table_of(DisputeRaised), table_of(DisputeClosed)
_told, _items = table_of(PastDispute), table_of(ExceptionItem)
_of_told = select(_told, _told.c.dispute_id.label("id"))
_of_own = select(
    _raised, _raised.c.business_date.label("raised_on"), _raised.c.user_name.label("raised_by")
)
_BY = {
    "id": (_told.c.dispute_id, _raised.c.id),
    "payment": (_told.c.payment_id, _raised.c.payment_id),
    "consumer": (_told.c.consumer_id, _raised.c.consumer_id),
}
_queries = {
    of: (_of_told.where(told == bindparam("whose")), _of_own.where(raised == bindparam("whose")))
    for of, (told, raised) in _BY.items()
}
# A closing that the centre gave back as a matter does not stand; it may be closed once more.
_given_back = select(_items.c.seq).where(
    _items.c.seq == _closed.c.event_seq, _items.c.suspended.is_(False)
)
_closings = (
    select(_closed)
    .where(_closed.c.dispute_id.in_(bindparam("ids", expanding=True)), ~_given_back.exists())
    .order_by(_closed.c.event_seq.desc())
)


def standing_disputes(
    read: ReadSession, of: Literal["id", "payment", "consumer"], whose: UUID
) -> tuple[Dispute, ...]:
    """Return the disputes of a payment or a consumer, or the one with an id, the newest first."""
    told, own = (read.execute(query, {"whose": whose}).all() for query in _queries[of])
    found = {row.id: _dispute(row, row.counter, _closing(row)) for row in told}
    for row in _not_told(read, (row for row in own if row.id not in found)):
        found[row.id] = _dispute(row, read.counter.code)
    newest_first = sorted(found.values(), key=_raised_at, reverse=True)
    return tuple(_closed_here(read, newest_first))


def _not_told(read: ReadSession, own: Iterable[Any]) -> Iterator[Any]:
    """Yield the own ones that the centre does not tell, but for those that it tells no more.

    What it has had for so long and does not tell was closed there, and is past.
    """
    for row in own:
        past = months_later(row.raised_on, _TOLD_MONTHS) < read.today()
        if not past or row.event_seq > acknowledged_seq(read):
            yield row


def _dispute(row: Any, counter: str, closing: Closing | None = None) -> Dispute:
    told: dict[str, Any] = {name: getattr(row, name) for name in _SHARED}
    told |= {name: clean(getattr(row, name)) for name in _TEXTS}
    return Dispute(
        id=row.id, **told, category=_category(row.category), counter=counter, closing=closing
    )


def _category(word: str) -> Category:
    """Return a category; one that only a newer version knows is something else."""
    return Category(word) if word in _CATEGORIES else Category.OTHER


def _closing(row: Any) -> Closing | None:
    if row.outcome is None:
        return None
    outcome = _outcome(row.outcome)
    return Closing(outcome, clean(row.closed_words), row.closed_at_utc, clean(row.closed_by))


def _outcome(word: str) -> Outcome:
    """Return how a dispute came out; what only a newer version knows put something right."""
    return Outcome(word) if word in _OUTCOMES else Outcome.ADJUSTED


def _raised_at(one: Dispute) -> tuple[datetime, str]:
    return one.raised_at_utc, one.number


def _closed_here(read: ReadSession, disputes: list[Dispute]) -> Iterator[Dispute]:
    """Yield disputes, those that the centre tells as open with how they were closed here since."""
    still_open = [one.id for one in disputes if one.open]
    rows = read.execute(_closings, {"ids": still_open}).all() if still_open else ()
    here = {
        row.dispute_id: Closing(Outcome(row.outcome), row.words, row.closed_at_utc, row.user_name)
        for row in rows
    }
    for one in disputes:
        yield replace(one, closing=one.closing or here.get(one.id))
