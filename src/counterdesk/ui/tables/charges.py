"""The open charges of one type, to be ticked and, where wanted, paid in part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from counterdesk.core.account_draft import AccountDraft, ChargeRow
from counterdesk.core.dates import write_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount, format_number, parse_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.core.visit import PaymentType

_Index = QModelIndex | QPersistentModelIndex

SECOND_LINE = Qt.ItemDataRole.UserRole + 1
"""The small text beneath a cell's own."""
WARNS = Qt.ItemDataRole.UserRole + 2
"""Whether the small text is a warning."""

TICK, NUMBER, DUE, AMOUNT, OUTSTANDING, PAYING = range(6)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ChargesModel(QAbstractTableModel):
    """One type's charges of the account that is being worked on."""

    ticked = Signal()
    """A tick or a charge's part was changed here."""

    refused = Signal(str)
    """Why a charge's part was not taken."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._account: AccountDraft | None = None
        self._kind = PaymentType.BILL
        self._today = date.min
        self._rows: tuple[ChargeRow, ...] = ()
        self._says: dict[int, Callable[[ChargeRow, int], Any]] = {
            Qt.ItemDataRole.DisplayRole: self._text,
            Qt.ItemDataRole.AccessibleTextRole: self._text,
            Qt.ItemDataRole.EditRole: self._part,
            Qt.ItemDataRole.CheckStateRole: self._check,
            Qt.ItemDataRole.TextAlignmentRole: self._alignment,
            Qt.ItemDataRole.ToolTipRole: self._tip,
            SECOND_LINE: self._second_line,
            WARNS: self._warns,
        }

    def show_charges(self, account: AccountDraft, kind: PaymentType, today: date) -> None:
        """Show the charges of an account and a type."""
        self.beginResetModel()
        self._account, self._kind, self._today = account, kind, today
        self._rows = account.rows(kind)
        self.endResetModel()

    def refresh(self) -> None:
        """Show ticks and parts as they are now; the rows stay."""
        if self._account is not None:
            self._rows = self._account.rows(self._kind)
            last = self.index(len(self._rows) - 1, PAYING)
            self.dataChanged.emit(self.index(0, TICK), last)

    def toggle(self, row: int) -> None:
        """Tick a row's charge, or untick it."""
        if self._account is not None and 0 <= row < len(self._rows):
            shown = self._rows[row]
            self._account.tick(shown.charge.charge_id, on=not shown.ticked)
            self.refresh()
            self.ticked.emit()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many charges of this type are open."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else PAYING + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the columns' titles."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_RIGHT if section >= AMOUNT else _LEFT)
        titles = ("", _("Charge"), _("Due"), _("Amount"), _("Outstanding"), _("Paying now"))
        return titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let the tick be ticked, and a ticked charge's part be typed."""
        flags = super().flags(index)
        if index.column() == TICK:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == PAYING:
            return flags | Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what stands in a cell."""
        if not 0 <= index.row() < len(self._rows):
            return None
        row, column = self._rows[index.row()], index.column()
        say = self._says.get(role)
        return None if say is None else say(row, column)

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a tick, or the part of a charge that is to be paid."""
        if role == Qt.ItemDataRole.CheckStateRole:
            self.toggle(index.row())
            return True
        if self._account is None or index.column() != PAYING:
            return False
        charge, given = self._rows[index.row()].charge, self._settings
        try:
            amount = parse_amount(str(value), given.currency, given.locale)
            self._account.adjust(charge.charge_id, amount, given)
        except UserError as error:
            self.refused.emit(error.message)
            return False
        self.refresh()
        self.ticked.emit()
        return True

    def _part(self, row: ChargeRow, _column: int) -> str:
        return format_number(row.share_minor, self._settings.currency, self._settings.locale)

    def _check(self, row: ChargeRow, column: int) -> Qt.CheckState | None:
        if column != TICK:
            return None
        return Qt.CheckState.Checked if row.ticked else Qt.CheckState.Unchecked

    def _alignment(self, _row: ChargeRow, column: int) -> int:
        return int(_RIGHT if column >= AMOUNT else _LEFT)

    def _tip(self, row: ChargeRow, column: int) -> str:
        return clean(f"{row.charge.number}\n{row.charge.text}") if column == NUMBER else ""

    def _text(self, row: ChargeRow, column: int) -> str:
        charge = row.charge
        match column:
            case 1:
                return clean(charge.number)
            case 2:
                return write_date(charge.due_on, self._settings.locale)
            case 3:
                return self._amount(charge.billed_minor)
            case 4:
                return self._amount(charge.outstanding_minor)
            case 5:
                return self._amount(row.share_minor) if row.share_minor else "–"
        return _("ticked") if row.ticked else _("not ticked")

    def _second_line(self, row: ChargeRow, column: int) -> str:
        charge = row.charge
        if column == NUMBER:
            return clean(" · ".join((charge.text, *self._remarks(row))))
        if column == DUE and charge.due_on < self._today:
            return _("Overdue")
        if column == AMOUNT and row.paid_minor:
            return _("paid {amount}").format(amount=self._amount(row.paid_minor))
        return ""

    def _warns(self, row: ChargeRow, column: int) -> bool:
        return column == DUE or (column == NUMBER and bool(self._remarks(row)))

    def _remarks(self, row: ChargeRow) -> tuple[str, ...]:
        marks = (
            (row.charge.disputed, _("disputed")),
            (row.charge.online_pending, _("online payment pending")),
        )
        return tuple(text for given, text in marks if given)

    def _amount(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)
