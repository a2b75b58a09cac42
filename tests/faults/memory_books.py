"""What a centre in memory knows: its tables, its numbers, and the feed of what changed in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from counterdesk.core.events import GENESIS, plain_value
from counterdesk.core.numbers import series_year, write_number
from counterdesk.core.permissions import Role
from counterdesk.core.settings import NumberFormat
from counterdesk.store.session import JournalEntry
from counterdesk.sync.records import (
    ChargeFacts,
    ConsumerFacts,
    ExceptionFacts,
    PastBackFacts,
    PastCreditFacts,
    PastDisputeFacts,
    PastPaymentFacts,
)

_OWN_BLOCK = 100

Place = tuple[UUID, int]
"""A counter and the seq of its event."""


@dataclass(frozen=True, slots=True)
class CounterKept:
    """How far a counter's history is kept."""

    last_seq: int = 0
    last_hash: bytes = GENESIS


@dataclass(frozen=True, slots=True)
class OwnedCharge:
    """A charge of a consumer. What is cancelled is told to nobody, and takes no money."""

    consumer_id: UUID
    facts: ChargeFacts
    cancelled: bool = False

    @property
    def room_minor(self) -> int:
        """How much a payment may still settle."""
        if self.cancelled or self.facts.replaced_by_plan:
            return 0
        return max(0, self.facts.amount_minor - self.facts.paid_minor)

    def paid(self, amount_minor: int) -> OwnedCharge:
        """Return it with so much more of it paid."""
        facts = replace(self.facts, paid_minor=self.facts.paid_minor + amount_minor)
        return replace(self, facts=facts)


@dataclass(frozen=True, slots=True)
class Note:
    """A credit note; `source_allocation` names the allocation whose excess it is."""

    consumer_id: UUID
    facts: PastCreditFacts
    expires_on: date
    source_allocation: UUID | None = None
    withdrawn_minor: int = 0
    """Lost because its payment was undone, or pays its charge again."""
    payment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What a tender took of a credit note, and what the note was not good for, in minor units."""

    note_id: UUID
    taken_minor: int
    overspent_minor: int


@dataclass(frozen=True, slots=True)
class Visit:
    """Money that came, or was moved, in minor units; what its allocations got, see these."""

    transaction_id: UUID
    kept: Mapping[str, int]
    """Tenders less change, by payment mode."""
    cash_delta_minor: int
    overpaid_minor: int
    rounding_minor: int


@dataclass(frozen=True, slots=True)
class Allocated:
    """An allocation: what of it was applied, credited, and undone since, in minor units."""

    place: Place
    charge_id: UUID
    applied_minor: int
    credited_minor: int
    undone_minor: int = 0


@dataclass(frozen=True, slots=True)
class Undone:
    """A settlement that was undone, with the event and the kind that did it."""

    place: Place
    kind: str
    transaction_id: UUID
    tender_id: UUID
    amount_minor: int
    born: bool
    """Whether the counter had made a credit note of it."""


@dataclass(frozen=True, slots=True)
class Suspended:
    """Money of an event that could not be applied."""

    kind: str
    reason: str
    cash_delta_minor: int = 0
    tenders: Mapping[str, int] = field(default_factory=dict)
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of numbers; the centre's own has no counter, and `next` is its next number."""

    counter_id: UUID | None
    series: str
    year: int
    first: int
    last: int
    next: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a visit at a counter holds of a credit note, in minor units, and until when."""

    counter_id: UUID
    amount_minor: int
    until_utc: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A place in the feed; `counter_id` where only that counter is told."""

    tag: UUID
    kind: str
    key: str
    counter_id: UUID | None


@dataclass(slots=True)
class Books:
    """The tables. Rows are never changed but replaced, so that a shallow copy is a backup."""

    currency: str
    settings: dict[str, str]
    """JSON texts by name."""
    versions: dict[str, int] = field(default_factory=dict)
    """Of the settings, by name."""
    people: dict[UUID, Role] = field(default_factory=dict)
    """Who may sign in, by their ids."""
    keys: dict[UUID, bytes] = field(default_factory=dict)
    """The counters' public keys."""
    asked: dict[Place, str] = field(default_factory=dict)
    """What was asked of the office, in the order of arrival: "", "done" or "returned"."""
    counters: dict[UUID, CounterKept] = field(default_factory=dict)
    events: dict[Place, JournalEntry] = field(default_factory=dict)
    consumers: dict[UUID, ConsumerFacts] = field(default_factory=dict)
    charges: dict[UUID, OwnedCharge] = field(default_factory=dict)
    payments: dict[UUID, tuple[UUID, PastPaymentFacts]] = field(default_factory=dict)
    backs: dict[UUID, tuple[UUID, PastBackFacts]] = field(default_factory=dict)
    disputes: dict[UUID, tuple[UUID, PastDisputeFacts]] = field(default_factory=dict)
    notes: dict[UUID, Note] = field(default_factory=dict)
    spent: dict[UUID, Spent] = field(default_factory=dict)
    """By tender."""
    changed: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    """By change of a note: the note, and what it was not good for."""
    visits: dict[Place, Visit] = field(default_factory=dict)
    allocated: dict[UUID, Allocated] = field(default_factory=dict)
    undone: dict[UUID, Undone] = field(default_factory=dict)
    """By settlement."""
    own_charges: dict[UUID, UUID | None] = field(default_factory=dict)
    """What undos made, with the note whose spent part it asks for; None for a fee."""
    floats: dict[Place, int] = field(default_factory=dict)
    moves: dict[Place, int] = field(default_factory=dict)
    """Cash that moved without a payment."""
    closed_shifts: set[UUID] = field(default_factory=set)
    row_ids: set[UUID] = field(default_factory=set)
    """Of every row that an event made."""
    suspense: dict[Place, Suspended] = field(default_factory=dict)
    matters: dict[Place, tuple[str, ...]] = field(default_factory=dict)
    """What somebody must look at though the event was placed."""
    numbers: dict[tuple[str, str], UUID | None] = field(default_factory=dict)
    """Who used each number, by series and number; None for the centre itself."""
    series: dict[tuple[str, int], int] = field(default_factory=dict)
    """The next number of each series and year."""
    blocks: dict[UUID, Block] = field(default_factory=dict)
    codes: dict[UUID, str] = field(default_factory=dict)
    """What counters are called in numbers of their own."""
    foreign: set[tuple[UUID, int, str, str]] = field(default_factory=set)
    """Counter, seq, series and number, where somebody used what was not leased to them."""
    held: dict[tuple[UUID, UUID], Held] = field(default_factory=dict)
    """By the request and the note."""
    feed: dict[int, Change] = field(default_factory=dict)
    last_change: int = 0

    def backup(self) -> Books:
        """Return the books as they are now."""
        return Books(**{item.name: copy(getattr(self, item.name)) for item in fields(self)})

    @property
    def head(self) -> int:
        """Where the feed stands; its newest row always stays."""
        return self.last_change if self.feed else 0

    def publish(self, touched: Iterable[tuple[str, Any]], counter_id: UUID | None = None) -> None:
        """Tell in the feed what changed, each thing once."""
        for kind, key in sorted({(kind, str(key)) for kind, key in touched}):
            self.last_change += 1
            only = counter_id if kind == "exception" else None
            self.feed[self.last_change] = Change(uuid4(), kind, key, only)

    def number_format(self, series: str) -> NumberFormat | None:
        """Return how the numbers of a series read; None where there is no such series."""
        one = json.loads(self.settings.get("number_formats", "{}")).get(series)
        return NumberFormat(**one) if one else None

    def cut_block(self, series: str, year: int, count: int) -> tuple[int, int]:
        """Take the next numbers out of a series."""
        first = self.series.get((series, year), 1)
        self.series[series, year] = first + count
        return first, first + count - 1

    def own_number(self, series: str, on: date) -> str:
        """Return the next number that the centre itself gives."""
        form = self.number_format(series)
        if form is None:
            raise ValueError(f"no numbers of the series {series}")
        year = series_year(form, on)
        block_id, block = self._own_block(series, year)
        self.blocks[block_id] = replace(block, next=block.next + 1)
        return write_number(form, on.year, block.next)

    def _own_block(self, series: str, year: int) -> tuple[UUID, Block]:
        for block_id, one in self.blocks.items():
            fits = (one.counter_id, one.series, one.year) == (None, series, year)
            if fits and one.next <= one.last:
                return block_id, one
        first, last = self.cut_block(series, year, _OWN_BLOCK)
        return uuid4(), Block(None, series, year, first, last, first)

    def row_now(self, counter_id: UUID, kind: str, key: str) -> Mapping[str, Any] | None:
        """Return a thing as it stands, the way JSON has it; None for what is gone."""
        told: Mapping[str, Any] | None = None
        match kind:
            case "consumer":
                told = _json(self.consumers[UUID(key)])
            case "charge" if not self._is_gone(UUID(key)):
                told = _owned(self.charges[UUID(key)].consumer_id, self.charge_now(counter_id, key))
            case "payment":
                told = _owned(*self.payments[UUID(key)])
            case "back":
                told = _owned(*self.backs[UUID(key)])
            case "dispute":
                told = _owned(*self.disputes[UUID(key)])
            case "credit":
                told = _owned(self.notes[UUID(key)].consumer_id, self.credit_now(counter_id, key))
            case "setting":
                value, version = json.loads(self.settings[key]), self.versions[key]
                told = {"name": key, "value": value, "version": version}
            case "exception":
                told = _json(self.exception_now((counter_id, int(key))))
        return told

    def exception_now(self, place: Place) -> ExceptionFacts:
        """Return what is told of an event that waits or waited for somebody."""
        waiting, still_open = self.suspense.get(place), list(self.matters.get(place, ()))
        suspended = waiting is not None and waiting.state == "open"
        if waiting is not None and suspended:
            still_open.append(waiting.reason)
        if waiting is not None and not still_open:
            return ExceptionFacts(place[1], waiting.reason, waiting.state)
        reason = "; ".join(sorted(still_open))
        return ExceptionFacts(place[1], reason, suspended=suspended)

    def note_matter(self, place: Place, reason: str) -> None:
        """Let somebody look at an event that was placed."""
        self.matters[place] = (*self.matters.get(place, ()), reason)

    def change_setting(self, name: str, text: str) -> None:
        """Keep a setting's new value as its next version."""
        self.settings[name] = text
        self.versions[name] = self.versions.get(name, 0) + 1

    def _is_gone(self, charge_id: UUID) -> bool:
        return charge_id not in self.charges or self.charges[charge_id].cancelled

    def charge_now(self, counter_id: UUID, charge_id: UUID | str) -> ChargeFacts:
        """Return a charge as a counter sees it: with how much of its own is in it."""
        facts = self.charges[UUID(str(charge_id))].facts
        return replace(facts, applied_through=self.counters[counter_id].last_seq)

    def credit_now(self, counter_id: UUID, note_id: UUID | str) -> PastCreditFacts:
        """Return a credit note as a counter sees it: with how much of its own is in it."""
        facts = self.notes[UUID(str(note_id))].facts
        return replace(facts, applied_through=self.counters[counter_id].last_seq)


def _owned(consumer_id: UUID, facts: Any) -> Mapping[str, Any]:
    return _json(facts) | {"consumer_id": str(consumer_id)}


def _json(facts: Any) -> dict[str, Any]:
    return {name: _told(value) for name, value in asdict(facts).items()}


def _told(value: Any) -> Any:
    """As JSON of the database has it: a zone in figures, no zeros after the last digit."""
    if not isinstance(value, datetime):
        return plain_value(value)
    seconds, zone = value.isoformat(timespec="microseconds").split("+")
    return f"{seconds.rstrip('0').rstrip('.')}+{zone}"
