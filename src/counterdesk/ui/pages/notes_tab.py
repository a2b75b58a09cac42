"""All credit notes: searched, filtered, sorted, and what can be done with each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Signal, Slot

from counterdesk import services
from counterdesk.core.clock import office_date
from counterdesk.core.credit import NoteStatus
from counterdesk.core.credit_words import reason_words, status_words
from counterdesk.core.dates import first_weekday
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import format_amount, format_count
from counterdesk.core.settings import Settings
from counterdesk.ui.exporting import export_list
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.list_tab import ListTab
from counterdesk.ui.pages.note_actions import NoteActions
from counterdesk.ui.tables.credit_notes_table import notes_records, notes_source
from counterdesk.ui.tables.exported_notes import notes_listing
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.widgets.amount_picker import AmountPicker
from counterdesk.ui.widgets.consumer_picker import ConsumerPicker
from counterdesk.ui.widgets.days_picker import DaysPicker
from counterdesk.ui.widgets.link_picker import NO_PAYMENT, LinkPicker
from counterdesk.ui.widgets.pickers import Picker, ValuesPicker

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.credit_filters import NoteFilter
    from counterdesk.services.credit_pages import NotesSum
    from counterdesk.store.session import ReadSession


class NotesTab(ListTab):
    """Every credit note that is known here."""

    note_asked = Signal(object)
    """Id of the note whose details somebody wants to see: a `UUID`."""

    paper_asked = Signal(object)
    """Id of the note whose paper somebody wants to see: a `UUID`."""

    payment_asked = Signal(object)
    """Id of the payment whose details somebody wants to see: a `UUID`."""

    def __init__(self, jobs: Jobs) -> None:
        settings = jobs.store.settings
        table = PagedTable("creditNotesTable", _("Credit notes"), notes_records(settings))
        super().__init__(
            jobs, "creditNotes", table, notes_source, lambda one: one.note_id,
            _pickers(jobs, settings),
        )  # fmt: skip
        self.row_actions = NoteActions(jobs, table)
        self.search.setPlaceholderText(_("Number, name, account, receipt"))
        self.search.setAccessibleName(_("Search credit notes"))
        self._connect()

    def _connect(self) -> None:
        self.row_actions.note_asked.connect(self.note_asked)
        self.row_actions.paper_asked.connect(self.paper_asked)
        self.row_actions.payment_asked.connect(self.payment_asked)
        self.row_actions.consumer_asked.connect(self.consumer_asked)

    def _choices(self, read: ReadSession) -> Mapping[str, tuple[str, ...]]:
        return services.credit_choices.note_choices(read)

    def _sum_of(self, read: ReadSession, wanted: NoteFilter) -> NotesSum:
        return services.credit_pages.notes_sum(read, wanted)

    def _wanted(self) -> NoteFilter:
        given, chosen, filters = self._settings, self.filter.wanted, services.credit_filters
        today = office_date(self._jobs.store.clock.now_utc(), given.time_zone)
        first, last = chosen.days(today, first_weekday(given.locale))
        consumer, payment = chosen.of("consumer"), chosen.of("payment")
        return filters.NoteFilter(
            search=chosen.search, first=first, last=last, reason=chosen.of("reason"),
            status=tuple(NoteStatus(one) for one in chosen.of("status")),
            consumer_id=UUID(consumer[0]) if consumer else None,
            left=tuple(filters.Left(one) for one in chosen.of("left")),
            payment=payment[0] if payment else "", unlinked=bool(chosen.of(NO_PAYMENT)),
            least_minor=chosen.least_minor, most_minor=chosen.most_minor,
        )  # fmt: skip

    def _sum_words(self, found: NotesSum) -> str:
        return sum_words(found, self._settings)

    @Slot()
    def _export(self) -> None:
        wished, filters = self.table.records.order, services.credit_filters
        order = filters.NoteOrder(filters.NoteSort(wished.by), wished.descending)
        listing = notes_listing(self._wanted(), order, self.filter.words())
        export_list(self, self._jobs, listing, "credit-notes")

    def _empty_words(self, chosen: str) -> str:
        if not chosen:
            how = _("Paying more than is due makes one, and Ctrl+G on a payment.")
            return f"{_('No credit notes yet.')} {how}"
        text = _("No credit note matches. {what}. Press Esc to see all of them again.")
        return text.format(what=chosen)


def _pickers(jobs: Jobs, settings: Settings) -> tuple[Picker, ...]:
    return (
        ValuesPicker("status", _("Status"), status_words),
        DaysPicker(settings, _("Created")),
        ValuesPicker("reason", _("Reason"), reason_words),
        ConsumerPicker(jobs, _("Consumer")),
        ValuesPicker("left", _("Remaining"), left_words),
        LinkPicker(_("Linked payment")),
        AmountPicker(settings, _("Amount")),
    )


def left_words(left: str) -> str:
    """Return what it is called how much of a note is left."""
    return {
        "nothing": _("Fully used"), "part": _("Partly used"), "all": _("Not used"),
    }[left]  # fmt: skip


def sum_words(found: NotesSum, settings: Settings) -> str:
    """Return how many notes there are, and what they come to."""
    text = ngettext(
        "{count} credit note, {amount}, remaining {left}",
        "{count} credit notes, {amount}, remaining {left}",
        found.notes,
    )
    amount, left = (
        format_amount(minor, settings.currency, settings.locale)
        for minor in (found.amount_minor, found.remaining_minor)
    )
    return text.format(
        count=format_count(found.notes, settings.locale), amount=amount, left=left
    )  # fmt: skip
