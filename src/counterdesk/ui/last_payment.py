"""After a crash: the window says what became of the last payment, before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui import messages
from counterdesk.ui.dialogs.copy_printing import print_copy
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.widgets.banner import Answer, Banner

if TYPE_CHECKING:
    from counterdesk.services.startup import LastPayment


class LastPaymentTold(QObject):
    """Asks the ledger at sign-in, and shows the answer in the banner until it is settled."""

    account_asked = Signal(str)
    """Number of an account whose payment was not saved and is taken anew."""

    def __init__(
        self, jobs: Jobs, banner: Banner, visit_open: Callable[[], bool], parent: QObject
    ) -> None:
        """Make it, silent.

        Args:
            jobs: Carries the question to the database.
            banner: Where the answer is shown.
            visit_open: Tells whether a visit has begun, which must be finished first.
            parent: Owns it.
        """
        super().__init__(parent)
        self._jobs = jobs
        self._banner = banner
        self._visit_open = visit_open
        self._told: LastPayment | None = None
        banner.chosen.connect(self._act)
        jobs.changed.connect(self._look_again)

    def ask(self) -> None:
        """Look whether there is something to tell."""
        sent_through = self._jobs.centre.sent_through
        self._jobs.read(
            self, lambda read: services.startup.last_payment(read, sent_through), self._show
        )

    @Slot()
    def _look_again(self) -> None:
        """What is told of a saved payment changes while it is printed, sent and acknowledged."""
        if self._told is not None and self._told.saved:
            self.ask()

    @Slot()
    def settle(self) -> None:
        """Take the banner away for good: it was dealt with, or a later payment is saved."""
        told, self._told = self._told, None
        if told is not None:
            self._banner.hide()
            self._forget(told)

    @Slot(str)
    def _act(self, choice: str) -> None:
        told = self._told
        if told is None:
            return
        if choice == "anew" and self._visit_open():
            messages.toast(self._banner, _("Finish the payment in hand first."))
            return
        self.settle()
        if choice == "anew":
            self.account_asked.emit(told.account_number)
        elif choice == "copy":
            self._print_copy(told.transaction_id)

    def _forget(self, told: LastPayment) -> None:
        forget = services.startup.mark_receipt_seen if told.saved else services.startup.drop_draft
        self._jobs.write(self, lambda session: forget(session, told.transaction_id))

    def _print_copy(self, transaction_id: UUID) -> None:
        reason = _("The first print was interrupted")
        print_copy(
            self._banner, self._jobs, transaction_id, reason,
            done=self._show_copy_queued, failed=self._show_refusal,
        )  # fmt: skip

    def _show_refusal(self, error: UserError) -> None:
        messages.tell(self._banner, error.message)

    def _show_copy_queued(self, _copy: object) -> None:
        messages.toast(self._banner, _("A copy is on its way to the printer."))

    def _show(self, told: LastPayment | None) -> None:
        if told == self._told:
            return
        self._told = told
        if told is None or self._jobs.actor is None:
            return
        from counterdesk.ui.last_payment_words import tell  # noqa: PLC0415 - start-up

        has_centre = self._jobs.centre.state != "alone" or self._jobs.centre.is_expected
        text = tell(told, self._jobs.store.settings, has_centre=has_centre)
        known = Answer("close", _("Understood"), "Alt+U")
        if not told.saved:
            anew = Answer("anew", _("Take it again"), "Alt+T")
            self._banner.say("warn", _("Not saved"), text, anew, known)
        elif told.wants_copy:
            copy = Answer("copy", _("Print a copy"), "Alt+P")
            self._banner.say("ok", _("Saved"), text, copy, known)
        else:
            self._banner.say("ok", _("Saved"), text, known)
