"""The tenders of a split payment that are keyed already."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.visit import TenderGiven
from counterdesk.ui.theme import SPACE_XS
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.changing import Changing
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import ElidedLabel, plain_label


def tender_details(tender: TenderGiven, settings: Settings) -> tuple[str, ...]:
    """Return what is kept of a tender beside its amount: card, number and date; then the bank."""
    if tender.credit_note_id is not None:
        left_minor = tender.credit_remaining_minor - tender.amount_minor
        left = format_amount(left_minor, settings.currency, settings.locale)
        stays = _("{amount} of it stays").format(amount=left)
        return (f"{tender.credit_note_number}  ·  {stays}",)
    locale = settings.locale
    last = f"···· {tender.card_last_four}" if tender.card_last_four else ""
    dated = write_date(tender.cheque_dated_on, locale) if tender.cheque_dated_on else ""
    first = "  ·  ".join(part for part in (last, tender.reference, dated) if part)
    return tuple(part for part in (first, tender.cheque_bank) if part)


class TenderList(Changing):
    """One line for each tender, with a button that takes it away again."""

    removed = Signal(int)
    """Place of the tender that is taken away."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("tenderList")
        self._settings = settings
        self._shown: tuple[TenderGiven, ...] = ()
        self.hide()

    def show_tenders(self, tenders: Sequence[TenderGiven]) -> None:
        """Show what is keyed already."""
        if tuple(tenders) == self._shown:
            return
        self._shown = tuple(tenders)
        content = QWidget()
        lines = QVBoxLayout(content)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE_XS)
        for place, tender in enumerate(tenders):
            lines.addLayout(self._line(place, tender))
        self.show_content(content)
        self.setVisible(bool(tenders))

    def _line(self, place: int, tender: TenderGiven) -> QHBoxLayout:
        given = self._settings
        mode = given.mode(tender.method)
        parts = (mode.name if mode else tender.method, *tender_details(tender, given))
        text = ElidedLabel("  ·  ".join(parts))
        amount = plain_label(
            format_amount(tender.amount_minor, given.currency, given.locale), "amount"
        )
        key = "Alt+X" if place == len(self._shown) - 1 else ""
        remove = KeyButton(_("Remove"), key, f"removeTender{place}", "link")
        remove.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        remove.clicked.connect(partial(self.removed.emit, place))
        line = row(text, amount, remove)
        line.setStretch(0, 1)
        return line
