"""Cash: what was received, what to give back, and with which notes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount, format_number
from counterdesk.core.settings import Settings
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.theme import AMOUNT_WIDTH, SPACE_L, SPACE_M, SPACE_S, SPACE_XS, set_role
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.flow_layout import FlowLayout
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.named import named

_QUICK = 4


class CashPanel(QWidget):
    """Live as typed; quick keys for the exact amount and for round notes."""

    changed = Signal()
    """What was received reads otherwise now."""

    keeping_changed = Signal(bool, str)
    """Whether change stays as credit, and on which account."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.received = AmountEdit("cashReceived", settings)
        self.field = Field(_("Cash received"), self.received)
        self._change = plain_label("", "change", name="changeDue")
        self._hint = wrapped_label("", "muted", name="changeNotes")
        self._quick: list[KeyButton] = []
        self._keep = key_button(_("Keep change as credit"), "Alt+K", "keepChange", "choice")
        self._account = named(QComboBox(), "changeAccount", _("Account that gets the change"))
        self.keep_field = Field("", self._keep)
        self._keep.setCheckable(True)
        self._build()
        self._connect()

    def show_visit(self, draft: VisitDraft) -> None:
        """Show change, quick amounts and whose credit it would be."""
        result = draft.result()
        self._change.setText(self._amount(result.change_minor))
        set_role(self._change, "change" if result.change_minor else "total")
        self._hint.setText(self._say(draft))
        self._show_quick(draft)
        self._show_keeping(draft)

    def empty(self) -> None:
        """Forget what was typed, without telling anyone."""
        self.received.show_amount(None)

    def begin(self) -> None:
        """Wait for what the payer hands over."""
        self.received.begin()

    def _build(self) -> None:
        self._change.setAccessibleName(_("Change to give"))
        top = QGridLayout()
        top.setHorizontalSpacing(SPACE_L)
        top.setColumnStretch(1, 1)
        self.field.setFixedWidth(AMOUNT_WIDTH)
        top.addWidget(self.field, 0, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(self._change_column(), 0, 1, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addLayout(top)
        layout.addWidget(self._quick_row())
        layout.addLayout(row(self.keep_field, self._account, None))

    def _change_column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(SPACE_XS)
        for part in (plain_label(_("Change to give"), "muted"), self._change, self._hint):
            column.addWidget(part)
        return column

    def _quick_row(self) -> QWidget:
        place = QWidget()
        flow = FlowLayout(place)
        flow.setSpacing(SPACE_S)
        for number in range(1, _QUICK + 1):
            button = key_button("", f"Alt+{number}", f"quickCash{number}", "quick")
            button.clicked.connect(self._take_quick)
            self._quick.append(button)
            flow.addWidget(button)
        return place

    def _connect(self) -> None:
        self.received.textChanged.connect(self.changed)
        self._keep.toggled.connect(self._tell_keeping)
        self._account.currentIndexChanged.connect(self._tell_keeping)

    def _take_quick(self) -> None:
        self.received.show_amount(self.sender().property("amount_minor"))
        self.received.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.changed.emit()

    def _tell_keeping(self) -> None:
        self.keeping_changed.emit(self._keep.isChecked(), self._account.currentData() or "")

    def _say(self, draft: VisitDraft) -> str:
        result = draft.result()
        parts = []
        if draft.keyed is not None and result.missing_minor:
            parts.append(_("{amount} is still missing").format(
                amount=self._amount(result.missing_minor)))  # fmt: skip
        if result.rounding_minor:
            parts.append(_("{amount} to pay in cash").format(
                amount=self._amount(draft.due_in_cash())))  # fmt: skip
        if draft.keep_change and result.credit_minor:
            parts.append(_("{amount} stays as credit").format(
                amount=self._amount(result.credit_minor)))  # fmt: skip
        notes = draft.change_in_notes()
        parts += [f"{count} × {self._number(note)}" for note, count in notes]
        return "    ".join(parts)

    def _show_quick(self, draft: VisitDraft) -> None:
        amounts = draft.likely_cash()
        for place, button in enumerate(self._quick):
            button.setVisible(place < len(amounts))
            if place < len(amounts):
                text = self._number(amounts[place])
                said = _("{amount} exact").format(amount=text) if place == 0 else text
                button.say(said)
                button.setProperty("amount_minor", amounts[place])

    def _show_keeping(self, draft: VisitDraft) -> None:
        for widget in (self._keep, self._account):
            widget.blockSignals(True)
        self._keep.setChecked(draft.keep_change)
        numbers = [account.account.account_number for account in draft.accounts]
        if numbers != [self._account.itemData(i) for i in range(self._account.count())]:
            self._account.clear()
            for number in numbers:
                self._account.addItem(number, number)
        self._account.setCurrentIndex(max(self._account.findData(draft.change_account), 0))
        self._account.setVisible(draft.keep_change and len(numbers) > 1)
        for widget in (self._keep, self._account):
            widget.blockSignals(False)

    def _amount(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)

    def _number(self, amount_minor: int) -> str:
        return format_number(amount_minor, self._settings.currency, self._settings.locale)
