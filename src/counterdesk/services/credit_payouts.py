"""Credit that leaves its note without paying a charge: as money, or to another of the accounts.

The rules come first, the second person's secret last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from counterdesk.core.credit import ChangeKind, NoteNow, NoteSource, NoteStatus
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.settings import ModeKind, PaymentMode
from counterdesk.core.text import clean, fold
from counterdesk.core.visit import AccountRef
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.services.consumers import account_refs, find_exactly
from counterdesk.services.credit_changes import (
    ChangeAsked,
    NoteChanged,
    business_date,
    checked_reason,
    find_note,
    holder_of,
    saved_before,
    write_change,
)
from counterdesk.services.credit_notes import note_row
from counterdesk.services.credit_people import second_person
from counterdesk.services.credit_refund_ways import refund_ways
from counterdesk.services.drawer import ask_drawer
from counterdesk.services.people import Attempt, entitled
from counterdesk.services.print_jobs import queue_copy
from counterdesk.services.refund_vouchers import refund_voucher
from counterdesk.services.shifts import current_shift, expected_drawer
from counterdesk.store.session import ReadSession, Session

AMOUNT_FIELD, REASON_FIELD = "creditAmount", "creditReason"
METHOD_FIELD, REFERENCE_FIELD = "creditMethod", "creditReference"
ACCOUNT_FIELD = "creditAccount"
_LONGEST_REFERENCE = 60


@dataclass(frozen=True, slots=True)
class Refund:
    """Money back for credit; its id makes it happen once."""

    request_id: UUID
    note_id: UUID
    amount_minor: int
    method: str
    """Code of a payment mode."""
    reason: str
    reference: str = ""
    """Of the transfer or the terminal; none for cash."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Credit for another account of the same consumer; its id makes it happen once."""

    request_id: UUID
    note_id: UUID
    amount_minor: int
    to_account: str
    reason: str


def refund_credit_note(
    session: Session, attempt: Attempt, secret: str, refund: Refund
) -> NoteChanged:
    """Pay credit back, in cash out of one's own shift or the way it came, if another person allows.

    Raises:
        PermissionRefused: The role does not allow it, it is another's shift, or the approver may
            not, or is who asks.
        UserError: The note is not good for it, the method is not one of those it came by, there
            is no shift or not that much in the drawer, the smallest coin is larger, or reason or
            reference is missing or wrong; or the secret is wrong.
        RequestChanged: The id is known with other content.
    """
    asker, note = entitled(session, Permission.CHANGE_CREDIT), find_note(session, refund.note_id)
    known = saved_before(session, refund.request_id, note.id, ChangeKind.REFUNDED)
    if known is not None:
        return known
    mode = _checked_refund(session, refund, note, asker)
    asked = ChangeAsked(
        refund.request_id, ChangeKind.REFUNDED, refund.amount_minor,
        checked_reason(refund.reason), mode, _reference(refund, mode),
    )  # fmt: skip
    approver = second_person(session, attempt, secret, asker, refund.amount_minor)
    row, event = write_change(session, note, asked, asker, approver)
    queue_copy(session, None, refund_voucher(session, row, event), 0)
    if mode.kind is ModeKind.CASH:
        ask_drawer(session)
    return NoteChanged(
        asked.request_id, asked.kind, asked.amount_minor, find_note(session, note.id)
    )


def transfer_credit_note(
    session: Session, attempt: Attempt, secret: str, transfer: Transfer
) -> NoteChanged:
    """Make credit a note of another account of the same consumer, if another person allows.

    The new note ends when the old one would have.

    Raises:
        PermissionRefused: The role does not allow it, or the approver may not, or is who asks.
        UserError: The note is not good for it, the account is not known, is the same, or is of
            another name, or the reason is missing or wrong; or the secret is wrong.
        RequestChanged: The id is known with other content.
    """
    asker, note = entitled(session, Permission.CHANGE_CREDIT), find_note(session, transfer.note_id)
    known = saved_before(session, transfer.request_id, note.id, ChangeKind.TRANSFERRED)
    if known is not None:
        return known
    _refuse_amount(session, note, transfer.amount_minor)
    holder = holder_of(session, note)
    to = other_account(session, holder, transfer.to_account)
    reason = checked_reason(transfer.reason)
    approver = second_person(session, attempt, secret, asker, transfer.amount_minor)
    made = _new_note(session, note, holder, to, transfer.amount_minor, (asker, approver))
    asked = ChangeAsked(
        transfer.request_id, ChangeKind.TRANSFERRED, transfer.amount_minor, reason, to_note=made
    )
    write_change(session, note, asked, asker, approver)
    return NoteChanged(
        asked.request_id, asked.kind, asked.amount_minor, find_note(session, note.id)
    )


def other_account(read: ReadSession, holder: AccountRef, number: str) -> AccountRef:
    """Return the account that credit may go to: another one of the same name.

    Raises:
        UserError: It is not known, is the same one, or has another name.
    """
    hit = find_exactly(read, number)
    if hit is None:
        raise UserError(_("No account has this number."), ACCOUNT_FIELD)
    to = account_refs(read, [hit.consumer_id])[hit.consumer_id]
    if to.consumer_id == holder.consumer_id:
        raise UserError(_("The credit is on this account already."), ACCOUNT_FIELD)
    if _name(to) != _name(holder):
        raise UserError(
            _("{account} is of {name}: credit goes only to another account of the same consumer. "
              "Refund it instead.").format(account=to.account_number, name=to.consumer_name),
            ACCOUNT_FIELD,
        )  # fmt: skip
    return to


def _name(account: AccountRef) -> str:
    return " ".join(fold(account.consumer_name).split())


def _new_note(
    session: Session,
    note: NoteNow,
    holder: AccountRef,
    to: AccountRef,
    amount_minor: int,
    people: tuple[Actor, Actor],
) -> Mapping[str, Any]:
    on = business_date(session, current_shift(session))
    ends = {"expires_on": note.expires_on} if note.expires_on else {}
    return note_row(
        session, people, on,
        id=session.new_id(), source=NoteSource.TRANSFER.value, payment_id=None, payment_number="",
        receipt_number="", from_note_id=note.id, consumer_id=to.consumer_id,
        account_number=to.account_number, consumer_name=to.consumer_name, reason=note.reason,
        status=NoteStatus.ACTIVE.value, amount_minor=amount_minor,
        remarks=_("From credit note {number} of account {account}").format(
            number=note.number, account=holder.account_number
        ),
        **ends,
    )  # fmt: skip


def _refuse_amount(session: Session, note: NoteNow, amount_minor: int) -> None:
    if note.status is not NoteStatus.ACTIVE:
        text = _("Credit note {number} is {status}.")
        raise UserError(text.format(number=note.number, status=note.status))
    if amount_minor <= 0:
        raise UserError(_("Enter an amount."), AMOUNT_FIELD)
    if amount_minor > note.usable_minor:
        settings = session.settings
        limit = format_amount(note.usable_minor, settings.currency, settings.locale)
        raise UserError(_("Maximum: {limit}").format(limit=limit), AMOUNT_FIELD)


def _checked_refund(session: Session, refund: Refund, note: NoteNow, asker: Actor) -> PaymentMode:
    _refuse_amount(session, note, refund.amount_minor)
    mode = next((one for one in refund_ways(session, note) if one.code == refund.method), None)
    if mode is None:
        raise UserError(_("It is refunded in cash, or the way it was paid."), METHOD_FIELD)
    if mode.kind is ModeKind.CASH:
        _check_cash(session, refund, asker)
    return mode


def _check_cash(session: Session, refund: Refund, asker: Actor) -> None:
    shift = current_shift(session)
    if shift is None:
        raise UserError(_("No shift is open. Open one first (F7)."), "shift")
    if shift.user_id != asker.user_id:
        raise PermissionRefused(_("This shift belongs to {name}.").format(name=shift.user_name))
    coin = session.settings.cash_rounding_minor
    if coin and refund.amount_minor % coin:
        raise UserError(_("No coin pays this amount. Leave the rest as credit."), AMOUNT_FIELD)
    if expected_drawer(session, shift.id) < refund.amount_minor:
        raise UserError(_("The drawer does not hold that much."), AMOUNT_FIELD)


def _reference(refund: Refund, mode: PaymentMode) -> str:
    if mode.kind is ModeKind.CASH:
        return ""
    written = clean(refund.reference).strip()
    if not written:
        raise UserError(_("Write the reference of the refund."), REFERENCE_FIELD)
    if len(written) > _LONGEST_REFERENCE:
        text = _("Use at most {count} characters.").format(count=_LONGEST_REFERENCE)
        raise UserError(text, REFERENCE_FIELD)
    refuse_card_number(written, REFERENCE_FIELD)
    return written
