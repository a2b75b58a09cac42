"""The way out after ten wrong tries: a supervisor opens the login again, in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.lockout import LockedOut
from counterdesk.ui import messages
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session


class UnlockOffer(QPushButton):
    """A quiet button that shows itself once a login is locked out."""

    unlocked = Signal()
    """The login may be tried again."""

    def __init__(self, jobs: Jobs, name: str) -> None:
        """Make the button, hidden.

        Args:
            jobs: Carries the unlocking.
            name: Its object name.
        """
        super().__init__(_("Unlock by a supervisor"))
        self._jobs = jobs
        self._login = ""
        self.setObjectName(name)
        self.setAccessibleName(self.text())
        self.setProperty("role", "link")
        self.clicked.connect(self._ask)
        self.hide()

    def consider(self, error: UserError) -> None:
        """Show the button if a refusal is one that a supervisor can lift."""
        self._login = error.login if isinstance(error, LockedOut) else ""
        self.setVisible(bool(self._login))

    @Slot()
    def _ask(self) -> None:
        login = self._login

        def unlock(session: Session, attempt: Attempt, secret: str) -> None:
            services.people.unlock(session, attempt, secret, login)

        sentence = _("The login {login} is locked after too many wrong tries.").format(login=login)
        dialog = StepUpDialog(self._jobs, _("Unlock a login"), sentence, _("Unlock"), unlock, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_by_supervisor.connect(self._show_unlocked)
        dialog.open()

    @Slot()
    def _show_unlocked(self) -> None:
        self.hide()
        self.unlocked.emit()
        messages.toast(self, _("The login is unlocked."))
