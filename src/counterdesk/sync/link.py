"""The door to the centre: what a counter asks of it, and what it answers.

`postgres_link` goes through it to the real one; the fault suite has one that lives in its process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from counterdesk.core.undoing import PaymentTold
from counterdesk.store.session import JournalEntry
from counterdesk.sync.records import AccountsPage, ExceptionFacts

PUSH_EVENTS = 50
"""Most events of one push."""

PUSH_BYTES = 256 << 10
"""Most bytes of the bodies of one push; one event alone may be larger."""


class CentreAway(Exception):
    """No answer came. What was asked may have happened or not: ask again, it is safe."""


class CentreRefused(Exception):
    """The centre is there and will not have this counter: revoked, unknown, or a wrong secret."""


class NotGranted(Exception):
    """The centre is there, and this one thing it does not do; everything else goes on."""


class PushStatus(StrEnum):
    """How a push ended."""

    OK = "OK"
    GAP = "GAP"
    """Events are missing before the ones sent: go on after `last_seq`."""
    FORK = "FORK"
    """Another event has the place already: two ledgers share one counter's name."""
    BADCHAIN = "BADCHAIN"
    """The bytes do not give the hash: the ledger was changed by hand, or damaged."""


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """How far the centre keeps this counter's history: all that makes events acknowledged."""

    status: PushStatus
    last_seq: int
    last_hash: bytes
    server_time_utc: datetime
    epoch: UUID
    """Names the centre's database; another one after it was set up anew."""
    head_seq: int
    """Where the feed stands."""
    schema: int = 1
    taken: int = 0
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the feed. The tag tells its history from another with the same number."""

    sync_seq: int = 0
    tag: UUID | None = None


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One thing that changed, as it stands now; `row` is None for what is gone.

    `kind` is consumer, charge, plan, payment, credit, setting, snapshot or exception; `row` has
    the columns of the view `<kind>_now` as JSON gives them.
    """

    kind: str
    key: str
    row: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """What changed after a cursor, and the cursor that goes with it.

    `resync`: the asked cursor is not of this centre's history; everything must be had anew.
    """

    resync: bool
    rows: tuple[FeedRow, ...]
    cursor: Cursor
    head_seq: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Who may do what at an office's counters, as JSON bytes that the utility signed."""

    office: str
    body: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """What the centre tells besides accounts: settings as JSON texts by name, and people."""

    settings: Mapping[str, str]
    snapshots: tuple[Snapshot, ...]
    exceptions: tuple[ExceptionFacts, ...] = ()
    """This counter's own events that somebody must look at."""
    consumers: int = 0
    """About how many there are, for the progress of a first fill; 0 where nobody counted."""
    versions: Mapping[str, int] = field(default_factory=dict)
    """Of the settings, by name; 0 where none is told."""
    certificate: bytes = b""
    tls_certificate: str = ""
    """This counter's, as the centre made them last."""
    reach: tuple[bytes, bytes] | None = None
    """Where the server is, and the utility's signature of it."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A block of numbers this counter may use up; `request_id` names it for ever."""

    request_id: UUID
    series: str
    year: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Reserved:
    """Whether a credit note is held for a visit, and how much of it is free, in minor units."""

    held: bool
    free_minor: int
    holder: str = ""
    """Code of another counter that holds what is wanted of it; "" where none does."""
    until_utc: datetime | None = None
    """Until when the other counter holds it."""


class Link(Protocol):
    """A way to the centre. Every call may raise `CentreAway` or `CentreRefused`."""

    def push(self, events: Sequence[JournalEntry], now_utc: datetime) -> PushAnswer:
        """Send events in order; with none it says hello. At most PUSH_EVENTS and PUSH_BYTES."""

    def feed_page(self, after: Cursor, limit: int) -> FeedPage:
        """Return what changed after a cursor."""

    def feed_head(self) -> Cursor:
        """Return where the feed stands: taken before a first fill, which then catches up."""

    def accounts_page(self, after: UUID | None, limit: int) -> AccountsPage:
        """Return whole accounts by consumer id, of one moment; no consumers is the end."""

    def office_facts(self) -> OfficeFacts:
        """Return the settings and the signed people."""

    def lease_numbers(self, request_id: UUID, series: str, year: int, count: int) -> Lease:
        """Lease numbers; the same request again gives the same block.

        Raises:
            NotGranted: The centre knows no such series.
        """

    def my_events(self, after_seq: int, limit: int) -> tuple[JournalEntry, ...]:
        """Return this counter's own events as the centre keeps them."""

    def reserve_credit(
        self, request_id: UUID, note_id: UUID, amount_minor: int, seconds: int
    ) -> Reserved:
        """Hold a credit note for a visit."""

    def release_credit(self, request_id: UUID) -> None:
        """Give back what a visit held."""

    def payment_to_undo(self, receipt_number: str) -> PaymentTold | None:
        """Return a payment of any counter of this office, or None if there is none such."""

    def wait(self, timeout_s: float) -> bool:
        """Wait until the feed has something, `wake` is called or the time is over.

        Returns:
            Whether the feed said that there is something.

        Raises:
            CentreAway: The line broke meanwhile.
        """

    def wake(self) -> None:
        """End a `wait` now; may be called from any thread."""

    def close(self) -> None:
        """Hang up; the next call connects anew.

        May be called from any thread: what waits for an answer then ends as `CentreAway`.
        """
