"""The rows of one undo, as its event tells of them and as the tables hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from counterdesk.core.credit import ChangeKind
from counterdesk.core.dates import months_later
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor
from counterdesk.core.undoing import UndoKind, act_number, withdrawn_charge_id
from counterdesk.core.visit import OpenCharge, PaymentType, Purpose
from counterdesk.services.credit_changes import ChangeAsked, change_row, find_note
from counterdesk.services.numbering import next_number
from counterdesk.services.undo_moves import Moved, woven
from counterdesk.services.undo_parts import Part
from counterdesk.services.undo_plan import UndoPlan
from counterdesk.store.session import Session

Row = dict[str, Any]


def undo_rows(
    session: Session, plan: UndoPlan, actor: Actor, approver: Actor, replaced_by: UUID | None
) -> dict[str, Any]:
    """Return every row of an undo by its name in the event; numbers are drawn here."""
    undo = _undo(session, plan, actor, approver, replaced_by)
    rows: dict[str, Any] = {
        "undo": undo,
        "undone": [_undone(session, undo, part) for part in plan.parts],
        "tenders_back": list(_tenders_back(session, undo, plan)),
        "charges": list(_charges(session, undo, plan)),
    }
    if changes := list(_cancelled(session, plan, actor, approver)):
        rows["changes"] = changes
    if plan.moved is not None:
        rows |= _moved_rows(session, plan, plan.moved, actor)
    return rows


def _cancelled(session: Session, plan: UndoPlan, actor: Actor, approver: Actor) -> Iterator[Row]:
    for gone in plan.effects.credit_gone:
        if gone.raised and gone.withdrawn_minor:
            asked = ChangeAsked(
                session.new_id(), ChangeKind.CANCELLED, gone.withdrawn_minor, plan.asked.reason
            )
            note, people = find_note(session, gone.note_id), (actor, approver)
            yield change_row(session, note, asked, people, plan.shift)


def _undo(
    session: Session, plan: UndoPlan, actor: Actor, approver: Actor, replaced_by: UUID | None
) -> Row:
    asked, visit = plan.asked, plan.visit
    reversal = asked.kind is UndoKind.REVERSAL
    return {
        "id": asked.request_id,
        "kind": asked.kind.value,
        "transaction_id": asked.transaction_id,
        "transaction_number": visit["number"],
        "receipt_number": visit["receipt_number"],
        "payment_id": asked.payment_id if reversal else None,
        "payment_number": plan.effects.payment_number,
        "tender_id": asked.tender_id if asked.kind is UndoKind.BOUNCED else None,
        "shift_id": plan.shift.id if plan.shift else None,
        "business_date": plan.business_date,
        "undone_at_utc": session.clock.now_utc(),
        "user_id": actor.user_id,
        "user_name": actor.name,
        "approver_id": approver.user_id,
        "approver_name": approver.name,
        "reason": asked.reason,
        "remarks": asked.remarks,
        "currency": session.settings.currency.code,
        "replaced_by": replaced_by,
    }


def _undone(session: Session, undo: Row, part: Part) -> Row:
    return {
        "id": session.new_id(),
        "undo_id": undo["id"],
        "settlement_id": part["settlement_id"],
        "tender_id": part["tender_id"],
        "allocation_id": part["allocation_id"],
        "overpayment_id": part["overpayment_id"],
        "payment_id": part["payment_id"],
        "consumer_id": part["consumer_id"],
        "account_number": part["account_number"] or "",
        "charge_id": part["charge_id"],
        "charge_number": part["charge_number"] or "",
        "born_note_id": part["born_note_id"],
        "spent_note_id": part["spent_note_id"],
        "amount_minor": part["amount_minor"],
    }


def _tenders_back(session: Session, undo: Row, plan: UndoPlan) -> Iterator[Row]:
    for one in plan.effects.money_back:
        yield {
            "id": session.new_id(),
            "undo_id": undo["id"],
            "method": one.method,
            "method_name": one.name,
            "kind": one.kind,
            "delta_minor": -one.amount_minor,
            "reference": one.reference,
        }


def _charges(session: Session, undo: Row, plan: UndoPlan) -> Iterator[Row]:
    made: list[tuple[UUID, str, str, str, int, UUID | None]] = [
        (gone.consumer_id, gone.account_number, "credit_withdrawn", _("Credit withdrawn"),
         gone.debit_minor, gone.note_id)
        for gone in plan.effects.credit_gone
        if gone.debit_minor
    ]  # fmt: skip
    if plan.effects.fee_minor:
        payer = next(part for part in plan.parts if part["payment_id"])
        made.append(
            (payer["consumer_id"], payer["account_number"], "cheque_fee",
             _("Returned cheque fee"), plan.effects.fee_minor, None)
        )  # fmt: skip
    act = act_number(session.counter.code, session.head.seq + 1)
    for place, (consumer, account, purpose, words, minor, note) in enumerate(made, 1):
        yield {
            "charge_id": withdrawn_charge_id(undo["id"], note) if note else session.new_id(),
            "undo_id": undo["id"],
            "consumer_id": consumer,
            "account_number": account,
            "purpose": purpose,
            "number": f"{act}/{place}",
            "description": words,
            "charged_on": plan.business_date,
            "due_on": plan.business_date,
            "amount_minor": minor,
            "credit_note_id": note,
        }


def _moved_rows(session: Session, plan: UndoPlan, moved: Moved, actor: Actor) -> dict[str, Any]:
    """What hangs on the old transaction and its tenders from now on, on the right account."""
    kinds = [kind for kind in PaymentType if any(one.kind is kind for one, _m in moved.shares)]
    payments = {kind: _payment(session, plan, moved, kind) for kind in kinds or [PaymentType.BILL]}
    first = next(iter(payments.values()))
    first["amount_minor"] += moved.rest_minor
    allocations = {
        charge.charge_id: _allocation(session, payments[charge.kind], charge, minor)
        for charge, minor in moved.shares
    }
    rows: dict[str, Any] = {
        "payments": list(payments.values()),
        "allocations": list(allocations.values()),
        "credit_notes": [],
        "overpayments": [],
    }
    if moved.rest_minor:
        note = _rest_note(session, plan, moved, first, actor)
        rows["credit_notes"].append(note)
        rows["overpayments"].append(_overpayment(session, first, note))
    over = rows["overpayments"][0]["id"] if rows["overpayments"] else None
    rows["settlements"] = [
        {
            "id": session.new_id(),
            "tender_id": part["tender_id"],
            "allocation_id": allocations[charge.charge_id]["id"] if charge else None,
            "overpayment_id": None if charge else over,
            "amount_minor": minor,
        }
        for part, charge, minor in woven(plan.parts, moved.shares)
    ]
    return rows


def _payment(session: Session, plan: UndoPlan, moved: Moved, kind: PaymentType) -> Row:
    paid = sum(minor for _charge, minor in moved.shares)
    return {
        "id": session.new_id(),
        "number": next_number(session, "payment", plan.business_date),
        "transaction_id": plan.asked.transaction_id,
        "consumer_id": moved.account.consumer_id,
        "account_number": moved.account.account_number,
        "consumer_name": moved.account.consumer_name,
        "type": str(kind),
        "amount_minor": sum(minor for one, minor in moved.shares if one.kind is kind),
        "left_minor": moved.owed_minor - paid,
        "status": "Posted",
    }


def _allocation(session: Session, payment: Row, charge: OpenCharge, minor: int) -> Row:
    return {
        "id": session.new_id(),
        "payment_id": payment["id"],
        "charge_id": charge.charge_id,
        "charge_number": charge.number,
        "charge_text": charge.text,
        "charged_on": charge.charged_on,
        "due_on": charge.due_on,
        "billed_minor": charge.billed_minor,
        "outstanding_minor": charge.outstanding_minor,
        "amount_minor": minor,
    }


def _overpayment(session: Session, payment: Row, note: Row) -> Row:
    return {
        "id": session.new_id(),
        "payment_id": payment["id"],
        "credit_note_id": note["id"],
        "kind": str(Purpose.EXTRA),
        "amount_minor": note["amount_minor"],
    }


def _rest_note(session: Session, plan: UndoPlan, moved: Moved, payment: Row, actor: Actor) -> Row:
    settings, today = session.settings, plan.business_date
    return {
        "id": session.new_id(),
        "number": next_number(session, "credit_note", today),
        "source": "overpayment",
        "transaction_id": plan.asked.transaction_id,
        "payment_id": payment["id"],
        "payment_number": payment["number"],
        "receipt_number": plan.visit["receipt_number"],
        "from_note_id": None,
        "consumer_id": moved.account.consumer_id,
        "account_number": moved.account.account_number,
        "consumer_name": moved.account.consumer_name,
        "reason": "Overpayment",
        "amount_minor": moved.rest_minor,
        "currency": settings.currency.code,
        "status": "Active",
        "created_on": today,
        "created_at_utc": session.clock.now_utc(),
        "created_by": actor.name,
        "created_by_id": actor.user_id,
        "approver_id": None,
        "approver_name": "",
        "expires_on": months_later(today, settings.credit_note_months),
        "held_until": None,
        "remarks": "",
    }
