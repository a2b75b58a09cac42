"""Disputes of payments at a centre in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from counterdesk.core.disputes import Category, Outcome
from counterdesk.core.permissions import Role
from counterdesk.sync.records import PastDisputeFacts
from tests.faults.memory_books import Books, Place
from tests.faults.memory_checks import Row, Unplaceable, check_new, check_unused, note_foreign
from tests.faults.memory_verifying import Touched

_MAY = (Role.SUPERVISOR, Role.MANAGER)
_LONGEST = 500


def raise_dispute(books: Books, place: Place, event: Row) -> Touched:
    """Keep what somebody doubts of a payment.

    Raises:
        Unplaceable: The payment is not known, or another one here; or money moves.
    """
    data, numbers = event["data"], [("dispute", event["data"]["number"])]
    _check_event(event, "a dispute moves no money")
    _check_payment(books, data)
    check_new(books, [data])
    check_unused(books, numbers)
    Category(data["category"])
    if not 1 <= data["amount_minor"] <= data["payment_amount_minor"]:
        raise Unplaceable("more is disputed than was paid, or nothing")
    books.row_ids.add(UUID(data["id"]))
    books.numbers.update(dict.fromkeys(numbers, place[0]))
    note_foreign(books, place, numbers)
    facts = PastDisputeFacts(
        UUID(data["id"]), data["number"], UUID(data["payment_id"]), data["payment_number"],
        data["receipt_number"], data["account_number"], data["consumer_name"],
        data["payment_amount_minor"], data["category"], data["amount_minor"], data["words"],
        date.fromisoformat(data["business_date"]), datetime.fromisoformat(data["raised_at_utc"]),
        data["user_name"], books.codes[place[0]],
    )  # fmt: skip
    books.disputes[facts.dispute_id] = (UUID(data["consumer_id"]), facts)
    return [("dispute", facts.dispute_id)]


def close_dispute(books: Books, place: Place, event: Row) -> Touched:
    """Close one that is open, if whoever asks may; who comes second finds it closed.

    Raises:
        Unplaceable: It is not known, or another one here; or money moves.
    """
    data, dispute_id = event["data"], UUID(event["data"]["dispute_id"])
    _check_event(event, "closing a dispute moves no money")
    if dispute_id not in books.disputes:
        raise Unplaceable("the dispute is not known here")
    consumer_id, facts = books.disputes[dispute_id]
    told = (data["number"], UUID(data["payment_id"]), UUID(data["consumer_id"]))
    if told != (facts.number, facts.payment_id, consumer_id):
        raise Unplaceable("the dispute that was closed is another one here")
    check_new(books, [data])
    closed = _closed(facts, data)
    books.row_ids.add(UUID(data["id"]))
    if facts.outcome is None and books.people.get(UUID(data["user_id"])) not in _MAY:
        books.note_matter(
            place,
            f"dispute {facts.number} was closed, and stays open: whoever closed it may not",
        )
        return [("dispute", dispute_id), ("exception", place[1])]
    if facts.outcome is None:
        books.disputes[dispute_id] = (consumer_id, closed)
    return [("dispute", dispute_id)]


def _closed(facts: PastDisputeFacts, data: Row) -> PastDisputeFacts:
    _check_words(data)
    return replace(
        facts, outcome=Outcome(data["outcome"]).value, closed_words=data["words"],
        closed_at_utc=datetime.fromisoformat(data["closed_at_utc"]), closed_by=data["user_name"],
    )  # fmt: skip


def _check_event(event: Row, moves: str) -> None:
    if event["totals"]["cash_delta_minor"] or any(event["totals"]["tenders"].values()):
        raise Unplaceable(moves)
    if event["data"]["business_date"] != event["business_date"]:
        raise Unplaceable("it is said on another day than its event")


def _check_payment(books: Books, data: Row) -> None:
    _check_words(data)
    payment_id = UUID(data["payment_id"])
    if payment_id not in books.payments:
        raise Unplaceable("the payment is not known here")
    consumer_id, facts = books.payments[payment_id]
    told = (
        data["payment_number"], data["receipt_number"], UUID(data["consumer_id"]),
        data["payment_amount_minor"], date.fromisoformat(data["payment_on"]), data["currency"],
    )  # fmt: skip
    here = (
        facts.payment_number, facts.receipt_number, consumer_id, facts.amount_minor,
        facts.business_date, books.currency,
    )  # fmt: skip
    if told != here or facts.account_number not in ("", data["account_number"]):
        raise Unplaceable("the payment that is disputed is another one here")


def _check_words(data: Row) -> None:
    if not 1 <= len(data["words"]) <= _LONGEST:
        raise Unplaceable("there are no words in it, or too many")
