"""Login and secret: asked for at sign-in, for a supervisor's yes, and on the lock screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QVBoxLayout, QWidget

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SPACE_M, SPACE_XS
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session

T = TypeVar("T")
_LONGEST = 256


class SecretEdit(QLineEdit):
    """A hidden line that notices letters typed with Caps Lock on."""

    caps_lock = Signal(bool)
    """Whether the letter just typed says that Caps Lock is on."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Compare the letter's case with Shift: the system tells no more than that."""
        super().keyPressEvent(event)
        letter = event.text()
        if len(letter) == 1 and letter.lower() != letter.upper():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_lock.emit(letter.isupper() != shifted)
        elif event.key() == Qt.Key.Key_CapsLock:
            self.caps_lock.emit(False)


class SecretForm(QWidget):
    """Asks for a secret, and carries it to its check; refusals stand beside their field."""

    submitted = Signal()
    """Enter was pressed with all fields filled."""

    busy = Signal(bool)
    """A check begins, or has ended with a refusal."""

    def __init__(self, name: str, *, asks_login: bool = True) -> None:
        """Make an empty form.

        Args:
            name: Beginning of the object names: `signIn` gives `signInLogin`, `signInSecret`.
            asks_login: Whether a login is asked for too.
        """
        super().__init__()
        self.login = QLineEdit(maxLength=_LONGEST)
        self.secret = SecretEdit(maxLength=_LONGEST)
        self.login.setObjectName(f"{name}Login")
        self.secret.setObjectName(f"{name}Secret")
        self._login_field = Field(_("Login"), self.login)
        self._secret_field = Field(_("Password or PIN"), self.secret)
        self._caps = wrapped_label(_("Caps Lock is on."), "muted", name=f"{name}CapsLock")
        self._login_field.setVisible(asks_login)
        self._asks_login = asks_login
        self._build()
        self._connect()

    def begin(self) -> None:
        """Forget the secret, and put the focus where typing begins."""
        self.forget()
        first = self.login if self._asks_login and not self.login.text() else self.secret
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def stand_side_by_side(self) -> None:
        """Take the height of one field: where much else is asked for above."""
        self._pair.setDirection(QBoxLayout.Direction.LeftToRight)
        self._pair.setSpacing(SPACE_M)
        for place in range(self._pair.count()):
            self._pair.setStretch(place, 1)

    def forget(self) -> None:
        """Forget the secret and what was said about it; the login stays."""
        self.secret.clear()
        self._refuse_all("", "")
        self._caps.hide()
        self._be_busy(False)

    def prove(
        self,
        jobs: Jobs,
        begin: Callable[[Session], Attempt],
        check: Callable[[Session, Attempt, str], T],
        done: Callable[[T], None],
        failed: Callable[[UserError], None] | None = None,
    ) -> None:
        """Have the secret checked: the try is counted and committed first, then looked at.

        Args:
            jobs: Carries both to the database.
            begin: Counts the try.
            check: Gets the try and the secret.
            done: Called with what the check returns.
            failed: Told of a refusal too, once it stands beside its field.
        """
        if not self._complete():
            return
        secret = self.secret.text()

        def refuse(error: UserError) -> None:
            self._show_refusal(error)
            if failed is not None:
                failed(error)

        def go_on(attempt: Attempt) -> None:
            jobs.write(self, lambda session: check(session, attempt, secret), done, refuse)

        self._be_busy(True)
        jobs.write(self, begin, go_on, refuse)

    def _build(self) -> None:
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._caps.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M - SPACE_XS)
        self._pair = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._pair.setSpacing(SPACE_M - SPACE_XS)
        for field in (self._login_field, self._secret_field):
            self._pair.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._pair)
        layout.addWidget(self._caps)

    def _connect(self) -> None:
        self.login.returnPressed.connect(self._enter_on_login)
        self.secret.returnPressed.connect(self.submitted)
        self.secret.caps_lock.connect(self._caps.setVisible)

    @Slot()
    def _enter_on_login(self) -> None:
        if self.secret.text():
            self.submitted.emit()
        else:
            self.secret.setFocus(Qt.FocusReason.TabFocusReason)

    def _complete(self) -> bool:
        no_login = self._asks_login and not self.login.text().strip()
        self._refuse_all(
            _("Enter your login.") if no_login else "",
            "" if self.secret.text() else _("Enter your password or PIN."),
        )
        wrong = self.login if no_login else self.secret
        if no_login or not self.secret.text():
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        return True

    def _be_busy(self, busy: bool) -> None:
        self.login.setReadOnly(busy)
        self.secret.setReadOnly(busy)
        self.busy.emit(busy)

    def _refuse_all(self, login: str, secret: str) -> None:
        self._login_field.refuse(login)
        self._secret_field.refuse(secret)

    def _show_refusal(self, error: UserError) -> None:
        self._be_busy(False)
        self.secret.clear()
        about_login = error.field == "login" and self._asks_login
        field = self._login_field if about_login else self._secret_field
        field.refuse(error.message)
        wrong = self.login if about_login else self.secret
        wrong.setFocus(Qt.FocusReason.OtherFocusReason)
        wrong.selectAll()
