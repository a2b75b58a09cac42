"""A part of a list's filter: the widget in which it is chosen, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.list_filter import ListFilter
from counterdesk.core.text import clean
from counterdesk.ui.widgets.check_list import CheckList

_NAMED_IN_A_CHIP = 2
"""Of more values than this, a chip tells how many there are."""


class Picker(QWidget):
    """One part of a list's filter.

    What is chosen is told before the widget is made: most lists are looked at without a choice.
    """

    changed = Signal()
    """Something else is chosen: `read` says what."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.name, self.title = name, title

    def build(self) -> None:
        """Make what one chooses with: the choice opens for the first time."""

    def begin(self) -> None:
        """Put the focus where choosing begins."""

    def show_filter(self, wanted: ListFilter) -> None:
        """Show what of a filter is chosen here."""

    def read(self, wanted: ListFilter) -> ListFilter:
        """Return a filter with what is chosen here."""
        return wanted

    def clear(self, wanted: ListFilter) -> ListFilter:
        """Return a filter that lets everything through here."""
        return wanted

    def words(self, wanted: ListFilter) -> str:
        """Return what of a filter is chosen here, "" for nothing."""
        del wanted
        return ""


class ValuesPicker(Picker):
    """Any of a column's values."""

    def __init__(
        self, name: str, title: str, word: Callable[[str], str] = clean,
        choices: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Offer values, if there are any yet.

        Args:
            name: Of the column in the filter.
            title: What the column is called.
            word: What a value is called.
            choices: The values.
        """
        super().__init__(name, title)
        self._word = word
        self._choices = tuple(choices)
        self.list: CheckList | None = None

    def build(self) -> None:
        """Make the list of values."""
        self.list = CheckList(f"{self.name}Choices", self.title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        self.list.changed.connect(self.changed)
        self.offer(self._choices)

    def offer(self, values: Sequence[str]) -> None:
        """Offer other values."""
        self._choices = tuple(values)
        if self.list is not None:
            self.list.offer([(value, self._word(value)) for value in values])

    def begin(self) -> None:
        """Begin in the list."""
        if self.list is not None:
            self.list.begin()

    def show_filter(self, wanted: ListFilter) -> None:
        """Tick what is chosen."""
        if self.list is not None:
            self.list.choose(wanted.of(self.name))

    def read(self, wanted: ListFilter) -> ListFilter:
        """Return a filter with what is ticked."""
        return wanted if self.list is None else wanted.with_values(self.name, self.list.chosen())

    def clear(self, wanted: ListFilter) -> ListFilter:
        """Return a filter without any."""
        return wanted.with_values(self.name, ())

    def words(self, wanted: ListFilter) -> str:
        """Return the values, or how many there are."""
        chosen = [self._word(value) for value in wanted.of(self.name)]
        if len(chosen) <= _NAMED_IN_A_CHIP:
            return ", ".join(chosen)
        return _("{name} and {count} more").format(name=chosen[0], count=len(chosen) - 1)
