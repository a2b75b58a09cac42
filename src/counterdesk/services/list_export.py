"""What is listed, written into a file: from one snapshot, page by page, and recorded.

Who takes out what is recorded before the first row leaves, and how it ended when it has. The file
grows under another name beside the one that is wanted, and takes its place when it is whole.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from counterdesk.core.dates import write_instant
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, language_in_use, ngettext
from counterdesk.core.listed import (
    Cells,
    Kind,
    ListedColumn,
    ListHead,
    ListSums,
    ListWriter,
    MakeWriter,
)
from counterdesk.core.money import Currency, format_amount, format_count
from counterdesk.core.permissions import Permission, require
from counterdesk.core.text import clean
from counterdesk.services.people import entitled
from counterdesk.services.receipts import is_right_to_left
from counterdesk.store.session import ReadSession, Session

PAGE: Final = 1_000
"""Rows that are read at once."""


Told = Callable[[int, int], None]
"""Hears of rows written, and of how many there may be (0: nobody knows); may raise to end it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to be written: what it is called, what was chosen, and where its rows come from."""

    title: str
    chosen: tuple[str, ...]
    """The filters in words; none for all there is."""
    columns: tuple[ListedColumn, ...]
    pages: Callable[[ReadSession], Iterable[Sequence[Any]]]
    """Gives the records in their order; all is asked of one snapshot."""
    count: Callable[[ReadSession], int] = lambda _read: 0
    """Tells about how many there are; 0 where that would take long."""
    permission: Permission = Permission.SEE_PAYMENTS
    """What else it takes to see it; payments stand in every list."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An export that is recorded and may begin."""

    seq: int
    path: Path


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that is whole and in its place."""

    path: Path
    rows: int
    sha256: str
    sums: ListSums


def keyset(
    page: Callable[[ReadSession, Any], tuple[Sequence[Any], bool]],
) -> Callable[[ReadSession], Iterator[Sequence[Any]]]:
    """Return the pages of a list that is read on from its last record.

    Args:
        page: Given a snapshot and the record to read on from (None for the first page), returns
            some records and whether more follow.
    """

    def pages(read: ReadSession) -> Iterator[Sequence[Any]]:
        last, more = None, True
        while more:
            records, more = page(read, last)
            yield records
            last, more = (records[-1], more) if records else (None, False)

    return pages


def begin_export(session: Session, listing: Listing, path: Path) -> Begun:
    """Record that somebody takes a list away: committed before the first row is written.

    Raises:
        PermissionRefused: The role does not allow seeing the list, or no longer.
    """
    entitled(session, Permission.SEE_PAYMENTS)
    entitled(session, listing.permission)
    event = session.record("list.export_begun", {
        "name": listing.title, "chosen": list(listing.chosen), "file": path.name,
        "columns": [column.title for column in listing.columns],
    })  # fmt: skip
    return Begun(event.seq, path)


def write_list(
    read: ReadSession, listing: Listing, path: Path, make: MakeWriter, told: Told
) -> Exported:
    """Write all rows of a list into a file, which takes the place of one of its name at the end.

    Args:
        read: One snapshot, for as long as it takes.
        listing: What to write.
        path: Where to.
        make: The format.
        told: Hears how far it is.

    Raises:
        PermissionRefused: The role does not allow seeing the list.
        UserError: The disk does not take it; nothing of it is left there.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    require(read.actor, listing.permission)
    head, counted = _head(read, listing), _Counted(listing.columns, read)
    with _in_words(path), _beside(path) as beside:
        with beside.open("xb") as file:
            writer = make(file, head)
            try:
                _write(read, listing, writer, counted, told)
            except BaseException:
                writer.give_up()
                raise
            file.flush()
            os.fsync(file.fileno())
        with beside.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        beside.replace(path)
    return Exported(path, counted.rows, digest, counted.sums())


def end_export(session: Session, begun: Begun, exported: Exported) -> None:
    """Record which file somebody took away: whoever has it can show that it is the one."""
    session.record("list.exported", {
        "begun_seq": begun.seq, "name": exported.path.name, "rows": exported.rows,
        "sums": [total for total in exported.sums.sums if total is not None],
        "sha256": exported.sha256,
    })  # fmt: skip


def note_not_exported(session: Session, begun: Begun, reason: str) -> None:
    """Record that nothing came of an export that had begun."""
    session.record("list.not_exported", {
        "begun_seq": begun.seq, "name": begun.path.name, "reason": reason,
    })  # fmt: skip


def _write(
    read: ReadSession, listing: Listing, writer: ListWriter, counted: _Counted, told: Told
) -> None:
    told(0, 0)
    about = listing.count(read)
    told(0, about)
    for records in listing.pages(read):
        writer.add(counted.cells(records))
        told(counted.rows, about)
    writer.finish(counted.sums())


class _Counted:
    """Turns records into cells and keeps what they come to."""

    def __init__(self, columns: Sequence[ListedColumn], read: ReadSession) -> None:
        self.rows = 0
        self._columns = columns
        self._settings = read.settings
        self._sums = [0] * len(columns)
        self._summed = [place for place, column in enumerate(columns) if column.summed]
        self._texts = [
            place for place, column in enumerate(columns) if column.kind in (Kind.TEXT, Kind.ID)
        ]

    def cells(self, records: Sequence[Any]) -> list[Cells]:
        """Return some rows, their texts made harmless."""
        values = [column.value for column in self._columns]
        rows: list[list[Any]] = [[value(record) for value in values] for record in records]
        for row in rows:
            for place in self._texts:
                row[place] = clean(row[place]) if row[place] else None
            for place in self._summed:
                self._sums[place] += row[place] or 0
        self.rows += len(rows)
        return list(rows)

    def sums(self) -> ListSums:
        """Return what all rows so far come to."""
        sums = tuple(
            total if column.summed else None
            for column, total in zip(self._columns, self._sums, strict=True)
        )
        return ListSums(self.rows, sums, self._words(sums))

    def _words(self, sums: Sequence[int | None]) -> str:
        given = self._settings
        count = ngettext("{count} row", "{count} rows", self.rows)
        words = [count.format(count=format_count(self.rows, given.locale))]
        for column, total in zip(self._columns, sums, strict=True):
            if total is not None and column.kind is Kind.AMOUNT:
                words.append(
                    f"{column.title}: {format_amount(total, given.currency, given.locale)}"
                )
            elif total is not None:
                words.append(f"{column.title}: {format_count(total, given.locale)}")
        return " \u00b7 ".join(words)


def _head(read: ReadSession, listing: Listing) -> ListHead:
    given, now = read.settings, read.clock.now_utc()
    language = language_in_use()
    local = write_instant(now, given.locale, given.time_zone)
    who = read.actor.name if read.actor else ""
    made = _("Written by {name} at {counter}, {time} ({utc} UTC)").format(
        name=who, counter=f"{read.counter.office}, {read.counter.name}", time=local,
        utc=now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
    )  # fmt: skip
    chosen = listing.chosen or (_("All there are"),)
    told = tuple(clean(line) for line in (given.utility_name, *chosen, made))
    columns = tuple(_with_currency(column, given.currency) for column in listing.columns)
    return ListHead(
        clean(listing.title), told, columns, given.currency, given.locale,
        given.time_zone, language, is_right_to_left(language),
    )  # fmt: skip


def _with_currency(column: ListedColumn, currency: Currency) -> ListedColumn:
    """Return a column that says what its amounts are in: cells have figures alone."""
    if column.kind is not Kind.AMOUNT:
        return column
    return replace(column, title=f"{column.title} ({currency.code})")


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a name beside a file; what stands there at the end is removed."""
    beside = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    try:
        yield beside
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(_sentence(path, error)) from error


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        text = _("There is no room for {file} there. Nothing was written.")
    elif isinstance(error, FileNotFoundError | NotADirectoryError):
        text = _("The folder for {file} is not there. Nothing was written.")
    elif isinstance(error, PermissionError):
        text = _("{file} may not be written there, or is open elsewhere. Nothing was written.")
    else:
        text = _("{file} cannot be written there: {reason}. Nothing was written.")
    return text.format(file=path.name, reason=error.strerror or error)
