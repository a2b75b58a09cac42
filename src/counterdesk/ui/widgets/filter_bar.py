"""What a list is narrowed to: a button for the choice, one for saved filters, a line of chips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.list_filter import ListFilter
from counterdesk.core.text import clean
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.widgets.chips import Chips
from counterdesk.ui.widgets.filter_panel import FilterPanel
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.pickers import Picker, ValuesPicker
from counterdesk.ui.widgets.saved_panel import SavedPanel


class FilterBar(QWidget):
    """The line of chips. Its two buttons stand wherever the page has room for them.

    The search is a field of the page; the bar keeps its text with the rest of the filter.
    """

    changed = Signal()
    """Something else is wanted: `wanted` says what."""

    choices_asked = Signal()
    """The choice opens: what there is to choose from may be read anew."""

    def __init__(
        self, jobs: Jobs, of_list: str, pickers: Sequence[Picker], within: QWidget
    ) -> None:
        """Make one that lets everything through.

        Args:
            jobs: Carry saved filters to the ledger.
            of_list: Name of the list, also of its saved filters: "payments".
            pickers: What it can be narrowed by, in the order of their chips.
            within: While this is in sight, Esc clears everything.
        """
        super().__init__()
        self.setObjectName(f"{of_list}Filter")
        self.wanted = ListFilter()
        self._jobs, self._of_list = jobs, of_list
        self._pickers = {picker.name: picker for picker in pickers}
        self.choose = key_button(_("Filter"), "Ctrl+F", f"{of_list}FilterButton", "")
        self.saved = key_button(_("Saved"), "Ctrl+D", f"{of_list}SavedButton", "")
        self.clear_all = KeyButton(_("Clear all"), _("Esc"), f"{of_list}ClearAll", "link")
        self._esc = QShortcut(QKeySequence("Esc"), within)
        self._chips = Chips(self.clear_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._chips)
        self._esc.setEnabled(False)
        self.hide()
        self._connect()

    def offer(self, choices: Mapping[str, Sequence[str]]) -> None:
        """Offer other values, by the name of their column."""
        for name, values in choices.items():
            picker = self._pickers.get(name)
            if isinstance(picker, ValuesPicker):
                picker.offer(values)

    def show_filter(self, wanted: ListFilter) -> None:
        """Take another filter, as if it had been chosen here."""
        self.wanted = wanted
        self._show()
        self.changed.emit()

    @Slot()
    def clear(self) -> None:
        """Let everything through, whatever is typed in the search."""
        if self.wanted != ListFilter():
            self.show_filter(ListFilter())

    def words(self) -> tuple[str, ...]:
        """Return what is chosen and searched for, each with its name: "Method: Cash"."""
        typed = self.wanted.search
        search = (_('Search: "{text}"').format(text=clean(typed)),) if typed else ()
        return (*search, *self._parts().values())

    def _connect(self) -> None:
        self.choose.clicked.connect(self._open)
        self.saved.clicked.connect(self._open_saved)
        self._esc.activated.connect(self.clear)
        self.clear_all.clicked.connect(self.clear)
        self._chips.chosen.connect(self._change)
        self._chips.removed.connect(self._remove)

    @cached_property
    def _panel(self) -> FilterPanel:
        """The choice, made when it is opened for the first time."""
        panel = FilterPanel(self._of_list, tuple(self._pickers.values()), self)
        panel.show_filter(self.wanted)
        panel.changed.connect(self._take)
        return panel

    @cached_property
    def _saved(self) -> SavedPanel:
        panel = SavedPanel(self._jobs, self._of_list, self)
        panel.chosen.connect(self.show_filter)
        return panel

    def _parts(self) -> dict[str, str]:
        return {
            name: _("{title}: {value}").format(title=picker.title, value=words)
            for name, picker in self._pickers.items()
            if (words := picker.words(self.wanted))
        }

    def _show(self) -> None:
        parts = self._parts()
        self._esc.setEnabled(self.wanted != ListFilter())  # else it means something to others
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        if "_panel" in vars(self):
            self._panel.show_filter(self.wanted)
        if had_focus and not parts:
            self.choose.setFocus()
        self._chips.show_chips(parts)
        self.setVisible(bool(parts))

    @Slot()
    def _open(self) -> None:
        self.choices_asked.emit()
        self._panel.open_under(self.choose)

    @Slot()
    def _open_saved(self) -> None:
        self._saved.show_under(self.saved, self.wanted)

    @Slot()
    def _take(self) -> None:
        wanted = self._panel.read(self.wanted)
        if wanted != self.wanted:
            self.show_filter(wanted)

    @Slot(str)
    def _change(self, name: str) -> None:
        self.choices_asked.emit()
        self._panel.open_at(name, self.choose)

    @Slot(str)
    def _remove(self, name: str) -> None:
        self.show_filter(self._pickers[name].clear(self.wanted))
