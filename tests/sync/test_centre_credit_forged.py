"""What nobody may do with a credit note: the payment waits, and the note stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from counterdesk.sync.records import AccountFacts
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk, put_account
from tests.sync.spending import (
    NamedNote,
    exceptions,
    overspent,
    spend_in,
    spending,
    spent_of,
)
from tests.sync.tills import account
from tests.sync.written import Event, changed, payment

pytestmark = pytest.mark.req("MON-6")

MakeDesk = Callable[[str], Desk]
NEIGHBOUR: AccountFacts = account(10_002, 5_000)


def wrong(note: NamedNote) -> dict[str, Event]:
    """Return what nobody may do with a note."""
    good = spending(note, 2_000, cash_minor=1_000)

    def tender(**values: Any) -> Callable[[Event], Any]:
        return lambda event: event["data"]["tenders"][1].update(values)

    def below_zero(event: Event) -> None:
        data = event["data"]
        data["tenders"][0]["amount_minor"] = data["settlements"][0]["amount_minor"] = 5_000
        data["tenders"][1]["amount_minor"] = data["settlements"][1]["amount_minor"] = -2_000
        event["totals"] |= {"cash_delta_minor": 5_000,
                            "tenders": {"cash": 5_000, "credit_note": -2_000}}  # fmt: skip

    def twice(event: Event) -> None:
        data = event["data"]
        for rows in (data["tenders"], data["settlements"]):
            rows[1]["amount_minor"] = 1_000
            rows.append(rows[1] | {"id": str(uuid4())})
        data["settlements"][2]["tender_id"] = data["tenders"][2]["id"]

    return {
        "a note nobody knows": changed(good, tender(credit_note_id=str(uuid4()))),
        "another number": changed(good, tender(credit_note_number="CN-9")),
        "no number": changed(good, lambda e: e["data"]["tenders"][1].pop("credit_note_number")),
        "no note": changed(good, lambda e: e["data"]["tenders"][1].pop("credit_note_id")),
        "no id": changed(good, tender(credit_note_id="1; drop table cd.charge")),
        "a note that cash names": changed(
            good, lambda e: e["data"]["tenders"][0].update(credit_note_id=str(note.note_id))
        ),
        "credit that calls itself cash": changed(good, tender(kind="cash")),
        "a note paid with a note": _renewed_note(note),
        "below zero": changed(good, below_zero),
        "one note twice": changed(good, twice),
        "change out of a note": changed(good, tender(change_minor=1)),
    }


def _renewed_note(note: NamedNote) -> Event:
    event = payment(1)
    data = event["data"]
    [settled] = [one for one in data["settlements"] if one["overpayment_id"] is not None]
    [paid_by] = [one for one in data["tenders"] if one["id"] == settled["tender_id"]]
    minor = settled["amount_minor"]
    spent = spending(note, minor)["data"]["tenders"][0]
    spent |= {"position": 3, "transaction_id": paid_by["transaction_id"]}
    settled["tender_id"] = spent["id"]
    paid_by["amount_minor"] -= minor
    data["tenders"].append(spent)
    event["totals"]["cash_delta_minor"] -= minor
    event["totals"]["tenders"]["cash"] -= minor
    event["totals"]["tenders"]["credit_note"] = minor
    return event


@pytest.mark.req("AUD-3", "SYNC-3")
def test_no_forged_spending_takes_anything_of_a_note(
    town: CentreUnderTest, desk: Desk, note: NamedNote
) -> None:
    forged = wrong(note)
    desk.send(*forged.values())
    seqs = {seq for (seq,) in town.execute("select seq from cd.suspense")}
    assert [name for seq, name in enumerate(forged, 3) if seq not in seqs] == []
    assert (spent_of(town, note), overspent(town)) == ((0, "Active"), [])
    desk.send(spending(note, 2_000, cash_minor=1_000))
    assert spent_of(town, note) == (2_000, "Active")


@pytest.mark.req("AUD-3")
def test_nobody_pays_with_a_neighbour_s_note(
    town: CentreUnderTest, desk: Desk, note: NamedNote
) -> None:
    put_account(town, NEIGHBOUR)
    event = payment(amount_minor=5_000)
    spend_in(event, note, 2_000)
    bill, data = NEIGHBOUR.charges[0], event["data"]
    data["allocations"][0] |= {"charge_id": str(bill.charge_id), "charge_number": bill.number}
    data["payments"][0]["consumer_id"] = str(NEIGHBOUR.consumer.consumer_id)
    desk.send(event)
    assert spent_of(town, note) == (0, "Active")
    assert town.execute("select seq, cash_delta_minor, tenders from cd.suspense") == [
        (3, 3_000, {"cash": 3_000, "credit_note": 2_000})
    ]
    assert note.number in exceptions(desk)[0][1]


@pytest.mark.req("SYNC-2")
def test_it_is_spent_once_the_note_has_come(
    town: CentreUnderTest, desk: Desk, desk_of: MakeDesk, note: NamedNote
) -> None:
    giver = desk_of("C02")
    giving = payment(1)
    row = giving["data"]["credit_notes"][0]
    later = NamedNote(UUID(row["id"]), row["number"])
    desk.send(spending(later, row["amount_minor"] + 25, cash_minor=100))
    assert town.value("select count(*) from cd.suspense") == 1
    giver.send(giving)
    assert town.value("select cd.apply_again(%s, 3)", (desk.counter_id,)) == ""
    assert spent_of(town, later) == (row["amount_minor"], "Applied")
    [(seq, reason, state)] = exceptions(desk)
    assert (seq, state) == (3, "open")
    assert "25 minor units more" in reason
    town.execute("update cd.work_item set state = 'done'")
    assert exceptions(desk)[0][2] == "applied"
