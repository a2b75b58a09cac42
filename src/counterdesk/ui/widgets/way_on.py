"""A section that is elsewhere: what it is, and one key to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.widgets.boxes import page_layout, row
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import plain_label, wrapped_label


class WayOn(QWidget):
    """Leads to a place that needs the whole window."""

    wanted = Signal(str)
    """Name of the place."""

    def __init__(self, place: str, title: str, words: str) -> None:
        super().__init__()
        self._go = KeyButton(_("Go there"), _("Enter"), f"{place}WayOn", "primary")
        self._go.clicked.connect(lambda: self.wanted.emit(place))
        self._go.setAutoDefault(True)
        layout = page_layout(self)
        layout.addWidget(plain_label(title, "h1"))
        layout.addWidget(wrapped_label(words, "muted"))
        layout.addLayout(row(self._go, None))
        layout.addStretch(1)

    def begin(self) -> None:
        """Put the focus on the way there."""
        self._go.setFocus(Qt.FocusReason.OtherFocusReason)
