"""The way from a payment to its credit note: what can be credited is read first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui import messages
from counterdesk.ui.dialogs.credit_dialog import CreditDialog
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:
    from counterdesk.services.creditable_payments import CreditablePayment
    from counterdesk.store.session import ReadSession


def credit_payment(owner: QWidget, jobs: Jobs, payment_id: UUID) -> None:
    """Open the dialog for one payment, taken here or elsewhere."""

    def look(read: ReadSession) -> tuple[CreditablePayment, ...]:
        return (services.creditable_payments.creditable_payment(read, payment_id),)

    _open(owner, jobs, look)


def credit_visit(owner: QWidget, jobs: Jobs, transaction_id: UUID) -> None:
    """Open the dialog for the payments of a visit of this counter."""

    def look(read: ReadSession) -> tuple[CreditablePayment, ...]:
        return services.creditable_payments.payments_of_visit(read, transaction_id)

    _open(owner, jobs, look)


def _open(
    owner: QWidget, jobs: Jobs, look: Callable[[ReadSession], tuple[CreditablePayment, ...]]
) -> None:
    def show(payments: tuple[CreditablePayment, ...]) -> None:
        left = tuple(one for one in payments if one.left_minor)
        if not left:
            messages.tell(owner, _("Nothing of this payment is left to credit."))
            return
        dialog = CreditDialog(jobs, left, owner)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def refuse(error: UserError) -> None:
        messages.tell(owner, error.message)

    jobs.read(owner, look, show, refuse)
