"""All credit notes: searched, filtered, sorted, and what can be done with each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.clock import office_date
from counterdesk.core.credit import NoteStatus
from counterdesk.core.credit_words import reason_words, status_words
from counterdesk.core.dates import first_weekday
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import format_amount, format_count
from counterdesk.core.permissions import Permission
from counterdesk.core.settings import Settings
from counterdesk.ui.exporting import export_list
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.list_reading import ListReading
from counterdesk.ui.pages.note_actions import NoteActions
from counterdesk.ui.tables.credit_notes_table import notes_records, notes_source
from counterdesk.ui.tables.exported_notes import notes_listing
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.amount_picker import AmountPicker
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.columns_panel import ColumnsPanel
from counterdesk.ui.widgets.consumer_picker import ConsumerPicker
from counterdesk.ui.widgets.days_picker import DaysPicker
from counterdesk.ui.widgets.filter_bar import FilterBar
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import ElidedLabel
from counterdesk.ui.widgets.link_picker import NO_PAYMENT, LinkPicker
from counterdesk.ui.widgets.list_tools import ListTools
from counterdesk.ui.widgets.pickers import Picker, ValuesPicker

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.credit_filters import NoteFilter
    from counterdesk.services.credit_pages import NotesSum

_TYPING_MS = 150
"""A pause in typing that is worth looking up."""


class NotesTab(QWidget):
    """Every credit note that is known here; the list is read as one moves through it."""

    note_asked = Signal(object)
    """Id of the note whose details somebody wants to see: a `UUID`."""

    paper_asked = Signal(object)
    """Id of the note whose paper somebody wants to see: a `UUID`."""

    payment_asked = Signal(object)
    """Id of the payment whose details somebody wants to see: a `UUID`."""

    consumer_asked = Signal(object)
    """Id of the consumer whom somebody wants to see: a `UUID`."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._summed = 0
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus where searching begins."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def refresh(self) -> None:
        """Read the list anew, for who may see it; one that nobody looks at waits until then."""
        actor = self._jobs.actor
        if self.isVisible() and actor is not None and actor.may(Permission.SEE_PAYMENTS):
            self._read()

    def _build(self) -> None:
        self.table = PagedTable(
            "creditNotesTable", _("Credit notes"), notes_records(self._settings)
        )
        self.row_actions = NoteActions(self._jobs, self.table)
        self._reading = ListReading(self._jobs, self.table, notes_source, lambda one: one.note_id)
        pickers = _pickers(self._jobs, self._settings)
        self.filter = FilterBar(self._jobs, "creditNotes", pickers, self)
        self.columns = ColumnsPanel(self.table, self)
        self.sum = named(ElidedLabel(role="muted"), "creditNotesSum")
        self.more = KeyButton(_("More"), "Shift+F10", "creditNotesMore")
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setEnabled(False)
        self.tools = self._build_tools()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.filter)
        layout.addWidget(self.table, 1)
        beneath = row(self.sum, self.more)
        beneath.setStretch(0, 1)
        layout.addLayout(beneath)

    def _build_tools(self) -> QWidget:
        """Return what stands beside the tabs while this one is chosen."""
        self.search = named(QLineEdit(), "creditNotesSearch")
        self.search.setPlaceholderText(_("Number, name, account, receipt"))
        self.search.setAccessibleName(_("Search credit notes"))
        self.search.setClearButtonEnabled(True)
        self.export = key_button(_("Export"), "Ctrl+E", "exportNotes", "")
        buttons = self.filter.choose, self.filter.saved, self.columns.button, self.export
        return ListTools(self.search, *buttons)

    def _connect(self) -> None:
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._take_typed)
        self.search.textChanged.connect(self._typing.start)
        self.filter.changed.connect(self._take_filter)
        self.filter.choices_asked.connect(self._read_choices)
        self._reading.shown.connect(self._say_when_empty)
        self.row_actions.note_asked.connect(self.note_asked)
        self.row_actions.paper_asked.connect(self.paper_asked)
        self.row_actions.payment_asked.connect(self.payment_asked)
        self.row_actions.consumer_asked.connect(self.consumer_asked)
        self.export.clicked.connect(self._export)
        self.more.clicked.connect(self.table.ask_menu)
        self.table.selectionModel().currentRowChanged.connect(self._show_allowed)
        self.table.records.modelReset.connect(self._show_allowed)

    @Slot()
    def _take_typed(self) -> None:
        self.filter.show_filter(replace(self.filter.wanted, search=self.search.text().strip()))

    @Slot()
    def _take_filter(self) -> None:
        if self.search.text().strip() != self.filter.wanted.search:
            self.search.blockSignals(True)
            self.search.setText(self.filter.wanted.search)
            self.search.blockSignals(False)
        self._typing.stop()
        self.refresh()

    @Slot()
    def _read_choices(self) -> None:
        self._jobs.read(self, services.credit_choices.note_choices, self._offer)

    def _offer(self, choices: Mapping[str, tuple[str, ...]]) -> None:
        self.filter.offer(choices)

    def _read(self) -> None:
        """Read anew what is in sight, or from the beginning where something else is wanted."""
        wanted = self._wanted()
        if wanted == self._reading.wanted:
            self._reading.renew()
        else:
            self._reading.show_wanted(wanted)
        self._summed += 1
        self._jobs.read(
            self,
            lambda read: services.credit_pages.notes_sum(read, wanted),
            partial(self._show_sum, self._summed),
        )

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

    def _show_sum(self, asked: int, found: NotesSum) -> None:
        if asked == self._summed:
            self.sum.say(sum_words(found, self._settings))

    @Slot()
    def _export(self) -> None:
        wished, filters = self.table.records.order, services.credit_filters
        order = filters.NoteOrder(filters.NoteSort(wished.by), wished.descending)
        listing = notes_listing(self._wanted(), order, self.filter.words())
        export_list(self, self._jobs, listing, "credit-notes")

    @Slot()
    def _say_when_empty(self) -> None:
        if chosen := "; ".join(self.filter.words()):
            text = _("No credit note matches. {what}. Press Esc to see all of them again.")
            self.table.say_when_empty(text.format(what=chosen))
        else:
            how = _("Paying more than is due makes one, and Ctrl+G on a payment.")
            self.table.say_when_empty(f"{_('No credit notes yet.')} {how}")

    @Slot()
    def _show_allowed(self) -> None:
        self.more.setEnabled(self.table.record() is not None)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what changed while the list was out of sight."""
        super().showEvent(event)
        self.refresh()


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
