"""A supervisor's yes in place: their own login and secret, in the cashier's window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_M
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.secret_form import SecretForm

if TYPE_CHECKING:
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session


class StepUpDialog(QDialog):
    """Says what is asked of the supervisor, takes their secret, does it. Show it with `open()`."""

    done_by_supervisor = Signal(object)
    """What the work returned, once it is safely saved; the dialog is closed by then."""

    def __init__(
        self,
        jobs: Jobs,
        title: str,
        sentence: str,
        yes: str,
        work: Callable[[Session, Attempt, str], Any],
        parent: QWidget | None = None,
        begin: Callable[[Session, str], Attempt] | None = None,
    ) -> None:
        """Make the dialog.

        Args:
            jobs: Carries the work; its actor is the person who asks the supervisor.
            title: What it is about, in few words.
            sentence: What the supervisor says yes to: whole sentences, with account and amount.
            yes: What the button says, a verb.
            work: Checks the supervisor's secret and does what was asked.
            parent: The window that waits.
            begin: Counts the try at a login, in place of `people.begin_attempt`.
        """
        super().__init__(parent)
        self._jobs = jobs
        self._work = work
        self._begin = begin
        self._form = SecretForm("approver")
        self._yes = KeyButton(yes, _("Enter"), "approverAllow", "primary")
        self._no = KeyButton(_("Cancel"), _("Esc"), "approverCancel")
        self._bottom = row(self._no, None, self._yes)
        self._layout = QVBoxLayout(self)
        self._build(title, sentence)
        self._connect()

    def _build(self, title: str, sentence: str) -> None:
        self.setObjectName("stepUp")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        self.setMinimumWidth(FORM_WIDTH)
        for button in (self._yes, self._no):
            button.setAutoDefault(False)  # Enter in a field goes on to the next, or submits once
        layout = self._layout
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(wrapped_label(title, "h1"))
        layout.addWidget(wrapped_label(sentence, name="approverSentence"))
        layout.addWidget(self._form)
        layout.addLayout(self._bottom)

    def _connect(self) -> None:
        self._form.submitted.connect(self._prove)
        self._form.busy.connect(self._yes.setDisabled)
        self._yes.clicked.connect(self._prove)
        self._no.clicked.connect(self.reject)

    @Slot()
    def _prove(self) -> None:
        login = self._form.login.text()
        self._form.prove(
            self._jobs,
            lambda session: (self._begin or services.people.begin_attempt)(session, login),
            self._work,
            self._show_done,
        )

    def _show_done(self, result: object) -> None:
        if self.isHidden():
            return  # cancelled meanwhile: what was recorded is not used
        self.accept()
        self.done_by_supervisor.emit(result)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with an empty form."""
        super().showEvent(event)
        self._form.begin()

    def event(self, event: QEvent) -> bool:
        """Grow with a refusal of several lines: a window does not by itself."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            needed = self._layout.totalHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), needed))
        return handled
