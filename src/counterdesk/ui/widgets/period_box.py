"""Which days are shown, and which they are compared with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from counterdesk.core.dates import read_date, write_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.periods import (
    Period,
    last_days,
    last_month,
    last_year,
    month_so_far,
    period_before,
    year_before,
)
from counterdesk.core.settings import Settings
from counterdesk.ui.theme import DATE_WIDTH, SPACE_M
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field

_WEEK, _MONTH = 7, 30


class PeriodBox(QWidget):
    """A choice of usual periods, two dates for any other, and what it is held against."""

    chosen = Signal()
    """Other days are wanted: `period` and `before` say which."""

    def __init__(self, today: Callable[[], date], settings: Settings) -> None:
        """Begin with this month.

        Args:
            today: Tells the office's calendar date.
            settings: Say how dates are written.
        """
        super().__init__()
        self._locale = settings.locale
        self._usual: dict[str, Callable[[], Period]] = {
            _("This month"): lambda: month_so_far(today()),
            _("Last month"): lambda: last_month(today()),
            _("Last 7 days"): lambda: last_days(today(), _WEEK),
            _("Last 30 days"): lambda: last_days(today(), _MONTH),
            _("Last 12 months"): lambda: last_year(today()),
        }
        self.period = month_so_far(today())
        self._build()
        self._connect()

    @property
    def before(self) -> Period:
        """What the period is compared with."""
        held = self.against.currentData()
        return held(self.period)  # type: ignore[no-any-return]

    def renew(self) -> None:
        """Let a usual period end today, which may be another day by now."""
        usual = self._usual.get(self.usual.currentText())
        if usual is not None and usual() != self.period:
            self.period = usual()
            self._write()

    def _build(self) -> None:
        self.usual = named(ChoiceBox(), "periodBox")
        self.usual.addItems([*self._usual, _("Other days")])
        self.first = named(QLineEdit(), "periodFirst")
        self.last = named(QLineEdit(), "periodLast")
        self.against = named(ChoiceBox(), "againstBox")
        self.against.addItem(_("The period before"), period_before)
        self.against.addItem(_("The year before"), year_before)
        self._fields = [
            Field(label, editor)
            for label, editor in (
                (_("Period"), self.usual), (_("From"), self.first), (_("To"), self.last),
                (_("Compared with"), self.against),
            )
        ]  # fmt: skip
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_M)
        for field in self._fields:
            line.addWidget(field)
        for edit in (self.first, self.last):
            edit.setFixedWidth(DATE_WIDTH)
        line.addStretch(1)
        self._write()

    def _connect(self) -> None:
        self.usual.activated.connect(self._take_usual)
        self.against.activated.connect(self.chosen)
        for edit in (self.first, self.last):
            edit.editingFinished.connect(self._take_dates)

    @Slot()
    def _take_usual(self) -> None:
        usual = self._usual.get(self.usual.currentText())
        if usual is None:
            self.first.setFocus()
            self.first.selectAll()
            return
        self.period = usual()
        self._write()
        self.chosen.emit()

    @Slot()
    def _take_dates(self) -> None:
        try:
            first, last = (self._read(place) for place in (1, 2))
        except UserError:
            return
        if first > last:
            self._fields[2].refuse(_("This is before the first day."))
            return
        if Period(first, last) != self.period:
            self.period = Period(first, last)
            self.usual.setCurrentIndex(self.usual.count() - 1)
            self._write()
            self.chosen.emit()

    def _read(self, place: int) -> date:
        field = self._fields[place]
        typed = self.first.text() if place == 1 else self.last.text()
        shown = self.period.first if place == 1 else self.period.last
        if typed == write_date(shown, self._locale):
            field.refuse("")
            return shown
        try:
            day = read_date(typed, self._locale)
        except UserError as error:
            field.refuse(error.message)
            raise
        field.refuse("")
        return day

    def _write(self) -> None:
        self.first.setText(write_date(self.period.first, self._locale))
        self.last.setText(write_date(self.period.last, self._locale))
        for field in self._fields:
            field.refuse("")
