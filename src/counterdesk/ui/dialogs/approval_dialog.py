"""A supervisor allows more extra money on an account than the settings do."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.visit import AccountRef, Approval
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session


class ApprovalDialog(StepUpDialog):
    """Asks for the supervisor's yes to one overpayment. Show it with `open()`."""

    allowed = Signal(object)
    """The `Approval`, once it is safely in the ledger."""

    def __init__(
        self,
        jobs: Jobs,
        request_id: UUID,
        account: AccountRef,
        extra_minor: int,
        parent: QWidget | None = None,
    ) -> None:
        """Make the dialog.

        Args:
            jobs: Its actor is the cashier.
            request_id: The visit; no other visit can use the approval.
            account: The account the extra money belongs to.
            extra_minor: What is paid above the outstanding of what is ticked, kept change
                included.
            parent: The window that waits.
        """
        settings = jobs.store.settings
        limit_minor = settings.overpayment_threshold_minor

        def allow(session: Session, attempt: Attempt, secret: str) -> Approval:
            return services.approvals.allow_over_threshold(
                session,
                attempt,
                secret,
                request_id=request_id,
                account_number=account.account_number,
                extra_minor=extra_minor,
                limit_minor=limit_minor,
            )

        def begin(session: Session, login: str) -> Attempt:
            return services.approvals.begin_approval(session, login)

        sentence = _sentence(account, extra_minor, settings)
        title = _("Supervisor's approval")
        super().__init__(jobs, title, sentence, _("Allow"), allow, parent, begin)
        self.done_by_supervisor.connect(self._pass_on)

    @Slot(object)
    def _pass_on(self, approval: Approval) -> None:
        self.allowed.emit(approval)


def _sentence(account: AccountRef, extra_minor: int, settings: Settings) -> str:
    return _(
        "{name} ({account}) pays {extra} more than is ticked. The limit is {limit}. A supervisor "
        "can allow it for this visit; the extra money becomes a credit note."
    ).format(
        name=account.consumer_name,
        account=account.account_number,
        extra=format_amount(extra_minor, settings.currency, settings.locale),
        limit=format_amount(
            settings.overpayment_threshold_minor, settings.currency, settings.locale
        ),
    )
