"""Cash: what was received, what to give back, and with which notes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount, format_number
from counterdesk.core.settings import Settings
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.theme import AMOUNT_WIDTH, SPACE_L, SPACE_M, SPACE_S, SPACE_XS, set_role
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.flow_layout import FlowLayout
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

_QUICK = 4


class CashPanel(QWidget):
    """Live as typed; quick keys for the exact amount and for round notes."""

    changed = Signal()
    """What was received reads otherwise now."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.received = AmountEdit("cashReceived", settings)
        self.field = Field(_("Cash received"), self.received)
        self._change = plain_label("", "change", name="changeDue")
        self._hint = wrapped_label("", "muted", name="changeNotes")
        self._quick: list[KeyButton] = []
        self._build()
        self._connect()

    def show_visit(self, draft: VisitDraft) -> None:
        """Show change and quick amounts."""
        result = draft.result()
        self._change.setText(self._amount(result.change_minor))
        set_role(self._change, "change" if result.change_minor else "total")
        self._hint.setText(self._say(draft))
        self._show_quick(draft)

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

    def _take_quick(self) -> None:
        self.received.show_amount(self.sender().property("amount_minor"))
        self.received.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.changed.emit()

    def _say(self, draft: VisitDraft) -> str:
        result = draft.result()
        parts = []
        if draft.keyed is not None and result.missing_minor:
            parts.append(_("{amount} is still missing").format(
                amount=self._amount(result.missing_minor)))  # fmt: skip
        if draft.keyed is None and draft.listed and not result.problems:
            parts.append(_("Nothing more to pay: Enter goes on"))
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

    def _amount(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)

    def _number(self, amount_minor: int) -> str:
        return format_number(amount_minor, self._settings.currency, self._settings.locale)
