"""A counter that lies, or has a bug, moves no cent that the event's own money does not cover.

Each event here is a real payment with one thing changed. All of them are kept, none is applied.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk, push
from tests.sync.written import Event, changed, pay_exactly, payment

Change = Callable[[Event], Any]
OTHER = "00000000-0000-7000-8000-00000000000f"


def row(table: str, place: int = 0, **values: Any) -> Change:
    """Change one row of the data."""
    return lambda event: event["data"][table][place].update(values)


def visit(**values: Any) -> Change:
    """Change the transaction."""
    return lambda event: event["data"]["transaction"].update(values)


def envelope(**values: Any) -> Change:
    """Change what stands around the data."""
    return lambda event: event.update(values)


def totals(**values: Any) -> Change:
    """Change the totals."""
    return lambda event: event["totals"].update(values)


def both(*changes: Change) -> Change:
    """Make several changes."""
    return lambda event: [change(event) for change in changes]


def gone(*path: str) -> Change:
    """Leave something out."""

    def change(event: Event) -> None:
        place = event
        for name in path[:-1]:
            place = place[name]
        del place[path[-1]]

    return change


def twice(table: str) -> Change:
    """Say a row twice."""
    return lambda event: event["data"][table].append(dict(event["data"][table][0]))


def extra(table: str, **values: Any) -> Change:
    """Add a row that is like the first but for its id and what is given."""

    def change(event: Event) -> None:
        rows = event["data"][table]
        rows.append({**rows[0], "id": str(uuid4()), **values})

    return change


def rounded(minor: int) -> Change:
    """Pay the bill with less cash: the rest is said to be rounding."""

    def change(event: Event) -> None:
        pay_exactly(event, 100)
        data = event["data"]
        data["transaction"]["rounding_minor"] = -minor
        data["payments"][0]["amount_minor"] = 100 + minor
        data["allocations"][0]["amount_minor"] = data["settlements"][0]["amount_minor"] = (
            100 + minor
        )
        extra("settlements", allocation_id=None, amount_minor=-minor)(event)

    return change


# The plain payment: one bill out of cash.
PLAIN: dict[str, Change] = {
    "more than was handed over": both(
        row("allocations", amount_minor=20_000), row("payments", amount_minor=20_000),
        row("settlements", amount_minor=20_000),
    ),
    "a bill paid by the change": row("tenders", change_minor=0),
    "a payment of more than its parts": row("payments", amount_minor=14_551),
    "an allocation nobody settles": row("settlements", allocation_id=None),
    "a settlement of a stranger's allocation": row("settlements", allocation_id=OTHER),
    "a settlement from a stranger's tender": row("settlements", tender_id=OTHER),
    "an allocation of a stranger's payment": row("allocations", payment_id=OTHER),
    "two strangers that cancel out": both(
        extra("settlements", tender_id=OTHER, amount_minor=50),
        extra("settlements", tender_id=OTHER, amount_minor=-50),
    ),
    "below zero, and above by as much": both(
        extra("settlements", amount_minor=-500), extra("settlements", amount_minor=500)
    ),
    "rounding up and down again": both(
        extra("settlements", allocation_id=None, amount_minor=-50),
        extra("settlements", allocation_id=None, amount_minor=50),
    ),
    "an allocation below zero beside a larger one": both(
        row("allocations", amount_minor=20_000), row("settlements", amount_minor=20_000),
        extra("allocations", amount_minor=-5_450),
        lambda e: extra("settlements", amount_minor=-5_450,
                        allocation_id=e["data"]["allocations"][1]["id"])(e),
    ),
    "an allocation of nothing": extra("allocations", amount_minor=0),
    "the same allocation twice": twice("allocations"),
    "the same payment twice": twice("payments"),
    "the same tender twice": both(twice("tenders"), visit(tendered_minor=30_000, change_minor=900,
                                                         due_minor=29_100)),
    "a bill for a cent, the rest is rounding": rounded(14_450),
    "rounding where nothing is rounded": rounded(1),
    "rounding beyond the coin": visit(rounding_minor=9),
    "a payment that is not posted": row("payments", status="Reversed"),
    "a payment of another visit": row("payments", transaction_id=OTHER),
    "a tender of another visit": row("tenders", transaction_id=OTHER),
    "another type than the charge's": row("payments", type="Service"),
    "an account nobody knows": row("payments", consumer_id=OTHER),
    "another day than the event's": visit(business_date="2025-04-21"),
    "a day that is none": both(envelope(business_date="2025-02-30"),
                               visit(business_date="2025-02-30")),
    "today, whenever that is": both(envelope(business_date="today"), visit(business_date="today")),
    "infinity": both(envelope(business_date="infinity"), visit(business_date="infinity")),
    "a day in the time of the till's great-grandchildren": both(
        envelope(business_date="2190-04-20"), visit(business_date="2190-04-20")
    ),
    "a day the other way round": both(envelope(business_date="20/04/2025"),
                                      visit(business_date="20/04/2025")),
    "no day": both(envelope(business_date=None), visit(business_date=None)),
    "a moment at the end of time": visit(taken_at_utc="infinity"),
    "another currency": both(visit(currency="KWD"), totals(currency="KWD")),
    "another currency in the totals": totals(currency="EUR"),
    "totals of less cash": totals(cash_delta_minor=0),
    "totals of other money": totals(tenders={"card": 14_550}),
    "totals of more ways": totals(tenders={"cash": 14_550, "card": 1}),
    "no totals": gone("totals"),
    "cash that calls itself a card": both(row("tenders", kind="card"), totals(cash_delta_minor=0)),
    "a card that gives change": both(
        row("tenders", kind="card", method="card"),
        totals(cash_delta_minor=0, tenders={"card": 14_550}),
    ),
    "a way to pay that is none": both(row("tenders", method="gold"),
                                      totals(tenders={"gold": 14_550})),
    "a kind of money that is none": row("tenders", kind="gold"),
    "a credit note that nobody gave": both(
        row("tenders", kind="credit", method="credit", change_minor=0, amount_minor=14_550),
        visit(tendered_minor=14_550, change_minor=0),
        totals(cash_delta_minor=0, tenders={"credit": 14_550}),
    ),
    "half a cent": row("allocations", amount_minor=14_550.5),
    "beyond all amounts": row("allocations", amount_minor=2**70),
    "no amount": row("allocations", amount_minor=None),
    "an amount in words": row("allocations", amount_minor="a lot"),
    "not a number": row("allocations", amount_minor="NaN"),
    "no allocations at all": gone("data", "allocations"),
    "no settlements at all": gone("data", "settlements"),
    "no tenders at all": gone("data", "tenders"),
    "no payments at all": gone("data", "payments"),
    "no visit": gone("data", "transaction"),
    "no data": gone("data"),
    "rows that are none": lambda event: event["data"].update(allocations={"a": 1}),
    "no receipt": visit(receipt_number=None),
    "no number": row("payments", number=None),
    "one number for two things": lambda e: extra(
        "payments", number=e["data"]["payments"][0]["number"], amount_minor=0)(e),
    "a number as long as a book": visit(receipt_number="R-" * 500),
    "no id": row("payments", id=None),
    "an id that is none": row("allocations", id="1; drop table cd.charge"),
    "another version": envelope(v=2),
    "no version": gone("v"),
    "a version in words": envelope(v="1"),
}  # fmt: skip

# The payment with rows of every kind.
FULL: dict[str, Change] = {
    "a note for somebody else": row("credit_notes", consumer_id=OTHER),
    "a note for another account number": row("credit_notes", account_number="WU-10002"),
    "a note of a stranger's payment": row("credit_notes", payment_id=OTHER),
    "a note of another visit": row("credit_notes", transaction_id=OTHER),
    "a note of more than was over": row("credit_notes", amount_minor=27_500),
    "a note that is spent by itself": row("credit_notes", status="Applied"),
    "a note in another currency": row("credit_notes", currency="KWD"),
    "a note from tomorrow": row("credit_notes", created_on="2025-04-21"),
    "a note without its overpayment": gone("data", "overpayments"),
    "an overpayment without its note": gone("data", "credit_notes"),
    "an overpayment of a stranger's note": row("overpayments", credit_note_id=OTHER),
    "an overpayment of a stranger's payment": row("overpayments", payment_id=OTHER),
    "an overpayment of the other payment": lambda e: row(
        "overpayments", payment_id=e["data"]["payments"][1]["id"])(e),
    "a second note of the same money": extra("credit_notes", number="CN-9"),
    "a settlement that pays two things": lambda e: row(
        "settlements", 3, allocation_id=e["data"]["allocations"][0]["id"])(e),
    "an allocation of the other payment": lambda e: row(
        "allocations", payment_id=e["data"]["payments"][1]["id"])(e),
}  # fmt: skip


@pytest.mark.req("SYNC-3", "MON-1", "AUD-3")
def test_no_forged_payment_is_applied(town: CentreUnderTest, desk: Desk) -> None:
    forged = {name: changed(payment(), change) for name, change in PLAIN.items()}
    forged |= {name: changed(payment(1), change) for name, change in FULL.items()}
    for seq, event in enumerate(forged.values(), 1):
        desk.chain.add_bytes(_bytes(event, desk, seq))
    answers = [_push(desk, start) for start in range(0, len(forged), 50)]
    assert [answer["status"] for answer in answers] == ["OK"] * len(answers)
    suspended = {seq for (seq,) in town.execute("select seq from cd.suspense")}
    applied = [name for seq, name in enumerate(forged, 1) if seq not in suspended]
    assert applied == []
    _assert_untouched(town)
    assert desk.send(payment(), payment(1))["taken"] == 2
    assert town.value("select count(*) from cd.payment_transaction") == 2


def _bytes(event: Event, desk: Desk, seq: int) -> bytes:
    # Not the canonical bytes: those refuse some of what is forged here.
    return json.dumps({**event, "counter_id": str(desk.counter_id), "seq": seq}).encode()


def _push(desk: Desk, start: int) -> dict[str, Any]:
    return push(desk.connection, desk.chain.entries[start : start + 50])


def _assert_untouched(centre: CentreUnderTest) -> None:
    for table in ("payment_transaction", "payment", "allocation", "tender", "settlement",
                  "overpayment", "credit_note", "number_used", "fact_id"):  # fmt: skip
        assert centre.value(f"select count(*) from cd.{table}") == 0
    assert (
        centre.value("select sum(paid_minor) from cd.charge where paid_minor < amount_minor") == 0
    )
    assert centre.value("select array_agg(distinct kind) from cd.change") == ["charge", "exception"]
