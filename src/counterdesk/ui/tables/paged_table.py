"""The view of a long list: it reads on ahead, its source sorts it, its columns are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from counterdesk.ui.tables.cells import link_width
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.sorted_pages import SortedPages
from counterdesk.ui.theme import ROW_HEIGHT, SPACE_S

_AHEAD = 150
"""With fewer rows than this beyond what is in sight, the next page is read."""

_RIGHT_TO_LEFT = Qt.LayoutDirection.RightToLeft
_LEAST_WIDE = 200
"""Narrower than this, the column that takes what is left would say nothing."""


class PagedTable(RecordTable):
    """Home and End lead to the two ends of the whole list; Alt and a digit sort by a column."""

    records: SortedPages

    more_wanted = Signal(bool)
    """What precedes the first record (True) or follows the last (False) will soon be seen."""

    end_wanted = Signal(bool)
    """Somebody wants to the beginning (True) or the end (False) of the whole list."""

    link_opened = Signal(str, object)
    """Name of a column and a record of which somebody clicked the link."""

    menu_wanted = Signal(object)
    """Where the menu of the row under the cursor is to open: a `QPoint` of the screen."""

    def __init__(
        self, name: str, title: str, model: SortedPages, parent: QWidget | None = None
    ) -> None:
        """Make a view of a model. Arguments as for `RecordTable`."""
        super().__init__(name, title, model, parent)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(PagedTable.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._show_order()
        for place, column in enumerate(model.columns):
            self.setColumnHidden(place, column.optional)
        self.verticalScrollBar().valueChanged.connect(self.look_ahead)
        model.order_wanted.connect(self._show_order)
        self.horizontalHeader().sortIndicatorChanged.connect(self._show_order)
        model.rowsInserted.connect(self.look_ahead)

    def shown_columns(self) -> tuple[str, ...]:
        """Return the names of the columns in sight."""
        columns = enumerate(self.records.columns)
        return tuple(column.name for place, column in columns if not self.isColumnHidden(place))

    def show_columns(self, names: Sequence[str]) -> None:
        """Show some columns; those that can't be left out stay."""
        for place, column in enumerate(self.records.columns):
            self.setColumnHidden(place, column.optional and column.name not in names)
        self._share_room()

    def record(self) -> Any:
        """Return the record under the cursor, or None."""
        index = self.currentIndex()
        return self.records.records[index.row()] if index.isValid() else None

    def seen_rows(self) -> tuple[int, int]:
        """Return the first and the last row in sight; (0, -1) of an empty list."""
        count = self.records.rowCount()
        if not count:
            return 0, -1
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        return first, count - 1 if last < 0 else last

    def mark(self, row: int) -> None:
        """Put the cursor on a row, and leave what is in sight where it is."""
        if 0 <= row < self.records.rowCount():
            self.setAutoScroll(False)
            self.setCurrentIndex(self.records.index(row, 0))
            self.setAutoScroll(True)

    def place_of(self, row: int) -> int:
        """Return how far below the upper edge a row begins, in pixels."""
        return self.rowViewportPosition(row)

    def put_at(self, row: int, place: int) -> None:
        """Scroll so that a row begins so far below the upper edge."""
        self.executeDelayedItemsLayout()
        self.verticalScrollBar().setValue(row * ROW_HEIGHT - place)

    @Slot()
    def look_ahead(self) -> None:
        """Ask for the pages beside what is in sight, where there is more of the list."""
        first, last = self.seen_rows()
        model = self.records
        if model.more_after and model.rowCount() - 1 - last < _AHEAD:
            self.more_wanted.emit(False)
        if model.more_before and first < _AHEAD:
            self.more_wanted.emit(True)

    @Slot()
    def _show_order(self) -> None:
        header, order = self.horizontalHeader(), self.records.order
        header.blockSignals(True)
        header.setSortIndicatorClearable(False)
        side = Qt.SortOrder.DescendingOrder if order.descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(self.records.sorted_column(), side)
        header.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to an end of the whole list, or sort by the column of a digit."""
        key, keys = event.key(), event.modifiers()
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End) and not keys:
            self.end_wanted.emit(key == Qt.Key.Key_Home)
        elif keys == Qt.KeyboardModifier.AltModifier and Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self._sort_by(key - Qt.Key.Key_1)
        else:
            super().keyPressEvent(event)

    def _sort_by(self, number: int) -> None:
        shown = [at for at in range(len(self.records.columns)) if not self.isColumnHidden(at)]
        if number < len(shown) and self.records.columns[shown[number]].sort_by:
            order, place = self.records.order, shown[number]
            again = self.records.sorted_column() == place
            descending = not order.descending if again else False
            side = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            self.sortByColumn(place, side)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the row's menu where it was asked for: at the mouse, or at the row by key."""
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            self.menu_wanted.emit(event.globalPos())
            return
        self.ask_menu()

    @Slot()
    def ask_menu(self) -> None:
        """Ask for the menu of the row under the cursor, beneath that row."""
        self.scrollTo(self.currentIndex())
        row = self.visualRect(self.currentIndex())
        self.menu_wanted.emit(self.viewport().mapToGlobal(QPoint(SPACE_S, row.bottom())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over what leads somewhere."""
        super().mouseMoveEvent(event)
        over = self._link_at(event.position().toPoint()) is not None
        if over:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Follow a link that is clicked."""
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        index = self._link_at(place)
        if event.button() is Qt.MouseButton.LeftButton and index is not None:
            column = self.records.columns[index.column()]
            self.link_opened.emit(column.name, self.records.records[index.row()])

    def _link_at(self, place: QPoint) -> QModelIndex | None:
        index = self.indexAt(place)
        if not index.isValid():
            return None
        column, record = self.records.columns[index.column()], self.records.records[index.row()]
        cell, right = self.visualRect(index), self.layoutDirection() is _RIGHT_TO_LEFT
        within = cell.right() - place.x() if right else place.x() - cell.left()
        return index if 0 < within <= link_width(column, record) else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Read on where the list became higher; give the widest column what is left, if enough."""
        super().resizeEvent(event)
        self._share_room()
        self.look_ahead()

    def _share_room(self) -> None:
        header = self.horizontalHeader()
        wide = next(at for at, column in enumerate(self.records.columns) if not column.width)
        others = sum(header.sectionSize(at) for at in range(header.count()) if at != wide)
        enough = self.viewport().width() - others >= _LEAST_WIDE
        mode = QHeaderView.ResizeMode.Stretch if enough else QHeaderView.ResizeMode.Interactive
        if header.sectionResizeMode(wide) is not mode:
            header.setSectionResizeMode(wide, mode)
            if not enough:
                header.resizeSection(wide, _LEAST_WIDE)
