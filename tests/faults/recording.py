"""Everything that is asked of a centre in memory, and what it answered, to ask a real one too."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from counterdesk.sync.link import Cursor, FeedPage, Link, OfficeFacts, PushAnswer, Reserved
from counterdesk.sync.records import AccountsPage
from tests.faults.simulated_centre import InMemory, SimulatedCentre

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ASKED = (
    "push", "feed_page", "feed_head", "accounts_page", "office_facts", "lease_numbers",
    "my_events", "reserve_credit", "release_credit", "payment_to_undo",
)  # fmt: skip
_DONE = ("import_account", "cancel", "forget", "set_setting", "apply_again", "add_person",
         "answer_changes")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One call: of a counter, or of the office itself."""

    counter_id: UUID | None
    name: str
    arguments: tuple[Any, ...]
    answer: Any


class Recorded(InMemory):
    """A centre in memory that keeps what it was asked."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.said: list[Said] = []
        self.counters: dict[UUID, tuple[str, bytes]] = {}
        for name in _DONE:
            setattr(self, name, self._recorded(None, name, getattr(self, name)))

    def add_counter(self, code: str, counter_id: UUID, public_key: bytes) -> Link:
        self.counters[counter_id] = (code, public_key)
        link = super().add_counter(code, counter_id, public_key)
        for name in _ASKED:
            setattr(link, name, self._recorded(counter_id, name, getattr(link, name)))
        return link

    def _recorded(
        self, counter_id: UUID | None, name: str, call: Callable[..., Any]
    ) -> Callable[..., Any]:
        def recorded(*arguments: Any) -> Any:
            answer = call(*arguments)
            self.said.append(Said(counter_id, name, arguments, answer))
            return answer

        return recorded


@dataclass(slots=True)
class Replay:
    """Asks another centre the same, and compares what it answers."""

    centre: SimulatedCentre
    links: dict[UUID, Link] = field(default_factory=dict)
    cursors: dict[Cursor, Cursor] = field(default_factory=lambda: {Cursor(): Cursor()})
    """The other centre's places in the feed, by those of the one in memory."""

    def play(self, recorded: Recorded) -> None:
        """Ask everything again.

        Raises:
            AssertionError: An answer is another one.
        """
        for counter_id, (code, public_key) in recorded.counters.items():
            self.links[counter_id] = self.centre.add_counter(code, counter_id, public_key)
        for number, said in enumerate(recorded.said):
            whom = self.links[said.counter_id] if said.counter_id else self.centre
            answer = getattr(whom, said.name)(*map(self._theirs, said.arguments))
            self._note_cursor(said.answer, answer)
            ours, theirs = plain(said.answer), plain(answer)
            assert ours == theirs, f"call {number}, {said.name}: {ours} here, {theirs} there"

    def _theirs(self, argument: Any) -> Any:
        return self.cursors[argument] if isinstance(argument, Cursor) else argument

    def _note_cursor(self, ours: Any, theirs: Any) -> None:
        if isinstance(ours, Cursor):
            self.cursors[ours] = theirs
        if isinstance(ours, FeedPage):
            self.cursors[ours.cursor] = theirs.cursor


def plain(answer: Any) -> Any:
    """Return an answer as values that do not differ from centre to centre."""
    match answer:
        case PushAnswer():
            return (answer.status, answer.last_seq, answer.last_hash, answer.head_seq,
                    answer.taken, answer.duplicates)  # fmt: skip
        case Cursor():
            return answer.sync_seq
        case FeedPage():
            rows = sorted((one.kind, one.key, _told(one.row)) for one in answer.rows)
            return (answer.resync, rows, answer.cursor.sync_seq, answer.head_seq)
        case AccountsPage():
            parts = (
                answer.consumers,
                answer.charges,
                answer.payments,
                answer.credits,
                answer.disputes,
            )
            return [sorted([tuple(map(_value, row)) for row in part], key=str) for part in parts]
        case OfficeFacts():
            settings = {name: json.loads(text) for name, text in answer.settings.items()}
            waiting = sorted((one.seq, one.state) for one in answer.exceptions)
            return settings, waiting, answer.consumers, dict(answer.versions)
    return _timeless(answer) if isinstance(answer, Reserved) else answer


def _timeless(answer: Reserved) -> Any:
    """In memory time stands: which of two others holds a note longer is not told."""
    return answer.held, answer.free_minor, bool(answer.holder), bool(answer.until_utc)


def _told(row: Mapping[str, Any] | None) -> Sequence[tuple[str, Any]]:
    """Each centre says in its own words why an event waits; that it waits is the same."""
    return [] if row is None else sorted(one for one in row.items() if one[0] != "reason")


def _value(value: Any) -> Any:
    match value:
        case UUID():
            return value.hex
        case bool():
            return int(value)
        case datetime():
            return (value - _EPOCH) // timedelta(microseconds=1)
        case date():
            return value.isoformat()
    return value
