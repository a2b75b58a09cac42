"""The voucher of credit that was paid back: for the consumer to sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterdesk.core.credit import ChangeKind
from counterdesk.core.documents import BOLD, Document, KeyValue, Style
from counterdesk.core.i18n import _, in_language, language_in_use
from counterdesk.core.money import format_amount
from counterdesk.core.printers import Paper
from counterdesk.services.credit_changes import changes_of
from counterdesk.services.receipts import is_right_to_left, letterhead, short
from counterdesk.services.shift_report_blocks import instant_words, place
from counterdesk.store.session import ReadSession, RecordedEvent

Row = Mapping[str, Any]


def refund_voucher(read: ReadSession, change: Row, event: RecordedEvent) -> Document:
    """Return the paper that a consumer signs for credit that was paid back.

    Args:
        read: The transaction that refunds it, after its rows were written.
        change: Its row of `credit_note_change`.
        event: The refund.
    """
    with in_language(read.settings.receipt_language):
        return _voucher(read, change, event)


def _voucher(read: ReadSession, change: Row, event: RecordedEvent) -> Document:
    settings = read.settings
    number = f"{change['number']}/{changes_of(read, change['credit_note_id'], ChangeKind.REFUNDED)}"
    amount = format_amount(change["amount_minor"], settings.currency, settings.locale)
    blocks = (
        *letterhead(settings),
        KeyValue(_("Refund of credit"), number, BOLD),
        KeyValue(_("Credit note"), change["number"]),
        KeyValue(_("Date"), instant_words(change["changed_at_utc"], settings)),
        KeyValue(_("Counter"), short(f"{read.counter.code} {read.counter.name}")),
        KeyValue(_("Consumer"), short(change["consumer_name"])),
        KeyValue(_("Account"), short(change["account_number"])),
        KeyValue(short(change["method_name"]), amount,
                 Style(bold=True, big=True), amount=True),
        *((KeyValue(_("Reference"), short(change["reference"])),) if change["reference"] else ()),
        KeyValue(_("Reason"), short(change["reason"])),
        KeyValue(_("Cashier"), short(change["user_name"])),
        KeyValue(_("Allowed by"), short(change["approver_name"])),
        *place(read, event),
        KeyValue(f"{_('Received by')}:", "_" * 20),
        KeyValue(f"{_('Cashier')}:", "_" * 20),
    )  # fmt: skip
    return Document(
        kind=Paper.VOUCHER.value,
        number=number,
        title=_("Voucher {number}").format(number=number),
        language=language_in_use(),
        right_to_left=is_right_to_left(language_in_use()),
        blocks=blocks,
    )
