"""An old receipt: the paper as it was printed here, or the facts where another counter has it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout

from counterdesk import services
from counterdesk.core.dates import write_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Permission
from counterdesk.core.text import clean
from counterdesk.ui import messages
from counterdesk.ui.dialogs.copy_printing import print_copy
from counterdesk.ui.dialogs.credit_opening import credit_payment
from counterdesk.ui.dialogs.undo_asking import ask_correction, ask_undo
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.payment_words import status_word, type_word
from counterdesk.ui.theme import SPACE_L, SPACE_M
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.changing import Changing, facts
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.receipt_paper import ReceiptPaper

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.consumer_payments import PastPaymentRow
    from counterdesk.services.payment_details import PaymentDetails
    from counterdesk.services.payment_pages import PaymentLine
    from counterdesk.services.print_jobs import KeptReceipt
    from counterdesk.services.undone import Undone

    Shown = PastPaymentRow | PaymentLine | PaymentDetails


class ReceiptView(Aside):
    """Shows, and changes nothing; a copy can be printed of what was printed here."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__("receiptView", "")
        self._jobs = jobs
        self._transaction_id: UUID | None = None
        self._payment: Shown | None = None
        self._consumer = ""
        self._asked = 0
        self._paper = ReceiptPaper("receiptShown")
        self._facts = Changing()
        self._note = wrapped_label("", "muted", name="receiptNote")
        self._error = wrapped_label("", "error", name="receiptViewError")
        self._copy = key_button(_("Print a copy"), "Ctrl+P", "copyReceipt", "")
        self._undo = key_button(_("Void or reverse"), "Ctrl+B", "undoReceipt", "")
        self._copy.clicked.connect(self._print_copy)
        self._undo.clicked.connect(self._ask_undo)
        self._correct = key_button(_("Correct"), "Ctrl+J", "correctReceipt", "")
        self._correct.clicked.connect(self.ask_correction)
        self._credit = key_button(_("Create credit note"), "Ctrl+G", "creditReceipt", "")
        self._credit.clicked.connect(self._create_credit)
        columns = row(self._paper, spacing=SPACE_L)
        columns.addLayout(self._side(), 1)
        self.body.addLayout(columns, 1)

    def show_payment(self, payment: Shown, consumer: str) -> None:
        """Show the receipt of a payment.

        Args:
            payment: As it stands in a list.
            consumer: Name and account number, for a receipt that is not kept here.
        """
        self._asked += 1
        self._payment, self._consumer = payment, consumer
        self._transaction_id = payment.transaction_id
        actor = self._jobs.actor
        self._credit.setVisible(actor is not None and actor.may(Permission.RAISE_CREDIT))
        number = clean(payment.receipt_number)
        self.title.setText(_("Receipt {number}").format(number=number))
        self._facts.show_content(facts(self._told(payment, consumer), strong=_("Amount")))
        for part in (self._paper, self._copy, self._undo, self._correct, self._error):
            part.hide()
        if payment.transaction_id is None:
            self._note.setText(_("Taken at another counter or online: its receipt is not here."))
            self._undo.setVisible(self._may_undo and payment.receipt_number != "")
            return
        self._note.setText("")
        visit = payment.transaction_id
        self._jobs.read(
            self,
            lambda read: services.print_jobs.kept_receipt(read, visit),
            partial(self._show_kept, self._asked),
        )

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(SPACE_M)
        for part in (self._facts, self._note, self._error):
            side.addWidget(part)
        for button in (self._copy, self._credit, self._undo, self._correct):
            side.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        side.addStretch(1)
        return side

    def _told(self, payment: Shown, consumer: str) -> tuple[tuple[str, str], ...]:
        given = self._jobs.store.settings
        return (
            (_("Consumer"), consumer),
            (_("Date"), write_date(payment.business_date, given.locale)),
            (_("Paid for"), type_word(payment.type)),
            (_("Method"), payment.method),
            (_("Amount"), format_amount(payment.amount_minor, given.currency, given.locale)),
            (_("Status"), status_word(payment.status)),
            *([(_("Written by hand"), clean(payment.paper_number))]
              if payment.paper_number else []),
        )  # fmt: skip

    def _show_kept(self, asked: int, kept: KeptReceipt) -> None:
        if asked != self._asked:
            return
        actor = self._jobs.actor
        self._note.setText(kept.print_words)
        self._copy.setVisible(actor is not None and actor.may(Permission.PRINT_RECEIPT))
        for button in (self._undo, self._correct):
            button.setVisible(self._may_undo)
        columns = self._jobs.printing.columns
        self._paper.show_document(kept.document, columns, self.width() // 2)
        self._paper.show()
        if self.hasFocus():
            self._paper.setFocus(Qt.FocusReason.OtherFocusReason)  # arrows roll the paper

    @Slot()
    def _print_copy(self) -> None:
        visit, reason = self._transaction_id, _("Asked for at the counter")
        if visit is not None:
            print_copy(
                self, self._jobs, visit, reason,
                done=self._show_copy_queued, failed=self._show_refusal,
            )  # fmt: skip

    @Slot()
    def _create_credit(self) -> None:
        if self._payment is not None:
            credit_payment(self, self._jobs, self._payment.payment_id)

    @property
    def _may_undo(self) -> bool:
        actor, payment = self._jobs.actor, self._payment
        may = actor is not None and actor.may(Permission.UNDO_PAYMENT)
        return may and payment is not None and payment.status not in {"Voided", "Reversed"}

    @Slot()
    def _ask_undo(self) -> None:
        if self._payment is not None:
            ask_undo(
                self, self._jobs, self._transaction_id, self._payment.payment_id,
                self._show_undone, self._payment.receipt_number,
            )  # fmt: skip

    @Slot()
    def ask_correction(self) -> None:
        """Have the visit keyed anew, with an administrator's yes."""
        visit, payment = self._transaction_id, self._payment
        if visit is not None and payment is not None:
            number = clean(payment.receipt_number)
            ask_correction(self, self._jobs, visit, number, self._show_undone)

    def _show_undone(self, undone: Undone) -> None:
        if self._payment is None or self._payment.receipt_number != undone.receipt_number:
            return
        payment_id = self._payment.payment_id
        self._jobs.read(
            self,
            lambda read: services.undone.undone_statuses(read, [payment_id]).get(payment_id),
            self._show_again,
        )

    def _show_again(self, status: str | None) -> None:
        if self._payment is not None:
            payment = replace(self._payment, status=status or self._payment.status)
            self.show_payment(payment, self._consumer)

    def _show_copy_queued(self, _copy: object) -> None:
        self._error.hide()
        messages.toast(self, _("A copy is on its way to the printer."))

    def _show_refusal(self, error: UserError) -> None:
        self._error.setText(error.message)
        self._error.show()
