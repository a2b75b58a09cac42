"""Which days a list shows: by a word, or from one date to another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLineEdit, QListWidget, QVBoxLayout, QWidget

from counterdesk.core.dates import read_date, write_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.list_filter import ListFilter, UsualDays
from counterdesk.core.settings import Settings
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.pickers import Picker


class DaysPicker(Picker):
    """Usual days by a word, or any two dates."""

    def __init__(self, settings: Settings, title: str) -> None:
        super().__init__("days", title)
        self._locale = settings.locale

    def build(self) -> None:
        """Make the list of words, and the two dates beneath."""
        self.usual = named(QListWidget(), "usualDays")
        self.usual.setAccessibleName(self.title)
        for text in (_("Any day"), *(day_words(usual) for usual in UsualDays), _("Other days")):
            self.usual.addItem(text)
        self.first, self.last = named(QLineEdit(), "daysFirst"), named(QLineEdit(), "daysLast")
        self._fields = Field(_("From"), self.first), Field(_("To"), self.last)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.usual, 1)
        self._dates = QWidget()
        inside = row(*self._fields)
        inside.setContentsMargins(0, 0, 0, 0)
        for field in self._fields:
            inside.setAlignment(field, Qt.AlignmentFlag.AlignTop)
        self._dates.setLayout(inside)
        layout.addWidget(self._dates)
        self.usual.currentRowChanged.connect(self._take_usual)
        for edit in (self.first, self.last):
            edit.setPlaceholderText("2025-04-20")
            edit.editingFinished.connect(self._take_dates)

    def begin(self) -> None:
        """Begin in the list of usual days."""
        self.usual.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_filter(self, wanted: ListFilter) -> None:
        """Mark the usual days, or write the dates."""
        other = wanted.first is not None or wanted.last is not None
        place = self.usual.count() - 1 if other else 0
        if wanted.usual is not None:
            place = 1 + list(UsualDays).index(wanted.usual)
        self.usual.blockSignals(True)
        self.usual.setCurrentRow(place)
        self.usual.blockSignals(False)
        if self._days() != (wanted.first, wanted.last):
            for edit, day in ((self.first, wanted.first), (self.last, wanted.last)):
                edit.setText("" if day is None else day.isoformat())

    def read(self, wanted: ListFilter) -> ListFilter:
        """Return a filter with these days; as it was while the dates are none."""
        place = self.usual.currentRow()
        if place < self.usual.count() - 1:
            usual = list(UsualDays)[place - 1] if place > 0 else None
            return replace(wanted, usual=usual, first=None, last=None)
        days = self._days()
        return wanted if days is None else replace(wanted, usual=None, first=days[0], last=days[1])

    def clear(self, wanted: ListFilter) -> ListFilter:
        """Return a filter for any day."""
        return replace(wanted, usual=None, first=None, last=None)

    def words(self, wanted: ListFilter) -> str:
        """Return the days' word, or the dates."""
        if wanted.usual is not None:
            return day_words(wanted.usual)
        first, last = (day and write_date(day, self._locale) for day in (wanted.first, wanted.last))
        if first and last:
            return first if first == last else f"{first} \N{EN DASH} {last}"
        if first:
            return _("since {day}").format(day=first)
        return _("until {day}").format(day=last) if last else ""

    @Slot()
    def _take_usual(self) -> None:
        for field in self._fields:
            field.refuse("")
        self.changed.emit()

    @Slot()
    def _take_dates(self) -> None:
        if not any(edit.isModified() for edit in (self.first, self.last)):
            return
        self.usual.blockSignals(True)
        self.usual.setCurrentRow(self.usual.count() - 1)
        self.usual.blockSignals(False)
        if self._days() is not None:
            self.changed.emit()

    def _days(self) -> tuple[date | None, date | None] | None:
        """Return both dates, or None while one is wrong; what is wrong is said beneath it."""
        try:
            first, last = (self._day(field) for field in self._fields)
        except UserError:
            return None
        wrong = first is not None and last is not None and last < first
        self._fields[1].refuse(_("This is before the first day.") if wrong else "")
        return None if wrong else (first, last)

    def _day(self, field: Field) -> date | None:
        edit = field.editor
        typed = edit.text().strip() if isinstance(edit, QLineEdit) else ""
        field.refuse("")
        if not typed:
            return None
        try:
            return read_date(typed, self._locale)
        except UserError as error:
            field.refuse(error.message)
            raise


def day_words(usual: UsualDays) -> str:
    """Return what usual days are called."""
    return {
        UsualDays.TODAY: _("Today"), UsualDays.YESTERDAY: _("Yesterday"),
        UsualDays.THIS_WEEK: _("This week"), UsualDays.THIS_MONTH: _("This month"),
        UsualDays.LAST_MONTH: _("Last month"),
    }[usual]  # fmt: skip
