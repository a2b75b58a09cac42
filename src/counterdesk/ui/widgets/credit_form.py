"""What a new credit note says: of which payment, how much, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk.core.credit_words import reason_words
from counterdesk.core.dates import write_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.theme import SPACE_M, SPACE_XS
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.boxes import card
from counterdesk.ui.widgets.changing import Changing, facts
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.named import named
from counterdesk.ui.widgets.remarks_edit import RemarksEdit

if TYPE_CHECKING:
    from counterdesk.services.creditable_payments import CreditablePayment

LONGEST_REMARKS = 500


class CreditForm(QWidget):
    """Amounts are in minor units; what is typed is read at every key."""

    changed = Signal()
    """It reads otherwise now."""

    submitted = Signal()
    """Enter in the last field."""

    def __init__(self, settings: Settings, payments: tuple[CreditablePayment, ...]) -> None:
        super().__init__()
        self._settings = settings
        self._payments = payments
        self._which = named(ChoiceBox(), "creditPayment", _("Payment"))
        self._facts = Changing()
        self._edit = AmountEdit("creditAmount", settings)
        self._most = plain_label("", "muted", name="creditMaximum")
        self._amount = Field(_("Credit"), self._edit, beside=self._most)
        self._choice = named(ChoiceBox(), "creditReason", _("Reason"))
        self._reason = Field(_("Reason"), self._choice)
        self._remarks = RemarksEdit("creditRemarks", LONGEST_REMARKS)
        self._summary = wrapped_label(name="creditSummary")
        self._error = wrapped_label(role="error", name="creditError")
        self._build()
        self._connect()
        self._show_payment()

    @property
    def payment(self) -> CreditablePayment:
        """The payment that is credited."""
        return self._payments[max(self._which.currentIndex(), 0)]

    @property
    def amount_minor(self) -> int:
        """What is typed; 0 where it is no amount."""
        return self._edit.amount_so_far() or 0

    @property
    def reason(self) -> str:
        """The chosen reason as the settings have it; "" for none."""
        return str(self._choice.currentData() or "")

    @property
    def reason_words(self) -> str:
        """The chosen reason as people read it."""
        return self._choice.currentText()

    @property
    def remarks(self) -> str:
        """The remarks as typed."""
        return self._remarks.text

    @property
    def valid(self) -> bool:
        """Whether a note can be made of it."""
        fits = 0 < self.amount_minor <= self.payment.left_minor
        return fits and bool(self.reason) and self._remarks.fits

    def begin(self) -> None:
        """Put the focus on the amount."""
        self._edit.begin()

    def refuse(self, error: UserError) -> None:
        """Show a refusal beside its field."""
        places = {"creditAmount": self._amount, "creditReason": self._reason,
                  "creditRemarks": self._remarks.field}  # fmt: skip
        placed = places.get(error.field)
        for each in places.values():
            each.refuse(error.message if each is placed else "")
        self._error.setText("" if placed else error.message)
        self._error.setVisible(placed is None)
        if placed is not None:
            placed.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        for one in self._payments:
            number = one.number or one.receipt_number
            self._which.addItem(f"{number}  {self._money(one.left_minor)}")
        self._which.setVisible(len(self._payments) > 1)
        self._choice.addItem(_("Choose the reason"), "")
        for reason in self._settings.credit_note_reasons:
            self._choice.addItem(reason_words(reason), reason)
        self._error.hide()
        frame, inside = card("creditOf")
        inside.addWidget(self._facts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M - SPACE_XS)
        for part in (self._which, frame, self._amount, self._reason, self._remarks, self._summary,
                     self._error):  # fmt: skip
            layout.addWidget(part)

    def _connect(self) -> None:
        self._which.currentIndexChanged.connect(self._show_payment)
        self._edit.textChanged.connect(self._show_summary)
        self._edit.returnPressed.connect(self._go_on)
        self._choice.currentIndexChanged.connect(self._show_summary)
        self._remarks.changed.connect(self._show_summary)
        self._remarks.submitted.connect(self.submitted)

    @Slot()
    def _go_on(self) -> None:
        """Enter goes to what is still missing, or makes the note."""
        if self.reason:
            self.submitted.emit()
        else:
            self._choice.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _show_payment(self) -> None:
        one, given = self.payment, self._settings
        told = [
            (_("Consumer"), f"{one.consumer_name} · {one.account_number}"),
            (_("Receipt"), f"{one.receipt_number} · {write_date(one.business_date, given.locale)}"),
            (_("Amount"), self._money(one.amount_minor)),
            (_("Method"), one.method),
        ]
        if one.credited_minor:
            told.append((_("Credited before"), self._money(one.credited_minor)))
        self._facts.show_content(facts(told, strong=_("Amount")))
        self._most.setText(_("Maximum: {limit}").format(limit=self._money(one.left_minor)))
        self._edit.show_amount(one.left_minor)
        self._show_summary()

    @Slot()
    def _show_summary(self) -> None:
        left, credit = self.payment.left_minor, self.amount_minor
        over = credit > left
        self._amount.refuse(self._most.text() if over else "")
        words = _("{original} - {credit} = {remaining} remaining").format(
            original=self._money(left), credit=self._money(credit),
            remaining=self._money(max(0, left - credit)),
        )  # fmt: skip
        if credit == left and credit:
            words = f"{words} · {_('fully credited')}"
        self._summary.setText("" if over else words)
        self.changed.emit()

    def _money(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)
