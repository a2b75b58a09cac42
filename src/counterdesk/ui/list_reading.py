"""Reads a long list into its table: page by page, in any order, and anew when facts arrive."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from counterdesk.core.errors import SignInEnded, UserError
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.tables.sorted_pages import ListOrder, Page

if TYPE_CHECKING:
    from counterdesk.store.session import ReadSession

PAGE = 100
_AROUND = 200
"""So many rows are read anew where facts arrived: what is in sight, and room to move."""
_BEFORE = 60
"""So many of them lie above what is in sight."""


Source = Callable[["ReadSession", Any, Any, int, ListOrder], Page]
"""Returns what a filter lets through: (read, wanted, after which record or None, most, order)."""


class ListReading(QObject):
    """Keeps a table filled with what a filter lets through."""

    shown = Signal()
    """The first page of what is wanted is in sight, or what was in sight was read anew."""

    def __init__(
        self, jobs: Jobs, table: PagedTable, source: Source, key: Callable[[Any], Any]
    ) -> None:
        """Fill a table.

        Args:
            jobs: Carry the reading.
            table: Its rows; it owns the reading.
            source: Where they come from.
            key: Tells a record's id: what is the same row after reading anew.
        """
        super().__init__(table)
        self._jobs, self._table, self._source, self._key = jobs, table, source, key
        self._wanted: Any = None
        self._asked = 0
        self._waiting = self._again = False
        self._on_the_way: set[bool] = set()
        table.more_wanted.connect(self._read_more)
        table.end_wanted.connect(self._go_to_end)
        table.records.order_wanted.connect(self._read_in_order)

    @property
    def wanted(self) -> Any:
        """The filter, None before there is one."""
        return self._wanted

    def show_wanted(self, wanted: Any) -> None:
        """Show what another filter lets through, from its beginning."""
        self._wanted = wanted
        self._read(None, PAGE, self._order, self._show_beginning)

    @Slot()
    def renew(self) -> None:
        """Read what is in sight anew; the cursor stays on its row, and the row in its place."""
        if self._waiting:  # what is in sight is not yet what is wanted
            self._again = True
            return
        if self._wanted is None or self._table.verticalScrollBar().isSliderDown():
            return
        records = self._table.records.records
        first = max(0, self._table.seen_rows()[0] - _BEFORE)
        from_beginning = first == 0 and not self._table.records.more_before
        after = None if from_beginning or not records else records[max(0, first - 1)]
        done = partial(self._show_anew, after is not None)
        self._read(after, _AROUND, self._order, done)

    @property
    def _order(self) -> ListOrder:
        return self._table.records.order

    def _read(self, after: Any, most: int, order: ListOrder, done: Callable[[Page], None]) -> None:
        self._asked += 1
        self._waiting = True
        self._on_the_way.clear()

        def show(page: Page) -> None:
            self._waiting, again, self._again = False, self._again, False
            done(page)
            if again:
                self.renew()

        self._ask(after, most, order, show)

    def _ask(self, after: Any, most: int, order: ListOrder, done: Callable[[Page], None]) -> None:
        asked, wanted, source = self._asked, self._wanted, self._source

        def show(page: Page) -> None:
            if asked == self._asked:
                done(page)

        def refuse(error: UserError) -> None:
            if asked == self._asked:
                self._show_refusal(error)

        self._jobs.read(
            self._table,
            lambda read: source(read, wanted, after, most, order),
            show,
            refuse,
        )

    @Slot(bool)
    def _read_more(self, before: bool) -> None:
        records = self._table.records.records
        if before in self._on_the_way or not records:
            return
        self._on_the_way.add(before)
        order = self._order.turned if before else self._order
        edge = records[0 if before else -1]
        self._ask(edge, PAGE, order, partial(self._add, before, edge))

    @Slot(bool)
    def _go_to_end(self, beginning: bool) -> None:
        model = self._table.records
        if beginning and model.more_before:
            self._read(None, PAGE, self._order, self._show_beginning)
        elif not beginning and model.more_after:
            self._read(None, PAGE, self._order.turned, self._show_ending)
        elif model.rowCount():
            self._table.selectRow(0 if beginning else model.rowCount() - 1)

    @Slot(object)
    def _read_in_order(self, order: ListOrder) -> None:
        if self._wanted is not None:
            self._read(None, PAGE, order, self._show_beginning)

    def _show_refusal(self, error: UserError) -> None:
        self._waiting = self._again = False
        self._on_the_way.clear()
        if not isinstance(error, SignInEnded):  # the window says that itself
            messages.tell(self._table, error.message)

    def _show_beginning(self, page: Page) -> None:
        self._table.records.show_window(page.records, before=False, after=page.more)
        self._table.scrollToTop()
        if self._table.hasFocus():
            self._table.mark(0)
        self.shown.emit()

    def _show_ending(self, page: Page) -> None:
        records = list(reversed(page.records))
        self._table.records.show_window(records, before=page.more, after=False)
        self._table.mark(len(records) - 1)
        self._table.scrollToBottom()
        self.shown.emit()

    def _add(self, before: bool, edge: Any, page: Page) -> None:
        self._on_the_way.discard(before)
        records = self._table.records.records
        if not records or records[0 if before else -1] is not edge:
            self._table.look_ahead()  # what it goes with was read anew meanwhile
        elif before:
            self._add_before(page)
        else:
            self._table.records.add_after(page.records, more=page.more)

    def _add_before(self, page: Page) -> None:
        top = self._table.seen_rows()[0]
        place = self._table.place_of(top)
        self._table.records.add_before(list(reversed(page.records)), more=page.more)
        self._table.put_at(top + len(page.records), place)

    def _show_anew(self, before: bool, page: Page) -> None:
        table, model = self._table, self._table.records
        row = table.currentIndex().row()
        here, (anchor, place) = self._key_of(row), self._anchor()
        model.show_window(page.records, before=before, after=page.more)
        rows = {self._key(record): at for at, record in enumerate(model.records)}
        if here in rows:
            table.mark(rows[here])
        elif row >= 0 and table.hasFocus():
            table.mark(min(row, len(rows) - 1))
        if anchor in rows:
            table.put_at(rows[anchor], place)
        table.look_ahead()
        self.shown.emit()

    def _anchor(self) -> tuple[Any, int]:
        """Return the row that stays where it is on the screen, and where that is."""
        first, last = self._table.seen_rows()
        row = self._table.currentIndex().row()
        if self._table.hasFocus() and first <= row <= last:
            return self._key_of(row), self._table.place_of(row)
        at_the_top = self._table.verticalScrollBar().value() == 0
        if at_the_top and not self._table.records.more_before:
            return None, 0
        return self._key_of(first), self._table.place_of(first)

    def _key_of(self, row: int) -> Any:
        records = self._table.records.records
        return self._key(records[row]) if 0 <= row < len(records) else None
