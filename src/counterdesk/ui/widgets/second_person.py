"""Somebody else's yes within a dialog: what they say yes to, their login and secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.secret_form import SecretForm

if TYPE_CHECKING:
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session


class SecondPerson(QWidget):
    """Asks; the dialog around it says what happens then."""

    submitted = Signal()
    """Enter was pressed with all fields filled."""

    busy = Signal(bool)
    """A check begins, or has ended with a refusal."""

    fields = ("login", "secret")
    """Fields of refusals that are about this person."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._sentence = wrapped_label(name="approverSentence")
        self._form = SecretForm("approver")
        self._form.stand_side_by_side()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self._sentence)
        layout.addWidget(
            wrapped_label(_("Another person approves, with their own login."), "muted")
        )
        layout.addWidget(self._form)
        layout.addStretch(1)
        self._form.submitted.connect(self.submitted)
        self._form.busy.connect(self.busy)

    def ask(self, sentence: str) -> None:
        """Say what they say yes to, and forget what was typed."""
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self._form.forget()

    def begin(self) -> None:
        """Put the focus where typing begins."""
        self._form.begin()

    def prove(
        self,
        work: Callable[[Session, Attempt, str], Any],
        done: Callable[[Any], None],
        failed: Callable[[UserError], None],
    ) -> None:
        """Check the secret and do the work; a refusal of the person stands beside their fields."""
        login = self._form.login.text()
        self._form.prove(
            self._jobs,
            lambda session: services.approvals.begin_approval(session, login),
            work,
            done,
            failed,
        )
