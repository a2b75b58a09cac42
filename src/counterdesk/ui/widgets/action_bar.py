"""What can be done with what a page shows: buttons at the end of its last line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import KeyButton


class ActionBar(QWidget):
    """Where room is scarce no word is cut: keys go into tool tips, the longest first."""

    def __init__(self, *buttons: KeyButton) -> None:
        super().__init__()
        self._buttons = buttons
        self._longest_first = sorted(buttons, key=lambda one: len(one.key()), reverse=True)
        self._without_key: tuple[KeyButton, ...] = ()
        line = row(None, *buttons)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)

    def minimumSizeHint(self) -> QSize:
        """Take what room there is."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the keys that there is room for."""
        super().resizeEvent(event)
        self._show_keys()

    def event(self, event: QEvent) -> bool:
        """Show them anew when a button comes or goes."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._show_keys()
        return done

    def _show_keys(self) -> None:
        shown = [one for one in self._longest_first if not one.isHidden()]
        over = sum(one.whole_width() + SPACE_S for one in shown) - SPACE_S - self.width()
        without = []
        for button in shown:
            if over <= 0:
                break
            over -= button.key_width()
            without.append(button)
        if tuple(without) != self._without_key:
            self._without_key = tuple(without)
            for button in self._buttons:
                button.show_key(shown=button not in without)
