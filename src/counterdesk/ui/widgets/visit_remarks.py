"""What may be added to a visit: notes, and who pays where it is not the holder."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.theme import ROW_HEIGHT, SPACE_L, SPACE_M, set_role
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import plain_label
from counterdesk.ui.widgets.named import named

_LONGEST_NAME = 1000


class _Notes(QPlainTextEdit):
    """Enter goes on with the payment; Shift+Enter begins a new line."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Enter to the page."""
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not shifted:
            event.ignore()
        else:
            super().keyPressEvent(event)


class VisitRemarks(QWidget):
    """Two fields beside each other; the payer is the holder unless somebody else is named."""

    changed = Signal()
    """Notes or payer read otherwise now."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self._payer = named(QLineEdit(maxLength=_LONGEST_NAME), "paidBy")
        self._payer.setPlaceholderText(_("The account's holder"))
        self._notes = named(_Notes(tabChangesFocus=True), "notesEdit")
        self._notes.setFixedHeight(ROW_HEIGHT + SPACE_L)
        self._counter = plain_label("", "muted", name="notesCounter")
        self.fields = (
            Field(_("Paid by"), self._payer),
            Field(_("Notes"), self._notes, beside=self._counter),
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        for field, share in zip(self.fields, (2, 3), strict=True):
            layout.addWidget(field, share, Qt.AlignmentFlag.AlignTop)
        self._payer.textChanged.connect(self._tell)
        self._notes.textChanged.connect(self._tell)

    @property
    def notes(self) -> str:
        """The notes as typed."""
        return self._notes.toPlainText()

    @property
    def payer(self) -> str:
        """Who pays, as typed; "" for the holder."""
        return self._payer.text()

    def show_visit(self, draft: VisitDraft) -> None:
        """Show what is written on a visit."""
        # Nobody has typed: `changed` would write the notes of the visit before into this one.
        with QSignalBlocker(self):
            if draft.paid_by != self.payer:
                self._payer.setText(draft.paid_by)
            if draft.notes != self.notes:
                self._notes.setPlainText(draft.notes)
        self._count()

    def has_focus(self) -> bool:
        """Tell whether one of the two is being typed into."""
        return self._notes.hasFocus() or self._payer.hasFocus()

    def begin(self) -> None:
        """Go to the notes."""
        self._notes.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _tell(self) -> None:
        self._count()
        self.changed.emit()

    def _count(self) -> None:
        used = len(self.notes)
        self._counter.setText(_("{used} of {limit}").format(used=used, limit=self._limit))
        set_role(self._counter, "error" if used > self._limit else "muted")
