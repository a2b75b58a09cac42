"""Undos as tills write them, of payments whose events are at hand: all of it, or chosen parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from tests.sync.centres import CentreUnderTest
from tests.sync.written import Event, payment

Row = dict[str, Any]
_JOHN, _ANNA = str(uuid4()), str(uuid4())


def void(taken: Event) -> Event:
    """Return the void of a whole transaction, in its own shift."""
    return _undo(taken, "void", parts_of(taken))


def reversal(taken: Event, payment_id: str | None = None, **undo: Any) -> Event:
    """Return the reversal of one payment, the first if none is named, in a shift of today."""
    payment_id = payment_id or taken["data"]["payments"][0]["id"]
    alone = len(taken["data"]["payments"]) == 1
    own = (None, payment_id) if alone else (payment_id,)
    parts = [one for one in parts_of(taken) if one["payment_id"] in own]
    return _undo(taken, "reversal", parts, shift_id=str(uuid4()), payment_id=payment_id, **undo)


def bounced(taken: Event, act: str = "", fee_minor: int = 0) -> Event:
    """Return the undoing of a transaction's cheque, in no shift; a fee is numbered by its act."""
    [cheque] = [one["id"] for one in taken["data"]["tenders"] if one["kind"] == "cheque"]
    parts = [one for one in parts_of(taken) if one["tender_id"] == cheque]
    event = _undo(taken, "bounced", parts, shift_id=None, tender_id=cheque)
    if fee_minor:
        told = {"purpose": "cheque_fee", "number": f"{act}/1", "amount_minor": fee_minor}
        own_charge(event, str(parts[0]["consumer_id"]), charge_id=str(uuid4()), **told)
    return event


def corrected(taken: Event, replaced_by: str) -> Event:
    """Return the undoing of a transaction that another one replaces."""
    return _undo(
        taken, "corrected", parts_of(taken), shift_id=str(uuid4()), replaced_by=replaced_by
    )


def moved(taken: Event, account: Mapping[str, str], charge: Mapping[str, Any]) -> Event:
    """Return the moving of all allocations of a transaction to one charge of another account."""
    parts = [one for one in parts_of(taken) if one["allocation_id"] is not None]
    event = _undo(taken, "moved", parts, shift_id=None)
    event["data"]["tenders_back"] = []
    event["totals"] |= {"cash_delta_minor": 0, "tenders": {}}
    minor = sum(one["amount_minor"] for one in parts)
    payment, allocation = str(uuid4()), str(uuid4())
    event["data"] |= {
        "payments": [{
            "id": payment, "transaction_id": taken["data"]["transaction"]["id"],
            "number": f"P-{payment}", **account, "type": charge["kind"], "amount_minor": minor,
            "left_minor": 0, "status": "Posted",
        }],
        "allocations": [{
            "id": allocation, "payment_id": payment, "charge_id": charge["charge_id"],
            "charge_number": charge["number"], "amount_minor": minor,
        }],
        "settlements": [
            {"id": str(uuid4()), "tender_id": one["tender_id"], "allocation_id": allocation,
             "overpayment_id": None, "amount_minor": one["amount_minor"]}
            for one in parts
        ],
        "overpayments": [], "credit_notes": [],
    }  # fmt: skip
    return event


def moved_on(taken: Event, there: Event) -> Event:
    """Return a transaction as it stands after all of it was moved, to be undone again."""
    now = {name: there["data"][name] for name in ("payments", "allocations", "settlements")}
    return {**taken, "data": {**taken["data"], **now}}


def parts_of(taken: Event) -> list[Row]:
    """Return every settlement of a transaction, as an undo tells of it."""
    data = taken["data"]
    by_id = {row["id"]: row for name in _NAMED for row in data[name]}
    return [_part(one, by_id) for one in data["settlements"]]


_NAMED = ("payments", "allocations", "overpayments", "tenders", "credit_notes")


def _part(settled: Row, by_id: Mapping[str, Row]) -> Row:
    allocation = by_id.get(settled["allocation_id"], {})
    over = by_id.get(settled["overpayment_id"], {})
    payment = by_id.get((allocation or over).get("payment_id", ""), {})
    return {
        "id": str(uuid4()), "settlement_id": settled["id"], "tender_id": settled["tender_id"],
        "allocation_id": settled["allocation_id"], "overpayment_id": settled["overpayment_id"],
        "payment_id": payment.get("id"), "consumer_id": payment.get("consumer_id"),
        "account_number": payment.get("account_number", ""),
        "charge_id": allocation.get("charge_id"),
        "charge_number": allocation.get("charge_number", ""),
        "born_note_id": over.get("credit_note_id"),
        "spent_note_id": by_id[settled["tender_id"]].get("credit_note_id"),
        "amount_minor": settled["amount_minor"],
    }  # fmt: skip


def _undo(taken: Event, kind: str, parts: list[Row], **undo: Any) -> Event:
    told = taken["data"]["transaction"]
    undo_id = str(uuid4())
    back = _back(taken, parts, undo_id)
    kept = {one["method"]: one["delta_minor"] for one in back}
    return {
        "v": 1, "kind": "transaction.undone", "business_date": taken["business_date"],
        "totals": {
            "currency": told["currency"], "tenders": kept,
            "cash_delta_minor": sum(x["delta_minor"] for x in back if x["kind"] == "cash"),
        },
        "data": {
            "undo": {
                "id": undo_id, "kind": kind, "transaction_id": told["id"],
                "transaction_number": told["number"], "receipt_number": told["receipt_number"],
                "payment_id": None, "payment_number": "", "tender_id": None,
                "shift_id": told["shift_id"], "business_date": taken["business_date"],
                "undone_at_utc": told["taken_at_utc"], "user_id": _JOHN, "user_name": "John",
                "approver_id": _ANNA, "approver_name": "Anna", "reason": "Wrong amount",
                "remarks": "", "currency": told["currency"], "replaced_by": None, **undo,
            },
            "undone": [one | {"undo_id": undo_id} for one in parts],
            "tenders_back": back, "charges": [],
        },
    }  # fmt: skip


def _back(taken: Event, parts: list[Row], undo_id: str) -> list[Row]:
    """What goes back by each method it came by."""
    tenders = {one["id"]: one for one in taken["data"]["tenders"]}
    sums: Counter[str] = Counter()
    for one in parts:
        sums[tenders[one["tender_id"]]["method"]] += one["amount_minor"]
    by_method = {one["method"]: one for one in tenders.values()}
    return [
        {
            "id": str(uuid4()), "undo_id": undo_id, "method": method,
            "method_name": by_method[method]["method_name"], "kind": by_method[method]["kind"],
            "delta_minor": -minor, "reference": "",
        }
        for method, minor in sums.items()
        if minor
    ]  # fmt: skip


def own_charge(event: Event, consumer_id: str, **row: Any) -> None:
    """Let an undo tell of a charge that it made."""
    event["data"]["charges"].append({
        "undo_id": event["data"]["undo"]["id"], "consumer_id": consumer_id, "account_number": "",
        "description": "Made by an undo", "charged_on": event["business_date"],
        "due_on": event["business_date"], "credit_note_id": None, **row,
    })  # fmt: skip


def by_cheque(minor: int = 20_000) -> Event:
    """Return a bill of 145.50 paid by a cheque; what is more of it becomes a credit note."""
    event = payment(amount_minor=14_550)
    extra_in(event, minor - 14_550)
    return event


def extra_in(event: Event, minor: int) -> None:
    """Let a plain payment be one by a cheque of so much more, which becomes a credit note."""
    data = event["data"]
    whole = data["transaction"]["due_minor"] + minor
    data["transaction"] |= {"due_minor": whole, "tendered_minor": whole}
    data["tenders"][0] |= {
        "method": "cheque", "method_name": "Cheque", "kind": "cheque", "amount_minor": whole,
    }  # fmt: skip
    [payer] = data["payments"]
    payer["amount_minor"] = whole
    model = payment(1)["data"]
    note = model["credit_notes"][0] | {
        "transaction_id": data["transaction"]["id"], "payment_id": payer["id"],
        "consumer_id": payer["consumer_id"], "account_number": payer["account_number"],
        "created_on": event["business_date"], "amount_minor": minor,
    }  # fmt: skip
    over = model["overpayments"][0] | {
        "payment_id": payer["id"], "credit_note_id": note["id"], "amount_minor": minor,
    }  # fmt: skip
    settled = data["settlements"][0] | {
        "id": str(uuid4()), "allocation_id": None, "overpayment_id": over["id"],
        "amount_minor": minor,
    }  # fmt: skip
    data |= {"credit_notes": [note], "overpayments": [over]}
    data["settlements"].append(settled)
    event["totals"] |= {"cash_delta_minor": 0, "tenders": {"cheque": whole}}


def what_undoing_changes(centre: CentreUnderTest) -> list[Any]:
    """Return everything that an undo may change."""
    tables = (
        "charge", "credit_note", "allocation", "payment", "consumer", "undo", "undone_settlement",
        "undo_tender", "undo_charge", "fact_id", "settlement", "number_used",
    )  # fmt: skip
    rows = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from cd.{} as t"
    return [(table, centre.value(rows.format(table))) for table in tables]
