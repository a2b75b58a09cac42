"""One more paper of a receipt: with its reason, and a supervisor's yes where there are many."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.errors import ApprovalNeeded, UserError
from counterdesk.core.i18n import _
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:
    from counterdesk.services.people import Attempt
    from counterdesk.services.reprints import CopyMade
    from counterdesk.store.session import Session


def print_copy(
    owner: QWidget,
    jobs: Jobs,
    transaction_id: UUID,
    reason: str,
    *,
    done: Callable[[CopyMade], None],
    failed: Callable[[UserError], None],
) -> None:
    """Queue a copy; where too many were made, ask for a supervisor in place.

    Args:
        owner: Asks, and is the window that waits.
        jobs: Carry the work.
        transaction_id: The visit.
        reason: Why another paper is needed.
        done: Gets the copy, once it is safely queued.
        failed: Gets the refusal.
    """

    def refused(error: UserError) -> None:
        if isinstance(error, ApprovalNeeded):
            _ask_supervisor(owner, jobs, transaction_id, reason, error.message, done)
        else:
            failed(error)

    jobs.write(
        owner,
        lambda session: services.reprints.reprint(session, transaction_id, reason),
        done=done,
        failed=refused,
    )


def _ask_supervisor(
    owner: QWidget,
    jobs: Jobs,
    transaction_id: UUID,
    reason: str,
    sentence: str,
    done: Callable[[CopyMade], None],
) -> None:
    def allow(session: Session, attempt: Attempt, secret: str) -> CopyMade:
        return services.reprints.allow_reprint(session, attempt, secret, transaction_id, reason)

    dialog = StepUpDialog(jobs, _("Another copy"), sentence, _("Allow"), allow, owner)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.done_by_supervisor.connect(done)
    dialog.open()
