"""What was collected, by day and by all that charts break it down by (MON-10).

New money counts, each on its own business date: tenders but credit notes, less change; what is
undone or refunded later counts against its own day. What this counter did comes from its ledger,
what others did from what the centre told, whosever payment it was: the feed also tells of this
counter's acts, and those carry its code and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from counterdesk.core.settings import ModeKind
from counterdesk.models import credits, ledger, ref
from counterdesk.models.base import table_of
from counterdesk.services.money_undone import (
    METHOD_OF_VISIT,
    NEW_MONEY,
    UNDO_DAY,
    UNDONE_BY,
    money_undone,
)
from counterdesk.services.payment_filters import counts
from counterdesk.store.session import ReadSession

REFUND = "Refund"
"""Stands for the type of a payment where a credit note was paid out."""

_visits, _payments = table_of(ledger.PaymentTransaction), table_of(ledger.Payment)
_tenders, _settled = table_of(ledger.Tender), table_of(ledger.Settlement)
_allocations, _overpaid = table_of(ledger.Allocation), table_of(ledger.Overpayment)
_notes, _changes = table_of(ledger.CreditNote), table_of(credits.CreditNoteChange)
_past, _sums = table_of(ref.PastPayment), table_of(ref.PastSum)
_backs = table_of(ref.PastBack)


@dataclass(frozen=True, slots=True)
class Slice:
    """Payments that are alike in all that a chart breaks down by, and what they came to."""

    channel: str
    method: str
    """Names of the tenders of a visit: "Cash", "Cash + Card"."""
    type: str
    counter: str
    cashier: str
    payments: int
    taken_minor: int
    back_minor: int
    """Undone and refunded, 0 or below."""


@dataclass(frozen=True, slots=True)
class DaySum:
    """What one business date came to."""

    day: date
    payments: int
    taken_minor: int
    back_minor: int


@dataclass(frozen=True, slots=True)
class Collected:
    """The same money twice: by what a chart breaks down by, and by business date."""

    slices: tuple[Slice, ...]
    days: tuple[DaySum, ...]
    """Those on which something came in or went back, the oldest first."""


def collected(read: ReadSession, first: date, last: date) -> Collected:
    """Return what was collected from a day to a day, both included."""
    given = {"since": first, "until": last, "here": read.counter.code}

    def rows(query: Select[Any]) -> list[Any]:
        return [tuple(row) for row in read.execute(query, given)]

    here = [row for query in _HERE_ROWS for row in rows(query)]
    told = [row for query in _TOLD_SLICES for row in rows(query)]
    told_days = [row for query in _TOLD_DAYS for row in rows(query)]
    slices = (*(row[1:] for row in here), *told)
    days = (*((row[0], *row[-3:]) for row in here), *told_days)
    return Collected(tuple(Slice(*row) for row in slices), tuple(_by_day(days)))


def _by_day(rows: Iterable[tuple[Any, ...]]) -> Iterator[DaySum]:
    found: dict[date, list[int]] = {}
    for day, *figures in rows:
        before = found.get(day, [0, 0, 0])
        found[day] = [one + other for one, other in zip(before, figures, strict=True)]
    for day, figures in sorted(found.items()):
        yield DaySum(day, *figures)


_SINCE: Any = bindparam("since")
_UNTIL: Any = bindparam("until")
_HERE: Any = bindparam("here")
_NONE: ColumnElement[Any] = literal_column("0")

FIRST_PAYMENT = (
    select(func.min(_payments.c.id))
    .where(_payments.c.transaction_id == _visits.c.id)
    .correlate(_visits)
    .scalar_subquery()
)
"""Whose the rounding of a visit is."""


_visit = (
    select(
        _visits.c.id, _visits.c.business_date, _visits.c.event_seq, _visits.c.channel,
        _visits.c.user_name, METHOD_OF_VISIT.label("method"),
        FIRST_PAYMENT.label("first_payment"),
    )
    .where(_visits.c.business_date.between(_SINCE, _UNTIL))
    .cte("visit")
    .prefix_with("materialized")
)  # fmt: skip


def _counted(*by: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*by, func.count(_payments.c.id), _NONE, _NONE)
        .select_from(_visit)
        .outerjoin(_payments, _payments.c.transaction_id == _visit.c.id)
        .group_by(*by)
    )


def money_taken(visit: Any, *by: ColumnElement[Any]) -> Select[Any]:
    """Return the new money in some visits of this counter, grouped by something of its payments.

    What was moved to a payment or from it since is left alone: its tender stays where it was.

    Args:
        visit: A selectable with the columns id, event_seq and first_payment.
        by: Columns of it, or of `payment`. The figures follow: 0, the money, 0.
    """
    money = and_(_tenders.c.transaction_id == visit.c.id, _tenders.c.kind != ModeKind.CREDIT.value)
    whose = func.coalesce(_allocations.c.payment_id, _overpaid.c.payment_id, visit.c.first_payment)
    born = or_(
        _allocations.c.event_seq == visit.c.event_seq,
        _notes.c.event_seq == visit.c.event_seq,
        and_(_settled.c.allocation_id.is_(None), _settled.c.overpayment_id.is_(None)),
    )
    taken = func.sum(_settled.c.amount_minor)
    return (
        # Nothing here is without its other half: outer only keeps SQLite from beginning elsewhere.
        select(*by, _NONE, taken, _NONE)
        .select_from(visit)
        .outerjoin(_tenders, money)
        .outerjoin(_settled, _settled.c.tender_id == _tenders.c.id)
        .outerjoin(_allocations, _allocations.c.id == _settled.c.allocation_id)
        .outerjoin(_overpaid, _overpaid.c.id == _settled.c.overpayment_id)
        .outerjoin(_notes, _notes.c.id == _overpaid.c.credit_note_id)
        .outerjoin(_payments, _payments.c.id == whose)
        .where(born)
        .group_by(*by)
        .having(taken.is_not(None))
    )


def _refunded(*by: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*by, _NONE, _NONE, -func.sum(_changes.c.amount_minor))
        .where(_changes.c.kind == "refunded", _changes.c.business_date.between(_SINCE, _UNTIL))
        .group_by(*by)
    )


def _told(*by: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*by, func.sum(_sums.c.payments), func.sum(_sums.c.collected_minor), _NONE)
        .where(
            _sums.c.business_date.between(_SINCE, _UNTIL), counts(_sums.c.status),
            _sums.c.counter != _HERE,
        )
        .group_by(*by)
    )  # fmt: skip


def _told_back(*by: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*by, _NONE, _NONE, -func.sum(_backs.c.collected_minor))
        .where(
            _backs.c.business_date.between(_SINCE, _UNTIL), _backs.c.giving_counter != _HERE,
            _backs.c.collected_minor != 0,
        )
        .group_by(*by)
    )  # fmt: skip


_OF_VISIT = (
    _visit.c.business_date, _visit.c.channel, _visit.c.method, _payments.c.type, _HERE,
    _visit.c.user_name,
)  # fmt: skip
_OF_UNDO = (
    UNDO_DAY, *(UNDONE_BY[name] for name in ("channel", "method", "type", "counter", "cashier"))
)  # fmt: skip
_HERE_ROWS = (
    _counted(*_OF_VISIT),
    money_taken(_visit, *_OF_VISIT),
    money_undone((*_OF_UNDO, _NONE, _NONE, -NEW_MONEY), _OF_UNDO).where(
        UNDO_DAY.between(_SINCE, _UNTIL)
    ),
    _refunded(
        _changes.c.business_date, literal(""), _changes.c.method_name, literal(REFUND), _HERE,
        _changes.c.user_name,
    ),
)  # fmt: skip
_ALIKE = ("channel", "method", "type", "counter", "cashier")
_TOLD_SLICES = (
    _told(*(_sums.c[name] for name in _ALIKE)), _told_back(*(_backs.c[name] for name in _ALIKE)),
)  # fmt: skip
_TOLD_DAYS = (_told(_sums.c.business_date), _told_back(_backs.c.business_date))
