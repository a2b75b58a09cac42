"""The view of a list of records: keyboard first, widths remembered, never empty without a word."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from counterdesk.ui.tables.cells import Cells
from counterdesk.ui.tables.records import RecordsModel
from counterdesk.ui.tables.sort_header import SortHeader
from counterdesk.ui.theme import ROW_HEIGHT, SPACE_M, colours

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RecordTable(QTableView):
    """Arrows move, Enter opens, a click on a title sorts."""

    opened = Signal(object)
    """The record somebody pressed Enter on, or clicked twice."""

    def __init__(
        self, name: str, title: str, model: RecordsModel, parent: QWidget | None = None
    ) -> None:
        """Make a view of a model.

        Args:
            name: Object name, also of its remembered widths.
            title: What the list is, for screen readers.
            model: What it shows; the view owns it from now on.
            parent: Owns the view.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.records = model
        model.setParent(self)
        self.empty_text = ""
        self._build()

    def _build(self) -> None:
        self.setModel(self.records)
        self.doubleClicked.connect(self._open)
        self.setItemDelegate(Cells(self.records, self))
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setHorizontalHeader(SortHeader(self))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(self.records.sortable)
        header.setSectionsClickable(self.records.sortable)
        for number, column in enumerate(self.records.columns):
            if column.width:
                self.setColumnWidth(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def selectRow(self, row: int) -> None:
        """Put the cursor on a row; where one reads from the right, Qt itself misses it."""
        if self.layoutDirection() is not Qt.LayoutDirection.RightToLeft:
            super().selectRow(row)
        elif 0 <= row < self.records.rowCount():
            edge = self.horizontalHeader().logicalIndexAt(self.viewport().width() - 1)
            self.setCurrentIndex(self.records.index(row, max(0, edge)))

    def say_when_empty(self, text: str) -> None:
        """Tell what to do where there is nothing to list."""
        self.empty_text = text
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or the sentence in place of them."""
        super().paintEvent(event)
        if self.records.rowCount() or not self.empty_text:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(colours().muted))
        inside = self.viewport().rect().adjusted(SPACE_M, SPACE_M, -SPACE_M, -SPACE_M)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(inside, int(flags), self.empty_text)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Have a row under the cursor as soon as keys arrive."""
        super().focusInEvent(event)  # may put the cursor on a row, and not mark it
        if not self.selectionModel().hasSelection() and self.records.rowCount():
            self.selectRow(max(0, self.currentIndex().row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the record under the cursor with Enter."""
        index = self.currentIndex()
        if event.key() in _ENTER and index.isValid():
            if not event.isAutoRepeat():
                self._open(index)
            return
        super().keyPressEvent(event)

    def _open(self, index: QModelIndex | QPersistentModelIndex) -> None:
        self.opened.emit(self.records.records[index.row()])
