"""The amount to pay, and beside it what is done now and then."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings
from counterdesk.ui.theme import AMOUNT_WIDTH, SPACE_M
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.flow_layout import FlowLayout
from counterdesk.ui.widgets.key_button import key_button


class AmountRow(QWidget):
    """The keys of its buttons work on the whole step, whether the row shows or not."""

    def __init__(self, settings: Settings, step: QWidget) -> None:
        super().__init__()
        self.amount = AmountEdit("amountToPay", settings)
        self.field = Field(_("Amount to pay"), self.amount)
        self.more = key_button(_("Pay more"), "Alt+O", "payMore", within=step)
        self.part = key_button(_("Adjust one"), "Alt+E", "adjustCharge", within=step)
        self.note = key_button(_("Notes, payer"), "Alt+N", "openNotes", within=step)
        self.add = key_button(_("Add account"), "Ctrl+N", "addAccount", within=step)
        self.remove = key_button(_("Remove account"), "Alt+X", "removeAccount", within=step)
        self.allow = key_button(_("Ask a supervisor"), "Alt+A", "askSupervisor", within=step)
        self.allow.hide()
        self._build()

    def _build(self) -> None:
        links = QWidget()
        flow = FlowLayout(links)
        for button in (self.more, self.part, self.note, self.add, self.remove, self.allow):
            flow.addWidget(button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        self.field.setFixedWidth(AMOUNT_WIDTH)
        layout.addWidget(self.field, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(links, 1)
