"""What can be done with a payment of a list: by its menu, by keys, and by what one clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.text import clean
from counterdesk.ui import messages
from counterdesk.ui.dialogs.copy_printing import print_copy
from counterdesk.ui.dialogs.credit_opening import credit_payment
from counterdesk.ui.dialogs.dispute_opening import DISPUTE_KEY, raise_dispute
from counterdesk.ui.dialogs.undo_asking import ask_correction, ask_undo
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.row_actions import Action, RowActions
from counterdesk.ui.tables.paged_table import PagedTable

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.payment_pages import PaymentLine


class PaymentActions(RowActions):
    """What can be done with a payment."""

    details_asked = Signal(object)
    """A `PaymentLine` of which somebody wants to see everything."""

    receipt_asked = Signal(object)
    """A `PaymentLine` whose receipt somebody wants to see."""

    def __init__(self, jobs: Jobs, table: PagedTable) -> None:
        super().__init__(jobs, table, "paymentMenu")
        self.offer(
            Action(_("View details"), "Enter", self.details_asked.emit),
            (
                Action(_("View receipt"), "Ctrl+R", self.receipt_asked.emit),
                Action(_("Print a copy"), "Ctrl+P", self._print, self.may_print),
                Action(_("Create credit note"), "Ctrl+G", self._credit, self.may_credit),
                Action(_("Void or reverse"), "Ctrl+B", self._undo, self.may_undo),
                Action(_("Raise dispute"), DISPUTE_KEY, self._dispute, self._may_dispute),
                Action(_("Correct"), "Ctrl+J", self._correct, self._may_correct),
                Action(_("Open consumer"), "Ctrl+U", self._open_consumer, self._may_find),
            ),
        )

    def may_credit(self, payment: PaymentLine) -> bool:
        """Tell whether a credit note can be made of a payment."""
        return self._may(Permission.RAISE_CREDIT) and payment.status == _POSTED

    def may_undo(self, payment: PaymentLine) -> bool:
        """Tell whether a payment can be undone; at another counter, by its receipt."""
        known = payment.transaction_id is not None or payment.receipt_number != ""
        return self._may(Permission.UNDO_PAYMENT) and payment.status == _POSTED and known

    def may_print(self, payment: PaymentLine) -> bool:
        """Tell whether a copy of a payment's receipt can be printed here."""
        return self._may(Permission.PRINT_RECEIPT) and payment.transaction_id is not None

    @Slot(str, object)
    def _follow(self, column: str, payment: PaymentLine) -> None:
        if column == "consumer":
            self._open_consumer(payment)
        else:
            self.details_asked.emit(payment)

    def _print(self, payment: PaymentLine) -> None:
        visit, reason = payment.transaction_id, _("Asked for at the counter")
        if visit is not None:
            print_copy(
                self._table, self._jobs, visit, reason,
                done=self._show_copy_queued, failed=self._show_refusal,
            )  # fmt: skip

    def _show_copy_queued(self, _copy: object) -> None:
        messages.toast(self._table, _("A copy is on its way to the printer."))

    def _credit(self, payment: PaymentLine) -> None:
        credit_payment(self._table, self._jobs, payment.payment_id)

    def _undo(self, payment: PaymentLine) -> None:
        ask_undo(
            self._table, self._jobs, payment.transaction_id, payment.payment_id,
            receipt_number=payment.receipt_number,
        )  # fmt: skip

    def _dispute(self, payment: PaymentLine) -> None:
        raise_dispute(self._table, self._jobs, payment.payment_id)

    def _may_dispute(self, _payment: PaymentLine) -> bool:
        return self._may(Permission.RAISE_DISPUTE)

    def _correct(self, payment: PaymentLine) -> None:
        visit = payment.transaction_id
        if visit is not None:
            ask_correction(self._table, self._jobs, visit, clean(payment.receipt_number))

    def _may_correct(self, payment: PaymentLine) -> bool:
        return self.may_undo(payment) and payment.transaction_id is not None


_POSTED = "Posted"
