"""Making a deposit: which shifts, what of their cash stays, and which notes go to the bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QPushButton, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SIDE_WIDTH, SPACE_M
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.changing import ScrolledChanging
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import KeyButton, bind_key
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.money_form import MoneyForm

if TYPE_CHECKING:
    from counterdesk.services.cash_room import ShiftMoney
    from counterdesk.services.deposits import DepositRequest, ShiftShare

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """One shift's line: ticked or not, and what of its cash stays."""

    money: ShiftMoney
    tick: QCheckBox
    kept: AmountEdit
    field: Field


class DepositMaking(QWidget):
    """All shifts in the cash room are ticked, and what came from the safe is kept back."""

    made = Signal(object)
    """A `DepositMade`."""

    left = Signal()
    """Esc: nothing was deposited."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._request_id: UUID = uuid4()
        self._lines: list[_Chosen] = []
        self._shifts = ScrolledChanging()
        self._form = MoneyForm("deposit", self._settings, cash_only=True)
        self._due = plain_label("", "total", name="depositDue")
        self._cheques = plain_label("", "amount", name="depositCheques")
        self._left_over = wrapped_label("", "muted", name="depositLeft")
        self._error = wrapped_label(role="error", name="depositError")
        self._save = KeyButton(_("Make the deposit"), _("Ctrl+Enter"), "saveDeposit", "primary")
        self._back = KeyButton(_("Back"), _("Esc"), "leaveDeposit")
        self._build()
        self._connect()

    def begin(self, ready: list[ShiftMoney]) -> None:
        """Offer the shifts whose money is in the cash room."""
        self._request_id = uuid4()
        self._save.setEnabled(True)
        self._refuse("", "")
        self._lines = [self._line(one) for one in ready]
        made = QWidget()
        inside = QVBoxLayout(made)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE_M)
        for line in self._lines:
            cash = plain_label(self._money(line.money.cash_minor), "amount")
            inside.addLayout(row(line.tick, None, cash))
            inside.addWidget(line.field)
        self._shifts.show_content(made)
        self._form.clear()
        self._show_due()
        self._form.begin()

    def _line(self, money: ShiftMoney) -> _Chosen:
        tick = named(QCheckBox(f"{money.number}  {money.user_name}"), f"deposit_{money.number}")
        tick.setChecked(True)
        kept = AmountEdit(f"kept_{money.number}", self._settings)
        kept.show_amount(money.keep_minor)
        field = Field(_("Kept back for the next float"), kept)
        tick.toggled.connect(self._show_due)
        tick.toggled.connect(field.setEnabled)
        kept.textChanged.connect(self._show_due)
        return _Chosen(money, tick, kept, field)

    def _build(self) -> None:
        columns = row(self._shifts_card(), self._form, spacing=SPACE_M)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        how = _("Count what goes to the bank: pieces of each, Enter for the next.")
        layout.addWidget(wrapped_label(how))
        layout.addLayout(columns)
        layout.addWidget(self._error)
        layout.addLayout(row(self._back, None, self._left_over, self._save))
        layout.addStretch(1)

    def _shifts_card(self) -> QFrame:
        frame, inside = card("depositShifts")
        frame.setMinimumWidth(SIDE_WIDTH)
        inside.addWidget(plain_label(_("Shifts"), "h2"))
        inside.addWidget(self._shifts)
        inside.addStretch(1)
        inside.addLayout(row(plain_label(_("Cheques"), "muted"), None, self._cheques))
        inside.addLayout(row(plain_label(_("Cash for the bank"), "muted"), None, self._due))
        return frame

    def _connect(self) -> None:
        bind_key(self._save, "Ctrl+Return", self)
        bind_key(self._save, "Ctrl+Enter", self)
        self._form.changed.connect(self._show_due)
        self._form.finished.connect(self._save.click)
        self._save.clicked.connect(self._make)
        self._back.clicked.connect(self.left)

    def _ticked(self) -> list[_Chosen]:
        return [line for line in self._lines if line.tick.isChecked()]

    @Slot()
    def _show_due(self) -> None:
        """What should go to the bank, and what is still to be counted of it."""
        ticked = self._ticked()
        due = sum(one.money.cash_minor - (one.kept.amount_so_far() or 0) for one in ticked)
        self._due.setText(self._money(due))
        self._cheques.setText(self._money(sum(one.money.cheques_minor for one in ticked)))
        off = self._form.grid.total_minor - due
        text = _("{amount} too much") if off > 0 else _("{amount} still to count")
        self._left_over.setText(text.format(amount=self._money(abs(off))) if off else "")

    @Slot()
    def _make(self) -> None:
        if not self._save.isEnabled():
            return
        self._refuse("", "")
        try:
            request = self._read()
        except UserError as error:
            self._show_refusal(error)
            return
        self._save.setEnabled(False)
        self._jobs.write(
            self,
            lambda session: services.deposits.make_deposit(session, request),
            done=self.made.emit,
            failed=self._show_refusal,
        )

    def _read(self) -> DepositRequest:
        shares: tuple[ShiftShare, ...] = tuple(
            services.deposits.ShiftShare(one.money.shift_id, one.kept.amount_minor())
            for one in self._ticked()
        )
        pieces = self._form.grid.pieces
        return services.deposits.DepositRequest(self._request_id, shares, pieces)

    def _show_refusal(self, error: UserError) -> None:
        self._save.setEnabled(True)
        self._refuse(error.field, error.message)

    def _refuse(self, field: str, sentence: str) -> None:
        placed = False
        for line in self._lines:
            here = line.kept.objectName() == field
            line.field.refuse(sentence if here else "")
            placed = placed or here
            if here:
                line.kept.begin()
        self._error.setText("" if placed else sentence)
        self._error.setVisible(bool(sentence) and not placed)

    def _money(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Esc; press the button that has the focus with Enter."""
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _ENTER and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)
