"""What was given back, one by one: of payments by undos, and credit that was paid out, anywhere.

It adds up to what the figures take off: what this counter gave back comes from its ledger, what
others did from what the centre told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, func, literal, select, tuple_

from counterdesk.core.permissions import Permission, require
from counterdesk.models import credits, ref, undoing
from counterdesk.models.base import table_of
from counterdesk.services.collected import REFUND
from counterdesk.services.money_undone import NEW_MONEY, UNDONE_BY, WHOSE, money_undone
from counterdesk.services.payment_filters import (
    BETWEEN_METHODS,
    PaymentFilter,
    chosen_by,
    days_within,
)
from counterdesk.store.session import ReadSession

PAGE = 50

_undos, _undone = table_of(undoing.Undo), table_of(undoing.UndoneSettlement)
_changes = table_of(credits.CreditNoteChange)
_backs, _consumers = table_of(ref.PastBack), table_of(ref.Consumer)


@dataclass(frozen=True, slots=True)
class BackLine:
    """Money that one undo took back of one payment, or that was paid out of a credit note."""

    back_id: UUID
    business_date: date
    kind: str
    """void, reversal, bounced, corrected or refund."""
    number: str
    """Receipt of what was undone, or the credit note that was paid out."""
    consumer_name: str
    account_number: str
    collected_minor: int
    """New money that was given back, above 0."""
    type: str
    """All up to the cashier as of the payment, whoever gave back."""
    method: str
    channel: str
    counter: str
    cashier: str
    giving_counter: str
    given_by: str


@dataclass(frozen=True, slots=True)
class BacksPage:
    """Some of it, the newest first, and whether more follow."""

    lines: tuple[BackLine, ...]
    more: bool


def backs_page(
    read: ReadSession,
    wanted: PaymentFilter,
    after: BackLine | None = None,
    most: int = PAGE,
    *,
    descending: bool = True,
) -> BacksPage:
    """Return the newest that was given back of what a filter lets through, or what follows one.

    Args:
        read: A snapshot.
        wanted: Its days are those of giving back; status, amounts and search are left out.
        after: The last line of the page before.
        most: At most so many.
        descending: Whether the newest come first; else the oldest.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    plain = replace(wanted, status=(), counted=False)
    told = _told(read, plain, after, most + 1, descending=descending)
    both = sorted((*_own(read, plain), *told), key=_place, reverse=descending)
    if after is not None:
        end = _place(after)
        both = [one for one in both if (_place(one) < end if descending else _place(one) > end)]
    return BacksPage(tuple(both[:most]), more=len(both) > most)


def _place(line: BackLine) -> tuple[date, int]:
    return line.business_date, line.back_id.int


_ALIKE = ("type", "method", "channel", "counter", "cashier")
_holder = _consumers.alias()
_who = {
    "consumer_name": func.coalesce(func.max(_holder.c.name), ""),
    "account_number": func.max(_undone.c.account_number),
}
_own_undone = money_undone(
    (
        func.min(_undone.c.id).label("back_id"), _undos.c.business_date, _undos.c.kind,
        _undos.c.receipt_number.label("number"),
        *(column.label(name) for name, column in _who.items()),
        *(UNDONE_BY[name].label(name) for name in _ALIKE), _undos.c.user_name.label("given_by"),
        NEW_MONEY.label("collected_minor"),
    ),
    (_undos.c.id, WHOSE),
).outerjoin(_holder, _holder.c.consumer_id == _undone.c.consumer_id)  # fmt: skip
_own_refunds = select(
    _changes.c.id.label("back_id"), _changes.c.business_date, literal("refund").label("kind"),
    _changes.c.number, _changes.c.consumer_name, _changes.c.account_number,
    _changes.c.amount_minor.label("collected_minor"), literal(REFUND).label("type"),
    _changes.c.method_name.label("method"), literal("").label("channel"),
    bindparam("here").label("counter"), _changes.c.user_name.label("cashier"),
    _changes.c.user_name.label("given_by"),
).where(_changes.c.kind == "refunded")  # fmt: skip
_told_backs = (
    select(
        *(_backs.c[name] for name in (
            "back_id", "business_date", "kind", "number", "collected_minor", *_ALIKE,
            "giving_counter", "given_by",
        )),
        func.coalesce(_consumers.c.name, "").label("consumer_name"),
        func.coalesce(_consumers.c.account_number, "").label("account_number"),
    )
    .outerjoin(_consumers, _consumers.c.consumer_id == _backs.c.consumer_id)
)  # fmt: skip


def _own(read: ReadSession, wanted: PaymentFilter) -> Iterator[BackLine]:
    """Of this counter: it is little, so it is all read, and what is not wanted is left out here."""
    here = {"here": read.counter.code}
    own = (_own_undone.where(*days_within(_undos.c.business_date, wanted)),
           _own_refunds.where(*days_within(_changes.c.business_date, wanted)))  # fmt: skip
    for query in own:
        for row in read.execute(query, here).mappings():
            line = BackLine(**row, giving_counter=read.counter.code)
            if _wants(wanted, line):
                yield line


def _wants(wanted: PaymentFilter, line: BackLine) -> bool:
    chosen = (
        not getattr(wanted, name) or getattr(line, name) in getattr(wanted, name)
        for name in ("type", "channel", "counter", "cashier")
    )  # fmt: skip
    methods = line.method.split(BETWEEN_METHODS)
    return all(chosen) and (not wanted.method or any(one in wanted.method for one in methods))


def _told(
    read: ReadSession, wanted: PaymentFilter, after: BackLine | None, most: int, *, descending: bool
) -> Iterator[BackLine]:
    on, back_id = _backs.c.business_date, _backs.c.back_id
    query = _told_backs.where(
        _backs.c.giving_counter != read.counter.code, _backs.c.collected_minor != 0,
        *days_within(on, wanted), *chosen_by(_backs.c, wanted),
    )  # fmt: skip
    if after is not None:
        here, end = tuple_(on, back_id), tuple_(after.business_date, after.back_id)
        query = query.where(here < end if descending else here > end)
    order = (on.desc(), back_id.desc()) if descending else (on, back_id)
    for row in read.execute(query.order_by(*order).limit(most)).mappings():
        yield BackLine(**row)
