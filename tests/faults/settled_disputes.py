"""Disputes when everything has settled: kept at the centre, and the same at every counter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from counterdesk.core.disputes import Dispute
from counterdesk.services.disputes import disputes_of_consumer
from counterdesk.store.session import ReadSession
from counterdesk.sync.records import PastDisputeFacts
from tests.faults.simulated_centre import Seen
from tests.faults.simulated_till import SimulatedTill
from tests.faults.simulation import Simulation

_MANY = 10_000


def disputes_lost(seen: Seen, told: Mapping[tuple[UUID, int], Any]) -> Iterator[str]:
    """Yield what was raised, does not wait, and is not there."""
    for place, event in told.items():
        waits = seen.suspense.get(place, ("",))[0] == "open"
        if event["kind"] != "dispute.raised" or waits:
            continue
        if UUID(event["data"]["id"]) not in seen.disputes:
            yield f"event {place}: its dispute is not kept"


def disputes_differ(run: Simulation, till: SimulatedTill, seen: Seen) -> Iterator[str]:
    """Yield what a counter shows otherwise than the centre has it; what waits, its own shows."""
    if any(who == till.counter_id and row[0] == "open" for (who, _), row in seen.suspense.items()):
        return
    shown = {one.id: _as_shown(one) for one in _shown(run, till)}
    for dispute_id, kept in seen.disputes.items():
        found = shown.pop(dispute_id, None)
        if found != _as_kept(kept) and kept.raised_on >= run.centre.tells_since:
            yield f"{till.name} shows the dispute {kept.number} otherwise"
    yield from (
        f"{till.name} shows the dispute {one[0]}, which is nowhere" for one in shown.values()
    )


def _shown(run: Simulation, till: SimulatedTill) -> Iterator[Dispute]:
    consumers = [one.consumer.consumer_id for one in run.accounts]

    def look(read: ReadSession) -> list[Dispute]:
        return [found for one in consumers for found in disputes_of_consumer(read, one, _MANY)]

    yield from till.store.read(look, till.jane).result()


def _as_shown(one: Dispute) -> tuple[Any, ...]:
    end = one.closing
    said = (end.outcome.value, end.words, end.closed_by) if end else (None, "", "")
    return (one.number, one.payment_id, one.amount_minor, one.counter, *said)


def _as_kept(one: PastDisputeFacts) -> tuple[Any, ...]:
    said = (one.outcome, one.closed_words, one.closed_by)
    return (one.number, one.payment_id, one.amount_minor, one.counter, *said)
