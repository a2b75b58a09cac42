"""A setting of several parts: a line for each of its records, or a form where it is only one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.setting_words import Cell, cells_of, records_of, setting_from
from counterdesk.ui.theme import SPACE_M, SPACE_S
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import plain_label
from counterdesk.ui.widgets.setting_editors import (
    CheckEditor,
    ChoiceEditor,
    CountEditor,
    TextEditor,
)

_GROWS = "payment_modes"
"""The one setting whose records are added and removed."""

_STRETCH = {"name": 2, "pattern": 2}
"""What is longer than the rest of its line."""

_CellEditor = TextEditor | CountEditor | CheckEditor | ChoiceEditor


class RecordEditor(QWidget):
    """Shows what `setting_words.records_of` makes of a setting."""

    changed = Signal()
    """Something was typed, ticked, added or removed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._cells = cells_of(name)
        self._lines: list[dict[str, _CellEditor]] = []
        self._rest: list[dict[str, Any]] = []
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(SPACE_S)
        self._grid = QWidget()
        self._add = named(QPushButton(_("Add one")), f"{name}Add")
        self._add.clicked.connect(self._add_line)
        self._body.addWidget(self._grid)
        self._body.addLayout(row(self._add, None))
        self._add.setVisible(name == _GROWS)

    def show_value(self, value: Any) -> None:
        """Show the records of a setting."""
        records = [record for _head, record in records_of(self._name, value)]
        if len(records) != len(self._lines):
            self._show(records)
            return
        self._rest = records
        for line, record in zip(self._lines, records, strict=True):
            for key, editor in line.items():
                editor.show_value(record[key])

    def value(self) -> Any:
        """Return the setting as JSON has it.

        Raises:
            UserError: A part is no such value at all.
        """
        return setting_from(self._name, self._read())

    def _read(self) -> list[dict[str, Any]]:
        return [
            rest | {key: editor.value() for key, editor in line.items()}
            for rest, line in zip(self._rest, self._lines, strict=True)
        ]

    def _show(self, records: list[dict[str, Any]]) -> None:
        fresh = QWidget()
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M if self._name == "mail" else SPACE_S)
        grid.setVerticalSpacing(SPACE_S)
        self._rest = records
        self._lines = [self._line(number, record) for number, record in enumerate(records)]
        if self._name == "mail":
            self._lay_out_form(grid)
        else:
            self._lay_out_lines(grid)
        self._body.replaceWidget(self._grid, fresh)
        self._grid.hide()
        self._grid.deleteLater()
        self._grid = fresh

    def _line(self, number: int, record: dict[str, Any]) -> dict[str, _CellEditor]:
        line = {}
        for cell in self._cells:
            editor = named(_editor(cell), f"{self._name}_{number}_{cell.key}")
            editor.setAccessibleName(cell.title)
            editor.show_value(record[cell.key])
            editor.setEnabled(not cell.fixed)
            editor.changed.connect(self.changed)
            line[cell.key] = editor
        return line

    def _lay_out_form(self, grid: QGridLayout) -> None:
        (line,) = self._lines
        for place, cell in enumerate(self._cells):
            field = Field(cell.title, line[cell.key])
            grid.addWidget(field, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)

    def _lay_out_lines(self, grid: QGridLayout) -> None:
        for column, cell in enumerate(self._cells):
            grid.addWidget(plain_label(cell.title, "muted"), 0, column)
            grid.setColumnStretch(column, _STRETCH.get(cell.key, 0 if cell.kind == "check" else 1))
        for number, line in enumerate(self._lines):
            for column, cell in enumerate(self._cells):
                grid.addWidget(line[cell.key], number + 1, column)
            if self._name == _GROWS:
                grid.addWidget(self._remover(number), number + 1, len(self._cells))

    def changeEvent(self, event: QEvent) -> None:
        """Offer nothing to whoever only reads."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange and self._name == _GROWS:
            for button in (self._add, *self._grid.findChildren(QPushButton)):
                button.setVisible(self.isEnabled())

    def _remover(self, number: int) -> QPushButton:
        button = named(QPushButton(_("Remove")), f"{self._name}_{number}_remove", "link")
        button.clicked.connect(lambda: self._remove_line(number))
        return button

    @Slot()
    def _add_line(self) -> None:
        empty = {
            cell.key: {"check": False, "choice": cell.choices[0][0] if cell.choices else ""}.get(
                cell.kind, ""
            )
            for cell in self._cells
        }
        self._show([*self._read(), empty])
        self._lines[-1][self._cells[0].key].setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _remove_line(self, number: int) -> None:
        records = self._read()
        self._show(records[:number] + records[number + 1 :])
        self._add.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()


def _editor(cell: Cell) -> _CellEditor:
    match cell.kind:
        case "check":
            return CheckEditor()
        case "choice":
            return ChoiceEditor(cell.choices)
        case "count":
            return CountEditor()
    return TextEditor()
