"""The receipt by email: a key, an address, and in words what became of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SPACE_S, set_role
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.named import named

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.mail_jobs import MailProgress
    from counterdesk.services.taken import PaymentTaken

_LONGEST = 254
_ON_ITS_WAY = (PrintState.QUEUED, PrintState.SENDING, PrintState.BLOCKED)
_ROLES = {
    PrintState.SENT: "good",
    PrintState.UNKNOWN: "bad",
    PrintState.FAILED: "bad",
}


class ReceiptMail(QWidget):
    """Emails the receipt in sight. `button` is its key, which whoever owns it places."""

    opened = Signal()
    """An address is asked for: Enter is meant for it from now on."""

    closed = Signal()
    """Nothing is asked for any more."""

    refused = Signal(object)
    """A `UserError` about the address."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._taken: PaymentTaken | None = None
        self._known = ""
        self._watched: dict[UUID, str] = {}
        """Receipt numbers of emails whose end was not told yet, by transaction."""
        self.button = key_button(_("Email"), "Ctrl+E", "emailButton", "")
        self._address = named(QLineEdit(maxLength=_LONGEST), "mailAddress")
        self._state = wrapped_label("", "muted", name="mailState")
        self.field = Field(_("Email to which address? Enter sends it."), self._address)
        self._build()
        self._connect()

    @property
    def is_open(self) -> bool:
        """Whether an address is being asked for."""
        return not self.field.isHidden()

    @property
    def is_typing(self) -> bool:
        """Whether Enter is meant for the address."""
        return self._address.hasFocus()

    def show_taken(self, taken: PaymentTaken) -> None:
        """Offer to email the receipt of a payment that is safely saved."""
        self._taken, self._known = taken, ""
        self.button.setVisible(self._jobs.store.settings.mail.configured)
        self.field.hide()
        self._state.hide()
        self._jobs.read(
            self,
            lambda read: services.mail_jobs.known_address(read, taken.transaction_id),
            done=partial(self._show_known, taken.transaction_id),
        )
        self._read_state(taken.transaction_id)

    def forget(self) -> None:
        """Forget the receipt in sight; what is on its way is still watched."""
        self._taken = None

    def close_form(self) -> None:
        """Ask for no address any more."""
        if self.is_open:
            self.field.refuse("")
            self.field.hide()
            self.closed.emit()

    @Slot()
    def submit(self) -> None:
        """Send the receipt to the address that stands there."""
        taken, address = self._taken, self._address.text()
        if taken is None:
            return
        self._jobs.write(
            self,
            lambda session: services.mail_jobs.email_receipt(
                session, taken.transaction_id, address
            ),
            done=partial(self._show_queued, taken),
            failed=self._show_refusal,
        )

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        for part in (self.field, self._state):
            layout.addWidget(part)
        self.button.hide()
        self.field.hide()
        self._state.hide()

    def _connect(self) -> None:
        self.button.clicked.connect(self._open)
        self._jobs.changed.connect(self._look_after)

    @Slot()
    def _open(self) -> None:
        self._address.setText(self._known)
        self.field.refuse("")
        self.field.show()
        self._address.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._address.selectAll()
        self.opened.emit()

    @Slot()
    def _look_after(self) -> None:
        for transaction_id in tuple(self._watched):
            self._read_state(transaction_id)

    def _read_state(self, transaction_id: UUID) -> None:
        self._jobs.read(
            self,
            lambda read: services.mail_jobs.mail_state_of(read, transaction_id),
            done=partial(self._show_state, transaction_id),
        )

    def _show_known(self, transaction_id: UUID, address: str) -> None:
        if self._is_in_sight(transaction_id):
            self._known = address

    def _show_queued(self, taken: PaymentTaken, progress: MailProgress) -> None:
        self._watched[taken.transaction_id] = taken.receipt_number
        if self._is_in_sight(taken.transaction_id):
            self._known = progress.mail_to
            self.close_form()
        self._show_state(taken.transaction_id, progress)

    def _show_refusal(self, error: UserError) -> None:
        if self.is_open:  # else a second Enter: the mail is on its way already
            self.refused.emit(error)

    def _show_state(self, transaction_id: UUID, progress: MailProgress | None) -> None:
        if progress is None:
            return
        if self._is_in_sight(transaction_id):
            self._state.setText(progress.words)
            set_role(self._state, _ROLES.get(progress.state, "muted"))
            self._state.show()
        if progress.state not in _ON_ITS_WAY:
            self._tell_end(transaction_id, progress)

    def _tell_end(self, transaction_id: UUID, progress: MailProgress) -> None:
        """Tell of a mail that went wrong after the person moved on to the next consumer."""
        number = self._watched.pop(transaction_id, "")
        seen = self._is_in_sight(transaction_id) and self.isVisible()
        if number and not seen and progress.state is not PrintState.SENT:
            text = _("Receipt {number}: {words}")
            messages.toast(self, text.format(number=number, words=progress.words))

    def _is_in_sight(self, transaction_id: UUID) -> bool:
        return self._taken is not None and self._taken.transaction_id == transaction_id
