"""Online payments that a counter vouched for, at a centre in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from counterdesk.core.permissions import Role
from tests.faults.memory_books import Books, Place
from tests.faults.memory_checks import Row, Unplaceable, check_new

Touched = list[tuple[str, Any]]
_MAY = (Role.SUPERVISOR, Role.MANAGER)


def post_verified(books: Books, place: Place, event: Row) -> Touched:
    """Let a pending payment count, if it still is one; who comes second finds it posted.

    Raises:
        Unplaceable: It is not the payment that is known here, or money moves.
    """
    data = event["data"]
    payment_id = UUID(data["payment_id"])
    _check(books, event, payment_id)
    check_new(books, [data])
    books.row_ids.add(UUID(data["id"]))
    consumer_id, facts = books.payments[payment_id]
    wrong = _wrong_with(books, data, facts.status)
    if wrong:
        number = data["payment_number"]
        books.note_matter(
            place, f"payment {number} was verified, and does not count by it: {wrong}"
        )
        return [("payment", payment_id), ("exception", place[1])]
    if facts.status == "Pending":
        posted = replace(
            facts, status="Posted", verified_by=data["user_name"],
            verified_at_utc=datetime.fromisoformat(data["verified_at_utc"]),
        )  # fmt: skip
        books.payments[payment_id] = (consumer_id, posted)
    return [("payment", payment_id)]


def _check(books: Books, event: Row, payment_id: UUID) -> None:
    data = event["data"]
    if event["totals"]["cash_delta_minor"] or any(event["totals"]["tenders"].values()):
        raise Unplaceable("verifying a payment moves no money")
    if date.fromisoformat(data["business_date"]) != date.fromisoformat(event["business_date"]):
        raise Unplaceable("it is verified on another day than its event")
    if payment_id not in books.payments:
        raise Unplaceable("the payment is not known here")
    consumer_id, facts = books.payments[payment_id]
    told = (data["payment_number"], data["receipt_number"], data["amount_minor"])
    here = (facts.payment_number, facts.receipt_number, facts.amount_minor)
    same = told == here and UUID(data["consumer_id"]) == consumer_id
    if not same or data["currency"] != books.currency:
        raise Unplaceable("the payment that was verified is another one here")


def _wrong_with(books: Books, data: Row, status: str) -> str:
    if status not in ("Pending", "Posted"):
        return f"it is {status}"
    if status == "Pending" and books.people.get(UUID(data["user_id"])) not in _MAY:
        return "whoever verified it may not"
    return ""
