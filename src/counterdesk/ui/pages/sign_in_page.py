"""The first page: who is at the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor
from counterdesk.ui.dialogs.unlock_offer import UnlockOffer
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH
from counterdesk.ui.widgets.boxes import card
from counterdesk.ui.widgets.buttons import named_button
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.secret_form import SecretForm
from counterdesk.ui.widgets.waiting_for_people import WaitingForPeople

if TYPE_CHECKING:
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session


class SignInPage(QWidget):
    """Sign in with login and password or PIN."""

    signed_in = Signal(object)
    """The `Actor`; whoever hears it makes them the actor of the jobs."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._form = SecretForm("signIn")
        self._utility = wrapped_label(_("CounterDesk"), "h1")
        self._counter = wrapped_label(_("Opening the till"), "muted")
        self._enter = named_button(_("Sign in"), "signInButton", "primary")
        self._unlock = UnlockOffer(jobs, "signInUnlock")
        self._waiting = WaitingForPeople(jobs)
        self._build()
        self._connect()

    def show_office(self, utility: str, counter: str) -> None:
        """Say whose till this is, once that is known: typing may begin before."""
        self._utility.setText(utility)
        self._counter.setText(counter)
        self._waiting.look()

    def begin(self) -> None:
        """Wait for the next person: nothing of the last one stays."""
        self._form.login.clear()
        self._form.begin()
        self._unlock.hide()

    def _build(self) -> None:
        self.setObjectName("page")
        frame, inside = card("signIn")
        frame.setFixedWidth(FORM_WIDTH)
        for part in (self._utility, self._counter, self._waiting, self._form, self._enter):
            inside.addWidget(part)
        inside.addWidget(self._unlock)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(frame, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)

    def _connect(self) -> None:
        self._form.submitted.connect(self._sign_in)
        self._form.busy.connect(self._enter.setDisabled)
        self._enter.clicked.connect(self._sign_in)
        self._unlock.unlocked.connect(self._form.begin)
        self._waiting.people_known.connect(self._show_form)

    @Slot(bool)
    def _show_form(self, people_known: bool) -> None:
        for part in (self._form, self._enter):
            part.setVisible(people_known)
        if people_known and self.isVisible():
            self.begin()

    @Slot()
    def _sign_in(self) -> None:
        login = self._form.login.text()
        self._unlock.hide()
        self._form.prove(
            self._jobs,
            lambda session: services.people.begin_attempt(session, login),
            _check,
            self._show_signed_in,
            self._unlock.consider,
        )

    def _show_signed_in(self, actor: Actor) -> None:
        self.begin()
        self.signed_in.emit(actor)

    def showEvent(self, event: QShowEvent) -> None:
        """Put the focus where typing begins."""
        super().showEvent(event)
        self.begin()


def _check(session: Session, attempt: Attempt, secret: str) -> Actor:
    return services.people.sign_in(session, attempt, secret)
