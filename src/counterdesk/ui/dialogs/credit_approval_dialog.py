"""A supervisor allows credit that the centre cannot be asked about now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.visit import Approval, PaymentRequest
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session


class CreditApprovalDialog(StepUpDialog):
    """Asks for the supervisor's yes to one visit's credit. Show it with `open()`."""

    def __init__(self, jobs: Jobs, request: PaymentRequest, parent: QWidget | None = None) -> None:
        """Make the dialog.

        Args:
            jobs: Its actor is the cashier.
            request: The visit; no other visit can use the approval.
            parent: The window that waits.
        """

        def allow(session: Session, attempt: Attempt, secret: str) -> Approval:
            return services.credit_spending.allow_offline_credit(session, attempt, secret, request)

        def begin(session: Session, login: str) -> Attempt:
            return services.approvals.begin_approval(session, login)

        sentence = _sentence(request, jobs.store.settings)
        title = _("Supervisor's approval")
        super().__init__(jobs, title, sentence, _("Allow"), allow, parent, begin)


def _sentence(request: PaymentRequest, settings: Settings) -> str:
    notes = ", ".join(
        _("{amount} of {note} ({account})").format(
            amount=format_amount(one.amount_minor, settings.currency, settings.locale),
            note=one.credit_note_number,
            account=one.credit_account,
        )
        for one in request.credit
    )
    return _(
        "This visit spends {notes}. The centre cannot be asked now: another counter may be "
        "spending the same credit. A supervisor can allow it for this visit."
    ).format(notes=notes)
