"""What undoing would do: worked out once, told before it is done, done, and printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Actor, Permission, require
from counterdesk.core.settings import ModeKind
from counterdesk.core.undoing import (
    ChargeReopened,
    CreditGone,
    MoneyBack,
    UndoAsked,
    UndoEffects,
    UndoKind,
)
from counterdesk.services.counts import cash_method
from counterdesk.services.credit_standing import note_now, raised_from
from counterdesk.services.shifts import OpenShift, current_shift, expected_drawer
from counterdesk.services.undo_coins import refuse_odd_cash
from counterdesk.services.undo_moves import Moved, move_parts
from counterdesk.services.undo_parts import Part, all_parts, is_own, still_one_payment, visit_of
from counterdesk.store.session import ReadSession

_WHOLE = (UndoKind.VOID, UndoKind.CORRECTED)
_ANYWHERE = (UndoKind.REVERSAL, UndoKind.BOUNCED)
"""What may be done at another counter than the one that took the payment."""


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """An undo that may be done, with the rows it is about."""

    asked: UndoAsked
    visit: Part
    parts: tuple[Part, ...]
    effects: UndoEffects
    moved: Moved | None
    shift: OpenShift | None
    """The one that runs, whosever it is."""
    business_date: date


def show_undo(read: ReadSession, asked: UndoAsked) -> UndoEffects:
    """Return what an undo would do now, to be told before it is asked for.

    Raises:
        PermissionRefused: The role does not allow it, or the cash is in another's drawer.
        UserError: It cannot be undone, or not in this way; the sentence says what can.
    """
    return plan_undo(read, asked, require(read.actor, Permission.UNDO_PAYMENT)).effects


def plan_undo(read: ReadSession, asked: UndoAsked, actor: Actor) -> UndoPlan:
    """Return what is to be undone and all that follows from it. Raises as `show_undo`."""
    visit, shift = visit_of(read, asked.transaction_id, asked.told), current_shift(read)
    if asked.kind not in _ANYWHERE and not is_own(read, asked.transaction_id):
        raise UserError(_("Another counter took it. Here it can only be reversed."))
    every = all_parts(read, asked.transaction_id, asked.told)
    parts = _chosen(asked, every)
    if not parts:
        raise UserError(_("It was undone before."))
    if asked.kind in _WHOLE:
        _refuse_partly_undone(every)
    if asked.kind is UndoKind.VOID and (shift is None or shift.id != visit["shift_id"]):
        raise UserError(_("Its shift is closed. Reverse the payment instead."))
    moved = move_parts(read, asked, parts) if asked.kind is UndoKind.MOVED else None
    effects = _effects(read, asked, visit, parts, every, shift, moved)
    here = shift is not None and shift.id == visit["shift_id"]
    refuse_odd_cash(read.settings, asked, effects, every, here=here)
    if asked.kind in _WHOLE or effects.cash_minor:
        _check_drawer(read, shift, actor, effects.cash_minor)
    today = shift.business_date if shift else read.today()
    return UndoPlan(asked, visit, tuple(parts), effects, moved, shift, today)


def _chosen(asked: UndoAsked, every: list[Part]) -> list[Part]:
    standing = [one for one in every if not one["was_undone"]]
    match asked.kind:
        case UndoKind.REVERSAL if asked.payment_id is not None:
            return still_one_payment(every, asked.payment_id)
        case UndoKind.MOVED if asked.payment_id is not None:
            mine = [one for one in standing if one["payment_id"] == asked.payment_id]
            return [one for one in mine if one["allocation_id"] is not None]
        case UndoKind.BOUNCED:
            back = [one for one in standing if one["tender_id"] == asked.tender_id]
            if any(one["kind"] != ModeKind.CHEQUE for one in back):
                raise UserError(_("Only a cheque can come back."))
            return back
        case UndoKind.VOID | UndoKind.CORRECTED:
            return standing
    raise ValueError("what is undone is not named")


def _refuse_partly_undone(every: list[Part]) -> None:
    if any(one["was_undone"] for one in every):
        raise UserError(_("A part of it was undone before. Reverse what is left of it."))


def _check_drawer(
    read: ReadSession, shift: OpenShift | None, actor: Actor, cash_minor: int
) -> None:
    if shift is None:
        raise UserError(_("No shift is open. Open one first (F7)."))
    if shift.user_id != actor.user_id:
        text = _("This shift belongs to {name}. Only its cashier undoes payments in it.")
        raise PermissionRefused(text.format(name=shift.user_name))
    there = expected_drawer(read, shift.id)
    if cash_minor > there:
        amount = format_amount(cash_minor, read.settings.currency, read.settings.locale)
        raise UserError(_("The drawer does not hold {amount}.").format(amount=amount))


def _effects(
    read: ReadSession,
    asked: UndoAsked,
    visit: Part,
    parts: list[Part],
    every: list[Part],
    shift: OpenShift | None,
    moved: Moved | None,
) -> UndoEffects:
    numbers = {one["payment_number"] for one in parts if one["payment_id"]}
    accounts = {one["account_number"]: one["consumer_name"] for one in parts if one["payment_id"]}
    bounced = asked.kind is UndoKind.BOUNCED
    here = shift is not None and shift.id == visit["shift_id"]
    return UndoEffects(
        asked.kind,
        visit["receipt_number"],
        numbers.pop() if len(numbers) == 1 else "",
        tuple(accounts.items()),
        tuple(_reopened(parts)),
        (*_credit_gone(read, asked, parts), *_raised_gone(read, asked, visit, parts, every)),
        tuple(_credit_back(parts)) if moved is None else (),
        tuple(_money_back(read, asked, parts, every, here=here)) if moved is None else (),
        read.settings.cheque_fee_minor if bounced else 0,
        moved.settled if moved else (),
        moved.rest_minor if moved else 0,
        tuple(dict.fromkeys(_notes_of(asked, every))) if moved else (),
    )


def _notes_of(asked: UndoAsked, every: Iterable[Part]) -> Iterator[str]:
    """Credit stays: it is passed on to another account as a credit note, not as a payment."""
    for one in every:
        if one["payment_id"] == asked.payment_id and one["born_note_id"] and not one["was_undone"]:
            yield one["born_note_number"]


def _reopened(parts: Iterable[Part]) -> Iterator[ChargeReopened]:
    sums: dict[UUID, tuple[Part, int]] = {}
    for one in parts:
        if one["charge_id"] is not None:
            _first, before = sums.get(one["charge_id"], (one, 0))
            sums[one["charge_id"]] = (one, before + one["amount_minor"])
    for one, minor in sums.values():
        yield ChargeReopened(one["charge_number"], one["account_number"], minor)


def _credit_gone(
    read: ReadSession, asked: UndoAsked, parts: Iterable[Part]
) -> Iterator[CreditGone]:
    """MON-7: a note loses what remains of it; what was spent already is owed as a charge."""
    sums: dict[UUID, tuple[Part, int]] = {}
    for one in parts:
        if one["born_note_id"] is not None:
            _first, before = sums.get(one["born_note_id"], (one, 0))
            sums[one["born_note_id"]] = (one, before + one["amount_minor"])
    for note_id, (one, minor) in sums.items():
        now = note_now(read, note_id)
        if now is None:  # another counter made it: what is spent of it cannot be said
            text = _("Credit note {number} is not known here yet. Try again in a moment.")
            raise UserError(text.format(number=one["born_note_number"]))
        left = min(minor, now.remaining_minor)
        yield _gone(asked, CreditGone(
            note_id, one["born_note_number"], one["consumer_id"], one["account_number"], left,
            minor - left,
        ))  # fmt: skip


def _raised_gone(
    read: ReadSession, asked: UndoAsked, visit: Part, parts: list[Part], every: list[Part]
) -> Iterator[CreditGone]:
    """A note that somebody raised from a payment goes with it: nobody has both."""
    chosen = {one["settlement_id"] for one in parts}
    payments = {one["payment_id"]: one for one in parts if one["payment_id"] is not None}
    for one in payments.values():
        own = [each for each in every if each["payment_id"] == one["payment_id"]]
        if not all(each["was_undone"] or each["settlement_id"] in chosen for each in own):
            continue
        for note in raised_from(
            read, one["consumer_id"], visit["receipt_number"], one["payment_number"]
        ):
            left = note.remaining_minor
            yield _gone(asked, CreditGone(
                note.id, note.number, note.consumer_id, one["account_number"], left,
                note.amount_minor - left, raised=True,
            ))  # fmt: skip


def _gone(asked: UndoAsked, gone: CreditGone) -> CreditGone:
    if gone.debit_minor and asked.kind is UndoKind.VOID:
        text = _("Credit note {number} of this visit was spent. Reverse the payment instead.")
        raise UserError(text.format(number=gone.number))
    return gone


def _credit_back(parts: Iterable[Part]) -> Iterator[tuple[str, int]]:
    sums: dict[str, int] = {}
    for one in parts:
        if one["spent_note_id"] is not None:
            number = one["spent_note_number"]
            sums[number] = sums.get(number, 0) + one["amount_minor"]
    yield from sums.items()


def _money_back(
    read: ReadSession, asked: UndoAsked, parts: list[Part], every: list[Part], *, here: bool
) -> Iterator[MoneyBack]:
    """By the method it came, or in cash; a cheque that went to the bank cannot be handed back."""
    cash = cash_method(read.settings)
    counted = {mode.code for mode in read.settings.payment_modes if mode.counted_at_close}
    sums: dict[UUID, tuple[Part, int]] = {}
    for one in parts:
        _first, before = sums.get(one["tender_id"], (one, 0))
        sums[one["tender_id"]] = (one, before + one["amount_minor"])
    for tender_id, (one, minor) in sums.items():
        whole = sum(x["amount_minor"] for x in every if x["tender_id"] == tender_id) == minor
        gone = one["method"] in counted and not (here and whole)
        may_change = asked.kind is UndoKind.REVERSAL and one["kind"] != ModeKind.CREDIT
        if may_change and one["kind"] != ModeKind.CASH and (asked.in_cash or gone):
            yield MoneyBack(cash.code, cash.name, cash.kind.value, minor)
        else:
            yield MoneyBack(one["method"], one["method_name"], one["kind"], minor, one["reference"])
