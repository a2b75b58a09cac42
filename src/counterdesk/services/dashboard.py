"""What the landing page shows: the month's figures and the last credit notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select

from counterdesk.core.figures import month_before, month_span
from counterdesk.core.permissions import Permission, require
from counterdesk.models import ledger, ref
from counterdesk.models.base import table_of
from counterdesk.services.collection import Received, collection, received
from counterdesk.store.session import ReadSession

_visits = table_of(ledger.PaymentTransaction)
_notes = table_of(ledger.CreditNote)
_past_credits = table_of(ref.PastCredit)
_refreshed = table_of(ref.Refreshed)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The four tiles of a month, each with what it is compared with."""

    year: int
    month: int
    collected_minor: int
    collected_before_minor: int
    today: Received
    yesterday: Received
    rate_tenths: int | None
    """Collection rate in tenths of a percent; None where nothing fell due."""
    rate_before_tenths: int | None
    days_tenths: int | None
    """Mean days from charge to payment, in tenths; None without payments of this counter."""
    days_before_tenths: int | None
    as_of_utc: datetime | None
    """When the figures of other counters were true at the centre; None if never pulled."""


@dataclass(frozen=True, slots=True)
class CreditNoteRow:
    """One credit note in the list of credit notes."""

    number: str
    transaction_id: UUID
    receipt_number: str
    consumer_name: str
    account_number: str
    amount_minor: int
    remaining_minor: int
    reason: str
    status: str
    created_on: date
    expires_on: date


def month_figures(read: ReadSession, year: int, month: int) -> MonthFigures:
    """Return the figures of a month and of the month before; of today and of yesterday.

    Raises:
        PermissionRefused: The role does not allow seeing the dashboard.
    """
    require(read.actor, Permission.SEE_DASHBOARD)
    days, days_before = month_span(year, month), month_span(*month_before(year, month))
    chosen, before = collection(read, *days), collection(read, *days_before)
    today = read.today()
    yesterday = today - timedelta(days=1)
    return MonthFigures(
        year=year,
        month=month,
        collected_minor=chosen.collected_minor,
        collected_before_minor=before.collected_minor,
        today=received(read, today, today),
        yesterday=received(read, yesterday, yesterday),
        rate_tenths=chosen.rate_tenths,
        rate_before_tenths=before.rate_tenths,
        days_tenths=chosen.days_tenths,
        days_before_tenths=before.days_tenths,
        as_of_utc=read.execute(select(_refreshed.c.as_of_utc)).scalar(),
    )


def credit_notes(read: ReadSession, limit: int = 50) -> tuple[CreditNoteRow, ...]:
    """Return the newest credit notes of this counter, the newest first.

    What remains, and the status, are the centre's word where it has told them.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    rows = read.execute(_newest_notes, {"most": limit}).mappings()
    return tuple(CreditNoteRow(**row) for row in rows)


_newest_notes = (
    select(
        _notes.c.number,
        _notes.c.transaction_id,
        _visits.c.receipt_number,
        _notes.c.consumer_name,
        _notes.c.account_number,
        _notes.c.amount_minor,
        func.coalesce(_past_credits.c.remaining_minor, _notes.c.amount_minor).label(
            "remaining_minor"
        ),
        _notes.c.reason,
        func.coalesce(_past_credits.c.status, _notes.c.status).label("status"),
        _notes.c.created_on,
        _notes.c.expires_on,
    )
    .join(_visits, _visits.c.id == _notes.c.transaction_id)
    .outerjoin(_past_credits, _past_credits.c.credit_note_id == _notes.c.id)
    .order_by(_notes.c.created_on.desc(), _notes.c.event_seq.desc(), _notes.c.number)
    .limit(bindparam("most"))
)
