"""A few lines of remarks with their count; Enter goes on, Shift+Enter begins a new line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.theme import ROW_HEIGHT, SPACE_L, set_role
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import plain_label
from counterdesk.ui.widgets.named import named


class _Lines(QPlainTextEdit):
    submitted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter go on."""
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not shifted:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)


class RemarksEdit(QWidget):
    """Remarks of a limited length."""

    changed = Signal()
    """They read otherwise now."""

    submitted = Signal()
    """Enter was pressed."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self._lines = named(_Lines(tabChangesFocus=True), name)
        self._lines.setFixedHeight(ROW_HEIGHT + SPACE_L)
        self._counter = plain_label("", "muted", name=f"{name}Counter")
        self.field = Field(_("Remarks"), self._lines, beside=self._counter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.field)
        self._lines.submitted.connect(self.submitted)
        self._lines.textChanged.connect(self._count)
        self._count()

    @property
    def text(self) -> str:
        """The remarks as typed."""
        return self._lines.toPlainText()

    @property
    def fits(self) -> bool:
        """Whether they are short enough."""
        return len(self.text) <= self._limit

    def _count(self) -> None:
        used = len(self.text)
        self._counter.setText(_("{used} of {limit}").format(used=used, limit=self._limit))
        set_role(self._counter, "muted" if self.fits else "error")
        self.changed.emit()
