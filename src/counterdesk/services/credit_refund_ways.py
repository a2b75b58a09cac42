"""How credit can be paid back: in cash, or the way its payment came."""

from __future__ import annotations

from sqlalchemy import select

from counterdesk.core.credit import NoteNow
from counterdesk.core.settings import ModeKind, PaymentMode
from counterdesk.models import ledger, ref
from counterdesk.models.base import table_of
from counterdesk.services.counts import cash_method
from counterdesk.services.payment_filters import BETWEEN_METHODS
from counterdesk.store.session import ReadSession

_visits, _tenders = table_of(ledger.PaymentTransaction), table_of(ledger.Tender)
_past = table_of(ref.PastPayment)
_NEVER = (ModeKind.CASH, ModeKind.CREDIT)


def refund_ways(read: ReadSession, note: NoteNow) -> tuple[PaymentMode, ...]:
    """Return how a note can be paid back, cash first: it needs no more than the drawer."""
    came = _methods(read, note.receipt_number) if note.receipt_number else set()
    others = (
        mode
        for mode in read.settings.payment_modes
        if mode.kind not in _NEVER and (mode.code in came or mode.name in came)
    )
    return (cash_method(read.settings), *others)


def _methods(read: ReadSession, receipt_number: str) -> set[str]:
    """Return codes of the methods of a visit here, or names of those of one elsewhere."""
    here = (
        select(_tenders.c.method)
        .join(_visits, _visits.c.id == _tenders.c.transaction_id)
        .where(_visits.c.receipt_number == receipt_number)
    )
    codes = set(read.execute(here).scalars())
    told = select(_past.c.method).where(_past.c.receipt_number == receipt_number)
    names = BETWEEN_METHODS.join(read.execute(told).scalars())
    return codes or {name for name in names.split(BETWEEN_METHODS) if name}
