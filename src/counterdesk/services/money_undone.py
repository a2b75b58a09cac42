"""The money that undos of this counter took back, with what their payments are counted by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select

from counterdesk.models import ledger, ref, undoing
from counterdesk.models.base import table_of
from counterdesk.services.payment_filters import BETWEEN_METHODS

_visits, _payments = table_of(ledger.PaymentTransaction), table_of(ledger.Payment)
_tenders = table_of(ledger.Tender)
_undos, _undone = table_of(undoing.Undo), table_of(undoing.UndoneSettlement)
_past, _backs = table_of(ref.PastPayment), table_of(ref.PastBack)

_names = (
    select(_tenders.c.method_name)
    .where(_tenders.c.transaction_id == _visits.c.id)
    .group_by(_tenders.c.method_name)
    .order_by(func.min(_tenders.c.position))
    .correlate(_visits)
    .subquery()
)
METHOD_OF_VISIT = select(func.group_concat(_names.c.method_name, BETWEEN_METHODS)).scalar_subquery()
"""Names of a visit's tenders, each once, in the order keyed; beside `payment_transaction`."""

UNDO_DAY: ColumnElement[Any] = _undos.c.business_date
NEW_MONEY: ColumnElement[Any] = func.sum(
    case((_undone.c.spent_note_id.is_(None), _undone.c.amount_minor), else_=0)
)
"""Without the credit that went back to its note."""

_of_undo = _undone.alias()
WHOSE: ColumnElement[Any] = func.coalesce(
    _undone.c.payment_id, _undos.c.payment_id,
    select(func.min(_of_undo.c.payment_id)).where(_of_undo.c.undo_id == _undos.c.id)
    .correlate(_undos).scalar_subquery(),
)  # fmt: skip
"""The rounding of a visit goes back with the payment that is undone, or with the first of them."""


def _either(name: str, own: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what an undo is counted by: of a payment of others, the centre knows it."""
    told_back = select(func.max(_backs.c[name])).where(_backs.c.payment_id == WHOSE)
    return case(
        (_visits.c.id.is_not(None), own),
        else_=func.coalesce(_past.c[name], told_back.scalar_subquery(), ""),
    )


UNDONE_BY: dict[str, ColumnElement[Any]] = {
    "channel": _either("channel", _visits.c.channel),
    "method": _either("method", METHOD_OF_VISIT),
    "type": _either("type", _payments.c.type),
    "counter": _either("counter", bindparam("here")),
    "cashier": _either("cashier", _visits.c.user_name),
}
"""By the names that a payment's own facts have."""


def money_undone(what: Sequence[Any], by: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """Return what was undone here, grouped; what was moved stays collected.

    Args:
        what: Columns of `undo` and `undone_settlement`, of the above and their sums.
        by: What it is grouped by. The parameter `here` is this counter's code.
    """
    return (
        # Undos are few: outer only keeps SQLite from beginning with all that they took back.
        select(*what)
        .select_from(_undos)
        .outerjoin(_undone, _undone.c.undo_id == _undos.c.id)
        .outerjoin(_visits, _visits.c.id == _undos.c.transaction_id)
        .outerjoin(_payments, _payments.c.id == WHOSE)
        .outerjoin(_past, (_past.c.payment_id == WHOSE) & _visits.c.id.is_(None))
        .where(_undos.c.kind != "moved")
        .group_by(*by)
        .having(NEW_MONEY != 0)
    )
