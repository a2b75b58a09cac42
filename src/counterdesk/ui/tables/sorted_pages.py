"""A window on a long list: pages are added at both ends, and the source sorts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from counterdesk.ui.tables.records import Column, RecordsModel


@dataclass(frozen=True, slots=True)
class ListOrder:
    """What the source sorts a list by."""

    by: str
    """`Column.sort_by` of a column."""
    descending: bool = True

    @property
    def turned(self) -> ListOrder:
        """The same from the other end."""
        return ListOrder(self.by, not self.descending)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, in the order it was asked for."""

    records: Sequence[Any]
    more: bool
    """Whether more follow."""


class SortedPages(RecordsModel):
    """Holds what was read of a list, in the order of its source; a click on a title asks anew."""

    order_wanted = Signal(object)
    """The `ListOrder` that somebody wants to see the list in."""

    def __init__(
        self, columns: Sequence[Column], order: ListOrder, parent: QObject | None = None
    ) -> None:
        """Begin with nothing.

        Args:
            columns: What is shown of a record.
            order: How the source sorts it until somebody wants it otherwise.
            parent: Owns the model.
        """
        super().__init__(columns, parent)
        self.order = self._first_order = order
        self.more_before = False
        """Whether something precedes the first record."""
        self.more_after = False
        """Whether something follows the last record."""

    def show_window(self, records: Sequence[Any], *, before: bool, after: bool) -> None:
        """Show another part of the list; `before` and `after` it there is more."""
        self.more_before, self.more_after = before, after
        if list(records) != self.records:
            self.beginResetModel()
            self.records = list(records)
            self.endResetModel()

    def add_after(self, records: Sequence[Any], *, more: bool) -> None:
        """Add the page that follows."""
        self.more_after = more
        if records:
            first = len(self.records)
            self.beginInsertRows(QModelIndex(), first, first + len(records) - 1)
            self.records.extend(records)
            self.endInsertRows()

    def add_before(self, records: Sequence[Any], *, more: bool) -> None:
        """Add the page that precedes, in the order of the list."""
        self.more_before = more
        if records:
            self.beginInsertRows(QModelIndex(), 0, len(records) - 1)
            self.records[:0] = records
            self.endInsertRows()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask the source for another order; -1 is the one it began with."""
        wanted = self._first_order
        if column >= 0:
            by = self.columns[column].sort_by
            wanted = ListOrder(by, order is Qt.SortOrder.DescendingOrder) if by else self.order
        if wanted != self.order:
            self.order = wanted
            self.order_wanted.emit(wanted)

    def sorted_column(self) -> int:
        """Return the column that the list is sorted by, -1 for none of those there are."""
        names = [column.sort_by for column in self.columns]
        return names.index(self.order.by) if self.order.by in names else -1
