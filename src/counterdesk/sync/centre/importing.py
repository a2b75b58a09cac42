"""Importing the utility's files: consumers, and what they owe. All of a file is taken, or none.

First every line is read and looked at while nothing changes. Then the lines are written in chunks,
each a transaction of its own, so that counters never wait for a file. What is interrupted there is
completed by importing the same file again; a file that was imported changes nothing the second
time.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from babel.numbers import get_currency_precision

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import Currency
from counterdesk.core.settings import settings_from
from counterdesk.sync.centre import import_applying as applying
from counterdesk.sync.centre import import_waiting as waiting
from counterdesk.sync.centre.import_applying import Run
from counterdesk.sync.centre.import_fields import Kind, Rules, fields_of
from counterdesk.sync.centre.import_layout import Layout, find_layout
from counterdesk.sync.centre.import_letters import Letters, look_at, open_text
from counterdesk.sync.centre.import_reading import LineReader, read_first_line
from counterdesk.sync.centre.import_records import (
    ImportOptions,
    ImportReport,
    Phase,
    Progress,
    Watch,
)
from counterdesk.sync.centre.import_telling import tell_faults
from counterdesk.sync.centre.migrating import OWNER
from counterdesk.sync.centre.opening import check_version, connect, first_line, in_words


def import_file(conninfo: str, path: Path, options: ImportOptions, progress: Watch) -> ImportReport:
    """Import a file, or look at it only.

    Args:
        conninfo: Of the centre, as somebody who administers it.

    Raises:
        UserError: The file as a whole cannot be read, another import runs, or the centre cannot
            be reached. Nothing was changed then, but for lines written before the connection
            was lost: the same import again completes them.
    """
    letters = look_at(path, options.encoding)
    with in_words(), closing(connect(conninfo, autocommit=True)) as connection:
        check_version(connection)
        connection.execute(f"set role {OWNER}")
        with _alone(conninfo), open_text(path, letters) as file:
            waiting.clear(connection)
            opened = _opened(connection, file, path.name, letters, options)
            report = _import(opened, progress)
            waiting.clear(connection)
            return report


@contextmanager
def _alone(conninfo: str) -> Iterator[None]:
    """Keep other imports out. The lock goes with its connection, however that ends.

    It is a table's, because an advisory lock could be held by any counter's login.
    """
    with closing(connect(conninfo)) as guard:
        guard.execute("set idle_in_transaction_session_timeout = 0")
        guard.execute("set lock_timeout = '3s'")  # one that was killed may take a moment
        guard.execute(f"set role {OWNER}")
        try:
            guard.execute("lock table cd.import_run in share update exclusive mode")
        except psycopg.errors.LockNotAvailable:
            raise UserError(
                _("Another file is being imported. Nothing was changed; try again when it is done.")
            ) from None
        yield


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that was recognised, at the centre it goes to."""

    connection: psycopg.Connection
    file: io.TextIOWrapper
    name: str
    letters: Letters
    options: ImportOptions
    rules: Rules
    layout: Layout

    @property
    def digest(self) -> bytes:
        """What makes an import the same: the file's bytes, and how they are understood."""
        columns = [(column.place, column.field.name) for column in self.layout.columns]
        meaning = (self.layout.kind, columns, self.letters.encoding, self.layout.delimiter,
                   self.rules.dates, self.rules.decimal_mark)  # fmt: skip
        return hashlib.sha256(self.letters.digest + repr(meaning).encode()).digest()


def _opened(
    connection: psycopg.Connection, file: io.TextIOWrapper, name: str, letters: Letters,
    options: ImportOptions,
) -> _Opened:  # fmt: skip
    rules = _rules(connection, options)
    kinds = [options.kind] if options.kind else list(Kind)
    layout = find_layout(
        read_first_line(file), {kind: fields_of(kind, rules) for kind in kinds}, options.columns,
        options.delimiter,
    )  # fmt: skip
    return _Opened(connection, file, name, letters, options, rules, layout)


def _rules(connection: psycopg.Connection, options: ImportOptions) -> Rules:
    [code] = connection.execute("select currency from cd.site").fetchone() or [""]
    rows: list[tuple[str, str]] = connection.execute(
        "select name, value::text from cd.setting where name = 'payment_modes'"
    ).fetchall()
    methods = frozenset(mode.code for mode in settings_from(dict(rows)).payment_modes)
    currency = Currency(code, get_currency_precision(code), "")
    return Rules(currency, options.dates, options.decimal_mark, methods)


def _import(opened: _Opened, progress: Watch) -> ImportReport:
    connection, kind, options = opened.connection, opened.layout.kind, opened.options
    run = applying.find_run(connection, opened.digest)
    report = ImportReport(
        kind, resumed_after=run.applied_line if run else 0, notes=tuple(_notes(opened))
    )
    _read(opened, progress)
    progress(Progress(Phase.CHECKING))
    waiting.check(connection, kind, report.resumed_after)
    report = _with_faults(opened, report)
    if options.dry_run:
        return replace(report, changes=applying.preview(connection, kind))
    if report.bad and run is None and not options.skip_bad:
        return report
    run = run or applying.begin_run(connection, kind, opened.name, opened.digest, report.lines)
    report = _write(opened, run, replace(report, taken=True), progress)
    return _with_faults(opened, report)  # a counter may have taken money in the meantime


def _read(opened: _Opened, progress: Watch) -> None:
    def tell() -> None:
        read = os.lseek(opened.file.fileno(), 0, os.SEEK_CUR)
        progress(Progress(Phase.READING, read, opened.letters.size))

    lines = LineReader(opened.layout).read(opened.file)
    waiting.fill(opened.connection, opened.layout, lines, tell)
    if os.fstat(opened.file.fileno()).st_size != opened.letters.size:
        raise UserError(_("The file grew or shrank while it was read. Nothing was changed."))


def _with_faults(opened: _Opened, report: ImportReport) -> ImportReport:
    lines, bad = waiting.count_lines(opened.connection, opened.layout.kind)
    found = waiting.faults_found(opened.connection, opened.layout, opened.rules.currency)
    return replace(report, lines=lines, bad=bad, faults=tell_faults(found, opened.options.errors))


def _write(opened: _Opened, run: Run, report: ImportReport, progress: Watch) -> ImportReport:
    last = waiting.last_line(opened.connection, run.kind)

    def written(line: int) -> None:
        progress(Progress(Phase.WRITING, line, last))

    written(run.applied_line)
    try:
        report = replace(report, changes=applying.apply(opened.connection, run, written))
    except psycopg.OperationalError as error:
        raise UserError(
            _("The centre's database went away: {reason}. A part of the lines is imported. The "
              "same import again completes it.").format(reason=first_line(error))
        ) from error  # fmt: skip
    if run.kind is Kind.CONSUMER:
        return report

    placed, unplaced = applying.place_suspense(
        opened.connection, lambda done: progress(Progress(Phase.PLACING, done))
    )
    return replace(report, placed=placed, unplaced=unplaced)


def _notes(opened: _Opened) -> Iterator[str]:
    if opened.letters.encoding == "cp1252" and opened.letters.guessed:
        yield _("The file is not UTF-8; it was read as Windows-1252. If names look wrong, say how "
                "it is written with --encoding.")  # fmt: skip
    if opened.layout.unused:
        columns = ", ".join(opened.layout.unused)
        yield _("These columns are not used: {columns}.").format(columns=columns)
    for other in applying.unfinished(opened.connection, opened.digest):
        text = _("The import of {file} was interrupted after line {line}; the same import again "
                 "completes it.")  # fmt: skip
        yield text.format(file=other.file_name, line=other.applied_line)
