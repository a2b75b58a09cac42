"""Where a list's filter is put together: its parts on the left, the choice on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QStackedWidget, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.list_filter import ListFilter
from counterdesk.ui.theme import FILTER_SIZE, SECTIONS_WIDTH, SPACE_M
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.overlay import Overlay
from counterdesk.ui.widgets.pickers import Picker

_INTO = (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FilterPanel(Overlay):
    """What is chosen holds at once; the list beneath follows."""

    changed = Signal()
    """Something else is chosen: `read` says what."""

    def __init__(self, name: str, pickers: Sequence[Picker], home: QWidget) -> None:
        super().__init__(f"{name}FilterPanel", _("Filter"), home)
        self.pickers = {picker.name: picker for picker in pickers}
        self.parts = _Parts(self)
        self.parts.setObjectName(f"{name}FilterParts")
        self.parts.setAccessibleName(_("What to filter by"))
        self.parts.setFixedWidth(SECTIONS_WIDTH)
        self._stack = QStackedWidget()
        for picker in pickers:
            picker.build()
            self.parts.addItem(picker.title)
            self._stack.addWidget(picker)
            picker.changed.connect(self.changed)
        both = QHBoxLayout()
        both.setSpacing(SPACE_M)
        both.addWidget(self.parts)
        both.addWidget(self._stack, 1)
        done = KeyButton(_("Done"), _("Esc"), f"{name}FilterDone")
        done.clicked.connect(self.close_up)
        self.body.addLayout(both, 1)
        self.body.addLayout(row(None, done))
        self.ask_room(*FILTER_SIZE)
        self.parts.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.parts.wanted.connect(self._enter)
        self.parts.setCurrentRow(0)

    def open_at(self, name: str, button: QWidget) -> None:
        """Open with one part's choice in sight, and the focus on it."""
        if not self.isVisible():
            self.open_under(button)
        self.parts.setCurrentRow(list(self.pickers).index(name))
        self.pickers[name].begin()

    def begin(self) -> None:
        """Begin with the parts."""
        self.parts.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_filter(self, wanted: ListFilter) -> None:
        """Show what is chosen, and mark the parts of which something is."""
        for place, picker in enumerate(self.pickers.values()):
            picker.show_filter(wanted)
            mark = "\N{BULLET} " if picker.words(wanted) else ""
            self.parts.item(place).setText(f"{mark}{picker.title}")

    def read(self, wanted: ListFilter) -> ListFilter:
        """Return a filter with everything that is chosen here."""
        for picker in self.pickers.values():
            wanted = picker.read(wanted)
        return wanted

    @Slot()
    def _enter(self) -> None:
        list(self.pickers.values())[self.parts.currentRow()].begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back to the parts with Left, and away with Esc."""
        if event.key() == Qt.Key.Key_Left:
            self.begin()
        else:
            super().keyPressEvent(event)


class _Parts(QListWidget):
    """Right and Enter lead to the choice."""

    wanted = Signal()
    """Somebody wants to choose within the marked part."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lead to the choice, or move among the parts."""
        if event.key() in _INTO:
            self.wanted.emit()
        else:
            super().keyPressEvent(event)
