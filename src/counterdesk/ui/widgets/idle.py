"""Notices that nobody has touched the window for a while."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class IdleWatch(QObject):
    """Filters a window's own events; an application-wide filter would see every paint."""

    idle = Signal()
    """Nobody touched the window for the given time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._end)

    def start(self, after_ms: int) -> None:
        """Begin to wait; 0 waits for ever."""
        self._timer.setInterval(after_ms)
        if after_ms > 0:
            self._timer.start()

    def stop(self) -> None:
        """Wait no longer."""
        self._timer.stop()

    def _end(self) -> None:
        # A dialog has a window of its own: its keys are not seen here.
        if QApplication.activeModalWidget() is not None:
            self._timer.start()
            return
        self.idle.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Start the wait anew with every touch; nothing is held back."""
        del watched
        if event.type() in _TOUCHES and self._timer.isActive():
            self._timer.start()
        return False
