"""A credit note's life at a centre in memory: raised, decided, paid back, moved."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from counterdesk.core.permissions import Role
from counterdesk.core.text import fold
from counterdesk.sync.records import PastBackFacts, PastCreditFacts
from tests.faults.memory_books import Books, Note, Place
from tests.faults.memory_checks import Row, Unplaceable, check_new, check_unused, note_foreign

Touched = list[tuple[str, Any]]
_PENDING, _ACTIVE, _HELD, _REJECTED = "Pending approval", "Active", "Held", "Rejected"
_APPROVERS = (Role.SUPERVISOR, Role.MANAGER)
_KINDS = ("approved", "rejected", "held", "released", "refunded", "transferred")


def raise_note(books: Books, place: Place, event: Row) -> Touched:
    """Write a note that a person made from a payment.

    Raises:
        Unplaceable: No counter makes such a note.
    """
    told = event["data"]["credit_note"]
    if event["totals"]["cash_delta_minor"] or any(event["totals"]["tenders"].values()):
        raise Unplaceable("raising a credit note moves no money")
    _check_new_note(books, told, event, "manual")
    wrong = _wrong_with_ground(books, told)
    if not wrong and told["status"] == _ACTIVE:
        wrong = _wrong_with_raising(books, told)
    _insert(books, place, told, _HELD if wrong else told["status"], told["approver_name"])
    return _tell(books, place, UUID(told["id"]), wrong)


def _check_new_note(books: Books, told: Row, event: Row, source: str) -> None:
    if told["currency"] != books.currency or told["created_on"] != event["business_date"]:
        raise Unplaceable("the credit note is of another currency or day")
    if told["source"] != source or told["status"] not in (_ACTIVE, _PENDING):
        raise Unplaceable("no counter makes such a credit note")
    if UUID(told["consumer_id"]) not in books.consumers or told["amount_minor"] <= 0:
        raise Unplaceable("an account is not known here, or the note is of nothing")
    check_unused(books, [("credit_note", told["number"])])
    check_new(books, [told])


def _wrong_with_ground(books: Books, told: Row) -> str:
    if told["payment_id"] is None:
        return "it is of no payment"
    payment_id = UUID(told["payment_id"])
    if payment_id not in books.payments:
        return ""
    holder, payment = books.payments[payment_id]
    given = sum(
        one.facts.amount_minor
        for one in books.notes.values()
        if one.payment_id == payment_id and one.facts.status not in (_REJECTED, "Cancelled")
    )
    if holder != UUID(told["consumer_id"]):
        return "its payment is of another account"
    if payment.status != "Posted":
        return "its payment was undone"
    over = given + told["amount_minor"] > payment.amount_minor
    return "its payment was credited before" if over else ""


def _wrong_with_raising(books: Books, told: Row) -> str:
    limit = int(json.loads(books.settings["auto_approve_minor"]))
    if told["approver_id"] is None and told["amount_minor"] <= limit:
        return ""
    return _wrong_with_yes(books, told["approver_id"], told["created_by_id"], told["amount_minor"])


def _wrong_with_yes(books: Books, decider: str | None, raiser: Any, minor: int) -> str:
    if decider is None:
        return "nobody else allowed it"
    role = books.people.get(UUID(decider))
    ceiling = int(json.loads(books.settings["credit_approval_ceiling_minor"]))
    if role not in _APPROVERS:
        return "whoever allowed it may not"
    if raiser is not None and UUID(decider) == UUID(str(raiser)):
        return "it was allowed by who made it"
    over = 0 < ceiling < minor and role is not Role.MANAGER
    return "it is beyond the ceiling" if over else ""


def _insert(books: Books, place: Place, told: Row, status: str, approved_by: str) -> None:
    numbers = [("credit_note", told["number"])]
    books.numbers[numbers[0]] = place[0]
    note_foreign(books, place, numbers)
    books.row_ids.add(UUID(told["id"]))
    until = date.fromisoformat(told["expires_on"])
    facts = PastCreditFacts(
        UUID(told["id"]), told["number"], told["amount_minor"], told["amount_minor"], status,
        told["source"], told["reason"], told["remarks"], date.fromisoformat(told["created_on"]),
        until, None, told["payment_number"], told["receipt_number"], told["created_by"],
        UUID(told["created_by_id"]), approved_by,
    )  # fmt: skip
    payment_id = UUID(told["payment_id"]) if told["payment_id"] else None
    books.notes[facts.credit_note_id] = Note(
        UUID(told["consumer_id"]), facts, until, payment_id=payment_id
    )


def _tell(books: Books, place: Place, note_id: UUID, wrong: str) -> Touched:
    if not wrong:
        return [("credit", note_id)]
    books.note_matter(place, f"{books.notes[note_id].facts.number}: {wrong}")
    return [("credit", note_id), ("exception", place[1])]


def change_note(books: Books, place: Place, event: Row) -> Touched:
    """Write what happened to a note.

    Raises:
        Unplaceable: The note is not known, or the money is not what the event says.
    """
    change = event["data"]["change"]
    _check_change(books, change, event)
    note = books.notes.get(UUID(change["credit_note_id"]))
    if note is None or (note.facts.number, str(note.consumer_id)) != (
        change["number"], change["consumer_id"],
    ):  # fmt: skip
        raise Unplaceable("the credit note is not known here")
    check_new(books, [change])
    if change["kind"] in ("refunded", "transferred"):
        return _pay_out(books, place, event, note)
    _keep(books, change, 0)
    wrong = _decide(books, change, note)
    return _tell(books, place, note.facts.credit_note_id, wrong)


def _check_change(books: Books, change: Row, event: Row) -> None:
    totals, minor = event["totals"], change["amount_minor"]
    back = change["kind"] == "refunded"
    cash = -minor if back and change["method_kind"] == "cash" else 0
    if change["business_date"] != event["business_date"] or change["kind"] not in _KINDS:
        raise Unplaceable("the change is of another day, or of no kind")
    if not change["currency"] == totals["currency"] == books.currency or minor <= 0:
        raise Unplaceable("the currency is not the utility's")
    tenders = {change["method"]: -minor} if back else {}
    if (totals["tenders"], totals["cash_delta_minor"]) != (tenders, cash):
        raise Unplaceable("what is paid back is not what the event takes from the till")
    modes = [(one["code"], one["kind"]) for one in json.loads(books.settings["payment_modes"])]
    way = change["method"], change["method_kind"]
    if back and (way not in modes or way[1] == "credit"):
        raise Unplaceable("money goes back in a way that this centre does not know")
    if way[1] == "cash" and UUID(change["shift_id"]) in books.closed_shifts:
        raise Unplaceable("the shift was closed before")


def _keep(books: Books, change: Row, over_minor: int) -> None:
    change_id = UUID(change["id"])
    books.row_ids.add(change_id)
    books.changed[change_id] = UUID(change["credit_note_id"]), over_minor


def _decide(books: Books, change: Row, note: Note) -> str:
    kind, status = change["kind"], note.facts.status
    decides = kind in ("approved", "rejected")
    gives = kind in ("approved", "released")
    wrong = _wrong_with_yes(
        books,
        change["approver_id"] or (change["user_id"] if decides else None),
        note.facts.created_by_id if gives else None,
        note.facts.amount_minor if gives else 0,
    )
    wanted = _PENDING if decides else {"held": _ACTIVE, "released": _HELD}[kind]
    if status != wanted:
        same = (kind, status) in (("approved", _ACTIVE), ("rejected", _REJECTED))
        return wrong or ("" if same or kind == "held" else f"it is {status} here")
    agreed = (change["amount_minor"], change["reason"])
    if kind == "approved" and agreed != (note.facts.amount_minor, note.facts.reason):
        wrong = wrong or "another amount or reason was approved"
    after = {"held": _HELD, "rejected": _REJECTED}.get(kind, _ACTIVE)
    by = change["approver_name"] or change["user_name"]
    facts = replace(
        note.facts,
        status=_HELD if wrong else after,
        approved_by=by if kind == "approved" else note.facts.approved_by,
    )
    books.notes[facts.credit_note_id] = replace(note, facts=facts)
    return wrong


def _pay_out(books: Books, place: Place, event: Row, note: Note) -> Touched:
    change = event["data"]["change"]
    wrong = _wrong_with_yes(books, change["approver_id"], None, change["amount_minor"])
    good = note.facts.status in (_ACTIVE, "Expired")
    good = good and date.fromisoformat(change["business_date"]) <= note.expires_on
    taken = min(change["amount_minor"], note.facts.remaining_minor) if good else 0
    over = change["amount_minor"] - taken
    touched: Touched = []
    if change["kind"] == "transferred":
        touched = _move(books, place, event, note, _HELD if wrong or over else _ACTIVE)
    _keep(books, change, over)
    if change["kind"] == "refunded":
        touched = _tell_refunded(books, place, note, change)
    left, status = note.facts.remaining_minor - taken, note.facts.status
    if taken and not left:
        status = "Applied"
    elif wrong and status == _ACTIVE:
        status = _HELD
    facts = replace(note.facts, remaining_minor=left, status=status)
    books.notes[facts.credit_note_id] = replace(note, facts=facts)
    if over:
        books.note_matter(place, f"{over} more than {note.facts.number} was good for")
        touched.append(("exception", place[1]))
    return touched + _tell(books, place, facts.credit_note_id, wrong)


def _tell_refunded(books: Books, place: Place, note: Note, change: Row) -> Touched:
    """What was paid out counts on its own day, whatever the note was good for."""
    code, who, minor = books.codes[place[0]], change["user_name"], change["amount_minor"]
    back = PastBackFacts(
        UUID(change["id"]), "refund", note.facts.number,
        date.fromisoformat(change["business_date"]), "Refund", change["method_name"], "", code, who,
        code, who, minor, minor, 0,
    )  # fmt: skip
    books.backs[back.back_id] = (note.consumer_id, back)
    return [("back", back.back_id)]


def _move(books: Books, place: Place, event: Row, note: Note, status: str) -> Touched:
    change, told = event["data"]["change"], event["data"]["credit_note"]
    _check_new_note(books, told, event, "transfer")
    came = told["id"], told["from_note_id"], told["amount_minor"], told["payment_id"]
    left = change["to_note_id"], str(note.facts.credit_note_id), change["amount_minor"], None
    if came != left or UUID(told["consumer_id"]) == note.consumer_id:
        raise Unplaceable("what left one account did not come to the other")
    names = {
        fold(books.consumers[who].name) for who in (note.consumer_id, UUID(told["consumer_id"]))
    }
    wrong = "the accounts are of two consumers" if len(names) > 1 else ""
    _insert(books, place, told, _HELD if wrong else status, change["approver_name"])
    return _tell(books, place, UUID(told["id"]), wrong)
