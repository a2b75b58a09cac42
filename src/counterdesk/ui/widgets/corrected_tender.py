"""One tender of a visit that is corrected: as it was keyed, to be keyed anew."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from counterdesk.core.i18n import _
from counterdesk.core.settings import ModeKind, PaymentMode, Settings
from counterdesk.core.visit import TenderGiven
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.other_panel import OtherPanel


class CorrectedTender(QWidget):
    """Its method, and what the method wants to know. A credit note stays the one that it was."""

    method_chosen = Signal()
    """Another method was chosen: its amount is not known yet."""

    def __init__(self, settings: Settings, given: TenderGiven, place: int) -> None:
        """Show a tender.

        Args:
            settings: Say which methods there are.
            given: As it was keyed.
            place: Its place in the visit, from 0.
        """
        super().__init__()
        self._settings = settings
        self._given = given
        self.box = named(ChoiceBox(), f"correctMethod_{place}")
        self.panel = OtherPanel(settings)
        self._build()
        self._show_mode()
        self.panel.show_tender(given)
        self.box.currentIndexChanged.connect(self._choose)

    def _build(self) -> None:
        self.setObjectName("correctedTender")
        layout = row(spacing=SPACE_M)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Field(_("Method"), self.box), 2, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.panel, 5, Qt.AlignmentFlag.AlignTop)
        self.setLayout(layout)
        for mode in self._modes():
            name = f"{mode.name} {self._given.credit_note_number}".strip()
            self.box.addItem(name, mode)
        self.box.choose(self._settings.mode(self._given.method))

    def _modes(self) -> list[PaymentMode]:
        credit = self._given.credit_note_id is not None
        modes = self._settings.payment_modes
        return [mode for mode in modes if (mode.kind is ModeKind.CREDIT) == credit]

    def _show_mode(self) -> None:
        self.panel.show_mode(self.box.currentData(), 0)

    @Slot()
    def _choose(self) -> None:
        self._show_mode()
        self.method_chosen.emit()

    @property
    def amount_minor(self) -> int:
        """What is keyed so far."""
        return self.panel.amount.amount_so_far() or 0

    def read(self) -> TenderGiven:
        """Return the tender as it is keyed now.

        Raises:
            UserError: The amount or the date cannot be read.
        """
        return replace(
            self.panel.read(), credit_note_id=self._given.credit_note_id,
            credit_note_number=self._given.credit_note_number,
            credit_account=self._given.credit_account,
            credit_remaining_minor=self._given.credit_remaining_minor,
        )  # fmt: skip
