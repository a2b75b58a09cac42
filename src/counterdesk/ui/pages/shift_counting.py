"""The blind count at the end of a shift: what lies there, without a word of what should."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import KeyButton, bind_key
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.money_form import MoneyForm

if TYPE_CHECKING:
    from counterdesk.services.shift_counting import ShiftCounted

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ShiftCounting(QWidget):
    """Notes and coins by denomination, then each list of what else is counted."""

    counted = Signal(object)
    """A `ShiftCounted`, once it is safely saved."""

    left = Signal()
    """Esc: the shift goes on."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._count_id: UUID = uuid4()
        self._form = MoneyForm("count", self._settings)
        self._error = wrapped_label(role="error", name="countError")
        self._finish = KeyButton(_("Finish the count"), _("Ctrl+Enter"), "finishCount", "primary")
        self._back = KeyButton(_("Back"), _("Esc"), "leaveCount")
        self._build()
        self._connect()

    def begin(self) -> None:
        """Start a new count."""
        self._count_id = uuid4()
        self._form.clear()
        self._refuse("")
        self._form.begin()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        how = _("Count what lies there: pieces of each, Enter for the next.")
        layout.addWidget(wrapped_label(how))
        layout.addWidget(self._form)
        layout.addWidget(self._error)
        layout.addLayout(row(self._back, None, self._finish))
        layout.addStretch(1)

    def _connect(self) -> None:
        bind_key(self._finish, "Ctrl+Return", self)
        bind_key(self._finish, "Ctrl+Enter", self)
        self._form.finished.connect(self._finish.click)
        self._finish.clicked.connect(self._save)
        self._back.clicked.connect(self.left)

    @Slot()
    def _save(self) -> None:
        self._refuse("")
        if not self._form.take_pending():
            return
        cash = services.counts.cash_method(self._settings).code
        pieces = self._form.pieces(cash)
        given = services.shift_counting.CountGiven(self._count_id, pieces)
        self._finish.setEnabled(False)
        self._jobs.write(
            self,
            lambda session: services.shift_counting.count_drawer(session, given),
            done=self._show_counted,
            failed=self._show_refusal,
        )

    def _show_counted(self, counted: ShiftCounted) -> None:
        self._finish.setEnabled(True)
        self.counted.emit(counted)

    def _show_refusal(self, error: UserError) -> None:
        self._finish.setEnabled(True)
        self._count_id = uuid4()
        self._refuse(error.message)

    def _refuse(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Esc; press the button that has the focus with Enter."""
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _ENTER and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)
