"""Python's garbage collector, kept on the GUI thread.

The collector runs on whichever thread happens to allocate. A widget that is caught in a cycle of
references would then be destroyed on a thread of the store, and Qt ends the process for that.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 250
"""What an export makes in a second would take 12 to 15 ms to look through at once."""


class GuiGarbage(QObject):
    """Turns the automatic collector off, and collects by a timer of the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limits, self._was_on = gc.get_threshold(), gc.isenabled()
        gc.disable()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation whose limit is reached, as the interpreter would."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > self._limits[generation]:
                gc.collect(generation)
                return

    def give_back(self) -> None:
        """Let the interpreter collect by itself again, if it did."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()


def spare_what_stands() -> None:
    """Leave what is there now out of every later collection.

    Modules and their classes stay for as long as the program runs; to look through them again and
    again would hold up the window for 40 ms each time. What is garbage already stays, too: it is
    little, and to look for it would hold up the first key.
    """
    gc.freeze()
