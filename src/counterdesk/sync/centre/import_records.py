"""What a person says of an import, and what it tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from counterdesk.sync.centre.import_applying import Changes
from counterdesk.sync.centre.import_fields import Kind
from counterdesk.sync.centre.import_reading import Fault


class Phase(StrEnum):
    """Where an import stands. Until it is WRITING, nothing at the centre has changed."""

    READING = "reading"
    CHECKING = "checking"
    WRITING = "writing"
    PLACING = "placing"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a phase came: bytes while READING, lines while WRITING, else 0 of 0."""

    phase: Phase
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person says of a file; each is found out or has its usual value if not said.

    `columns` maps their headings to our fields, "" for one to leave out. With `skip_bad` the lines
    without fault are taken although others have one. `errors` is the file for all faults.
    """

    kind: Kind | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ""
    encoding: str = ""
    dates: str = "YYYY-MM-DD"
    decimal_mark: str = "."
    dry_run: bool = False
    skip_bad: bool = False
    errors: Path | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file.

    `faults` are the first few of those on `bad` lines; `taken` is False when they made the file
    refused, and for a dry run, whose `changes` would be. `placed` payments that had waited for
    their charges found them, `unplaced` wait on.
    """

    kind: Kind
    lines: int = 0
    bad: int = 0
    faults: tuple[Fault, ...] = ()
    taken: bool = False
    changes: Changes = field(default_factory=Changes)
    resumed_after: int = 0
    placed: int = 0
    unplaced: int = 0
    notes: tuple[str, ...] = ()


Watch = Callable[[Progress], None]
"""Gets the progress often. What it raises stops the import as an interruption would."""
