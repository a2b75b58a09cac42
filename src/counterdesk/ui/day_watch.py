"""Notices that the office's day turned while a page was in sight and nothing else happened."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from counterdesk.core.clock import office_date
from counterdesk.ui.jobs import Jobs

_EVERY_MS = 60_000
"""Looked at again and again: a machine that sleeps over midnight misses an appointment."""


class DayWatch(QObject):
    """Belongs to a page whose words depend on what day it is."""

    turned = Signal()
    """It is another day than at the last look."""

    def __init__(self, jobs: Jobs, page: QObject) -> None:
        """Watch from now on; `jobs` know the clock."""
        super().__init__(page)
        self._jobs = jobs
        self._day = self._today()
        timer = QTimer(self, interval=_EVERY_MS)
        timer.timeout.connect(self.look)
        timer.start()

    @Slot()
    def look(self) -> None:
        """Look at the calendar."""
        today = self._today()
        if today != self._day:
            self._day = today
            self.turned.emit()

    def _today(self) -> date:
        store = self._jobs.store
        return office_date(store.clock.now_utc(), store.settings.time_zone)
