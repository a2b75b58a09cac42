"""Money that changes hands: the other person signs and takes it, or refuses and says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import key_button

if TYPE_CHECKING:
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session

_REFUSAL = "refusal"
"""The field that the services name for a missing reason."""


class TwoSidedDialog(StepUpDialog):
    """Like a supervisor's yes, with a no that needs its reason. Show it with `open()`."""

    refused = Signal()
    """It was refused, and that is safely written down; the dialog is closed by then."""

    def __init__(
        self,
        jobs: Jobs,
        title: str,
        sentence: str,
        yes: str,
        take: Callable[[Session, Attempt, str], Any],
        refuse: Callable[[Session, Attempt, str, str], Any],
        parent: QWidget | None = None,
    ) -> None:
        """Make the dialog.

        Args:
            jobs: Carries the work; its actor is the person who gives.
            title: What it is about, in few words.
            sentence: What is taken over: whole sentences, with the amounts.
            yes: What the button says, a verb.
            take: Checks the receiver's secret and moves what was offered.
            refuse: Checks it and writes the refusal down; its last argument is the reason.
            parent: The window that waits.
        """
        begin = services.approvals.begin_approval
        super().__init__(jobs, title, sentence, yes, take, parent, begin)
        self._refuse = refuse
        self._why = named(QLineEdit(maxLength=500), "refusalReason")
        self._reason = Field(_("Where it is refused: why?"), self._why)
        self._refusal = key_button(_("Refuse"), "Alt+R", "refuseTaking", "")
        self._refusal.setAutoDefault(False)
        self._layout.insertWidget(self._layout.indexOf(self._bottom), self._reason)
        self._bottom.insertWidget(2, self._refusal)
        self._refusal.clicked.connect(self._prove_refusal)
        self._form.busy.connect(self._refusal.setDisabled)

    @Slot()
    def _prove_refusal(self) -> None:
        why = self._why.text().strip()
        self._reason.refuse("" if why else _("Say why it is refused."))
        if not why:
            self._why.setFocus()
            return
        login = self._form.login.text()
        self._form.prove(
            self._jobs,
            lambda session: services.approvals.begin_approval(session, login),
            lambda session, attempt, secret: self._refuse(session, attempt, secret, why),
            self._show_refused,
            self._show_wrong_reason,
        )

    def _show_refused(self, _nothing: object) -> None:
        if not self.isHidden():
            self.reject()
            self.refused.emit()

    def _show_wrong_reason(self, error: UserError) -> None:
        if error.field == _REFUSAL:
            self._reason.refuse(error.message)
