"""How it is paid: one big button for each payment mode of the office."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QPushButton, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.settings import PaymentMode
from counterdesk.core.text import clean
from counterdesk.core.visit_settling import Refusal
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.flow_layout import FlowLayout
from counterdesk.ui.widgets.key_button import bind_key
from counterdesk.ui.widgets.labels import wrapped_label

_TAKEN = "ADEKNOPSTUX"
"""Letters that mean something else while a payment is keyed, the banner's among them."""
_MOST_SENTENCES = 3


class MethodBox(QWidget):
    """Arrows choose while a button has the focus; Alt and the underlined letter from anywhere."""

    chosen = Signal(str)
    """Code of the payment mode."""

    def __init__(self, modes: Iterable[PaymentMode]) -> None:
        super().__init__()
        self.setObjectName("methodBox")
        self.setAccessibleName(_("Payment method"))
        self._group = QButtonGroup(self)
        self._hint = wrapped_label("", "muted", name="methodHint")
        buttons = FlowLayout()
        buttons.setSpacing(SPACE_S)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addLayout(buttons)
        layout.addWidget(self._hint)
        free = [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in _TAKEN]
        for mode in modes:
            button = _choice(mode, free)
            self._group.addButton(button)
            buttons.addWidget(button)
        self._group.buttonClicked.connect(self._tell)

    @property
    def code(self) -> str:
        """The mode that is chosen, "" where the office has none."""
        button = self._group.checkedButton()
        return str(button.property("code")) if button is not None else ""

    def choose(self, code: str) -> None:
        """Choose a mode without telling anyone."""
        for button in self._group.buttons():
            button.setChecked(button.property("code") == code)
        self._leave_one_tab_stop()

    def show_refusals(self, refusals: Sequence[Refusal], *, told: bool) -> None:
        """Mark the methods that something of the visit does not accept, and say what.

        Args:
            refusals: What does not accept what.
            told: Whether the method that is chosen is refused, which says it already.
        """
        for button in self._group.buttons():
            code = button.property("code")
            _mark(button, [one.sentence for one in refusals if code in one.methods])
        self._hint.setText(_some_of([one.sentence for one in refusals]))
        self._hint.setVisible(bool(refusals) and not told)

    def has_focus(self) -> bool:
        """Tell whether one of the buttons has the focus: then the arrows choose."""
        return any(button.hasFocus() for button in self._group.buttons())

    def _leave_one_tab_stop(self) -> None:
        for button in self._group.buttons():
            tabs = Qt.FocusPolicy.TabFocus if button.isChecked() else Qt.FocusPolicy.NoFocus
            button.setFocusPolicy(tabs)
            if button.isChecked():
                self.setFocusProxy(button)  # a refusal goes to the box: arrows choose at once

    def _tell(self, button: QAbstractButton) -> None:
        self._leave_one_tab_stop()
        self.chosen.emit(str(button.property("code")))


def _mark(button: QAbstractButton, sentences: Sequence[str]) -> None:
    button.setAccessibleDescription(" ".join(sentences))
    if button.property("refused") != bool(sentences):
        button.setProperty("refused", bool(sentences))
        button.style().unpolish(button)
        button.style().polish(button)


def _some_of(sentences: Sequence[str]) -> str:
    left = len(sentences) - _MOST_SENTENCES
    more = [_("And {count} more.").format(count=left)] if left > 0 else []
    return "\n".join([*sentences[:_MOST_SENTENCES], *more])


def _choice(mode: PaymentMode, free: list[str]) -> QPushButton:
    name = clean(mode.name)
    letter = next((one for one in name.upper() if one in free), "")
    button = QPushButton(name.replace("&", "&&"))
    button.setObjectName(f"method-{mode.code}")
    button.setProperty("role", "choice")
    button.setProperty("code", mode.code)
    button.setCheckable(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(name)
    if letter:
        free.remove(letter)
        at = name.upper().index(letter)
        button.setText(f"{name[:at]}&{name[at:]}")
        button.setShortcut(QKeySequence())  # only the underline: bind_key acts at once
        button.setToolTip(f"Alt+{letter}")
        bind_key(button, f"Alt+{letter}")
    return button
