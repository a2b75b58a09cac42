"""What a visit paid and how it was paid, to be keyed anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings
from counterdesk.core.undoing import Replacement
from counterdesk.ui.theme import SPACE_M, SPACE_S
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.corrected_tender import CorrectedTender
from counterdesk.ui.widgets.field import Field

if TYPE_CHECKING:
    from counterdesk.services.correctable import VisitToCorrect


class CorrectionForm(QWidget):
    """An amount for each charge, the extra money of each account, and every tender."""

    grown = Signal()
    """It is as high as it needs to be now: another method asks for more, or for less."""

    def __init__(self, settings: Settings, visit: VisitToCorrect) -> None:
        super().__init__()
        self._visit = visit
        self._shares = [AmountEdit(f"share_{at}", settings) for at in range(len(visit.shares))]
        self._extras = [AmountEdit(f"extra_{at}", settings) for at in range(len(visit.extras))]
        self.tenders = [
            CorrectedTender(settings, given, at) for at, given in enumerate(visit.tenders)
        ]
        self._keep = named(QCheckBox(_("Keep change as credit")), "correctKeep")
        self._build()
        for tender in self.tenders:
            tender.method_chosen.connect(self._show_due)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_M)
        for place, field in enumerate(self._fields()):
            grid.addWidget(field, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addLayout(grid)
        for tender in self.tenders:
            layout.addWidget(tender)
        layout.addWidget(self._keep)
        self._keep.setChecked(self._visit.keep_change)

    def _fields(self) -> list[Field]:
        for editor, share in zip(self._shares, self._visit.shares, strict=True):
            editor.show_amount(share.amount_minor)
        for editor, (_number, minor) in zip(self._extras, self._visit.extras, strict=True):
            editor.show_amount(minor)
        names = [f"{share.number}  {share.account_number}" for share in self._visit.shares]
        extra = _("Extra, kept as credit: {account}")
        names += [extra.format(account=number) for number, _minor in self._visit.extras]
        return [Field(*both) for both in zip(names, self._shares + self._extras, strict=True)]

    def _show_due(self) -> None:
        """Show what the other tenders leave, where another method was chosen."""
        chosen = self.sender()
        due = sum(one.amount_so_far() or 0 for one in self._shares + self._extras)
        due -= sum(one.amount_minor for one in self.tenders if one is not chosen)
        if isinstance(chosen, CorrectedTender):
            chosen.panel.show_due(max(due, 0))

    def read(self, before: Replacement) -> Replacement:
        """Return the visit as it is keyed now; a tender of nothing is left out.

        Raises:
            UserError: An amount or a date cannot be read.
        """
        visit, given = self._visit, [one.read() for one in self.tenders]
        shares = zip(visit.shares, self._shares, strict=True)
        extras = zip(visit.extras, self._extras, strict=True)
        return replace(
            before,
            shares=tuple((share.charge_id, one.amount_minor()) for share, one in shares),
            extras=tuple((number, one.amount_minor()) for (number, _was), one in extras),
            tenders=tuple(one for one in given if one.amount_minor),
            keep_change=self._keep.isChecked(),
            change_account=visit.change_account,
        )

    def event(self, event: QEvent) -> bool:
        """Tell whoever shows a part of it only."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.grown.emit()
        return handled
