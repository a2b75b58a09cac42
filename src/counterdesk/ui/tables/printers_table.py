"""The list of this counter's printers: the first is for everything that has none of its own."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from counterdesk.core.i18n import _
from counterdesk.core.printers import PrinterSetting, way_words
from counterdesk.core.text import clean
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.records import Column, RecordsModel


class PrintersRecords(RecordsModel):
    """A list of `PrinterSetting`, in their own order."""

    sortable = False


def printers_table(records: PrintersRecords) -> RecordTable:
    """Return the view of such a list."""
    return RecordTable("printersTable", _("Printers"), records)


def printers_records(words_of: Callable[[UUID], str]) -> PrintersRecords:
    """Return an empty list; `words_of` tells what is to be known of a printer."""

    def says(setting: PrinterSetting) -> str:
        return words_of(setting.printer_id) or _("Nothing to report")

    def tone(setting: PrinterSetting) -> str:
        return "warn" if words_of(setting.printer_id) else "ok"

    return PrintersRecords((
        Column(_("Name"), lambda one: clean(one.name), width=136),
        Column(_("Reached by"), lambda one: way_words(one.way), width=136),
        Column(_("Where it is"), lambda one: clean(one.address), kind="mono"),
        Column(_("It says"), says, kind="badge", tone=tone, width=256),
    ))  # fmt: skip
