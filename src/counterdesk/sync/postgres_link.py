"""The way to the real centre: PostgreSQL, through the functions and views it has for counters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from counterdesk import __version__
from counterdesk.core.events import instant_text
from counterdesk.core.undoing import PaymentTold
from counterdesk.store.session import JournalEntry
from counterdesk.sync.bell import Bell
from counterdesk.sync.link import (
    CentreAway,
    Cursor,
    FeedPage,
    FeedRow,
    Lease,
    NotGranted,
    OfficeFacts,
    PushAnswer,
    PushStatus,
    Reserved,
    Snapshot,
)
from counterdesk.sync.postgres_accounts import read_accounts
from counterdesk.sync.postgres_line import Line, in_words, open_line
from counterdesk.sync.records import AccountsPage, ExceptionFacts

_PUSH = "select cd.push(%s::bigint[], %b::bytea[], %b::bytea[], %b::bytea[], %s)"
_NOT_DONE = {"22023", "54000"}
"""`invalid_parameter_value` and `program_limit_exceeded`: what the centre answers to a lease of
numbers that it does not know, or of more than one counter needs in a day."""


class PostgresLink:
    """One counter's line to the centre; it connects when it is first needed, and again.

    One thread calls it; only `wake` and `close` may come from others.
    """

    def __init__(self, conninfo: str | Callable[[], str]) -> None:
        self._conninfo = conninfo
        self._line: Line | None = None
        self._in_use = threading.Lock()
        self._feed_told = False
        self._bell = Bell()

    def push(self, events: Sequence[JournalEntry], now_utc: datetime) -> PushAnswer:
        """Send events in order; with none it says hello."""
        about = Jsonb({"at_utc": instant_text(now_utc), "version": __version__})
        with self._on_line() as line:
            answer = _value(line, _PUSH, (
                [one.seq for one in events], [one.body for one in events],
                [one.hash for one in events], [one.signature for one in events], about,
            ))  # fmt: skip
        return PushAnswer(
            status=PushStatus(answer["status"]),
            last_seq=answer["last_seq"],
            last_hash=bytes.fromhex(answer["last_hash"]),
            server_time_utc=datetime.fromisoformat(answer["server_time"]),
            epoch=UUID(answer["epoch"]),
            head_seq=answer["head_seq"],
            schema=answer["schema"],
            taken=answer["taken"],
            duplicates=answer["duplicates"],
        )

    def feed_page(self, after: Cursor, limit: int) -> FeedPage:
        """Return what changed after a cursor."""
        with self._on_line() as line:
            page = _value(
                line, "select cd.feed_page(%s, %s, %s)", (after.sync_seq, after.tag, limit)
            )
        if page["status"] != "OK":
            return FeedPage(resync=True, rows=(), cursor=after, head_seq=0)
        rows = tuple(FeedRow(one["kind"], one["key"], one["row"]) for one in page["rows"])
        tag = UUID(page["tag"]) if page["tag"] else None
        return FeedPage(False, rows, Cursor(page["sync_seq"], tag), page["head_seq"])

    def feed_head(self) -> Cursor:
        """Return where the feed stands."""
        with self._on_line() as line:
            row = line.execute("select sync_seq, tag from cd.feed_head()").fetchone()
        return Cursor(*row) if row else Cursor()

    def accounts_page(self, after: UUID | None, limit: int) -> AccountsPage:
        """Return whole accounts by consumer id, of one moment; no consumers is the end."""
        with self._on_line() as line:
            return read_accounts(line, after, limit)

    def office_facts(self) -> OfficeFacts:
        """Return the settings, the signed people, and what is told before a first fill."""
        with self._on_line() as line:
            settings = line.execute(
                "select name, value::text, version from cd.setting_now"
            ).fetchall()
            people = line.execute("select office, body, signature from cd.snapshot_now").fetchall()
            waiting = line.execute(
                "select seq, reason, state, suspended from cd.exception_now"
            ).fetchall()
            own = _row(line, "select certificate, tls_certificate from cd.my_counter", ())
            reach = line.execute("select body, signature from cd.reach_now").fetchone()
            consumers = _value(line, "select count(*) from cd.consumer_now", ())
        return OfficeFacts(
            {name: text for name, text, _version in settings},
            tuple(Snapshot(*row) for row in people),
            tuple(ExceptionFacts(*row) for row in waiting),
            consumers,
            versions={name: version for name, _text, version in settings},
            certificate=bytes(own[0] or b""),
            tls_certificate=own[1] or "",
            reach=(bytes(reach[0]), bytes(reach[1])) if reach else None,
        )

    def lease_numbers(self, request_id: UUID, series: str, year: int, count: int) -> Lease:
        """Lease numbers; the same request again gives the same block."""
        asked = (request_id, series, year, count)
        try:
            with self._on_line() as line:
                first, last = _row(line, "select * from cd.lease_numbers(%s, %s, %s, %s)", asked)
        except CentreAway as error:
            if getattr(error.__cause__, "sqlstate", "") in _NOT_DONE:
                raise NotGranted(str(error)) from error
            raise
        return Lease(request_id, series, year, first, last)

    def my_events(self, after_seq: int, limit: int) -> tuple[JournalEntry, ...]:
        """Return this counter's own events as the centre keeps them."""
        with self._on_line() as line:
            rows = line.cursor(binary=True).execute(
                "select seq, hash, signature, body from cd.my_events(%s, %s)", (after_seq, limit)
            )
            return tuple(JournalEntry(*row) for row in rows)

    def reserve_credit(
        self, request_id: UUID, note_id: UUID, amount_minor: int, seconds: int
    ) -> Reserved:
        """Hold a credit note for a visit."""
        asked = (request_id, note_id, amount_minor, seconds)
        with self._on_line() as line:
            answer = _value(line, "select cd.reserve_credit(%s, %s, %s, %s)", asked)
        until = answer.get("other_until")
        return Reserved(
            answer["held"],
            answer["free_minor"],
            answer.get("holder") or "",
            datetime.fromisoformat(until) if until else None,
        )

    def release_credit(self, request_id: UUID) -> None:
        """Give back what a visit held."""
        with self._on_line() as line:
            line.execute("select cd.release_credit(%s)", (request_id,))

    def payment_to_undo(self, receipt_number: str) -> PaymentTold | None:
        """Return a payment of any counter of this office, or None if there is none such."""
        if "\0" in receipt_number:
            return None  # the database has no text with a zero in it
        with self._on_line() as line:
            told = _value(line, "select cd.payment_to_undo(%s)", (receipt_number,))
        return told and PaymentTold(told["counter"], told["taken"], tuple(told["undone"]))

    def wait(self, timeout_s: float) -> bool:
        """Wait until the feed has something, `wake` is called or the time is over."""
        until = time.monotonic() + timeout_s
        with self._on_line() as line:
            while not self._feed_told and self._bell.wait_for(line.pgconn.socket, until):
                self._hear(line)
            if line.cut:
                raise CentreAway("the line was cut from here")
            told, self._feed_told = self._feed_told, False
            return told

    def wake(self) -> None:
        """End a `wait` now."""
        self._bell.ring()

    def close(self) -> None:
        """Hang up; the next call connects anew."""
        line = self._line  # once: who uses it may let go of it meanwhile
        if line is not None:
            line.cut = True
        self.wake()
        if self._in_use.acquire(blocking=False):  # else who uses the line closes it
            try:
                self._hang_up()
            finally:
                self._in_use.release()

    @contextmanager
    def _on_line(self) -> Iterator[Line]:
        with self._in_use:
            line = self._connected()
            try:
                yield line
            except psycopg.Error as error:
                if line.broken or line.closed:
                    self._hang_up()
                raise in_words(error) from error
            except BaseException:
                self._hang_up()  # who knows where the conversation stands
                raise

    def _connected(self) -> Line:
        if self._line is None or self._line.closed or self._line.cut:
            self._hang_up()
            conninfo = self._conninfo if isinstance(self._conninfo, str) else self._conninfo()
            self._line = open_line(conninfo, self._note_feed)
        return self._line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        self._bell.close()
        if line is not None:
            with suppress(psycopg.Error):
                line.close()

    def _note_feed(self) -> None:
        self._feed_told = True

    def _hear(self, line: Line) -> None:
        line.pgconn.consume_input()
        while line.pgconn.notifies() is not None:
            self._feed_told = True


def _value(line: Line, statement: str, parameters: Any) -> Any:
    return _row(line, statement, parameters)[0]


def _row(line: Line, statement: str, parameters: Any) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = line.execute(statement, parameters).fetchone()
    if row is None:
        raise CentreAway("an answer without content")
    return row
