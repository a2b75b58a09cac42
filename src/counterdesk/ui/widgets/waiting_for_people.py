"""Before sign-in: whom a new counter waits for, and why nothing can be recorded here."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_S
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.fill_bar import FillBar
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import wrapped_label


class WaitingForPeople(QWidget):
    """Out of sight where people are known here and the centre holds nothing against the counter."""

    people_known = Signal(bool)
    """Whether anybody may sign in here, whenever that changes."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._known = True
        self._text = wrapped_label(name="waitingText")
        self._state = wrapped_label(role="muted", name="waitingState")
        self._progress = FillBar("waitingProgress")
        self._try = key_button(_("Try now"), "Ctrl+T", "waitingTry", "")
        self._cancel = key_button(_("Cancel"), "Alt+C", "waitingCancel", "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        for part in (self._text, self._state, self._progress):
            layout.addWidget(part)
        layout.addLayout(row(self._try, self._cancel, None))
        self._try.clicked.connect(jobs.centre.try_now)
        self._cancel.clicked.connect(jobs.centre.hold_fill)
        jobs.changed.connect(self.look)
        jobs.centre.changed.connect(self.look)
        self.hide()

    @Slot()
    def look(self) -> None:
        """Look whether anybody is known by now."""
        if self._jobs.is_open and self._jobs.actor is None:
            self._jobs.read(self, services.people.anyone_may_sign_in, self._show)

    def _show(self, known: bool) -> None:
        if known != self._known:
            self._known = known
            self.people_known.emit(known)
        status = self._jobs.centre.status
        lost = status is not None and status.stopped_by == "behind"
        self.setVisible(not known or lost)
        if lost and status is not None:
            self._say(status.reason)
        elif not known:
            self._say(self._why())
        self._show_state()

    def _why(self) -> str:
        centre = self._jobs.centre
        if centre.state == "alone" and not centre.is_expected:
            return _(
                "Nobody is known at this counter yet, and it has no centre to tell it whom. An "
                "administrator connects it by: counterdesk enroll CODE"
            )
        return _(
            "This counter is new: it waits for the centre to tell who may sign in here. Nothing is "
            "wrong, and nothing is lost. As soon as that has come, the form to sign in is here."
        )

    def _show_state(self) -> None:
        from counterdesk.ui import sync_words  # noqa: PLC0415 - start-up

        status, settings = self._jobs.centre.status, self._jobs.store.settings
        self._state.setText(sync_words.bar_words(status, settings)[1] if status else "")
        fills = self._progress.show_fill(status)
        self._cancel.setVisible(fills)
        self._try.setVisible(self._jobs.centre.worker is not None and not fills)

    def _say(self, text: str) -> None:
        self._text.setText(text)
        # Its card stands in the middle of the page, where nobody asks how high it is when wrapped.
        self._text.setMinimumHeight(self._text.heightForWidth(FORM_WIDTH - 2 * SPACE_L))
