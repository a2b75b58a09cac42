"""Every charge of a consumer that is known here, those that are settled among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from counterdesk.core.account_sheet import KnownCharge
from counterdesk.core.visit import PaymentType
from counterdesk.models.base import table_of
from counterdesk.models.ref import Charge
from counterdesk.services.account_standing import OUTSTANDING_MINOR, charge_text
from counterdesk.services.own_charges import own_charge_rows
from counterdesk.store.session import ReadSession

_charge = table_of(Charge)
_all = select(_charge, OUTSTANDING_MINOR.label("outstanding_minor")).where(
    _charge.c.consumer_id == bindparam("consumer"),
    _charge.c.kind.in_([str(kind) for kind in PaymentType]),
)


def known_charges(read: ReadSession, consumer_id: UUID) -> tuple[KnownCharge, ...]:
    """Return a consumer's charges by due date, as they stand with what was done here since."""
    charges = [*_told(read, consumer_id), *_own(read, consumer_id)]
    return tuple(sorted(charges, key=lambda charge: (charge.due_on, charge.number)))


def _told(read: ReadSession, consumer_id: UUID) -> Iterator[KnownCharge]:
    for row in read.execute(_all, {"consumer": consumer_id}):
        yield KnownCharge(
            row.charge_id, row.kind, row.number, charge_text(row, read.settings.locale),
            row.charged_on, row.due_on, row.amount_minor,
            0 if row.replaced_by_plan else max(row.outstanding_minor, 0), _paid(row),
            row.plan_number, row.installment, row.disputed, row.online_pending,
            row.replaced_by_plan,
        )  # fmt: skip


def _own(read: ReadSession, consumer_id: UUID) -> Iterator[KnownCharge]:
    for row in own_charge_rows(read, consumer_id):
        yield KnownCharge(
            row.charge_id, PaymentType.SERVICE, row.number, row.description, row.charged_on,
            row.due_on, row.amount_minor, max(row.outstanding_minor, 0), _paid(row),
        )  # fmt: skip


def _paid(row: Any) -> int:
    return int(row.amount_minor - row.outstanding_minor)
