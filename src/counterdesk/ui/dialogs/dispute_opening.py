"""Disputes from a page: what is known of the payment is read first, then the dialog opens."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.dispute_words import disputed_already
from counterdesk.core.disputes import Dispute
from counterdesk.ui import messages
from counterdesk.ui.dialogs.dispute_dialog import CloseDispute, RaiseDispute
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:
    from counterdesk.services.payment_details import PaymentDetails

DISPUTE_KEY = "Ctrl+Shift+D"
"""Raises a dispute of the payment in sight; where one is open, closes that."""


def raise_dispute(owner: QWidget, jobs: Jobs, payment_id: UUID) -> None:
    """Open the dialog for one payment, or say which dispute of it is open already."""

    def show(payment: PaymentDetails) -> None:
        before = next((one for one in payment.disputes if one.open), None)
        if before is not None:
            messages.tell(owner, disputed_already(before))
            return
        _open(RaiseDispute(jobs, payment, owner))

    jobs.read(
        owner,
        lambda read: services.payment_details.payment_details(read, payment_id),
        show,
        lambda error: messages.tell(owner, error.message),
    )


def close_dispute(owner: QWidget, jobs: Jobs, dispute: Dispute) -> None:
    """Open the dialog that closes a dispute."""
    _open(CloseDispute(jobs, dispute, owner))


def _open(dialog: RaiseDispute | CloseDispute) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
