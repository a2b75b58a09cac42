"""The list of what was printed here or is to be: newest first, with where each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterdesk.core.dates import write_instant
from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.print_words import job_name, state_tone, state_word
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.records import Column, PagedRecords

if TYPE_CHECKING:
    from counterdesk.services.print_list import PrintLine


def print_jobs_table(records: PagedRecords) -> RecordTable:
    """Return the view of such a list."""
    return RecordTable("printJobsTable", _("Print jobs"), records)


def print_jobs_records(settings: Settings) -> PagedRecords:
    """Return an empty list of `PrintLine`."""

    def time(line: PrintLine) -> str:
        return write_instant(line.created_at_utc, settings.locale, settings.time_zone)

    return PagedRecords((
        Column(_("Time"), time, width=176),
        Column(_("Document"), lambda line: clean(job_name(line))),
        Column(_("Printer"), lambda line: clean(line.printer_name), width=200),
        Column(
            _("State"), lambda line: state_word(line.state), kind="badge", width=144,
            tone=lambda line: state_tone(line.state),
        ),
    ))  # fmt: skip
