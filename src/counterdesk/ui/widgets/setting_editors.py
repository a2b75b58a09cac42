"""Editors of settings: each shows a value as JSON has it, and gives back what is typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_number, parse_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.theme import PIECES_WIDTH, ROW_HEIGHT, TEXT_PX
from counterdesk.ui.widgets.choice_box import ChoiceBox

_LONGEST = 200
_LINES = 7


class TextEditor(QLineEdit):
    """A line of text."""

    def __init__(self) -> None:
        super().__init__(maxLength=_LONGEST)
        self.changed = self.textChanged

    def show_value(self, value: Any) -> None:
        """Show a text from its beginning."""
        self.setText(value)
        self.setCursorPosition(0)

    def value(self) -> str:
        """Return the text."""
        return self.text().strip()


class CountEditor(QLineEdit):
    """A whole number."""

    def __init__(self) -> None:
        super().__init__(maxLength=_LONGEST)
        self.changed = self.textChanged
        self.setMaximumWidth(2 * PIECES_WIDTH)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def show_value(self, value: Any) -> None:
        """Show a number."""
        self.setText(str(value))

    def value(self) -> int:
        """Return the number.

        Raises:
            UserError: It is none.
        """
        try:
            return int(self.text())
        except ValueError as error:
            raise UserError(_("Enter a whole number.")) from error


class MoneyEditor(QLineEdit):
    """An amount."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(maxLength=_LONGEST)
        self.changed = self.textChanged
        self._settings = settings
        self.setMaximumWidth(2 * PIECES_WIDTH)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def show_value(self, value: Any) -> None:
        """Show an amount the way the office writes it."""
        self.setText(format_number(value, self._settings.currency, self._settings.locale))

    def value(self) -> int:
        """Return the amount in minor units.

        Raises:
            UserError: It is none.
        """
        return parse_amount(self.text(), self._settings.currency, self._settings.locale)


class CheckEditor(QCheckBox):
    """Yes or no."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = self.toggled

    def show_value(self, value: Any) -> None:
        """Tick it or not."""
        self.setChecked(value)

    def value(self) -> bool:
        """Return whether it is ticked."""
        return self.isChecked()


class ChoiceEditor(ChoiceBox):
    """One of a few."""

    def __init__(self, choices: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.changed = self.currentIndexChanged
        for value, word in choices:
            self.addItem(word, value)

    def show_value(self, value: Any) -> None:
        """Choose a value."""
        self.choose(value)

    def value(self) -> Any:
        """Return what is chosen."""
        return self.currentData()


class WordsEditor(QPlainTextEdit):
    """Words, one on each line."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = self.textChanged
        self.setTabChangesFocus(True)
        self.setFixedHeight(_LINES * (TEXT_PX + TEXT_PX // 2) + ROW_HEIGHT // 2)

    def show_value(self, value: Any) -> None:
        """Show the words."""
        self.setPlainText("\n".join(value))

    def value(self) -> list[Any]:
        """Return the words."""
        return [line.strip() for line in self.toPlainText().splitlines() if line.strip()]


class MoneyListEditor(WordsEditor):
    """Amounts, one on each line, the largest first."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def show_value(self, value: Any) -> None:
        """Show the amounts."""
        given = self._settings
        super().show_value([format_number(one, given.currency, given.locale) for one in value])

    def value(self) -> list[Any]:
        """Return the amounts in minor units.

        Raises:
            UserError: A line is no amount.
        """
        given = self._settings
        amounts = [parse_amount(line, given.currency, given.locale) for line in super().value()]
        return sorted(amounts, reverse=True)
