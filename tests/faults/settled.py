"""What must be true of counters and centre when everything has settled, whatever went wrong."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from counterdesk.core.events import GENESIS, chain_hash
from counterdesk.core.numbers import fallback_format, read_number
from counterdesk.core.settings import NumberFormat
from counterdesk.services.collected import collected
from counterdesk.services.credit_standing import notes_of
from tests.faults.given_up import Digests, looked_through
from tests.faults.settled_disputes import disputes_differ, disputes_lost
from tests.faults.simulated_centre import Seen
from tests.faults.simulated_till import SimulatedTill, opened
from tests.faults.simulation import Simulation

_NOBODY_LOOKED_YET = "open"
_TWICE = ("was used before", "another's")
"""What the centre says of numbers that were given out twice."""

Block = tuple[int, range]
"""Leased numbers: of which year, and which."""


def broken(run: Simulation) -> list[str]:
    """Return what is not as it must be, in short sentences."""
    seen = run.centre.look()
    told = {place: json.loads(body) for place, (body, _hash) in seen.events.items()}
    findings = [
        *_chains(seen),
        *_money(seen, told),
        *_collected(seen, told),
        *_numbers(run, seen),
        *_ledgers(run, seen),
        *disputes_lost(seen, told),
    ]
    for till in run.tills:
        if till.outbox.stopped is None:
            findings += [*_replica(run, till, seen), *_figures(run, till, seen, told)]
            findings += disputes_differ(run, till, seen)
    return findings


def _chains(seen: Seen) -> Iterator[str]:
    by_counter: defaultdict[UUID, dict[int, tuple[bytes, bytes]]] = defaultdict(dict)
    for (counter_id, seq), event in seen.events.items():
        by_counter[counter_id][seq] = event
    for counter_id, (last_seq, last_hash) in seen.last.items():
        events = by_counter[counter_id]
        if sorted(events) != list(range(1, last_seq + 1)):
            yield f"the centre's events of {counter_id} have gaps, or are not what it says"
            continue
        before = GENESIS
        for seq in range(1, last_seq + 1):
            body, before = events[seq][0], _linked(before, events[seq])
            if json.loads(body)["seq"] != seq:
                yield f"event {seq} of {counter_id} stands in another's place"
        if before != last_hash:
            yield f"the chain of {counter_id} does not hold at the centre"


def _linked(before: bytes, event: tuple[bytes, bytes]) -> bytes:
    body, own_hash = event
    return own_hash if chain_hash(before, body) == own_hash else b""


def _money(seen: Seen, told: Mapping[tuple[UUID, int], Any]) -> Iterator[str]:
    for place, event in told.items():
        yield from _of_event(seen, place, event)
    for place, one in seen.visits.items():
        if one.kept != one.applied + one.credited + one.overpaid + one.rounding + one.undone:
            yield f"event {place}: money is neither applied nor credited nor rounding nor undone"
    yield from _sums(seen)


def _collected(seen: Seen, told: Mapping[tuple[UUID, int], Any]) -> Iterator[str]:
    """On each business date so much was collected as the events say that took or gave money."""
    days: Counter[date] = Counter()
    for place, event in told.items():
        waits = seen.suspense.get(place, ("",))[0] == _NOBODY_LOOKED_YET
        if not waits and (minor := new_money(event)):
            days[date.fromisoformat(event["business_date"])] += minor
    for day, _method, minor in seen.collected.values():
        days[day] -= minor
    for back in seen.backs.values():
        days[back.business_date] += back.collected_minor
    yield from (f"{minor} of {day} are not collected" for day, minor in days.items() if minor)


def new_money(event: Any) -> int:
    """Return what an event took less what it gave back, in minor units, without credit notes."""
    data = event["data"]
    match event["kind"]:
        case "payment.taken":
            rows = [(x["kind"], x["amount_minor"] - x["change_minor"]) for x in data["tenders"]]
        case "transaction.undone":
            rows = [(x["kind"], x["delta_minor"]) for x in data["tenders_back"]]
        case "credit_note.changed" if data["change"]["kind"] == "refunded":
            rows = [("refund", -data["change"]["amount_minor"])]
        case _:
            rows = []
    return sum(minor for kind, minor in rows if kind != "credit")


def _of_event(seen: Seen, place: tuple[UUID, int], event: Any) -> Iterator[str]:
    totals = event["totals"]
    tenders, cash = sum(totals["tenders"].values()), totals["cash_delta_minor"]
    suspended = seen.suspense.get(place)
    visit = seen.visits.get(place)
    floated = seen.floats.get(place, seen.moves.get(place))
    if suspended is not None and suspended[0] == _NOBODY_LOOKED_YET:
        if (visit, floated, seen.undos.get(place)) != (None, None, None):
            yield f"event {place} is in suspense and applied"
        if (suspended[1], sum(suspended[2].values())) != (cash, tenders):
            yield f"event {place}: its money in suspense is not what it took"
    elif event["kind"] in ("shift.opened", "drawer.moved"):
        if floated != cash:
            yield f"event {place}: the drawer did not change by what was counted in or out"
    elif event["kind"] == "transaction.undone":
        yield from _undone(place, seen, tenders)
    elif (0 if visit is None else visit.kept) != tenders:
        yield f"event {place}: what was kept is not what it took"


def _undone(place: tuple[UUID, int], seen: Seen, tenders: int) -> Iterator[str]:
    kind, minor, _born = seen.undos.get(place, ("", 0, 0))
    if tenders != (0 if kind == "moved" else -minor):
        yield f"event {place}: what was given back is not what was undone"


def _sums(seen: Seen) -> Iterator[str]:
    visits = seen.visits.values()
    if sum(seen.paid.values()) != sum(one.applied for one in visits):
        yield "what is paid of the charges is not what was applied"
    credited = sum(one.credited + one.overpaid for one in visits)
    credited -= sum(born for _kind, _minor, born in seen.undos.values())
    noted = sum(amount for _number, _who, amount, _of in seen.notes.values())
    noted -= sum(seen.withdrawn.values())
    noted -= sum(minor for _who, of, minor in seen.own_charges.values() if of is not None)
    if noted != credited:
        yield "the credit notes are not what was overpaid"
    taken = Counter[UUID]()
    for tender_id, (note_id, minor, over) in seen.spent.items():
        taken[note_id] += minor - max(seen.undone_tenders.get(tender_id, 0) - over, 0)
    for note_id, (number, _who, amount, _of) in seen.notes.items():
        if seen.left[note_id][0] + taken[note_id] + seen.withdrawn[note_id] != amount:
            yield f"what is left of {number} is not what was not taken of it"


def _numbers(run: Simulation, seen: Seen) -> Iterator[str]:
    """Every number that was used was leased to who used it, or is of its own fallback series."""
    settings = run.tills[0].store.settings
    codes = {till.counter_id: till.store.counter.code for till in run.tills}
    codes |= {one.counter_id: one.code for one in run.given_up}
    leased = _by_owner(seen)
    for (series, number), counter_id in seen.numbers.items():
        form, blocks = settings.number_formats[series], leased[counter_id, series]
        if not _leased(form, blocks, number, codes[counter_id] if counter_id else ""):
            yield f"the {series} number {number} was never leased to who used it"
    taken: Counter[tuple[str, int, int]] = Counter()
    for _who, series, year, first, last in seen.leases:
        taken.update((series, year, one) for one in range(first, last + 1))
    yield from (f"number {one} was leased twice" for one, often in taken.items() if often > 1)
    alone = {till.counter_id for till in run.tills} - run.gone_apart
    for who, _seq, number in seen.foreign:
        if who in alone:
            yield f"the centre says that {number} was not leased to {codes[who]}"
    for (counter_id, seq), (_state, _cash, _tenders, reason) in seen.suspense.items():
        if counter_id in alone and any(one in reason for one in _TWICE):
            yield f"event {seq} of {codes[counter_id]}: {reason}"


def _by_owner(seen: Seen) -> Mapping[tuple[UUID | None, str], list[Block]]:
    """Return the numbers of each counter and series, by blocks."""
    blocks: defaultdict[tuple[UUID | None, str], list[Block]] = defaultdict(list)
    for who, series, year, first, last in seen.leases:
        blocks[who, series].append((year, range(first, last + 1)))
    return blocks


def _leased(form: NumberFormat, blocks: list[Block], number: str, code: str) -> bool:
    if code and read_number(fallback_format(form, code), number):
        return True
    found = read_number(form, number)
    return found is not None and any(
        found[1] in numbers and (not form.yearly or year == found[0]) for year, numbers in blocks
    )


def _ledgers(run: Simulation, seen: Seen) -> Iterator[str]:
    several = run.gone_apart
    looked = list(run.given_up)
    for till in run.tills:
        looked.append(looked_through(till.counter_id, till.name, till.store, till.saved))
        if till.counter_id not in several:
            yield from _alone(till)
    for one in run.left:
        with opened(one) as store:
            looked.append(looked_through(one.counter_id, one.folder.name, store, one.saved))
    kept: defaultdict[UUID, list[Digests]] = defaultdict(list)
    for ledger in looked:
        yield from ledger.findings
        kept[ledger.counter_id].append(ledger.digests)
    for counter_id, (last_seq, _hash) in seen.last.items():
        theirs = {
            seq: sha256(seen.events[counter_id, seq][0]).digest() for seq in range(1, last_seq + 1)
        }
        if not any(_begins(ours, theirs) for ours in kept[counter_id]):
            yield f"the centre's bytes of {counter_id} are no ledger's"


def _begins(ours: Digests, theirs: Digests) -> bool:
    return theirs.items() <= ours.items()


def _alone(till: SimulatedTill) -> Iterator[str]:
    if till.outbox.stopped is not None:
        yield f"{till.name} is stopped: {till.outbox.stopped}"
    if till.outbox.waiting:
        yield f"{till.outbox.waiting} events of {till.name} never got to the centre"


def _replica(run: Simulation, till: SimulatedTill, seen: Seen) -> Iterator[str]:
    credit: Counter[UUID] = Counter()
    for note_id, (_number, consumer_id, _amount, _of) in seen.notes.items():
        credit[consumer_id] += seen.left[note_id][0]
    for account in run.accounts:
        [view] = till.views([account.consumer.consumer_id])
        shown = {one.charge_id: one.outstanding_minor for one in view.charges}
        own = [x for x, one in seen.own_charges.items() if one[0] == account.consumer.consumer_id]
        known = [*(one.charge_id for one in account.charges), *own]
        owed = {one: seen.owed[one] for one in known if seen.owed.get(one)}
        for charge_id in run.forgotten:
            shown.pop(charge_id, None)
        if shown != owed:
            yield f"{till.name} shows {shown} where {owed} is owed"
        if view.account.consumer_name != account.consumer.name:
            yield f"{till.name} calls {account.consumer.name} {view.account.consumer_name}"
        left = _left_of_notes(till, account.consumer.consumer_id)
        if left != credit[account.consumer.consumer_id] and not _suspended(seen, till):
            yield f"{till.name} shows {left} of credit, not {credit}"
    if till.store.settings.notes_limit != run.notes_limit:
        yield f"{till.name} has an old setting"


def _figures(
    run: Simulation, till: SimulatedTill, seen: Seen, told: Mapping[tuple[UUID, int], Any]
) -> Iterator[str]:
    """Every counter counts the same money on the same days; what waits, its own counter alone."""
    if till.counter_id in run.gone_apart:
        return
    days: Counter[date] = Counter()
    for day, _method, minor in seen.collected.values():
        days[day] += minor
    for back in seen.backs.values():
        days[back.business_date] -= back.collected_minor
    for place, one in seen.suspense.items():
        waits = place[0] == till.counter_id and one[0] == _NOBODY_LOOKED_YET
        if waits and (minor := new_money(told[place])):
            days[date.fromisoformat(told[place]["business_date"])] += minor
    found = till.store.read(lambda read: collected(read, date.min, date.max)).result()
    shown = {one.day: one.taken_minor + one.back_minor for one in found.days}
    for day in {*days, *shown}:
        if day >= run.centre.tells_since and days[day] != shown.get(day, 0):
            yield f"{till.name} counts {shown.get(day, 0)} on {day}, not {days[day]}"
    if sum(shown.values()) != sum(one.taken_minor + one.back_minor for one in found.slices):
        yield f"the charts of {till.name} do not say the same"


def _left_of_notes(till: SimulatedTill, consumer_id: UUID) -> int:
    """What is left of them, also of those that expired: years pass in a run."""
    notes = till.store.read(lambda read: notes_of(read, consumer_id)).result()
    return sum(note.remaining_minor for note in notes)


def _suspended(seen: Seen, till: SimulatedTill) -> bool:
    """Whether something of a counter still waits at the centre: its credit notes count here."""
    return any(
        who == till.counter_id and one[0] == _NOBODY_LOOKED_YET
        for (who, _seq), one in seen.suspense.items()
    )
