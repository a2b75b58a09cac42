"""`counterdesk centre import`: reads the arguments, shows the progress, tells what became of it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from counterdesk.cli.where import centre_at
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.text import clean

if TYPE_CHECKING:
    from counterdesk.sync.centre.import_records import ImportReport, Progress

_FOUND_WRONG = 1
_CANCELLED = 130


def add_import(parser: argparse.ArgumentParser) -> None:
    """Declare what can be typed after `import`."""
    parser.add_argument("file", type=Path, help=_("the file; its first line names the columns"))
    parser.add_argument(
        "--kind", choices=("consumer", "charge"),
        help=_("what the lines are, where the columns leave it open"),
    )  # fmt: skip
    _add_writing(parser)
    _add_manner(parser)


def _add_writing(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(_("how the file is written"))
    group.add_argument("--map", action="append", default=[], metavar="THEIRS=OURS",
                       help=_("their column is our field; THEIRS= leaves it out"))  # fmt: skip
    group.add_argument("--map-file", type=Path, metavar="FILE",
                       help=_("a file of such lines"))  # fmt: skip
    group.add_argument("--delimiter", type=_delimiter,
                       help=_("what stands between cells, or the word tab"))  # fmt: skip
    group.add_argument("--encoding", default="", help="utf-8, windows-1252, utf-16")
    group.add_argument("--dates", default="YYYY-MM-DD", metavar="PATTERN",
                       help=_("such as DD/MM/YYYY"))  # fmt: skip
    group.add_argument("--decimal-mark", default=".", choices=(".", ","))


def _add_manner(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help=_("look only, change nothing"))
    parser.add_argument("--skip-bad", action="store_true",
                        help=_("take the lines that have no fault"))  # fmt: skip
    parser.add_argument("--errors", type=Path, metavar="FILE",
                        help=_("write every fault to this CSV file"))  # fmt: skip


def _delimiter(text: str) -> str:
    mark = "\t" if text == "tab" else text
    if len(mark) != 1 or mark in '"\r\n\0':
        raise argparse.ArgumentTypeError(_("one character, or the word tab"))
    return mark


def read_columns(texts: list[str], path: Path | None = None) -> dict[str, str]:
    """Return their heading to our field, as `THEIRS=OURS` says; the later one counts.

    Args:
        texts: From the command line; they go before those of the file.
        path: A file with one on each line; blank lines and those that begin with # say nothing.

    Raises:
        UserError: The file cannot be read, or a text says no such thing.
    """
    lines: list[str] = []
    if path is not None:
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(_("The file {file} cannot be read.").format(file=path.name)) from error
    told = [line for line in lines if line.strip() and not line.startswith("#")]
    return dict(map(_column, (*told, *texts)))


def _column(text: str) -> tuple[str, str]:
    theirs, found, ours = text.rpartition("=")
    if not found or not theirs.strip():
        raise UserError(_("{text} is not like: Their column=our_field").format(text=text))
    return theirs.strip(), ours.strip()


def import_(given: argparse.Namespace) -> int:
    """Import a file, or look at it only, and say what became of it."""
    from counterdesk.sync.centre.import_fields import Kind
    from counterdesk.sync.centre.import_records import ImportOptions
    from counterdesk.sync.centre.importing import import_file

    options = ImportOptions(
        Kind(given.kind) if given.kind else None, read_columns(given.map, given.map_file),
        given.delimiter or "", given.encoding, given.dates, given.decimal_mark,
        dry_run=given.dry_run, skip_bad=given.skip_bad, errors=given.errors,
    )  # fmt: skip
    watch = _Watch()
    try:
        with centre_at(given) as where:
            report = import_file(where.conninfo, given.file, options, watch)
    except KeyboardInterrupt:
        watch.end()
        print(watch.interrupted(), file=sys.stderr)
        return _CANCELLED
    watch.end()
    _tell(report, given)
    return _FOUND_WRONG if report.bad else 0


class _Watch:
    """Shows the progress on one line of a terminal, and knows what an interruption left."""

    def __init__(self) -> None:
        self._line: int | None = None
        self._shown = ""

    def __call__(self, progress: Progress) -> None:
        text = self._text(progress)
        if sys.stderr.isatty() and text != self._shown:
            print(f"\r{text:<{len(self._shown)}}", end="", file=sys.stderr, flush=True)
        self._shown = text

    def _text(self, progress: Progress) -> str:
        match progress.phase:
            case "reading":
                share = 100 * progress.done // max(progress.total, 1)
                return _("Reading: {share} %").format(share=share)
            case "writing":
                self._line = progress.done
                return _("Writing: line {line} of {lines}").format(
                    line=progress.done, lines=progress.total)  # fmt: skip
            case "placing":
                return _("Placing payments that waited: {count}").format(count=progress.done)
        return _("Comparing with the centre")

    def end(self) -> None:
        """Leave the line of the progress."""
        if sys.stderr.isatty() and self._shown:
            print(file=sys.stderr)

    def interrupted(self) -> str:
        """Return what stands at the centre after an interruption."""
        if self._line is None:
            return _("Interrupted. Nothing was imported.")
        return _("Interrupted while writing: at least the lines up to {line} are imported. The "
                 "same import again completes it.").format(line=self._line)  # fmt: skip


def _tell(report: ImportReport, given: argparse.Namespace) -> None:
    for note in report.notes:
        print(clean(note), file=sys.stderr)
    _tell_faults(report)
    if report.resumed_after:
        print(_("This import had been interrupted after line {line}.").format(
            line=report.resumed_after))  # fmt: skip
    print(_headline(report, given))
    changes = report.changes
    if report.taken or given.dry_run:
        print(_("{added} new, {changed} changed, {cancelled} cancelled.").format(
            added=changes.added, changed=changes.changed, cancelled=changes.cancelled))  # fmt: skip
    _tell_money(report)


def _tell_faults(report: ImportReport) -> None:
    for fault in report.faults:
        where = _("line {line}, {column}").format(line=fault.line, column=fault.field or "-")
        value = f" [{fault.value}]" if fault.value else ""
        print(clean(f"{where}: {fault.reason}{value}"), file=sys.stderr)
    if report.bad > len({fault.line for fault in report.faults}):
        text = _("These are the first faults; {count} lines have one. --errors FILE names all.")
        print(text.format(count=report.bad), file=sys.stderr)


def _headline(report: ImportReport, given: argparse.Namespace) -> str:
    if given.dry_run:
        text = _("Looked at only: {lines} lines, {bad} of them with faults. Nothing was changed.")
    elif not report.taken:
        text = _("Refused: {bad} of {lines} lines have faults. Nothing was imported. Mend them, or "
                 "take the others with --skip-bad.")  # fmt: skip
    elif report.bad:
        text = _("Imported, but for {bad} of {lines} lines, which have faults.")
    else:
        text = _("Imported: {lines} lines.")
    return text.format(lines=report.lines, bad=report.bad)


def _tell_money(report: ImportReport) -> None:
    if count := report.changes.cancelled_paid:
        print(ngettext(
            "{count} cancelled charge has money on it: see the list of exceptions.",
            "{count} cancelled charges have money on them: see the list of exceptions.", count,
        ).format(count=count))  # fmt: skip
    if report.placed:
        print(ngettext(
            "{count} payment that had waited for its charge is placed now.",
            "{count} payments that had waited for their charges are placed now.", report.placed,
        ).format(count=report.placed))  # fmt: skip
    if report.unplaced:
        print(ngettext(
            "{count} payment waits on: see the list of exceptions.",
            "{count} payments wait on: see the list of exceptions.", report.unplaced,
        ).format(count=report.unplaced))  # fmt: skip
