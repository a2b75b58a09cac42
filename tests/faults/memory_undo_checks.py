"""What an undo must be before a centre in memory takes anything back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.faults.memory_books import Books, Place
from tests.faults.memory_checks import Row, Unplaceable, check_new, parts_agree, sum_of
from tests.faults.memory_credit import id_from
from tests.sync.undoing import parts_of

MOVED_PARTS = ("payments", "allocations", "overpayments", "settlements", "credit_notes")
_HANGING = ("payments", "allocations", "overpayments", "settlements")
_TOLD = (
    "tender_id", "allocation_id", "overpayment_id", "payment_id", "consumer_id", "charge_id",
    "born_note_id", "spent_note_id", "amount_minor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Undoing:
    """An event that was checked, the transaction it is about, and all settlements of that."""

    event: Row
    was: Row
    settled: Mapping[str, Row]

    @property
    def undo(self) -> Row:
        """The act itself."""
        row: Row = self.event["data"]["undo"]
        return row

    @property
    def parts(self) -> list[Row]:
        """The settlements that are undone."""
        rows: list[Row] = self.event["data"]["undone"]
        return rows


def read_undo(books: Books, place: Place, event: Row) -> Undoing:
    """Return what an event undoes.

    Raises:
        Unplaceable: It cannot be undone so, or not yet.
    """
    data = event["data"]
    was = _visit_of(books, UUID(data["undo"]["transaction_id"]))
    settled = {one["settlement_id"]: one for one in parts_of({"data": was})}
    undoing = Undoing(event, was, settled)
    _checkact_of(books, place, undoing)
    _check_parts(books, undoing)
    _check_back(books, undoing)
    _check_charges(books, place, undoing)
    check_new(books, [data["undo"], *data["undone"], *data["tenders_back"]])
    return undoing


def _visit_of(books: Books, transaction_id: UUID) -> dict[str, Any]:
    """Return a transaction with all that hangs on it, as the events told it."""
    taken = [where for where, one in books.visits.items() if one.transaction_id == transaction_id]
    if not taken:
        raise Unplaceable("the payment is not known here")
    was: dict[str, Any] = json.loads(books.events[taken[0]].body)["data"]
    was["counter_id"] = taken[0][0]
    undone = [one for one in books.undone.values() if one.transaction_id == transaction_id]
    for where in dict.fromkeys(one.place for one in undone if one.kind == "moved"):
        more = json.loads(books.events[where].body)["data"]
        for name in (*_HANGING, "credit_notes"):
            was[name] += more[name]
    return was


def _checkact_of(books: Books, place: Place, undoing: Undoing) -> None:
    undo, told = undoing.undo, undoing.was["transaction"]
    if undo["business_date"] != undoing.event["business_date"]:
        raise Unplaceable("it is undone on another day than its event")
    if not undo["currency"] == undoing.event["totals"]["currency"] == told["currency"]:
        raise Unplaceable("the currency is not the payment's")
    numbers = (undo["transaction_number"], undo["receipt_number"])
    if numbers != (told["number"], told["receipt_number"]):
        raise Unplaceable("the numbers are another payment's")
    if undo["user_id"] == undo["approver_id"] or not undo["reason"]:
        raise Unplaceable("undoing takes two people, and a reason")
    here = (undoing.was["counter_id"], told["shift_id"]) == (place[0], undo["shift_id"])
    if undo["kind"] == "void" and not here:
        raise Unplaceable("a payment is voided in the shift it was taken in")


def _check_parts(books: Books, undoing: Undoing) -> None:
    named = [one["settlement_id"] for one in undoing.parts]
    if not named or len(set(named)) < len(named):
        raise Unplaceable("nothing is undone, or something twice")
    for one in undoing.parts:
        if _told(one) != _told(undoing.settled.get(one["settlement_id"], {})):
            raise Unplaceable("what is undone is not what was settled")
    if any(UUID(one) in books.undone for one in named):
        raise Unplaceable("it was undone before")
    _check_scope(books, undoing, set(named))


def _told(row: Row) -> list[Any]:
    return [row.get(name) for name in _TOLD]


def _check_scope(books: Books, undoing: Undoing, named: set[str]) -> None:
    undo = undoing.undo
    own, others = list(undoing.settled.values()), False
    match undo["kind"]:
        case "reversal":
            own = [one for one in own if one["payment_id"] == undo["payment_id"]]
            others = any(x["payment_id"] not in (None, undo["payment_id"]) for x in undoing.parts)
        case "bounced":
            own = [one for one in own if one["tender_id"] == undo["tender_id"]]
            others = any(one["tender_id"] != undo["tender_id"] for one in undoing.parts)
            kinds = [x["kind"] for x in undoing.was["tenders"] if x["id"] == undo["tender_id"]]
            others = others or kinds != ["cheque"]
        case "moved":
            own = []
            others = any(x["allocation_id"] is None or x["spent_note_id"] for x in undoing.parts)
    if others:
        raise Unplaceable("something else is undone than it says")
    standing = (x["settlement_id"] for x in own if UUID(x["settlement_id"]) not in books.undone)
    if not named.issuperset(standing):
        raise Unplaceable("not all of it is undone")


def _check_back(books: Books, undoing: Undoing) -> None:
    data, totals, kind = undoing.event["data"], undoing.event["totals"], undoing.undo["kind"]
    back, sums = data["tenders_back"], Counter[str]()
    for one in back:
        sums[one["method"]] += one["delta_minor"]
    cash = sum(one["delta_minor"] for one in back if one["kind"] == "cash")
    if (totals["tenders"], totals["cash_delta_minor"]) != (dict(sums), cash):
        raise Unplaceable("the totals of the event are not those of what it gives back")
    if cash and undoing.undo["shift_id"] is None:
        raise Unplaceable("cash leaves a drawer in a shift")
    if any(one["delta_minor"] >= 0 for one in back) or (kind == "moved" and back):
        raise Unplaceable("nothing comes in by an undo")
    ways = {(one["code"], one["kind"]) for one in json.loads(books.settings["payment_modes"])}
    ways |= {(one["method"], one["kind"]) for one in undoing.was["tenders"]}
    if not ways.issuperset((one["method"], one["kind"]) for one in back):
        raise Unplaceable("money goes back in a way that this centre does not know")
    if kind != "moved" and _gone(undoing) != _given(back, kind):
        raise Unplaceable("what is given back is not what was paid")


def _gone(undoing: Undoing) -> dict[str, int]:
    tenders = {one["id"]: one for one in undoing.was["tenders"]}
    rows = ((tenders[one["tender_id"]], one["amount_minor"]) for one in undoing.parts)
    return _by_way(rows, undoing.undo["kind"])


def _given(back: Iterable[Row], kind: str) -> dict[str, int]:
    return _by_way(((one, -one["delta_minor"]) for one in back), kind)


def _by_way(rows: Iterable[tuple[Row, int]], kind: str) -> dict[str, int]:
    """A reversal may give money back another way, but credit only to its note."""
    sums: Counter[str] = Counter()
    for one, minor in rows:
        free = kind == "reversal" and one["kind"] != "credit"
        sums["" if free else f"{one['method']} {one['kind']}"] += minor
    return {way: minor for way, minor in sums.items() if minor}


def _check_charges(books: Books, place: Place, undoing: Undoing) -> None:
    undo, charges = undoing.undo, undoing.event["data"]["charges"]
    payers = {one["consumer_id"] for one in undoing.parts if one["consumer_id"]}
    for one in charges:
        if one["purpose"] == "cheque_fee":
            good = undo["kind"] == "bounced" and one["consumer_id"] in payers
        else:
            good = UUID(one["charge_id"]) == debit_id(undo["id"], one["credit_note_id"])
        if not good or not one["number"].startswith(f"{act_of(books, place)}/"):
            raise Unplaceable("such a charge does not follow from it")
    if sum(one["purpose"] == "cheque_fee" for one in charges) > 1:
        raise Unplaceable("such a charge does not follow from it")


def act_of(books: Books, place: Place) -> str:
    """Return what an act is called: its place among those of its counter."""
    return f"{books.codes[place[0]]}-{place[1]:06}"


def debit_id(undo_id: str, note_id: str | UUID) -> UUID:
    """Return the id of the charge for the spent part of a note."""
    return id_from(f"CounterDesk credit withdrawn by {undo_id} of {note_id}")


def moved_visit(undoing: Undoing) -> dict[str, Any] | None:
    """Return what moves as a payment of its own, by so much of the tenders as is undone.

    Raises:
        Unplaceable: Something moves that may not.
    """
    data = undoing.event["data"]
    if undoing.undo["kind"] != "moved":
        if any(data.get(name) for name in MOVED_PARTS):
            raise Unplaceable("only what is moved goes somewhere else")
        return None
    sums: Counter[str] = Counter()
    for one in undoing.parts:
        sums[one["tender_id"]] += one["amount_minor"]
    tenders = [
        one | {"amount_minor": sums[one["id"]], "change_minor": 0}
        for one in undoing.was["tenders"]
        if one["id"] in sums
    ]
    told = undoing.was["transaction"] | {"taken_at_utc": undoing.undo["undone_at_utc"]}
    view = {**data, "transaction": told, "tenders": tenders}
    return {**undoing.event, "data": view}


def check_moved(books: Books, data: Row) -> None:
    """Refuse what does not settle as much as it takes, or belongs to nobody known here."""
    told = data["transaction"]
    settled = data["settlements"]
    if (
        not parts_agree(data)
        or sum_of(settled, "amount_minor") != sum_of(data["tenders"], "amount_minor")
        or any(one["allocation_id"] is None and one["overpayment_id"] is None for one in settled)
        or any((one["status"], one["transaction_id"]) != ("Posted", told["id"])
               for one in data["payments"])
    ):  # fmt: skip
        raise Unplaceable("the parts of what is moved do not agree with each other")
    if any(UUID(one["consumer_id"]) not in books.consumers for one in data["payments"]):
        raise Unplaceable("an account is not known here")


def numbers_moved(data: Row) -> list[tuple[str, str]]:
    """Return the numbers that a move uses up, with their series."""
    return [
        *(("payment", one["number"]) for one in data["payments"]),
        *(("credit_note", one["number"]) for one in data["credit_notes"]),
    ]
