"""In which ways a visit of this counter can be undone now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Permission, require
from counterdesk.core.settings import ModeKind
from counterdesk.core.undoing import PaymentTold, UndoKind
from counterdesk.services.shifts import current_shift
from counterdesk.services.undo_parts import Part, all_parts, is_own, visit_of
from counterdesk.store.session import ReadSession


@dataclass(frozen=True, slots=True)
class UndoChoice:
    """One way, and what it is about."""

    kind: UndoKind
    words: str
    payment_id: UUID | None = None
    tender_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class VisitToUndo:
    """A visit, who paid, and what can be done about it; the likeliest way first."""

    transaction_id: UUID
    receipt_number: str
    paid_for: str
    choices: tuple[UndoChoice, ...]
    told: PaymentTold | None = None
    """What the centre told of it, where another counter took it."""


def ways_to_undo(
    read: ReadSession,
    transaction_id: UUID,
    payment_id: UUID | None = None,
    told: PaymentTold | None = None,
) -> VisitToUndo:
    """Return the ways in which a visit can be undone.

    Args:
        read: A snapshot; its actor must be allowed to ask for it.
        transaction_id: The visit.
        payment_id: The payment that somebody points at: its ways come before those of others.
        told: What the centre told of it, where another counter took it.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: It was taken elsewhere, or nothing of it stands any more.
    """
    require(read.actor, Permission.UNDO_PAYMENT)
    visit = visit_of(read, transaction_id, told)
    parts = all_parts(read, transaction_id, told)
    standing = [one for one in parts if not one["was_undone"]]
    if not standing:
        raise UserError(_("It was undone before."))
    shift = current_shift(read)
    whole = len(standing) == len(parts)
    choices: list[UndoChoice] = []
    if whole and shift is not None and shift.id == visit["shift_id"]:
        words = _("Void the whole visit, receipt {number}")
        choices.append(UndoChoice(UndoKind.VOID, words.format(number=visit["receipt_number"])))
    ways = [*_of_payments(read, standing, payment_id), *_of_cheques(read, standing)]
    own = is_own(read, transaction_id)
    choices += [one for one in ways if own or one.kind is not UndoKind.MOVED]
    who = {one["account_number"]: one["consumer_name"] for one in parts if one["payment_id"]}
    named = ", ".join(f"{name} ({number})" for number, name in who.items())
    return VisitToUndo(transaction_id, visit["receipt_number"], named, tuple(choices), told)


def _of_payments(
    read: ReadSession, standing: list[Part], pointed_at: UUID | None
) -> Iterator[UndoChoice]:
    payments = {one["payment_id"]: one for one in standing if one["payment_id"]}
    order = sorted(
        payments.items(), key=lambda one: (one[0] != pointed_at, one[1]["payment_number"])
    )
    for kind, words in (
        (UndoKind.REVERSAL, _("Reverse {number}, {amount}")),
        (UndoKind.MOVED, _("{number} belongs to another account, {amount}")),
    ):
        for payment_id, part in order:
            own = [one for one in standing if one["payment_id"] == payment_id]
            if kind is UndoKind.MOVED:
                own = [one for one in own if one["allocation_id"]]
            if own:
                amount = _amount(read, sum(one["amount_minor"] for one in own))
                told = words.format(number=part["payment_number"], amount=amount)
                yield UndoChoice(kind, told, payment_id)


def _of_cheques(read: ReadSession, standing: list[Part]) -> Iterator[UndoChoice]:
    cheques: dict[UUID, list[Part]] = {}
    for one in standing:
        if one["kind"] == ModeKind.CHEQUE:
            cheques.setdefault(one["tender_id"], []).append(one)
    for tender_id, parts in cheques.items():
        amount = _amount(read, sum(one["amount_minor"] for one in parts))
        words = _("Cheque {number} came back, {amount}")
        told = words.format(number=parts[0]["reference"], amount=amount)
        yield UndoChoice(UndoKind.BOUNCED, told, None, tender_id)


def _amount(read: ReadSession, amount_minor: int) -> str:
    return format_amount(amount_minor, read.settings.currency, read.settings.locale)
