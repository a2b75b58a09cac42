"""A closed shift's money on its way to the cash room: offered as counted, or counted and taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import KeyButton, bind_key
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.money_form import MoneyForm

if TYPE_CHECKING:
    from counterdesk.services.cash_room import ShiftMoney

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MoneyCounting(QWidget):
    """One form for both sides; what is taken over is counted without a figure to copy."""

    counted = Signal(object, object)
    """The `ShiftMoney`, and what was counted by method."""

    left = Signal()
    """Esc: nothing moved."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._settings = jobs.store.settings
        self._money: ShiftMoney | None = None
        self._words = wrapped_label(name="moneyWords")
        self._form = MoneyForm("money", self._settings)
        self._error = wrapped_label(role="error", name="moneyError")
        self._finish = KeyButton(_("Turn in"), _("Ctrl+Enter"), "finishMoney", "primary")
        self._back = KeyButton(_("Back"), _("Esc"), "leaveMoney")
        self._build()
        self._connect()

    def begin_offer(self, money: ShiftMoney) -> None:
        """Show what was counted at the close, to be turned in as it is or as it is now."""
        self._begin(money, _("Turn in"), _(
            "This was counted at the close. Turn it in as it is, or put in what is there: "
            "a supervisor counts it before it is theirs."
        ))  # fmt: skip
        cash = services.counts.cash_method(self._settings).code
        self._form.show_pieces(money.there.get(cash, ()), money.there)
        self._finish.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin_taking(self, money: ShiftMoney) -> None:
        """Ask for a count of what somebody offers."""
        self._begin(money, _("Take over or refuse"), _(
            "Count what {name} turns in. It is yours once your count agrees and you have signed."
        ).format(name=money.user_name))  # fmt: skip
        self._form.begin()

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with the count."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    def _begin(self, money: ShiftMoney, verb: str, words: str) -> None:
        self._money = money
        self._words.setText(words)
        self._finish.say(verb)
        self._form.clear()
        self.refuse("")

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        for part in (self._words, self._form, self._error):
            layout.addWidget(part)
        layout.addLayout(row(self._back, None, self._finish))
        layout.addStretch(1)

    def _connect(self) -> None:
        bind_key(self._finish, "Ctrl+Return", self)
        bind_key(self._finish, "Ctrl+Enter", self)
        self._form.finished.connect(self._finish.click)
        self._finish.clicked.connect(self._pass_on)
        self._back.clicked.connect(self.left)

    @Slot()
    def _pass_on(self) -> None:
        self.refuse("")
        if self._money is not None and self._form.take_pending():
            cash = services.counts.cash_method(self._settings).code
            pieces = self._form.pieces(cash)
            self.counted.emit(self._money, {name: some for name, some in pieces.items() if some})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Esc; press the button that has the focus with Enter."""
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _ENTER and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)
