"""What an event must be before a centre in memory writes its rows: sums, numbers and ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from counterdesk.core.numbers import fallback_format, read_number
from tests.faults.memory_books import Books

Row = Mapping[str, Any]

_NUMBERED = {"transaction": "number", "receipt": "receipt_number"}
_MADE = ("payments", "allocations", "credit_notes", "overpayments", "tenders", "settlements")


class Unplaceable(Exception):
    """The event's own fault: its money goes to suspense."""


def check_payment(books: Books, event: Row) -> None:
    """MON-1: tenders less change are allocations, overpayments and rounding, and each is settled.

    Raises:
        Unplaceable: They are not.
    """
    data, told = event["data"], event["data"]["transaction"]
    placed = sum_of([*data["allocations"], *data["overpayments"]], "amount_minor")
    if told["business_date"] != event["business_date"]:
        raise Unplaceable("the payment counts on another day than its event")
    if not told["currency"] == event["totals"]["currency"] == books.currency:
        raise Unplaceable("the currency is not the utility's")
    sums = (
        sum_of(data["tenders"], "amount_minor"), sum_of(data["tenders"], "change_minor"),
        placed + told["rounding_minor"], sum_of(data["settlements"], "amount_minor"),
    )  # fmt: skip
    due = told["due_minor"]
    if sums != (told["tendered_minor"], told["change_minor"], due, due):
        raise Unplaceable("the sums of the payment do not agree")
    if not parts_agree(data):
        raise Unplaceable("the parts of the payment do not agree with each other")
    if _totals_of(data["tenders"]) != event["totals"]["tenders"] or (
        sum(_kept(x) for x in data["tenders"] if x["kind"] == "cash")
        != event["totals"]["cash_delta_minor"]
    ):
        raise Unplaceable("the totals of the event are not those of its payment")


def parts_agree(data: Row) -> bool:
    """Tell whether each part is settled by tenders, and each payment and note is its parts."""
    parts = [*data["allocations"], *data["overpayments"]]
    settled = data["settlements"]
    of_part = _by(settled, "allocation_id") + _by(settled, "overpayment_id")
    return (
        all(_by(parts, "payment_id")[one["id"]] == one["amount_minor"] for one in data["payments"])
        and all(_by(settled, "tender_id")[one["id"]] == _kept(one) for one in data["tenders"])
        and all(of_part[one["id"]] == one["amount_minor"] for one in parts)
        and all(
            _by(data["overpayments"], "credit_note_id")[one["id"]] == one["amount_minor"]
            for one in data["credit_notes"]
        )
        and sum_of(data["credit_notes"], "amount_minor")
        == sum_of(data["overpayments"], "amount_minor")
    )


def _by(rows: Iterable[Row], name: str) -> Counter[str]:
    """Return the amounts of rows, by what they name; an amount may be negative."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row[name]] += row["amount_minor"]
    return sums


def sum_of(rows: Iterable[Row], name: str) -> int:
    """Return the sum of an amount of rows."""
    return sum(row[name] for row in rows)


def _kept(tender: Row) -> int:
    return int(tender["amount_minor"] - tender["change_minor"])


def _totals_of(tenders: Sequence[Row]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for one in tenders:
        totals[one["method"]] = totals.get(one["method"], 0) + _kept(one)
    return totals


def numbers_of(data: Row) -> list[tuple[str, str]]:
    """Return the numbers that a payment uses up, with their series."""
    told = data["transaction"]
    return [
        *((series, told[name]) for series, name in _NUMBERED.items()),
        *(("payment", one["number"]) for one in data["payments"]),
        *(("credit_note", one["number"]) for one in data["credit_notes"]),
    ]


def check_unused(books: Books, numbers: Sequence[tuple[str, str]]) -> None:
    """Refuse a number that stands on something else already."""
    for place, one in enumerate(numbers):
        if one in books.numbers or one in numbers[:place]:
            raise Unplaceable(f"the number {one[1]} was used before")


def note_foreign(books: Books, place: tuple[UUID, int], numbers: Iterable[tuple[str, str]]) -> None:
    """Note which numbers their counter had not leased: their money is taken all the same."""
    for series, number in numbers:
        if not _is_own(books, place[0], series, number):
            books.foreign.add((*place, series, number))


def _is_own(books: Books, counter_id: UUID, series: str, number: str) -> bool:
    form = books.number_format(series)
    if form is None:
        return False
    if read_number(fallback_format(form, books.codes[counter_id]), number):
        return True
    year, place = read_number(form, number) or (0, 0)
    return any(
        (one.counter_id, one.series, one.year) == (counter_id, series, year if form.yearly else 0)
        and one.first <= place <= one.last
        for one in books.blocks.values()
    )


def rows_of(data: Row) -> list[Row]:
    """Return every row that a payment makes."""
    return [data["transaction"], *(row for name in _MADE for row in data[name])]


def check_new(books: Books, rows: Iterable[Row]) -> None:
    """Refuse a row whose id is there already."""
    if any(UUID(row["id"]) in books.row_ids for row in rows):
        raise ValueError("a row of this id is there already")


def check_charge(books: Books, allocation: Row, payments: Sequence[Row]) -> None:
    """Refuse money for a charge that is not known, or another account's."""
    number = allocation["charge_number"]
    charge = books.charges.get(UUID(allocation["charge_id"]))
    if charge is None:
        raise Unplaceable(f"the charge {number} is not known here")
    fits = (allocation["payment_id"], str(charge.consumer_id), charge.facts.kind)
    if not any((one["id"], one["consumer_id"], one["type"]) == fits for one in payments):
        raise Unplaceable(f"the charge {number} is not of the account that pays it")
