"""The shift: one form while none is open, another while one runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.shift_opening import ShiftOpening
from counterdesk.ui.pages.shift_running import Drawer, ShiftRunning
from counterdesk.ui.widgets.boxes import page_layout
from counterdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from counterdesk.services.shifts import OpenShift, ShiftClosed
    from counterdesk.store.session import ReadSession


class ShiftPage(QWidget):
    """Open a shift, see how it stands, close it."""

    shift_opened = Signal(object)
    """An `OpenShift`."""

    shift_closed = Signal(object)
    """A `ShiftClosed`."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._runs: bool | None = None
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus where typing begins."""
        if self._runs is not None:
            (self._running if self._runs else self._opening).begin()

    def _build(self) -> None:
        self.title = plain_label(role="h1", name="shiftTitle")
        self._opening = ShiftOpening(self._jobs)
        self._running = ShiftRunning(self._jobs)
        self._sides = QStackedWidget()
        self._sides.addWidget(self._opening)
        self._sides.addWidget(self._running)
        self._sides.hide()
        layout = page_layout(self)
        layout.addWidget(self.title)
        layout.addWidget(self._sides, 1)

    def _connect(self) -> None:
        self._jobs.changed.connect(self._refresh_if_seen)
        self._opening.opened.connect(self._show_opened)
        self._running.closed.connect(self._show_closed)

    @Slot()
    def refresh(self) -> None:
        """Read anew how the shift stands."""
        self._jobs.read(self, _drawer, self._show)

    @Slot()
    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def _show(self, drawer: Drawer | None) -> None:
        turned, self._runs = self._runs != (drawer is not None), drawer is not None
        if drawer is None:
            self.title.setText(_("Open your shift"))
        else:
            self.title.setText(_("Shift {number}").format(number=drawer.shift.number))
            self._running.show_drawer(drawer)
        self._sides.setCurrentWidget(self._running if drawer else self._opening)
        self._sides.show()
        if turned and self.isVisible():  # or a late answer takes the keys from another page
            self.begin()

    @Slot(object)
    def _show_opened(self, shift: OpenShift) -> None:
        messages.toast(self, _("Shift {number} is open.").format(number=shift.number))
        self.shift_opened.emit(shift)

    @Slot(object)
    def _show_closed(self, closed: ShiftClosed) -> None:
        messages.toast(self, _("Shift {number} is closed.").format(number=closed.number))
        self._jobs.back_up(self, f"{closed.closed_at_utc:%Y-%m-%dT%H%M%S}")
        self.shift_closed.emit(closed)

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew what changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()


def _drawer(read: ReadSession) -> Drawer | None:
    shift = services.shifts.current_shift(read)
    if shift is None:
        return None
    return Drawer(shift, services.shifts.expected_drawer(read, shift.id))
