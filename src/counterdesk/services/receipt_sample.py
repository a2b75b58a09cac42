"""A receipt of an invented visit, to see what an office's settings make of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from counterdesk.core.clock import office_date
from counterdesk.core.documents import Document
from counterdesk.core.i18n import _, in_language
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.visit import PaymentType
from counterdesk.models.base import LedgerBase, table_of
from counterdesk.models.ledger import Allocation, Payment, PaymentTransaction, Tender
from counterdesk.services.posting import Row, VisitRows
from counterdesk.services.receipts import Proof, receipt_from
from counterdesk.store.session import CounterIdentity

_PAYMENT: Final = UUID(int=0)
_ACCOUNT: Final = "WU-10001"
_CODE: Final = "SAMPLE " * 80
"""About as long as a real one: its picture is as large."""


def sample_receipt(settings: Settings, counter: CounterIdentity, now_utc: datetime) -> Document:
    """Return the receipt of a bill of 145.50, paid with 150.00 in cash; nothing was paid.

    Args:
        settings: What an office has set, or is about to.
        counter: Where it would have been paid.
        now_utc: When.
    """
    with in_language(settings.receipt_language):
        rows = VisitRows(_transaction(settings, now_utc), [_payment(settings)])
        rows.allocations.append(_allocation(settings))
        rows.tenders.append(_tender(settings))
        rows.addresses[_ACCOUNT] = _("The consumer's address")
    return receipt_from(settings, counter, rows, Proof(_CODE, f"{counter.code}-000000  00000000"))


def _minor(settings: Settings, hundredths: int) -> int:
    return hundredths * int(10**settings.currency.decimals) // 100


def _blank(model: type[LedgerBase]) -> Row:
    """Return a row that says nothing, in every column that there is."""
    return dict.fromkeys(table_of(model).c.keys(), "")


def _transaction(settings: Settings, now_utc: datetime) -> Row:
    return _blank(PaymentTransaction) | {
        "number": "TXN-000000",
        "receipt_number": "R-0000",
        "business_date": office_date(now_utc, settings.time_zone),
        "taken_at_utc": now_utc,
        "user_name": _("The cashier's name"),
        "channel": settings.channels[0],
        "due_minor": _minor(settings, 14_550),
        "change_minor": _minor(settings, 450),
        "rounding_minor": 0,
    }


def _payment(settings: Settings) -> Row:
    return _blank(Payment) | {
        "id": _PAYMENT,
        "number": "PAY-000000",
        "type": str(PaymentType.BILL),
        "account_number": _ACCOUNT,
        "consumer_name": _("The consumer's name"),
        "left_minor": _minor(settings, 45_475),
    }


def _allocation(settings: Settings) -> Row:
    return _blank(Allocation) | {
        "payment_id": _PAYMENT,
        "charge_number": "INV-001234",
        "charge_text": "03/2025",
        "billed_minor": _minor(settings, 14_550),
        "outstanding_minor": _minor(settings, 14_550),
        "amount_minor": _minor(settings, 14_550),
    }


def _tender(settings: Settings) -> Row:
    cash = [mode for mode in settings.payment_modes if mode.kind is ModeKind.CASH]
    return _blank(Tender) | {
        "kind": str(ModeKind.CASH),
        "method_name": cash[0].name if cash else _("Cash"),
        "amount_minor": _minor(settings, 15_000),
    }
