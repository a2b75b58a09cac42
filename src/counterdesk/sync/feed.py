"""What changed at the centre, written into `ref.db`: a page and its cursor, or neither."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.settings import settings_from
from counterdesk.models.base import table_of
from counterdesk.models.ref import Refreshed
from counterdesk.store.reference import open_reference
from counterdesk.store.session import ReadSession
from counterdesk.sync.due_sums import move_due
from counterdesk.sync.feed_search import index_anew, unindex
from counterdesk.sync.link import Cursor, FeedPage, FeedRow
from counterdesk.sync.past_credits import name_credits, replace_credit
from counterdesk.sync.past_sums import remove_payment, replace_payment
from counterdesk.sync.records import (
    ConsumerFacts,
    ExceptionFacts,
    PastPaymentFacts,
    Row,
    facts_from,
)
from counterdesk.sync.reference_rows import (
    INSERT_CONSUMER,
    INSERT_EXCEPTION,
    INSERT_SETTING,
    OWNED,
    consumer_row,
    consumer_values,
    exception_values,
    json_text,
    write_refreshed,
)

_log = logging.getLogger(__name__)
_refreshed = table_of(Refreshed)


@dataclass(frozen=True, slots=True)
class Told:
    """How far `ref.db` follows the centre."""

    as_of_utc: datetime
    cursor: Cursor


def read_told(read: ReadSession) -> Told | None:
    """Return how far `ref.db` follows the centre; None while it was told nothing."""
    row = read.execute(
        select(_refreshed.c.as_of_utc, _refreshed.c.sync_seq, _refreshed.c.tag)
    ).one_or_none()
    return None if row is None else Told(row.as_of_utc, Cursor(row.sync_seq, row.tag))


def apply_page(path: Path, key: bytes, page: FeedPage, as_of_utc: datetime) -> bool:
    """Write a page of the feed and its cursor in one transaction.

    What the page tells is how things stand now, so one page twice, or a change that a fill has
    seen already, does no harm. A row that cannot be read is left out and logged: the rest must
    not wait for it.

    Args:
        path: Of `ref.db`.
        key: The raw 32-byte key of the local files.
        page: Not one that asks for a resync.
        as_of_utc: When the centre told it.

    Returns:
        Whether a setting changed.
    """
    connection = open_reference(path, key)
    try:
        connection.execute("begin immediate")
        writer = _PageWriter(connection)
        writer.write(page.rows)
        write_refreshed(connection, as_of_utc, page.cursor)
        connection.execute("commit")  # closing rolls back what did not get here
    finally:
        connection.close()
    return writer.settings_changed


def is_readable_setting(name: str, text: str) -> bool:
    """Tell whether this version can read a setting; one that it cannot would stop the till."""
    try:
        settings_from({name: text})
    except (ValueError, TypeError, KeyError, AttributeError):
        _log.warning("the setting %s is not what this version can read; left as it was", name)
        return False
    return True


class _PageWriter:
    """Writes the rows of one page through a connection within a transaction."""

    def __init__(self, connection: Any) -> None:
        self.settings_changed = False
        self._connection = connection
        self._to_index: set[UUID] = set()
        """Consumers of whom something changed that a search looks at."""

    def write(self, rows: Iterable[FeedRow]) -> None:
        """Write them, in whatever order they come."""
        for row in rows:
            try:
                self._write_one(row)
            except (KeyError, ValueError, TypeError):
                _log.exception("the centre told something that cannot be read: %s", row.kind)
        for consumer_id in self._to_index:
            index_anew(self._connection, consumer_id)

    def _write_one(self, row: FeedRow) -> None:
        match row.kind:
            case "consumer":
                self._write_consumer(row)
            case "setting":
                self._write_setting(row)
            case "exception":
                self._write_exception(row)
            case "payment":
                self._write_payment(row)
            case kind if kind in OWNED:
                self._write_owned(row)

    def _write_consumer(self, row: FeedRow) -> None:
        consumer_id = UUID(row.key)
        if row.row is None:
            self._forget(consumer_id)
            return
        consumer = facts_from(ConsumerFacts, row.row)
        known = self._one("select row_id from ref.consumer where consumer_id = ?", consumer_id)
        self._free_number(consumer)
        row_id = known or self._one("select coalesce(max(row_id), 0) + 1 from ref.search_text")
        # Its search text stays: only with the old one can the index be brought up to date.
        self._connection.execute("delete from ref.consumer where consumer_id = ?", (consumer_id,))
        self._connection.execute(INSERT_CONSUMER, consumer_row(row_id, consumer_values(consumer)))
        name_credits(self._connection, consumer_id, consumer.name, consumer.account_number)
        self._to_index.add(consumer_id)

    def _free_number(self, consumer: ConsumerFacts) -> None:
        """Who has its account number still is gone or has another by now, and is told later."""
        other = self._one(
            "select consumer_id from ref.consumer where account_number = ? and consumer_id <> ?",
            consumer.account_number, consumer.consumer_id,
        )  # fmt: skip
        if other is not None:
            self._forget(UUID(other))

    def _forget(self, consumer_id: UUID) -> None:
        row_id = self._one("select row_id from ref.consumer where consumer_id = ?", consumer_id)
        if row_id is not None:
            unindex(self._connection, row_id)
            self._connection.execute("delete from ref.consumer where row_id = ?", (row_id,))

    def _write_owned(self, row: FeedRow) -> None:
        owned = OWNED[row.kind]
        key = row.key if row.kind == "plan" else UUID(row.key)
        if row.kind == "charge":
            self._note_number(UUID(row.key), row)
        if row.row is None:
            self._change_owned(row.kind, key, owned.delete, (key,))
            return
        facts = facts_from(owned.facts, row.row)
        values = (UUID(row.row["consumer_id"]), *owned.values(facts))
        if row.kind == "credit":
            replace_credit(self._connection, values)
        else:
            self._change_owned(row.kind, key, owned.replace, values)

    def _change_owned(self, kind: str, key: Any, statement: str, values: Row) -> None:
        if kind == "charge":
            move_due(self._connection, key, -1)
        self._connection.execute(statement, values)
        if kind == "charge":
            move_due(self._connection, key, 1)

    def _write_payment(self, row: FeedRow) -> None:
        if row.row is None:
            remove_payment(self._connection, UUID(row.key))
            return
        facts = facts_from(PastPaymentFacts, row.row)
        values = OWNED["payment"].values(facts)
        replace_payment(self._connection, (UUID(row.row["consumer_id"]), *values))

    def _note_number(self, charge_id: UUID, row: FeedRow) -> None:
        """A charge is found by its number: who owns a new, a renamed or a gone one?"""
        found = self._connection.execute(
            "select consumer_id, number from ref.charge where charge_id = ?", (charge_id,)
        ).fetchone()
        before = None if found is None else (UUID(found[0]), found[1])
        now = None if row.row is None else (UUID(row.row["consumer_id"]), row.row["number"])
        if before != now:
            self._to_index.update(one[0] for one in (before, now) if one is not None)

    def _write_setting(self, row: FeedRow) -> None:
        if row.row is None:
            self._connection.execute("delete from ref.setting where name = ?", (row.key,))
        else:
            text = json_text(row.row["value"])
            if not is_readable_setting(row.key, text):
                return
            version = int(row.row.get("version", 0))  # a centre before them tells none
            self._connection.execute(INSERT_SETTING, (row.key, text, version))
        self.settings_changed = True

    def _write_exception(self, row: FeedRow) -> None:
        if row.row is None:
            self._connection.execute("delete from ref.exception_item where seq = ?", (row.key,))
            return
        told = facts_from(ExceptionFacts, row.row)
        self._connection.execute(INSERT_EXCEPTION, exception_values(told))

    def _one(self, query: str, *parameters: Any) -> Any:
        found = self._connection.execute(query, parameters).fetchone()
        return None if found is None else found[0]
