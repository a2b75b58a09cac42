"""Looks after every change whether a figure is beyond its limit, wherever the window is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.permissions import Permission
from counterdesk.core.tiles import Crossed
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.remembered import Remembered
from counterdesk.ui.widgets.rail import Rail

if TYPE_CHECKING:
    from counterdesk.store.session import ReadSession

_TOGETHER_MS = 500
"""Payments that come in a burst are looked at once."""


class AlertsTold(QWidget):
    """Reads the alerts for whoever may see the dashboard, and counts them in the rail."""

    def __init__(self, jobs: Jobs, rail: Rail, remembered: Remembered, parent: QWidget) -> None:
        """Make it, silent and out of sight.

        Args:
            jobs: Carry the question; their `alerts` hold the answer.
            rail: Counts the open ones.
            remembered: Knows since when, and which were hidden.
            parent: The window.
        """
        super().__init__(parent)
        self.hide()
        self._jobs = jobs
        self._rail = rail
        jobs.alerts.remember(
            remembered.kept("alerts"), lambda text: remembered.keep("alerts", text)
        )
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.look)
        jobs.changed.connect(self._look_soon)
        jobs.alerts.changed.connect(self._count)

    def forget(self) -> None:
        """Say nothing more: nobody is signed in."""
        self._soon.stop()
        self._jobs.alerts.forget()

    @Slot()
    def look(self) -> None:
        """Look whether a figure is beyond its limit now."""
        if self._may_see():
            self._jobs.read(self, _look, self._show)
        else:
            self._jobs.alerts.forget()

    @Slot()
    def _look_soon(self) -> None:
        if self._jobs.actor is not None and not self._soon.isActive():
            self._soon.start()

    def _show(self, found: tuple[tuple[Crossed, ...], date]) -> None:
        if self._may_see():
            self._jobs.alerts.tell(*found, self._jobs.store.clock.now_utc())

    def _may_see(self) -> bool:
        actor = self._jobs.actor
        return actor is not None and actor.may(Permission.SEE_DASHBOARD)

    @Slot()
    def _count(self) -> None:
        self._rail.show_alerts(len(self._jobs.alerts.open_ones))


def _look(read: ReadSession) -> tuple[tuple[Crossed, ...], date]:
    return services.alerts.alerts_now(read), read.today()
