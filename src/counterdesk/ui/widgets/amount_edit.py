"""A field for an amount of money, as a person types it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from counterdesk.core.errors import UserError
from counterdesk.core.money import format_number, parse_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.theme import AMOUNT_WIDTH

_LONGEST = 40


class AmountEdit(QLineEdit):
    """Takes anything, says what it means in minor units, and refuses the rest in a sentence."""

    def __init__(self, name: str, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setObjectName(name)
        self.setProperty("role", "money")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMaxLength(_LONGEST)
        self.setMinimumWidth(AMOUNT_WIDTH // 2)
        self.setMaximumWidth(AMOUNT_WIDTH)

    def amount_minor(self) -> int:
        """Return what is typed in minor units: "150" is 150.00.

        Raises:
            UserError: It is empty or no amount; the field is this widget's name.
        """
        given = self._settings
        return parse_amount(self.text(), given.currency, given.locale, self.objectName())

    def amount_so_far(self) -> int | None:
        """Return what is typed while it is still being typed, or None: "12." is 12 already."""
        given = self._settings
        try:
            return parse_amount(self.text().rstrip(" .,٫"), given.currency, given.locale)
        except UserError:
            return None

    def show_amount(self, amount_minor: int | None) -> None:
        """Write an amount the way the office does; None empties. Nobody is told: it is known."""
        given, text = self._settings, ""
        if amount_minor is not None:
            text = format_number(amount_minor, given.currency, given.locale)
        if text != self.text():
            self.blockSignals(True)
            self.setText(text)
            self.blockSignals(False)

    def begin(self) -> None:
        """Wait for an amount: typing replaces what is there."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def start_with(self, digit: str) -> None:
        """Begin anew with a digit that was typed elsewhere on the page."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.setText(digit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Write nothing for a key with Alt that means nothing here: Alt+1 is no amount of 1."""
        writes = event.text() != "" and event.text().isprintable()
        if writes and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select all, so that typing replaces what is there."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Write what was meant: "150" becomes "150.00"."""
        super().focusOutEvent(event)
        if self.text() and (amount := self.amount_so_far()) is not None:
            self.show_amount(amount)
