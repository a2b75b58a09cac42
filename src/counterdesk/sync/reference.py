"""Filling `ref.db`: a new file is built beside the one in use and takes its place when whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from counterdesk.core.settings import Settings, settings_rows
from counterdesk.models import ref
from counterdesk.store.reference import (
    index_statements,
    open_reference,
    put_in_place,
    remove_reference,
    table_statements,
)
from counterdesk.sync.due_sums import fill_due
from counterdesk.sync.feed_search import ENTER, entering_many
from counterdesk.sync.link import Cursor
from counterdesk.sync.past_credits import add_credits
from counterdesk.sync.past_sums import PastSums
from counterdesk.sync.payment_rows import enter_all
from counterdesk.sync.records import (
    AccountFacts,
    AccountsPage,
    ExceptionFacts,
    Row,
    accounts_page,
)
from counterdesk.sync.reference_rows import (
    ACCOUNT_NUMBER,
    ADDRESS,
    CHARGE_NUMBER,
    INSERT_CONSUMER,
    INSERT_EXCEPTION,
    INSERT_SETTING,
    INSERT_TEXT,
    NAME,
    OWNED,
    PHONE,
    consumer_row,
    exception_values,
    search_text,
    write_refreshed,
)

_BATCH = 5_000
_INDEX_BATCH = 100_000
_PAGE_CACHE_KIB = 64_000

Progress = Callable[[int], None]
"""Gets the accounts written so far. What it raises stops the fill; the file in use stays."""


@dataclass(frozen=True, slots=True)
class OfficeTold:
    """What stands in `ref.db` besides accounts, and of when and where in the feed it all is."""

    settings: Mapping[str, str]
    """JSON texts by name."""
    as_of_utc: datetime
    versions: Mapping[str, int] = field(default_factory=dict)
    """Of the settings, by name; 0 where none is told."""
    cursor: Cursor = field(default_factory=Cursor)
    exceptions: tuple[ExceptionFacts, ...] = ()


def build_reference(
    path: Path,
    key: bytes,
    accounts: Iterable[AccountFacts],
    settings: Settings,
    *,
    as_of_utc: datetime,
    progress: Progress | None = None,
) -> int:
    """Fill a new `ref.db` and swap it in; open readers see the old one until they reattach.

    Args:
        path: Where `ref.db` is, or will be.
        key: The raw 32-byte key of the local files.
        accounts: Read once, in the order of their age: the newest comes last.
        settings: Of the office, as the centre holds them.
        as_of_utc: When all this was true at the centre.
        progress: Called every few thousand accounts.

    Returns:
        The number of accounts written.
    """
    progress = progress or _no_progress
    filling = NewReference(path, key)
    try:
        for batch in _batches(accounts):
            filling.add(accounts_page(batch))
            progress(filling.count)
        beside = filling.finish(OfficeTold(settings_rows(settings), as_of_utc), progress)
        put_in_place(beside, path, key)
    finally:
        filling.abandon()
    return filling.count


def _no_progress(_count: int) -> None:
    """Nobody watches."""


def _batches(accounts: Iterable[AccountFacts]) -> Iterator[list[AccountFacts]]:
    remaining = iter(accounts)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


class NewReference:
    """A `ref.db` that is being filled beside the one in use, as far as it is.

    Used on one thread. It is worth nothing before it is finished, and `abandon` leaves no trace.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.count = 0
        """Accounts written so far."""
        self._sums = PastSums()
        self._beside = path.with_name(path.name + ".new")
        remove_reference(self._beside)
        # The tables name their schema "ref", so the file is attached under that name.
        self._connection = open_reference(self._beside, key)
        # A half-built file is thrown away, so nothing needs to be undone or flushed on the way.
        for pragma in ("journal_mode=off", "synchronous=off", f"cache_size=-{_PAGE_CACHE_KIB}"):
            self._connection.execute(f"pragma ref.{pragma}")
        self._connection.execute("begin")
        for statement in table_statements():
            self._connection.execute(statement)

    def add(self, page: AccountsPage) -> None:
        """Write accounts that are younger than those before."""
        _write_consumers(self._connection, page, self.count + 1)
        for kind, owned in OWNED.items():
            if kind == "payment":
                self._sums.add(self._connection, owned.part(page))
            elif kind == "credit":
                add_credits(self._connection, page.consumers, owned.part(page))
            else:
                self._connection.executemany(owned.insert, owned.part(page))
        self.count += len(page.consumers)

    def finish(self, told: OfficeTold, progress: Progress = _no_progress) -> Path:
        """Write what else was told, and the indexes.

        Returns:
            The whole file, to be put in its place; `abandon` would remove it.
        """
        connection = self._connection
        _write_office(connection, told)
        self._sums.write(connection)
        fill_due(connection)
        _create_indexes(connection, self.count, progress)
        connection.execute(f"pragma ref.user_version = {ref.REF_FORMAT}")
        connection.execute("commit")
        connection.execute("pragma ref.journal_mode = wal")  # the feed goes on while it is read
        connection.close()
        return self._beside

    def abandon(self) -> None:
        """Remove what is there of it; nothing to do once it is in its place."""
        self._connection.close()
        remove_reference(self._beside)


def _create_indexes(connection: Any, count: int, progress: Progress) -> None:
    for statement in index_statements():
        connection.execute(statement)
        progress(count)
    with entering_many(connection):
        for first in range(1, count + 1, _INDEX_BATCH):
            chosen = (first, first + _INDEX_BATCH - 1)
            for statement in ENTER:
                connection.execute(statement, chosen)
            progress(count)
    enter_all(connection)
    progress(count)


def _write_consumers(connection: Any, page: AccountsPage, first: int) -> None:
    numbered = list(enumerate(page.consumers, first))
    connection.executemany(INSERT_CONSUMER, (consumer_row(*one) for one in numbered))
    numbers: defaultdict[Any, list[str]] = defaultdict(list)
    for charge in page.charges:
        numbers[charge[0]].append(charge[CHARGE_NUMBER])
    connection.executemany(
        INSERT_TEXT, ((row_id, *_search_text(row, numbers[row[0]])) for row_id, row in numbered)
    )


def _search_text(consumer: Row, charges: list[str]) -> tuple[str, str, str]:
    numbers = (consumer[ACCOUNT_NUMBER], *charges)
    return search_text(consumer[NAME], consumer[ADDRESS], consumer[PHONE], numbers)


def _write_office(connection: Any, told: OfficeTold) -> None:
    connection.executemany(
        INSERT_SETTING,
        [(name, text, told.versions.get(name, 0)) for name, text in told.settings.items()],
    )
    connection.executemany(
        INSERT_EXCEPTION,
        map(exception_values, told.exceptions),
    )
    write_refreshed(connection, told.as_of_utc, told.cursor)
