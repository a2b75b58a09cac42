"""Lists of records: frozen dataclasses in, one row each, sortable by every column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont

from counterdesk.ui.theme import AMOUNT_PX, mono_font, text_font

Index = QModelIndex | QPersistentModelIndex

TONE = Qt.ItemDataRole.UserRole + 1
"""Item role of a cell's tone, for cells that are badges."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list of records."""

    title: str
    text: Callable[[Any], str]
    """What a record's cell says."""
    order: Callable[[Any], Any] = id
    """What the column is sorted by, in lists that can be sorted."""
    kind: str = "text"
    """"text", "amount" (right, larger), "mono" (ids) or "badge"."""
    width: int = 0
    """Pixels at first; 0 for the one column that takes what is left."""
    tone: Callable[[Any], str] = lambda _record: "info"
    """Tone of a badge: ok, warn, danger or info."""
    name: str = ""
    """What it is called in what the window remembers, and by whoever its links are for."""
    sort_by: str = ""
    """What the source of a paged list calls it when it sorts; "" where it can't sort by it."""
    optional: bool = False
    """Whether it is out of sight until somebody wants it."""
    link: Callable[[Any], str] | None = None
    """The part of its text that leads somewhere with a click, at the text's beginning."""


class RecordsModel(QAbstractTableModel):
    """Shows what it is given; keeps the order a person chose when it is given anew."""

    sortable = True

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.records: list[Any] = []
        self._sorted: tuple[int, bool] | None = None

    def show_records(self, records: Sequence[Any]) -> None:
        """Show other records."""
        self.beginResetModel()
        self.records = list(records)
        self._arrange()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return how many records there are."""
        return 0 if parent.isValid() else len(self.records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return one cell's text, place, face or tone."""
        column, record = self.columns[index.column()], self.records[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(record)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return place_of(column)
        if role == Qt.ItemDataRole.FontRole:
            return FONTS[column.kind]() if column.kind in FONTS else None
        return column.tone(record) if role == TONE and column.kind == "badge" else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return place_of(self.columns[section])
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Arrange the records by a column; -1 leaves them as they came."""
        self._sorted = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self.layoutAboutToBeChanged.emit()
        self._arrange()
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        if self._sorted is not None:
            column, reverse = self._sorted
            self.records.sort(key=self.columns[column].order, reverse=reverse)


class PagedRecords(RecordsModel):
    """Grows by a page whenever the view comes to its end; it stays in the order it came."""

    sortable = False
    more_wanted = Signal(object)
    """The last record so far: what follows it is to be added."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._more = False

    def begin_with(self, records: Sequence[Any], *, more: bool) -> None:
        """Show other records; `more` of them follow."""
        self._more = more
        self.show_records(records)

    def add(self, records: Sequence[Any], *, more: bool) -> None:
        """Show the page that was wanted beneath the others."""
        first = len(self.records)
        self.beginInsertRows(QModelIndex(), first, first + len(records) - 1)
        self.records.extend(records)
        self._more = more
        self.endInsertRows()

    def canFetchMore(self, parent: Index) -> bool:
        """Tell the view whether reading on brings more; not while a page is on its way."""
        return self._more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next page."""
        if self.canFetchMore(parent):
            self._more = False
            self.more_wanted.emit(self.records[-1])


FONTS: Mapping[str, Callable[[], QFont]] = {
    "amount": lambda: text_font(AMOUNT_PX - 2, bold=True),
    "mono": mono_font,
}
"""Faces of the kinds of columns that have one of their own."""


def place_of(column: Column) -> Qt.AlignmentFlag:
    """Return where in its cells a column's text stands."""
    side = Qt.AlignmentFlag.AlignRight if column.kind == "amount" else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
