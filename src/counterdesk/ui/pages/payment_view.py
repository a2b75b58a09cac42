"""One payment with all that is known of it, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.dates import write_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.text import clean
from counterdesk.ui import messages
from counterdesk.ui import payment_telling as telling
from counterdesk.ui.dialogs.copy_printing import print_copy
from counterdesk.ui.dialogs.credit_opening import credit_payment
from counterdesk.ui.dialogs.undo_asking import ask_correction, ask_undo
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.credit_note_view import CreditNoteView
from counterdesk.ui.pages.payment_sheet import PaymentSheet, notes_of
from counterdesk.ui.pages.receipt_view import ReceiptView
from counterdesk.ui.status_badge import show_status
from counterdesk.ui.tables.payment_words import status_tone, status_word
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.flow_layout import FlowLayout
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import ElidedLabel, badge, plain_label, wrapped_label

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.payment_details import PaymentDetails
    from counterdesk.services.verify_payment import Verified

_POSTED = "Posted"


class PaymentView(Aside):
    """Reads its payment anew after each act; what a role or the payment does not allow is hidden.

    Its receipt and its credit notes are shown in its place, and other payments after it; Esc goes
    back through all of them.
    """

    consumer_asked = Signal(object)
    """Id of the consumer whom somebody wants to see: a `UUID`."""

    note_asked = Signal(object)
    """Id of the credit note that somebody looks at from here: a `UUID`. It is shown already."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__("paymentView", "")
        self._jobs = jobs
        self._payment_id: UUID | None = None
        self._before: list[UUID] = []
        self._told: PaymentDetails | None = None
        self._verifying = uuid4()
        self._badge = badge("", "info")
        self._badge.setObjectName("paymentStatus")
        self._who = ElidedLabel(role="muted")
        self._amount = plain_label("", "total", name="paymentAmount")
        self._error = wrapped_label("", "error", name="paymentViewError")
        self.sheet = PaymentSheet()
        self._make_buttons()
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
        self._payment_id, self._told, self._verifying = payment_id, None, uuid4()
        for part in (*self._buttons, self._error):
            part.hide()
        self.sheet.roll_up()
        self._read()

    def _make_buttons(self) -> None:
        self.verify = key_button(_("Verify"), "Ctrl+Y", "paymentVerify", "primary")
        self.receipt = key_button(_("View receipt"), "Ctrl+R", "paymentReceipt", "")
        self.copy = key_button(_("Print a copy"), "Ctrl+P", "paymentCopy", "")
        self.credit = key_button(_("Create credit note"), "Ctrl+G", "paymentCredit", "")
        self.undo = key_button(_("Void or reverse"), "Ctrl+B", "paymentUndo", "")
        self.correct = key_button(_("Correct"), "Ctrl+J", "paymentCorrect", "")
        self._buttons: tuple[KeyButton, ...] = (
            self.verify, self.receipt, self.copy, self.credit, self.undo, self.correct,
            self.sheet.consumer, self.sheet.note,
        )  # fmt: skip

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
        acts = FlowLayout()
        for act in (
            self.go_back, self.verify, self.receipt, self.copy, self.credit, self.undo,
            self.correct,
        ):  # fmt: skip
            acts.addWidget(act)
        whole.addLayout(acts)
        self.body.addWidget(self._page, 1)
        self._receipt: ReceiptView | None = None
        self._note: CreditNoteView | None = None

    def _connect(self) -> None:
        for button, act in (
            (self.verify, self._verify), (self.receipt, self._show_receipt),
            (self.copy, self._print_copy), (self.credit, self._create_credit),
            (self.undo, self._ask_undo), (self.correct, self._ask_correction),
            (self.sheet.consumer, self._open_consumer), (self.sheet.note, self._open_first_note),
        ):  # fmt: skip
            button.clicked.connect(act)
        self.sheet.payment_asked.connect(self._go_on)
        self.sheet.note_asked.connect(self._open_note)
        self.go_back.clicked.disconnect(self.leave)
        self.go_back.clicked.connect(self._go_back)
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
        if told.payment_id != self._payment_id or told == self._told:
            return
        self._told, given = told, self._jobs.store.settings
        self.title.setText(_("Receipt {number}").format(number=clean(told.receipt_number)))
        show_status(self._badge, status_tone(told.status), clean(status_word(told.status)))
        day = write_date(told.business_date, given.locale)
        self._who.say(" · ".join(filter(None, (told.payment_number, told.method, day))))
        self._amount.setText(telling.money(told.amount_minor, given))
        self.sheet.show_told(told, given)
        self._show_allowed(told)

    def _show_allowed(self, told: PaymentDetails) -> None:
        own, stands = told.own is not None, told.status == _POSTED
        known = own or (told.receipt_number != "" and not told.online)
        for button, allowed in (
            (self.verify, self._may(Permission.VERIFY_PAYMENT) and _waits(told)),
            (self.receipt, own),
            (self.copy, own and self._may(Permission.PRINT_RECEIPT)),
            (self.credit, stands and self._may(Permission.RAISE_CREDIT)),
            (self.undo, stands and known and self._may(Permission.UNDO_PAYMENT)),
            (self.correct, stands and own and self._may(Permission.UNDO_PAYMENT)),
            (self.sheet.consumer, told.address is not None and self._may(Permission.FIND_CONSUMER)),
            (self.sheet.note, bool(notes_of(told))),
        ):
            button.setVisible(allowed)

    def _may(self, permission: Permission) -> bool:
        return self._jobs.actor is not None and self._jobs.actor.may(permission)

    @Slot()
    def _verify(self) -> None:
        verifying = services.verify_payment
        if self._payment_id is not None:
            asked = verifying.VerifyRequest(self._verifying, self._payment_id)
            self._jobs.write(
                self,
                lambda session: verifying.verify_payment(session, asked),
                done=self._show_verified,
                failed=self._show_refusal,
            )

    def _show_verified(self, done: Verified) -> None:
        self._error.hide()
        text = _("Receipt {number} is verified. It counts as soon as the centre has heard of it.")
        messages.toast(self, text.format(number=clean(done.receipt_number)))
        self._read()

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
            self._note.payment_asked.connect(self._note.leave)  # it is this payment's
            self._note.consumer_asked.connect(self.consumer_asked)
            self.body.addWidget(self._note, 1)
        self._note.show_note(note_id)
        self._note.stand_in(self._page)
        self.note_asked.emit(note_id)

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

    @Slot()
    def _print_copy(self) -> None:
        visit = self._told.transaction_id if self._told is not None else None
        reason = _("Asked for at the counter")
        if visit is not None:
            print_copy(
                self, self._jobs, visit, reason,
                done=self._show_copy_queued, failed=self._show_refusal,
            )  # fmt: skip

    def _show_copy_queued(self, _copy: object) -> None:
        self._error.hide()
        messages.toast(self, _("A copy is on its way to the printer."))

    @Slot()
    def _create_credit(self) -> None:
        if self._payment_id is not None:
            credit_payment(self, self._jobs, self._payment_id)

    @Slot()
    def _ask_undo(self) -> None:
        told = self._told
        if told is not None:
            ask_undo(
                self, self._jobs, told.transaction_id, told.payment_id,
                receipt_number=told.receipt_number,
            )  # fmt: skip

    @Slot()
    def _ask_correction(self) -> None:
        told = self._told
        if told is not None and told.transaction_id is not None:
            ask_correction(self, self._jobs, told.transaction_id, clean(told.receipt_number))

    def _show_refusal(self, error: UserError) -> None:
        self._error.setText(error.message)
        self._error.show()

    @Slot()
    def leave(self) -> None:
        """Leave what is looked at from here, too."""
        for aside in (self._receipt, self._note):
            if aside is not None:
                aside.leave()
        super().leave()

    @Slot()
    def _go_back(self) -> None:
        """Go back to the payment before, or to the page."""
        if self._before:
            self._go_to(self._before.pop())
        else:
            self.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Esc."""
        if event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat():
            self._go_back()
        else:
            super().keyPressEvent(event)


def _waits(told: PaymentDetails) -> bool:
    return told.verification.state == "pending"
