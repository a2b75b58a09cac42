"""A look aside: something stands in for a page's parts until Esc, then all is as it was."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from counterdesk.core.i18n import _
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import plain_label

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Aside(QWidget):
    """Stays in its page's layout, hidden, until it is wanted."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.title = plain_label(title, "h1", name=f"{name}Title")
        self.body = QVBoxLayout()
        self.go_back = KeyButton(_("Back"), _("Esc"), f"{name}Back")
        self.go_back.clicked.connect(self.step_back)
        self._instead_of: tuple[QWidget, ...] = ()
        self._spot = Spot(None)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        self.header = row(self.title, spacing=SPACE_M)
        layout.addLayout(self.header)
        layout.addLayout(self.body, 1)
        self.footer = row(self.go_back, None)
        """What can be done is added behind the way back, and to `header` what belongs there."""
        layout.addLayout(self.footer)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def stand_in(self, *instead_of: QWidget) -> None:
        """Take the place of some parts of the page, and the focus."""
        if not self.isHidden():
            return
        self._spot = Spot(QApplication.focusWidget())
        self._instead_of = instead_of
        self.show()
        self.begin()
        for part in instead_of:
            part.hide()

    def begin(self) -> None:
        """Put the focus where reading begins."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def leave(self) -> None:
        """Let the page be as it was, with the focus and the marked letters where they were."""
        if self.isHidden():
            return
        for part in self._instead_of:
            part.show()
        self._spot.return_to()
        self.hide()

    @Slot()
    def step_back(self) -> None:
        """Go back one step, as Esc and its button do: here, leave."""
        self.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Esc, press a button with Enter; nothing reaches the page beneath."""
        focused = self.focusWidget()
        if event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_Escape:
            self.step_back()
        elif event.key() in _ENTER and isinstance(focused, QPushButton):
            focused.click()


class Spot:
    """Where a person is: the widget that has the focus and, in a line, what is marked."""

    def __init__(self, widget: QWidget | None) -> None:
        self._widget = widget
        self._line = _marked(widget) if isinstance(widget, QLineEdit) else None

    def return_to(self) -> None:
        """Give the focus back; a line reads as it did, though leaving it may have tidied it."""
        widget = self._widget
        if widget is None or not isValid(widget):
            return
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._line is None or not isinstance(widget, QLineEdit):
            return
        text, cursor, start, length = self._line
        widget.blockSignals(True)
        widget.setText(text)
        widget.blockSignals(False)
        widget.setCursorPosition(cursor)
        if length:
            backwards = cursor == start
            widget.setSelection(start + length * backwards, -length if backwards else length)


def _marked(line: QLineEdit) -> tuple[str, int, int, int]:
    return line.text(), line.cursorPosition(), line.selectionStart(), len(line.selectedText())
