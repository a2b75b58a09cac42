"""The lists on a consumer's page: the timeline with its search, the charges, the credit notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from counterdesk.core.account_sheet import KnownCharge, LineKind, SheetLine
from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.sheet_tables import charges_model, notes_model
from counterdesk.ui.tables.timeline_table import (
    TimelineTable,
    matches,
    searched_text,
    timeline_records,
)
from counterdesk.ui.theme import SEARCH_WIDTH, SPACE_S
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.labels import wrapped_label

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from datetime import date

    from counterdesk.services.consumer_sheet import ConsumerSheet

_ARROWS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class ConsumerLists(QWidget):
    """What is typed on the timeline is searched for; what is read stays in sight when it grows."""

    line_opened = Signal(object)
    """A `SheetLine` that somebody pressed Enter on."""

    note_opened = Signal(object)
    """The id of a credit note that somebody pressed Enter on."""

    def __init__(self, settings: Settings, today: date) -> None:
        super().__init__()
        self._settings = settings
        self._today = today
        self._sheet: ConsumerSheet | None = None
        self._texts: dict[SheetLine, str] = {}
        self._led_here = False
        """Whether a line of the timeline led to the charges in sight."""
        self._lines = timeline_records(settings)
        self.table = TimelineTable(self._lines)
        self._charges = RecordTable(
            "sheetCharges", _("Charges"), charges_model(settings, lambda: self._today)
        )
        self._notes = RecordTable("sheetNotes", _("Credit notes"), notes_model(settings))
        self._tables = (self.table, self._charges, self._notes)
        self._source = wrapped_label("", "muted", name="timelineSource")
        self._build()
        self._connect()

    def clear(self) -> None:
        """Show nothing of the consumer before while the next one is read."""
        self._sheet = None
        self.search.clear()
        self.tabs.setCurrentIndex(0)
        self._led_here = False
        self._source.setText("")
        self._lines.begin_with((), more=False)
        for table in (self._charges, self._notes):
            table.records.show_records(())
        for table in self._tables:
            table.say_when_empty("")

    def show_sheet(self, sheet: ConsumerSheet) -> None:
        """Show an account, where it was read before if it is the same one."""
        self._sheet, self._today = sheet, sheet.today
        self._texts.clear()
        self._source.setText(self._told(sheet))
        _show_anew(self._charges, _owed_first(sheet.charges), lambda one: one.charge_id)
        self._charges.say_when_empty(_("Nothing was charged that is known here."))
        _show_anew(self._notes, tuple(reversed(sheet.view.notes)), lambda one: one.id)
        self._notes.say_when_empty(_("No credit note of this consumer is known here."))
        self._show_lines()

    def begin(self) -> None:
        """Put the focus on the list in sight."""
        self._tables[self.tabs.currentIndex()].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_charge(self, charge_id: UUID) -> None:
        """Go to a charge among the others, from the timeline."""
        self.tabs.setCurrentIndex(1)
        self._led_here = True
        charges = [one.charge_id for one in self._charges.records.records]
        if charge_id in charges:
            self._charges.selectRow(charges.index(charge_id))

    def step_back(self) -> bool:
        """Go back to the line that led to a charge; return whether one did."""
        led_here, self._led_here = self._led_here, False
        if led_here:
            self.tabs.setCurrentIndex(0)
        return led_here

    @property
    def line_here(self) -> SheetLine | None:
        """The line of the timeline under the cursor, while the timeline is in sight."""
        index = self.table.currentIndex()
        here = self.tabs.currentIndex() == 0 and index.isValid()
        found: SheetLine | None = self._lines.records[index.row()] if here else None
        return found

    def _build(self) -> None:
        self.tabs = named(QTabBar(), "sheetTabs")
        self.tabs.setAccessibleName(_("Lists"))
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._stack = QStackedWidget()
        for place, table in enumerate(self._tables):
            self.tabs.addTab(f"{table.accessibleName()}  Alt+{place + 1}")
            self._stack.addWidget(table)
        self.search = named(QLineEdit(), "timelineSearch")
        self.search.setPlaceholderText(_("Month, amount, receipt  Ctrl+F"))
        self.search.setAccessibleName(_("Search the timeline"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(SEARCH_WIDTH)
        above = row(self.tabs, None, self.search)
        above.setStretchFactor(self.search, SEARCH_WIDTH)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE_S)
        whole.addLayout(above)
        whole.addWidget(self._stack, 1)
        whole.addWidget(self._source)

    def _connect(self) -> None:
        self.table.opened.connect(self.line_opened)
        self.table.typed.connect(self._begin_search)
        self._notes.opened.connect(lambda note: self.note_opened.emit(note.id))
        self.search.textChanged.connect(self._show_lines)
        self.search.returnPressed.connect(self._open_here)
        self.tabs.currentChanged.connect(self._show_list)
        places = {f"Alt+{place + 1}": place for place in range(len(self._tables))}
        for key, do in (
            ("Ctrl+F", self._search_now),
            *((key, partial(self.tabs.setCurrentIndex, place)) for key, place in places.items()),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(do)

    @Slot()
    def _show_lines(self) -> None:
        """Show the lines that are searched for, at the place where somebody reads."""
        if self._sheet is None:
            return
        wanted = self.search.text()
        lines = list(self._sheet.lines)
        if wanted.strip():
            lines = [one for one in lines if matches(self._text_of(one), wanted)]
        self.table.say_when_empty(
            _("Nothing like it in the last 13 months.") if wanted.strip()
            else _("Nothing was charged or paid in the last 13 months.")
        )  # fmt: skip
        if lines != self._lines.records:
            self._put_in_place(lines)

    def _text_of(self, line: SheetLine) -> str:
        """Each line is written out once, not with every letter that is typed."""
        if line not in self._texts:
            self._texts[line] = searched_text(line, self._settings)
        return self._texts[line]

    def _put_in_place(self, lines: list[SheetLine]) -> None:
        index, bar = self.table.currentIndex(), self.table.verticalScrollBar()
        here = _key(self._lines.records[index.row()]) if index.isValid() else None
        above = self.table.rowAt(0)
        top = _key(self._lines.records[above]) if above > 0 else None
        self._lines.begin_with(lines, more=False)
        places = {_key(one): place for place, one in enumerate(lines)}
        if lines:
            self.table.selectRow(places.get(here, 0) if here else 0)
        if top is not None and top in places:
            bar.setValue(places[top])

    def _told(self, sheet: ConsumerSheet) -> str:
        if not sheet.lines:
            return ""
        text = _("Brought forward on {day}: {amount}. The balance is worked back from today's.")
        given = self._settings
        amount = format_amount(sheet.brought_forward_minor, given.currency, given.locale)
        return text.format(day=write_date(sheet.lines[-1].on, given.locale), amount=amount)

    @Slot(int)
    def _show_list(self, place: int) -> None:
        self._led_here = False
        self._stack.setCurrentIndex(place)
        for part in (self.search, self._source):
            part.setVisible(place == 0)
        self.begin()

    @Slot()
    def _search_now(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot(str)
    def _begin_search(self, text: str) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.setText(text)

    @Slot()
    def _open_here(self) -> None:
        if self.line_here is not None:
            self.line_opened.emit(self.line_here)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Esc, then end a search; arrows leave its field for the list."""
        if event.key() == Qt.Key.Key_Escape and self.step_back():
            return
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self.begin()
        elif event.key() in _ARROWS and self.search.hasFocus():
            self.begin()
            QApplication.sendEvent(self.table, event)
        else:
            super().keyPressEvent(event)


def _show_anew(table: RecordTable, records: Sequence[Any], key: Callable[[Any], UUID]) -> None:
    """Show other records; the cursor stays on the one that it was on."""
    row = table.currentIndex().row()
    here = key(table.records.records[row]) if row >= 0 else None
    table.records.show_records(records)
    keys = [key(one) for one in table.records.records]
    if here in keys:
        table.selectRow(keys.index(here))


def _owed_first(charges: Sequence[KnownCharge]) -> list[KnownCharge]:
    """What is owed, the oldest due first, then what is not, the newest first."""
    owed = [one for one in charges if one.outstanding_minor]
    return owed + [one for one in reversed(charges) if not one.outstanding_minor]


def _key(line: SheetLine) -> tuple[LineKind, str, UUID | None]:
    return line.kind, line.number, line.id
