"""Creating a credit note from a payment, and its approval in the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.credit import NoteStatus
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_M
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.changing import Sides
from counterdesk.ui.widgets.credit_form import CreditForm
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.second_person import SecondPerson

if TYPE_CHECKING:
    from counterdesk.core.credit import NoteNow
    from counterdesk.services.credit_notes import CreditRequest
    from counterdesk.services.creditable_payments import CreditablePayment

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CreditDialog(QDialog):
    """First the note, then who approves it, or that it waits. Show it with `open()`."""

    created = Signal(object)
    """The `NoteNow`, once it is safely saved."""

    def __init__(
        self, jobs: Jobs, payments: tuple[CreditablePayment, ...], parent: QWidget | None = None
    ) -> None:
        """Make the dialog for the payments that can be credited; at least one."""
        super().__init__(parent)
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._request_id: UUID = uuid4()
        self._form = CreditForm(self._settings, payments)
        self._approval = SecondPerson(jobs)
        self._wait = key_button(_("Let it wait"), "Ctrl+W", "creditWait", "")
        self._sides = Sides(self._form, self._approval)
        self._create = KeyButton(_("Create"), _("Enter"), "creditCreate", "primary")
        self._cancel = KeyButton(_("Cancel"), _("Esc"), "creditCancel")
        self._build()
        self._connect()

    def _build(self) -> None:
        self.setObjectName("creditDialog")
        self.setWindowTitle(_("Create credit note"))
        self.setAccessibleName(_("Create credit note"))
        self.setModal(True)
        self.setMinimumWidth(FORM_WIDTH)
        for button in (self._create, self._cancel, self._wait):
            button.setAutoDefault(False)
        self._wait.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        layout.setSpacing(SPACE_M)
        layout.addWidget(wrapped_label(_("Create credit note"), "h1"))
        layout.addWidget(self._sides)
        layout.addLayout(row(self._cancel, None, self._wait, self._create))
        self._sides.show_side(self._form)

    def _connect(self) -> None:
        self._form.changed.connect(self._show_valid)
        self._form.submitted.connect(self._go_on)
        self._create.clicked.connect(self._go_on)
        self._wait.clicked.connect(self._let_it_wait)
        self._cancel.clicked.connect(self._go_back)
        self._approval.submitted.connect(self._approve)
        self._approval.busy.connect(self._create.setDisabled)
        self._approval.busy.connect(self._wait.setDisabled)

    @Slot()
    def _show_valid(self) -> None:
        self._create.setEnabled(self._form.valid)

    @Slot()
    def _go_on(self) -> None:
        """Enter creates what needs nobody; else it asks for the second person, then approves."""
        if self._sides.shown is self._approval:
            self._approve()
        elif self._create.isEnabled() and self._form.valid:
            request = self._request()
            limit = self._settings.auto_approve_minor
            payment = self._form.payment
            if services.credit_notes.needs_approval(payment, request.amount_minor, limit):
                self._ask_approval(request, payment)
            else:
                self._raise(request)

    def _request(self) -> CreditRequest:
        form = self._form
        return services.credit_notes.CreditRequest(
            self._request_id, form.payment.payment_id, form.amount_minor, form.reason, form.remarks
        )

    def _ask_approval(self, request: CreditRequest, payment: CreditablePayment) -> None:
        given = self._settings
        self._approval.ask(
            _("{name} ({account}) gets a credit of {amount}: {reason}.").format(
                name=payment.consumer_name,
                account=payment.account_number,
                amount=format_amount(request.amount_minor, given.currency, given.locale),
                reason=self._form.reason_words,
            )
        )
        self._create.say(_("Approve"))
        self._cancel.say(_("Back"))
        self._wait.show()
        self._sides.show_side(self._approval)
        self._approval.begin()

    @Slot()
    def _approve(self) -> None:
        request = self._request()
        self._approval.prove(
            lambda session, attempt, secret: services.credit_notes.raise_approved_credit_note(
                session, attempt, secret, request
            ),
            self._show_created,
            self._show_refusal,
        )

    @Slot()
    def _let_it_wait(self) -> None:
        self._wait.setEnabled(False)
        self._raise(self._request())

    def _raise(self, request: CreditRequest) -> None:
        self._create.setEnabled(False)
        self._jobs.write(
            self,
            lambda session: services.credit_notes.raise_credit_note(session, request),
            done=self._show_created,
            failed=self._show_refusal,
        )

    def _show_created(self, note: NoteNow) -> None:
        waits = note.status is NoteStatus.PENDING
        text = (
            _("Credit note {number} waits for approval.")
            if waits
            else _("Credit note {number} is made.")
        )
        self.accept()
        messages.toast(self.parentWidget() or self, text.format(number=note.number))
        self.created.emit(note)

    def _show_refusal(self, error: UserError) -> None:
        """What is wrong with the note stands on the form; the second person's stays with them."""
        if error.field in self._approval.fields:
            return
        self._show_form()
        self._form.refuse(error)
        self._show_valid()

    @Slot()
    def _go_back(self) -> None:
        if self._sides.shown is self._approval:
            self._show_form()
        else:
            self.reject()

    def _show_form(self) -> None:
        self._wait.setEnabled(True)
        self._wait.hide()
        self._create.say(_("Create"))
        self._create.setEnabled(True)
        self._cancel.say(_("Cancel"))
        self._sides.show_side(self._form)
        self._form.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Esc, on with Enter: from a button it presses that one."""
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self._go_back()
        elif event.key() in _ENTER:
            self._enter(focused, repeated=event.isAutoRepeat())
        else:
            super().keyPressEvent(event)

    def _enter(self, focused: QWidget | None, *, repeated: bool) -> None:
        """Lines of text have said themselves that Enter was pressed."""
        if repeated:
            return
        if isinstance(focused, KeyButton):
            focused.click()
        elif isinstance(focused, QComboBox):
            self._go_on()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the amount."""
        super().showEvent(event)
        self._form.begin()
        self._show_valid()
