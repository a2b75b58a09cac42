"""What stands beside the tabs of lists: buttons for the whole list, and its search."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from counterdesk.ui.theme import SEARCH_WIDTH, SPACE_S
from counterdesk.ui.widgets.key_button import KeyButton

_LEAST_SEARCH = 192


class ListTools(QWidget):
    """Where room is scarce the search keeps it: the buttons' keys go into their tool tips."""

    def __init__(self, search: QLineEdit, *buttons: KeyButton) -> None:
        super().__init__()
        self._buttons = buttons
        search.setMaximumWidth(SEARCH_WIDTH)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_S)
        line.addStretch(1)
        for part in (*buttons, search):
            line.addWidget(part)
        line.setStretchFactor(search, SEARCH_WIDTH)  # up to its width, before the gap

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the keys where there is room for them."""
        super().resizeEvent(event)
        shown = [button for button in self._buttons if not button.isHidden()]
        wanted = sum(button.whole_width() + SPACE_S for button in shown) + _LEAST_SEARCH
        for button in self._buttons:
            button.show_key(shown=wanted <= self.width())
