"""One payment with all that is known of it, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.dates import write_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.text import clean
from counterdesk.ui import payment_telling as telling
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.credit_note_view import CreditNoteView
from counterdesk.ui.pages.payment_acts import PaymentActs
from counterdesk.ui.pages.payment_sheet import PaymentSheet, notes_of
from counterdesk.ui.pages.receipt_view import ReceiptView
from counterdesk.ui.status_badge import show_status
from counterdesk.ui.tables.payment_words import status_tone, status_word
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.flow_layout import FlowLayout
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import ElidedLabel, badge, plain_label, wrapped_label

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.payment_details import PaymentDetails
    from counterdesk.services.payment_parts import PaymentParts


class PaymentView(Aside):
    """Reads its payment anew after each act; what a role or the payment does not allow is hidden.

    Its receipt and its credit notes are shown in its place, and other payments after it; Esc goes
    back through all of them.
    """

    consumer_asked = Signal(object)
    """Id of the consumer whom somebody wants to see: a `UUID`."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__("paymentView", "")
        self._jobs = jobs
        self._payment_id: UUID | None = None
        self._before: list[UUID] = []
        self._told: PaymentDetails | None = None
        self._read_last: PaymentDetails | None = None
        """As it was read, without what the centre was asked for."""
        self._badge = badge("", "info")
        self._badge.setObjectName("paymentStatus")
        self._who = ElidedLabel(role="muted")
        self._amount = plain_label("", "total", name="paymentAmount")
        self._error = wrapped_label("", "error", name="paymentViewError")
        self._error.hide()
        self.sheet = PaymentSheet()
        self.acts = PaymentActs(jobs, self, self.sheet)
        self.receipt = key_button(_("View receipt"), "Ctrl+R", "paymentReceipt", "")
        self._receipt: ReceiptView | None = None
        self._note: CreditNoteView | None = None
        self._build()
        self._connect()

    def show_payment(self, payment_id: UUID) -> None:
        """Show a payment as it stands."""
        self._before.clear()
        self._go_to(payment_id)

    def begin(self) -> None:
        """Put the focus where arrows roll the page."""
        self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to(self, payment_id: UUID) -> None:
        self._payment_id = payment_id
        self._told = self._read_last = None
        for part in (self._badge, self._error, self.receipt, self.sheet.consumer, self.sheet.note):
            part.hide()
        for label in (self.title, self._who, self._amount):
            label.clear()  # nothing of one payment stands beside another
        self.acts.forget()
        self.sheet.show_nothing()
        self._read()

    def _build(self) -> None:
        head = row(self.title, self._badge, self._who, self._amount, spacing=SPACE_M)
        head.setStretch(2, 1)
        self._page = QWidget()
        whole = QVBoxLayout(self._page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE_M)
        whole.addLayout(head)
        whole.addWidget(self.sheet, 1)
        whole.addWidget(self._error)
        beneath = FlowLayout()
        for button in (self.go_back, self.receipt, *self.acts.buttons):
            beneath.addWidget(button)
        whole.addLayout(beneath)
        self.body.addWidget(self._page, 1)

    def _connect(self) -> None:
        self.receipt.clicked.connect(self._show_receipt)
        self.sheet.consumer.clicked.connect(self._open_consumer)
        self.sheet.note.clicked.connect(self._open_first_note)
        self.sheet.payment_asked.connect(self._go_on)
        self.sheet.note_asked.connect(self._open_note)
        self.acts.refused.connect(self._show_refusal)
        self.acts.parts_told.connect(self._show_parts)
        self._jobs.changed.connect(self._read_if_seen)

    @Slot()
    def _read_if_seen(self) -> None:
        if self._page.isVisible():
            self._read()

    def _read(self) -> None:
        payment_id, sent = self._payment_id, self._jobs.centre.sent_through
        if payment_id is not None and self._jobs.actor is not None:
            self._jobs.read(
                self,
                lambda read: services.payment_details.payment_details(read, payment_id, sent),
                self._show_details,
                self._show_refusal,
            )

    def _show_details(self, told: PaymentDetails) -> None:
        if told.payment_id == self._payment_id and told != self._read_last:
            self._read_last = told
            self._show_told(told)

    @Slot(object, object)
    def _show_parts(self, told: PaymentDetails, parts: PaymentParts) -> None:
        if told == self._told:
            self._show_told(replace(told, parts=parts))

    def _show_told(self, told: PaymentDetails) -> None:
        self._told, given = told, self._jobs.store.settings
        self.title.setText(_("Receipt {number}").format(number=clean(told.receipt_number)))
        show_status(self._badge, status_tone(told.status), clean(status_word(told.status)))
        day = write_date(told.business_date, given.locale)
        self._who.say(" · ".join(filter(None, (told.payment_number, told.method, day))))
        self._amount.setText(telling.money(told.amount_minor, given))
        self._badge.show()
        self.sheet.show_told(told, given)
        self.acts.offer(told)
        self.receipt.setVisible(told.transaction_id is not None)
        self.sheet.note.setVisible(bool(notes_of(told)))
        actor = self._jobs.actor
        may = actor is not None and actor.may(Permission.FIND_CONSUMER)
        self.sheet.consumer.setVisible(may and told.address is not None)

    @Slot()
    def _show_receipt(self) -> None:
        told = self._told
        if told is None:
            return
        if self._receipt is None:
            self._receipt = ReceiptView(self._jobs)
            self.body.addWidget(self._receipt, 1)
        self._receipt.show_payment(told, f"{told.consumer_name} · {told.account_number}")
        self._receipt.stand_in(self._page)

    @Slot(object)
    def _open_note(self, note_id: UUID) -> None:
        if self._note is None:
            self._note = CreditNoteView(self._jobs)
            self._note.payment_asked.connect(self._show_linked)
            self._note.consumer_asked.connect(self.consumer_asked)
            self.body.addWidget(self._note, 1)
        self._note.show_note(note_id)
        self._note.stand_in(self._page)

    @Slot(object)
    def _show_linked(self, payment_id: UUID) -> None:
        """Come back from a note, to its own payment where that is another one."""
        if payment_id != self._payment_id:
            self._go_on(payment_id)
        if self._note is not None:
            self._note.leave()

    @Slot()
    def _open_first_note(self) -> None:
        notes = notes_of(self._told) if self._told is not None else ()
        if notes:
            self._open_note(notes[0])

    @Slot(object)
    def _go_on(self, payment_id: UUID) -> None:
        if self._payment_id is not None:
            self._before.append(self._payment_id)
        self._go_to(payment_id)
        self.begin()

    @Slot()
    def _open_consumer(self) -> None:
        if self._told is not None:
            self.consumer_asked.emit(self._told.consumer_id)

    @Slot(object)
    def _show_refusal(self, error: UserError | None) -> None:
        self._error.setText(error.message if error is not None else "")
        self._error.setVisible(error is not None)

    @Slot()
    def leave(self) -> None:
        """Leave what is looked at from here, too."""
        for aside in (self._receipt, self._note):
            if aside is not None:
                aside.leave()
        super().leave()

    @Slot()
    def step_back(self) -> None:
        """Go back to the payment before, or to the page."""
        if self._before:
            self._go_to(self._before.pop())
        else:
            self.leave()
