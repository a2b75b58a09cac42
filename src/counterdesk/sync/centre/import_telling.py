"""Telling what is wrong with a file: the first faults on the screen, all of them in a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.spreadsheets import harmless_cell
from counterdesk.sync.centre.import_reading import Fault

FAULTS_TOLD = 20


def tell_faults(faults: Iterable[Fault], path: Path | None) -> tuple[Fault, ...]:
    """Return the first faults, and write all of them to a CSV file if one is wanted.

    Args:
        faults: Taken one by one: there may be as many as the file has lines.

    Raises:
        UserError: The file cannot be written.
    """
    remaining = iter(faults)
    first = tuple(islice(remaining, FAULTS_TOLD))
    if path is not None:
        _write(path, first, remaining)
    return first


def _write(path: Path, *parts: Iterable[Fault]) -> None:
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark is for Excel
            writer = csv.writer(file)
            writer.writerow((_("line"), _("column"), _("value"), _("reason")))
            for fault in chain.from_iterable(parts):
                texts = (fault.field, fault.value, fault.reason)
                writer.writerow((fault.line, *map(harmless_cell, texts)))
    except OSError as error:
        raise UserError(_("The faults cannot be written to {file}: {reason}.").format(
            file=path.name, reason=error.strerror or error)) from error  # fmt: skip
