"""The centre of a simulated network as its own people see and treat it: in memory, or for real."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from counterdesk.core.permissions import Role
from counterdesk.sync.link import Link
from counterdesk.sync.records import AccountFacts, PastBackFacts, PastDisputeFacts
from tests.faults.memory_books import Books, Visit
from tests.faults.memory_centre import MemoryCentre
from tests.faults.memory_link import MemoryLink
from tests.sync.scripted_link import HeldClock

Place = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Money:
    """Where an event's money went at the centre, in minor units."""

    kept: int
    applied: int
    credited: int
    overpaid: int
    rounding: int
    undone: int
    """Of what was applied or credited."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the centre's tables say, in plain values that two centres can be compared by."""

    events: Mapping[Place, tuple[bytes, bytes]]
    """Body and hash."""
    last: Mapping[UUID, tuple[int, bytes]]
    paid: Mapping[UUID, int]
    """What was applied to each charge."""
    owed: Mapping[UUID, int]
    """What is open of each charge that can be paid."""
    notes: Mapping[UUID, tuple[str, UUID, int, UUID | None]]
    """Number, consumer, amount, and the allocation whose excess it is."""
    left: Mapping[UUID, tuple[int, str]]
    """What remains of each note, and its status."""
    spent: Mapping[UUID, tuple[UUID, int, int]]
    """By tender: the note, what was taken of it, what was overspent."""
    payers: Mapping[UUID, UUID]
    """The consumer of each payment."""
    changed: Mapping[UUID, tuple[UUID, int]]
    """By change of a note: the note, and what it was not good for."""
    visits: Mapping[Place, Money]
    floats: Mapping[Place, int]
    moves: Mapping[Place, int]
    undos: Mapping[Place, tuple[str, int, int]]
    """Kind, what was undone, and how much of that had become credit notes at the counter."""
    undone_tenders: Mapping[UUID, int]
    """How much of each tender was undone."""
    withdrawn: Mapping[UUID, int]
    """What each note lost because its payment was undone, or because it pays its charge again."""
    own_charges: Mapping[UUID, tuple[UUID, UUID | None, int]]
    """What undos made: whose it is, the note whose spent part it asks for, and the amount."""
    cash_only: frozenset[UUID]
    statuses: Mapping[UUID, str]
    """Of the payments."""
    collected: Mapping[UUID, tuple[date, str, int]]
    """Business date and methods of the payments, and what of them was new money."""
    settled: Mapping[UUID, tuple[int | None, int, int]]
    """What payments settled, in how many days, in how many parts."""
    backs: Mapping[UUID, PastBackFacts]
    """What was given back."""
    disputes: Mapping[UUID, PastDisputeFacts]
    suspense: Mapping[Place, tuple[str, int, Mapping[str, int], str]]
    """State, cash, tenders, and why."""
    numbers: Mapping[tuple[str, str], UUID | None]
    leases: frozenset[tuple[UUID | None, str, int, int, int]]
    """Counter, series, year, first and last."""
    settings: Mapping[str, tuple[Any, int]]
    """Value and version."""
    asked: Mapping[Place, str]
    """What was asked of the office, and the answer: "" while it waits."""
    foreign: frozenset[tuple[UUID, int, str]]
    """Counter, seq, and the number that was not leased to it."""
    head_seq: int


class SimulatedCentre(Protocol):
    """What happens at a centre besides its counters' calls."""

    clock: HeldClock
    """Its date."""

    tells_since: date
    """Payments of before are told to nobody."""

    def add_counter(self, code: str, counter_id: UUID, public_key: bytes) -> Link:
        """Let a counter in, and return a way for it."""

    def import_account(self, account: AccountFacts) -> None:
        """Write an account as the utility's own books have it; what was paid stays."""

    def cancel(self, charge_id: UUID) -> None:
        """Take a charge back."""

    def forget(self, charge_id: UUID) -> bool:
        """Lose a charge of which nothing was paid, without telling anybody; say whether."""

    def set_setting(self, name: str, value: Any) -> None:
        """Change a setting."""

    def add_person(self, user_id: UUID, role: Role) -> None:
        """Let somebody sign in at every counter."""

    def answer_changes(self) -> None:
        """Do what the service does of what was asked of the office."""

    def prune(self, keep: int) -> None:
        """Forget the feed but for so many of its newest rows."""

    def back_up(self) -> None:
        """Keep a copy of everything."""

    def restore(self, skip: int, *, by_the_book: bool) -> None:
        """Put the copy back; by the book, the administrator then does what is to be done.

        Args:
            skip: More numbers than were given out since the copy was made.
            by_the_book: Else only the numbers are moved on.
        """

    def apply_again(self) -> None:
        """Try once more to apply what is in suspense."""

    def last_seq(self, counter_id: UUID) -> int:
        """Return how far a counter's history is kept."""

    def shake(self) -> None:
        """Kill every backend."""

    def look(self) -> Seen:
        """Return what the tables say."""


class InMemory:
    """A `MemoryCentre`."""

    def __init__(self, centre: MemoryCentre, clock: HeldClock) -> None:
        self.tells_since = date.min
        self.centre = centre
        self.clock = clock
        self._kept: Books | None = None

    def add_counter(self, code: str, counter_id: UUID, public_key: bytes) -> Link:
        self.centre.add_counter(counter_id, public_key, code)
        return MemoryLink(self.centre, counter_id)

    def import_account(self, account: AccountFacts) -> None:
        self.centre.import_account(account)

    def cancel(self, charge_id: UUID) -> None:
        self.centre.cancel(charge_id)

    def forget(self, charge_id: UUID) -> bool:
        charge = self.centre.books.charges.get(charge_id)
        if charge is None or charge.facts.paid_minor:
            return False
        del self.centre.books.charges[charge_id]
        return True

    def set_setting(self, name: str, value: Any) -> None:
        self.centre.set_setting(name, value)

    def add_person(self, user_id: UUID, role: Role) -> None:
        self.centre.books.people[user_id] = role

    def answer_changes(self) -> None:
        self.centre.answer_changes()

    def prune(self, keep: int) -> None:
        self.centre.prune(self.centre.books.head - keep)

    def back_up(self) -> None:
        self._kept = self.centre.books.backup()

    def restore(self, skip: int, *, by_the_book: bool) -> None:
        assert self._kept is not None
        self.centre.restore(self._kept)
        if by_the_book:
            self.centre.after_restore(skip)
        else:
            self.centre.skip_numbers(skip)

    def apply_again(self) -> None:
        for place, one in sorted(self.centre.books.suspense.items()):
            if one.state == "open":
                self.centre.apply_again(*place)

    def last_seq(self, counter_id: UUID) -> int:
        return self.centre.books.counters[counter_id].last_seq

    def shake(self) -> None:
        """There are no backends to kill."""

    def look(self) -> Seen:
        books = self.centre.books
        return Seen(
            events={place: (one.body, one.hash) for place, one in books.events.items()},
            last={who: (one.last_seq, one.last_hash) for who, one in books.counters.items()},
            paid={who: one.facts.paid_minor for who, one in books.charges.items()},
            owed={who: one.room_minor for who, one in books.charges.items()},
            notes={
                who: (one.facts.number, one.consumer_id, one.facts.amount_minor,
                      one.source_allocation)
                for who, one in books.notes.items()
            },
            left={
                who: (one.facts.remaining_minor, one.facts.status)
                for who, one in books.notes.items()
            },
            spent={
                who: (one.note_id, one.taken_minor, one.overspent_minor)
                for who, one in books.spent.items()
            },
            visits={place: _money(books, place, one) for place, one in books.visits.items()},
            payers={who: consumer for who, (consumer, _facts) in books.payments.items()},
            changed=dict(books.changed),
            floats=dict(books.floats),
            moves=dict(books.moves),
            undos=_undos(books),
            undone_tenders=_undone_tenders(books),
            withdrawn={who: one.withdrawn_minor for who, one in books.notes.items()},
            own_charges={
                who: (one.consumer_id, books.own_charges[who], one.facts.amount_minor)
                for who, one in books.charges.items()
                if who in books.own_charges
            },
            cash_only=frozenset(who for who, one in books.consumers.items() if one.cash_only),
            statuses={who: facts.status for who, (_of, facts) in books.payments.items()},
            collected={
                who: (facts.business_date, facts.method, facts.collected_minor or 0)
                for who, (_of, facts) in books.payments.items()
            },
            settled={
                who: (facts.settled_minor, facts.settled_days, facts.settled_parts)
                for who, (_of, facts) in books.payments.items()
            },
            backs={who: facts for who, (_of, facts) in books.backs.items()},
            disputes={who: facts for who, (_of, facts) in books.disputes.items()},
            suspense={
                place: (one.state, one.cash_delta_minor, one.tenders, one.reason)
                for place, one in books.suspense.items()
            },
            numbers=dict(books.numbers),
            leases=frozenset(
                (one.counter_id, one.series, one.year, one.first, one.last)
                for one in books.blocks.values()
            ),
            settings={
                name: (json.loads(text), books.versions[name])
                for name, text in books.settings.items()
            },
            asked=dict(books.asked),
            foreign=frozenset(
                (who, seq, f"{series} {number}") for who, seq, series, number in books.foreign
            ),
            head_seq=books.head,
        )  # fmt: skip


def _money(books: Books, place: Place, visit: Visit) -> Money:
    own = [one for one in books.allocated.values() if one.place == place]
    return Money(
        sum(visit.kept.values()),
        sum(one.applied_minor for one in own),
        sum(one.credited_minor for one in own),
        visit.overpaid_minor,
        visit.rounding_minor,
        sum(one.undone_minor for one in own),
    )


def _undone_tenders(books: Books) -> dict[UUID, int]:
    sums = Counter[UUID]()
    for one in books.undone.values():
        sums[one.tender_id] += one.amount_minor
    return dict(sums)


def _undos(books: Books) -> dict[Place, tuple[str, int, int]]:
    found: dict[Place, tuple[str, int, int]] = {}
    for one in books.undone.values():
        _kind, minor, born = found.get(one.place, (one.kind, 0, 0))
        born += one.amount_minor if one.born else 0
        found[one.place] = (one.kind, minor + one.amount_minor, born)
    return found
