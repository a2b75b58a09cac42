"""Counting what has amounts of its own, such as cheques: one by one, like an adding roll."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk.core.drawer import Pieces, total_of
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import format_amount
from counterdesk.core.settings import PaymentMode, Settings
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

_SHOWN = 12


class _RollEdit(AmountEdit):
    """Backspace where nothing is typed takes the last amount back."""

    taken_back = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take back, or type."""
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.taken_back.emit()
        else:
            super().keyPressEvent(event)


class AmountList(QWidget):
    """Enter adds what is typed; Enter on nothing goes on."""

    changed = Signal()
    """An amount came or went."""

    finished = Signal()
    """Enter was pressed with nothing typed."""

    def __init__(self, mode: PaymentMode, settings: Settings, name: str = "count") -> None:
        super().__init__()
        self._settings = settings
        self._amounts: list[int] = []
        self.edit = _RollEdit(f"{name}_{mode.code}", settings)
        label = _("{method}: each amount, then Enter").format(method=mode.name)
        self._field = Field(label, self.edit)
        self._sum = plain_label("", "amount", name=f"{name}Sum_{mode.code}")
        self._listed = wrapped_label("", "muted", name=f"{name}List_{mode.code}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self._field)
        layout.addLayout(row(None, self._sum))
        layout.addWidget(self._listed)
        self.edit.returnPressed.connect(self._take)
        self.edit.taken_back.connect(self._take_back)
        self._show()

    @property
    def pieces(self) -> Pieces:
        """The amounts and how often each is there, the largest first."""
        return tuple(sorted(Counter(self._amounts).items(), reverse=True))

    @property
    def total_minor(self) -> int:
        """What they are worth together."""
        return total_of(self.pieces)

    @property
    def is_pending(self) -> bool:
        """Whether something is typed and not taken."""
        return bool(self.edit.text().strip())

    def clear(self) -> None:
        """Forget everything."""
        self._amounts.clear()
        self.edit.clear()
        self._show()

    def show_pieces(self, pieces: Pieces) -> None:
        """Show amounts that are known already."""
        self._amounts = [face for face, many in pieces for _one in range(many)]
        self.edit.clear()
        self._show()

    def begin(self) -> None:
        """Put the focus where amounts are typed."""
        self.edit.begin()

    @Slot()
    def take_pending(self) -> bool:
        """Add what is typed; tell whether nothing wrong stands there."""
        self._field.refuse("")
        if not self.is_pending:
            return True
        try:
            amount_minor = self.edit.amount_minor()
        except UserError as error:
            self._field.refuse(error.message)
            return False
        if amount_minor > 0:
            self._amounts.append(amount_minor)
        self.edit.clear()
        self._show()
        return True

    @Slot()
    def _take(self) -> None:
        if self.is_pending:
            self.take_pending()
        else:
            self.finished.emit()

    @Slot()
    def _take_back(self) -> None:
        if self._amounts:
            self.edit.show_amount(self._amounts.pop())
            self.edit.selectAll()
            self._show()

    def _show(self) -> None:
        count = len(self._amounts)
        words = ngettext("{count} piece: {sum}", "{count} pieces: {sum}", count)
        self._sum.setText(words.format(count=count, sum=self._money(self.total_minor)))
        newest = [self._money(one) for one in reversed(self._amounts[-_SHOWN:])]
        hint = _("Backspace takes the last one back.") if newest else _("Enter on nothing goes on.")
        self._listed.setText("  ".join([", ".join(newest), hint]).strip())
        self.changed.emit()

    def _money(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)
