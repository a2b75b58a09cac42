"""Writing the lines that wait: in chunks, each with how far the run came, so that it can go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from counterdesk.sync.centre.import_fields import Kind

_CHUNK = 1_000
_ATTEMPTS = 10
_CHUNKS = {Kind.CONSUMER: "import_consumers", Kind.CHARGE: "import_charges"}
_NOT_WAITING = "CD002"


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the lines; `cancelled_paid` of the cancelled charges have money on them."""

    added: int = 0
    changed: int = 0
    cancelled: int = 0
    cancelled_paid: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A file on its way into the centre's tables; `applied_line` is the last one written."""

    run_id: UUID
    kind: Kind
    applied_line: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An import of another file that was interrupted."""

    file_name: str
    applied_line: int


def unfinished(connection: psycopg.Connection, digest: bytes) -> list[Unfinished]:
    """Return the imports that stopped half-way, but for the one of this file."""
    with connection.cursor(row_factory=class_row(Unfinished)) as cursor:
        return cursor.execute(
            "select file_name, applied_line from cd.import_run"
            " where state = 'applying' and digest <> %s order by started_at",
            (digest,),
        ).fetchall()


def find_run(connection: psycopg.Connection, digest: bytes) -> Run | None:
    """Return the run of the same file, read the same way, that was interrupted."""
    row = connection.execute(
        "select run_id, kind, applied_line from cd.import_run"
        " where state = 'applying' and digest = %s",
        (digest,),
    ).fetchone()
    return Run(row[0], Kind(row[1]), row[2]) if row else None


def begin_run(
    connection: psycopg.Connection, kind: Kind, file_name: str, digest: bytes, lines: int
) -> Run:
    """Note that a file's lines are about to be written."""
    row = connection.execute(
        "insert into cd.import_run (kind, file_name, digest, lines) values (%s, %s, %s, %s)"
        " returning run_id",
        (kind, file_name, digest, lines),
    ).fetchone()
    assert row is not None  # noqa: S101 - what was inserted is returned
    return Run(row[0], kind, 0)


def preview(connection: psycopg.Connection, kind: Kind) -> Changes:
    """Return what would be changed, and change nothing."""
    with connection.cursor(row_factory=class_row(Changes)) as cursor:
        cursor.execute("select * from cd.preview_import(%s, %s)", (kind, 2**62))
        return cursor.fetchone() or Changes()


def apply(connection: psycopg.Connection, run: Run, progress: Callable[[int], None]) -> Changes:
    """Write every line that waits beyond the run's last one.

    Args:
        progress: Gets the number of the last line written, after its commit.

    Returns:
        What the whole run changed, before an interruption too.
    """
    while (line := _write_chunk(connection, run)) is not None:
        progress(line)
    with connection.transaction(), connection.cursor(row_factory=class_row(Changes)) as cursor:
        connection.execute(
            "update cd.import_run set state = 'superseded', finished_at = clock_timestamp()"
            " where state = 'applying' and run_id <> %(run)s and (kind, file_name) ="
            " (select kind, file_name from cd.import_run where run_id = %(run)s)",
            {"run": run.run_id},
        )
        cursor.execute(
            "update cd.import_run set state = 'done', finished_at = clock_timestamp()"
            " where run_id = %s returning added, changed, cancelled, cancelled_paid",
            (run.run_id,),
        )
        return cursor.fetchone() or Changes()


def _write_chunk(connection: psycopg.Connection, run: Run) -> int | None:
    call = sql.SQL("select {}(%s, %s)").format(sql.Identifier("cd", _CHUNKS[run.kind]))
    for attempt in range(_ATTEMPTS):
        try:
            [line] = connection.execute(call, (run.run_id, _CHUNK)).fetchone() or [None]
        except psycopg.errors.DeadlockDetected:  # with a counter that pays what we change
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return line
    raise AssertionError("the last attempt raised")


def place_suspense(
    connection: psycopg.Connection, progress: Callable[[int], None]
) -> tuple[int, int]:
    """Apply again what could not be placed before: its charges may have come with the file.

    What waits for another event that waited, as a dispute for its payment, is placed after it.

    Args:
        progress: Gets the number of attempts.

    Returns:
        How many could be placed, and how many still wait.
    """
    placed, attempts = 0, count(1)
    while waiting := _waiting(connection):
        before = placed
        for counter_id, seq in waiting:
            placed += _place(connection, counter_id, seq)
            progress(next(attempts))
        if placed == before:
            break
    return placed, len(waiting)


def _waiting(connection: psycopg.Connection) -> list[tuple[UUID, int]]:
    return connection.execute(
        "select counter_id, seq from cd.suspense where state = 'open' order by created_at, seq"
    ).fetchall()


def _place(connection: psycopg.Connection, counter_id: UUID, seq: int) -> bool:
    try:
        row = connection.execute("select cd.apply_again(%s, %s)", (counter_id, seq)).fetchone()
    except psycopg.Error as error:
        if error.sqlstate == _NOT_WAITING:
            return True  # somebody else placed it just now
        if isinstance(error, psycopg.errors.DeadlockDetected):
            return False  # it waits on, as it did
        raise
    return row == ("",)
