"""Money as it is counted: notes and coins by denomination, then each list of what else there is."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QWidget

from counterdesk.core.drawer import Pieces
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.ui.theme import COUNT_WIDTH, SPACE_M
from counterdesk.ui.widgets.amount_list import AmountList
from counterdesk.ui.widgets.boxes import card, row
from counterdesk.ui.widgets.count_grid import CountGrid
from counterdesk.ui.widgets.labels import plain_label


class MoneyForm(QWidget):
    """Two cards side by side; Enter leads through all of it."""

    changed = Signal()
    """Something was typed."""

    finished = Signal()
    """Enter was pressed at the end."""

    def __init__(self, name: str, settings: Settings, *, cash_only: bool = False) -> None:
        """Make it empty.

        Args:
            name: Beginning of the object names: `count` gives `count_10000`, `count_cheque`.
            settings: Which notes are in use, and what else is counted.
            cash_only: Whether nothing but notes and coins is asked for.
        """
        super().__init__()
        self._settings = settings
        modes = [] if cash_only else settings.payment_modes
        self.grid = CountGrid(name, settings)
        self.lists = {
            mode.code: AmountList(mode, settings, name)
            for mode in modes
            if mode.counted_at_close and mode.kind is not ModeKind.CASH
        }
        self._sum = plain_label("", "total", name=f"{name}Total")
        self._build(name)
        self._connect()

    def pieces(self, cash: str) -> dict[str, Pieces]:
        """Return what is typed by method, the notes and coins under the code of cash."""
        return {cash: self.grid.pieces} | {code: one.pieces for code, one in self.lists.items()}

    def take_pending(self) -> bool:
        """Add what is typed and not taken; tell whether nothing wrong stands there."""
        return all(each.take_pending() for each in self.lists.values())

    def clear(self) -> None:
        """Forget everything."""
        self.grid.clear()
        for each in self.lists.values():
            each.clear()
        self._show_sum()

    def show_pieces(self, cash: Pieces, others: Mapping[str, Pieces]) -> None:
        """Show what is known already, to be agreed to or changed."""
        self.grid.show_pieces(cash)
        for code, each in self.lists.items():
            each.show_pieces(others.get(code, ()))

    def begin(self) -> None:
        """Put the focus where counting begins."""
        self.grid.begin()

    def _build(self, name: str) -> None:
        frame, inside = card(f"{name}Cash")
        frame.setFixedWidth(COUNT_WIDTH)
        inside.addWidget(self.grid)
        inside.addStretch(1)
        inside.addLayout(row(plain_label(_("Cash counted"), "muted"), None, self._sum))
        columns = row(frame, spacing=SPACE_M)
        columns.addWidget(self._others_card(name), 1)
        columns.setContentsMargins(0, 0, 0, 0)
        self.setLayout(columns)

    def _others_card(self, name: str) -> QFrame:
        frame, inside = card(f"{name}Others")
        for each in self.lists.values():
            inside.addWidget(each)
        inside.addStretch(1)
        if not self.lists:
            frame.hide()
        return frame

    def _connect(self) -> None:
        self.grid.changed.connect(self._show_sum)
        before: CountGrid | AmountList = self.grid
        for following in self.lists.values():
            before.finished.connect(following.begin)
            following.changed.connect(self.changed)
            before = following
        before.finished.connect(self.finished)
        self._show_sum()

    @Slot()
    def _show_sum(self) -> None:
        given = self._settings
        self._sum.setText(format_amount(self.grid.total_minor, given.currency, given.locale))
        self.changed.emit()
