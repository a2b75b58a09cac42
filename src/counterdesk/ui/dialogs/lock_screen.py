"""The screen after minutes without a touch: nothing to see, everything kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor
from counterdesk.ui.dialogs.put_away import DialogsPutAway
from counterdesk.ui.dialogs.unlock_offer import UnlockOffer
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH
from counterdesk.ui.widgets.boxes import card
from counterdesk.ui.widgets.buttons import named_button
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.secret_form import SecretForm

if TYPE_CHECKING:
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session


class LockScreen(QWidget):
    """Covers a window until the same person returns; what lies beneath stays as it is."""

    returned = Signal(object)
    """The same person is back, as this `Actor`; the window is uncovered again."""

    left = Signal()
    """The person was signed out here, so that somebody else can sign in: show that page."""

    def __init__(self, jobs: Jobs, window: QWidget) -> None:
        """Make the cover, hidden at first.

        Args:
            jobs: Its actor is the person who must return.
            window: What is covered, wholly.
        """
        super().__init__(window)
        self._jobs = jobs
        self._window = window
        self._form = SecretForm("lock", asks_login=False)
        self._who = wrapped_label("", "muted", name="lockWho")
        self._return = named_button(_("Go on"), "lockReturn", "primary")
        self._other = named_button(_("Sign in as someone else"), "lockOther", "link")
        self._unlock = UnlockOffer(jobs, "lockUnlock")
        self._beneath: list[QWidget] = []
        self._dialogs = DialogsPutAway(window, self)
        self._focused: QWidget | None = None
        self._build()
        self._connect()

    @property
    def locked(self) -> bool:
        """Whether the window is covered."""
        return not self.isHidden()

    def lock(self, *, visit_open: bool, why: str = "") -> None:
        """Cover the window.

        Args:
            visit_open: Whether a visit has begun: then only the same person can go on.
            why: What happened, where it was not the time that passed.
        """
        if self.locked or self._jobs.actor is None:
            return
        self._focused = QApplication.focusWidget()
        self._other.setVisible(not visit_open)
        who = _("{name} is signed in.").format(name=self._jobs.actor.name)
        self._who.setText(why or who)
        self._dialogs.put_away()
        self._cover()
        self._form.begin()

    def _build(self) -> None:
        self.setObjectName("lockScreen")
        self.setAccessibleName(_("Locked"))
        self.setAutoFillBackground(True)
        frame, inside = card("lock")
        frame.setFixedWidth(FORM_WIDTH)
        inside.addWidget(wrapped_label(_("Locked"), "h1"))
        for part in (self._who, self._form, self._return, self._unlock, self._other):
            inside.addWidget(part)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(frame, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)
        self.hide()

    def _connect(self) -> None:
        self._form.submitted.connect(self._prove)
        self._form.busy.connect(self._return.setDisabled)
        self._return.clicked.connect(self._prove)
        self._unlock.unlocked.connect(self._form.begin)
        self._other.clicked.connect(self._leave)

    @Slot()
    def _prove(self) -> None:
        self._form.prove(self._jobs, _begin, _check, self._show_returned, self._unlock.consider)

    @Slot()
    def _leave(self) -> None:
        self._jobs.write(self, _sign_out, self._show_left)

    def _show_returned(self, actor: Actor) -> None:
        self._uncover()
        self._dialogs.bring_back()
        if self._focused is not None and isValid(self._focused):
            self._focused.setFocus(Qt.FocusReason.OtherFocusReason)
        self.returned.emit(actor)

    def _show_left(self, _nothing: None) -> None:
        # Uncovered before, or the next page could not take the focus; painted only after both.
        self._uncover()
        self._dialogs.give_up()
        self.left.emit()

    def _cover(self) -> None:
        # Disabled, so that neither Tab nor the mouse nor a screen reader reaches beneath.
        self._beneath = [
            child
            for child in self._window.children()
            if isinstance(child, QWidget) and child is not self and not child.isWindow()
            and child.isEnabled()
        ]  # fmt: skip
        for child in self._beneath:
            child.setEnabled(False)
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()
        _application().installEventFilter(self)

    @Slot()
    def _put_away(self) -> None:
        if self.locked:  # still
            self._dialogs.put_away()

    def _uncover(self) -> None:
        _application().removeEventFilter(self)
        self._form.forget()
        self._unlock.hide()
        self.hide()
        for child in filter(isValid, self._beneath):
            child.setEnabled(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window; no key works beneath, and no dialog comes up."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        elif event.type() == QEvent.Type.Show and self._dialogs.is_beneath(watched):
            QTimer.singleShot(0, self, self._put_away)
        return event.type() == QEvent.Type.Shortcut


def _begin(session: Session) -> Attempt:
    return services.people.begin_return(session)


def _check(session: Session, attempt: Attempt, secret: str) -> Actor:
    return services.people.verify_again(session, attempt, secret)


def _sign_out(session: Session) -> None:
    services.people.sign_out(session)


def _application() -> QCoreApplication:
    return cast("QCoreApplication", QCoreApplication.instance())
