"""Any money but cash: the amount, and what the mode wants to know of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from counterdesk.core.dates import read_date
from counterdesk.core.i18n import _
from counterdesk.core.settings import ModeKind, PaymentMode, Settings
from counterdesk.core.visit import TenderGiven
from counterdesk.ui.theme import SPACE_L, SPACE_S
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.named import named

_LONGEST = 200


class OtherPanel(QWidget):
    """Card, transfer, cheque, wallet: fields come and go with the mode."""

    changed = Signal()
    """Something was typed."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._mode: PaymentMode | None = None
        self._amount = AmountEdit("tenderAmount", settings)
        self._reference = _line("tenderReference")
        self._last_four = _line("cardLastFour")
        self._bank = _line("chequeBank")
        self._date = _line("chequeDate")
        self.fields = (
            Field(_("Amount"), self._amount),
            Field(_("Reference"), self._reference),
            Field(_("Last four digits"), self._last_four),
            Field(_("Bank"), self._bank),
            Field(_("Date on the cheque"), self._date),
        )
        self._build()
        for field in self._lines():
            field.textChanged.connect(self.changed)

    def show_mode(self, mode: PaymentMode, due_minor: int) -> None:
        """Ask for what a mode needs; the amount is what is still due."""
        self._mode = mode
        cheque, card = mode.kind is ModeKind.CHEQUE, mode.kind is ModeKind.CARD
        wanted = (True, mode.needs_reference or cheque or card, card, cheque, cheque)
        for field, line, shown in zip(self.fields, self._lines(), wanted, strict=True):
            line.blockSignals(True)
            line.setText("")  # unlike clear(), it cannot be undone: another payer's reference
            line.blockSignals(False)
            field.refuse("")
            field.setVisible(shown)
        self.fields[1].rename(_reference_name(mode))
        self._amount.show_amount(due_minor)

    def show_tender(self, given: TenderGiven) -> None:
        """Show a tender as it was keyed, in the fields of its mode."""
        dated = given.cheque_dated_on.isoformat() if given.cheque_dated_on else ""
        texts = (given.reference, given.card_last_four, given.cheque_bank, dated)
        self._amount.show_amount(given.amount_minor)
        for line, text in zip(self._lines()[1:], texts, strict=True):
            line.setText(text)

    def show_due(self, due_minor: int) -> None:
        """Ask for another amount; what was typed besides stays."""
        self._amount.show_amount(due_minor)

    def begin(self) -> None:
        """Start with the amount: it is right already unless the payment is split."""
        self._amount.begin()

    def next_empty(self) -> QLineEdit | None:
        """Return the first empty field behind the one that has the focus."""
        shown = [line for line in self._lines() if not line.isHidden() and line.isVisible()]
        at = next((place for place, line in enumerate(shown) if line.hasFocus()), len(shown))
        return next((line for line in shown[at + 1 :] if not line.text().strip()), None)

    @property
    def amount(self) -> AmountEdit:
        """The field of the amount."""
        return self._amount

    def so_far(self) -> TenderGiven | None:
        """Return the tender while it is still being typed, or None while there is no amount."""
        amount = self._amount.amount_so_far()
        return None if amount is None else self._tender(amount, dated="")

    def read(self) -> TenderGiven:
        """Return the tender as typed.

        Raises:
            UserError: The amount or the date cannot be read.
        """
        return self._tender(self._amount.amount_minor(), dated=self._date.text())

    def _tender(self, amount_minor: int, *, dated: str) -> TenderGiven:
        locale = self._settings.locale
        return TenderGiven(
            method=self._mode.code if self._mode else "",
            amount_minor=amount_minor,
            reference=self._reference.text().strip(),
            card_last_four=self._last_four.text().strip(),
            cheque_bank=self._bank.text().strip(),
            cheque_dated_on=read_date(dated, locale, "chequeDate") if dated.strip() else None,
        )

    def _lines(self) -> tuple[QLineEdit, ...]:
        return self._amount, self._reference, self._last_four, self._bank, self._date

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_S)
        for field, (line, column) in zip(
            self.fields, ((0, 0), (0, 1), (1, 0), (1, 0), (1, 1)), strict=True
        ):
            grid.addWidget(field, line, column, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)


def _line(name: str) -> QLineEdit:
    return named(QLineEdit(maxLength=_LONGEST), name)


def _reference_name(mode: PaymentMode) -> str:
    match mode.kind:
        case ModeKind.CARD:
            return _("Terminal reference")
        case ModeKind.CHEQUE:
            return _("Cheque number")
    return _("Reference")
