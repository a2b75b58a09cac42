"""The list of what this counter did: newest first, with how far each act came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterdesk.core.dates import write_instant
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.act_words import act_sentence, way_tone, way_word
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.records import Column, PagedRecords

if TYPE_CHECKING:
    from counterdesk.services.acts import Act


def acts_table(records: PagedRecords) -> RecordTable:
    """Return the view of such a list."""
    return RecordTable("actsTable", _("What this counter did"), records)


def audit_records(settings: Settings) -> PagedRecords:
    """Return an empty list of `Act` that says who did each."""
    number, time, happened, amount, _way = acts_records(settings).columns
    who = Column(_("Who"), lambda act: clean(act.by), width=176)
    return PagedRecords((number, time, who, happened, amount))


def acts_records(settings: Settings) -> PagedRecords:
    """Return an empty list of `Act`."""

    def money(act: Act) -> str:
        if act.amount_minor is None:
            return ""
        return format_amount(act.amount_minor, settings.currency, settings.locale)

    def time(act: Act) -> str:
        return write_instant(act.at_utc, settings.locale, settings.time_zone)

    return PagedRecords((
        Column(_("No."), lambda act: str(act.seq), kind="mono", width=80),
        Column(_("Time"), time, width=168),
        Column(_("What happened"), lambda act: clean(act_sentence(act))),
        Column(_("Amount"), money, kind="amount", width=128),
        Column(
            _("Where it is"), lambda act: way_word(act.way), kind="badge", width=160,
            tone=lambda act: way_tone(act.way),
        ),
    ))  # fmt: skip
