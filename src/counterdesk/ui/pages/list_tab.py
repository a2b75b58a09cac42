"""A long list on the landing page: searched, filtered, sorted, summed up and exported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.list_reading import ListReading, Source
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.columns_panel import ColumnsPanel
from counterdesk.ui.widgets.filter_bar import FilterBar
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import ElidedLabel
from counterdesk.ui.widgets.list_tools import ListTools
from counterdesk.ui.widgets.pickers import Picker

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.store.session import ReadSession

_TYPING_MS = 150
"""A pause in typing that is worth looking up."""


class ListTab(QWidget):
    """The list is read as one moves through it. Which list it is, its kinds say."""

    consumer_asked = Signal(object)
    """Id of the consumer whom somebody wants to see: a `UUID`."""

    def __init__(
        self,
        jobs: Jobs,
        name: str,
        table: PagedTable,
        source: Source,
        key: Callable[[Any], UUID],
        pickers: tuple[Picker, ...],
        *buttons: KeyButton,
    ) -> None:
        """Make a list without rows.

        Args:
            jobs: Reads the rows.
            name: Begins the names of its parts, and is that of its saved filters.
            table: Shows the rows.
            source: Where they come from.
            key: Tells a row's id.
            pickers: What it is filtered by.
            buttons: Acts on the row under the cursor, beneath the list.
        """
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._summed = 0
        self._stale = False
        self.table = table
        self._reading = ListReading(jobs, table, source, key)
        self.filter = FilterBar(jobs, name, pickers, self)
        self.columns = ColumnsPanel(table, self)
        self.sum = named(ElidedLabel(role="muted"), f"{name}Sum")
        self.more = KeyButton(_("More"), "Shift+F10", f"{name}More")
        self.search = named(QLineEdit(), f"{name}Search")
        self.search.setClearButtonEnabled(True)
        self.export = key_button(_("Export"), "Ctrl+E", f"{name}Export", "")
        tools = self.filter.choose, self.filter.saved, self.columns.button, self.export
        self.tools = ListTools(self.search, *tools)
        """What stands beside the tabs while this one is chosen."""
        self._lay_out((*buttons, self.more))
        self._connect_parts()

    def begin(self) -> None:
        """Put the focus where searching begins."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def refresh(self) -> None:
        """Read the list anew, for who may see it; out of sight, when it is seen again."""
        actor = self._jobs.actor
        self._stale = not self.isVisible()
        if actor is not None and actor.may(Permission.SEE_PAYMENTS) and not self._stale:
            self._read()

    def _lay_out(self, buttons: tuple[KeyButton, ...]) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.filter)
        layout.addWidget(self.table, 1)
        for button in buttons:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setEnabled(False)
        beneath = row(self.sum, *buttons)
        beneath.setStretch(0, 1)
        layout.addLayout(beneath)

    def _connect_parts(self) -> None:
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._take_typed)
        self.search.textChanged.connect(self._typing.start)
        self.filter.changed.connect(self._take_filter)
        self.filter.choices_asked.connect(self._read_choices)
        self._reading.shown.connect(self._say_when_empty)
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
        self._jobs.read(self, self._choices, self.filter.offer)

    def _read(self) -> None:
        """Read anew what is in sight, or from the beginning where something else is wanted."""
        wanted = self._wanted()
        if wanted == self._reading.wanted:
            self._reading.renew()
        else:
            self._reading.show_wanted(wanted)
        self._summed += 1
        self._jobs.read(
            self, lambda read: self._sum_of(read, wanted), partial(self._show_sum, self._summed)
        )

    def _show_sum(self, asked: int, found: Any) -> None:
        if asked == self._summed:
            self.sum.say(self._sum_words(found))

    @Slot()
    def _say_when_empty(self) -> None:
        chosen = "; ".join(self.filter.words())
        self.table.say_when_empty(self._empty_words(chosen))

    @Slot()
    def _show_allowed(self) -> None:
        self.more.setEnabled(self.table.record() is not None)

    @Slot()
    def _export(self) -> None:
        raise NotImplementedError

    def _wanted(self) -> Any:
        """Return what is chosen, as the list's service understands it."""
        raise NotImplementedError

    def _choices(self, read: ReadSession) -> Mapping[str, tuple[str, ...]]:
        """Return what there is to choose from, by the names of the pickers; not on this thread."""
        raise NotImplementedError

    def _sum_of(self, read: ReadSession, wanted: Any) -> Any:
        """Return what all of it comes to; not on this thread."""
        raise NotImplementedError

    def _sum_words(self, found: Any) -> str:
        raise NotImplementedError

    def _empty_words(self, chosen: str) -> str:
        """Return what to do where no row is, with a filter in words or without any."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        """Read what changed while the list was out of sight."""
        super().showEvent(event)
        if self._stale:
            self.refresh()
