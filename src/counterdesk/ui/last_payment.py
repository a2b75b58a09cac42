"""After a crash: the window says what became of the last payment, before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from counterdesk.services.startup import LastPayment


class LastPaymentTold(QObject):
    """Asks the ledger once after the start, and shows the answer in the banner."""

    account_asked = Signal(str)
    """Number of an account whose payment was not saved and is taken anew."""

    def __init__(self, jobs: Jobs, banner: Banner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._banner = banner
        self._told: LastPayment | None = None
        banner.chosen.connect(self._act)

    def ask(self) -> None:
        """Look whether there is something to tell."""
        self._jobs.read(self, services.startup.last_payment, self._show)

    @Slot(str)
    def _act(self, choice: str) -> None:
        told, self._told = self._told, None
        if told is None:
            return
        if told.saved:
            self._forget_saved(told.transaction_id)
        else:
            self._jobs.write(self, services.startup.drop_draft)
        if choice == "anew":
            self.account_asked.emit(told.account_number)
        elif choice == "copy":
            self._print_copy(told.transaction_id)

    def _forget_saved(self, transaction_id: UUID) -> None:
        self._jobs.write(
            self, lambda session: services.startup.mark_receipt_seen(session, transaction_id)
        )

    def _print_copy(self, transaction_id: UUID) -> None:
        reason = _("The first print was interrupted")
        self._jobs.write(
            self,
            lambda session: services.print_jobs.reprint(session, transaction_id, reason),
            done=lambda _copy: messages.toast(self._banner, _("A copy is on its way.")),
        )

    def _show(self, told: LastPayment | None) -> None:
        if told is None:
            return
        from counterdesk.ui.last_payment_words import tell  # noqa: PLC0415 - start-up

        self._told = told
        text = tell(told, self._jobs.store.settings)
        if told.saved:
            buttons = {"copy": _("Print a copy")} if told.printed == "unknown" else {}
            self._banner.say("ok", _("Saved"), text, **buttons, close=_("OK"))
        else:
            self._banner.say("warn", _("Not saved"), text, anew=_("Take it again"), close=_("OK"))
