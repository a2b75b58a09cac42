"""Which columns a list shows."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.theme import COLUMNS_SIZE
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.check_list import CheckList
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.overlay import Overlay


class ColumnsPanel(Overlay):
    """Ticks the columns that can be left out; the list beneath follows at once."""

    def __init__(self, table: PagedTable, home: QWidget) -> None:
        name = table.objectName()
        super().__init__(f"{name}ColumnsPanel", _("More columns"), home)
        self.button = key_button(_("Columns"), "Ctrl+T", f"{name}Columns", "")
        self._table = table
        self.button.clicked.connect(self._open)

    @cached_property
    def _list(self) -> CheckList:
        """The columns, made when they are asked for the first time."""
        name, columns = self._table.objectName(), self._table.records.columns
        made = CheckList(f"{name}ColumnChoices", _("More columns"))
        made.offer([(column.name, column.title) for column in columns if column.optional])
        done = KeyButton(_("Done"), _("Esc"), f"{name}ColumnsDone")
        done.clicked.connect(self.close_up)
        self.body.addWidget(made, 1)
        self.body.addLayout(row(None, done))
        self.ask_room(*COLUMNS_SIZE)
        made.changed.connect(self._take)
        return made

    def begin(self) -> None:
        """Begin with the first column."""
        self._list.begin()

    @Slot()
    def _open(self) -> None:
        shown, columns = self._table.shown_columns(), self._table.records.columns
        self._list.choose([one.name for one in columns if one.optional and one.name in shown])
        self.open_under(self.button)

    @Slot()
    def _take(self) -> None:
        self._table.show_columns(self._list.chosen())
