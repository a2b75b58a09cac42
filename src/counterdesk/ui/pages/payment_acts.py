"""What can be done with the payment that a page shows: its buttons, and what they set going."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Signal, Slot

from counterdesk import services
from counterdesk.core.disputes import Dispute
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.text import clean
from counterdesk.core.undoing import PaymentTold
from counterdesk.ui import messages
from counterdesk.ui.dialogs.copy_printing import print_copy
from counterdesk.ui.dialogs.credit_opening import credit_payment
from counterdesk.ui.dialogs.dispute_opening import DISPUTE_KEY, close_dispute, raise_dispute
from counterdesk.ui.dialogs.elsewhere_asking import ask_elsewhere
from counterdesk.ui.dialogs.undo_asking import ask_correction, ask_undo
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.payment_sheet import PaymentSheet
from counterdesk.ui.widgets.key_button import KeyButton, key_button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from counterdesk.services.payment_details import PaymentDetails
    from counterdesk.services.payment_parts import PaymentParts
    from counterdesk.services.verify_payment import Verified

_POSTED = "Posted"


class PaymentActs(QObject):
    """Does everything once, for the payment in sight; what is not allowed is not offered."""

    refused = Signal(object)
    """A `UserError`, for the page to show; None once something was done after all."""

    parts_told = Signal(object, object)
    """The `PaymentDetails` that were asked for, and its `PaymentParts` as the centre has them."""

    def __init__(self, jobs: Jobs, page: QWidget, sheet: PaymentSheet) -> None:
        """Make the buttons, hidden.

        Args:
            jobs: Carry the work.
            page: Asks, and is the window that waits.
            sheet: Has the buttons that stand beside what they are about.
        """
        super().__init__(page)
        self._jobs, self._page, self._sheet = jobs, page, sheet
        self._told: PaymentDetails | None = None
        self._request_id = uuid4()
        self._copy = key_button(_("Print a copy"), "Ctrl+P", "paymentCopy", "")
        self._credit = key_button(_("Create credit note"), "Ctrl+G", "paymentCredit", "")
        self._undo = key_button(_("Void or reverse"), "Ctrl+B", "paymentUndo", "")
        self._correct = key_button(_("Correct"), "Ctrl+J", "paymentCorrect", "")
        self._dispute = key_button(_("Raise dispute"), DISPUTE_KEY, "paymentDispute", "")
        for button, act in (
            (sheet.verify, self._verify), (sheet.ask, self._ask_centre), (self._copy, self._print),
            (self._credit, self._create_credit), (self._undo, self._ask_undo),
            (self._correct, self._ask_correction), (self._dispute, self._raise_dispute),
            (sheet.close_dispute, self._close_dispute),
        ):  # fmt: skip
            button.clicked.connect(act)

    @property
    def buttons(self) -> tuple[KeyButton, ...]:
        """Those that stand beneath the page."""
        return self._copy, self._credit, self._undo, self._dispute, self._correct

    def forget(self) -> None:
        """Offer nothing until another payment is shown."""
        self._told, self._request_id = None, uuid4()
        for button in (*self.buttons, *self._sheet.buttons):
            button.hide()

    def offer(self, told: PaymentDetails) -> None:
        """Offer what the role and the payment allow."""
        self._told, sheet = told, self._sheet
        own, stands = told.transaction_id is not None, told.status == _POSTED
        known = own or (told.receipt_number != "" and not told.online)
        waits, disputed = told.verification.state == "pending", _open_dispute(told)
        for button, allowed in (
            (sheet.verify, waits and self._may(Permission.VERIFY_PAYMENT)),
            (sheet.ask, told.parts is None and known),
            (self._copy, own and self._may(Permission.PRINT_RECEIPT)),
            (self._credit, stands and self._may(Permission.RAISE_CREDIT)),
            (self._undo, stands and known and self._may(Permission.UNDO_PAYMENT)),
            (self._correct, stands and own and self._may(Permission.UNDO_PAYMENT)),
            (self._dispute, disputed is None and self._may(Permission.RAISE_DISPUTE)),
            (sheet.close_dispute, disputed is not None and self._may(Permission.CLOSE_DISPUTE)),
        ):
            button.setVisible(allowed)

    def _may(self, permission: Permission) -> bool:
        return self._jobs.actor is not None and self._jobs.actor.may(permission)

    @Slot()
    def _verify(self) -> None:
        verifying = services.verify_payment
        if self._told is not None:
            asked = verifying.VerifyRequest(self._request_id, self._told.payment_id)
            self._jobs.write(
                self,
                lambda session: verifying.verify_payment(session, asked),
                done=self._show_verified,
                failed=self.refused.emit,
            )

    def _show_verified(self, done: Verified) -> None:
        text = _("Receipt {number} is verified. It counts as soon as the centre has heard of it.")
        self._say(text.format(number=clean(done.receipt_number)))

    @Slot()
    def _ask_centre(self) -> None:
        told = self._told
        if told is None:
            return

        def take(answer: PaymentTold) -> None:
            self._jobs.read(
                self,
                lambda read: services.payment_told_parts.parts_told(read, told.payment_id, answer),
                lambda parts: self._tell_parts(told, parts),
                self.refused.emit,
            )

        away = _("The centre does not answer. Ask again when this counter is online.")
        ask_elsewhere(self._page, self._jobs, told.receipt_number, take, away)

    def _tell_parts(self, told: PaymentDetails, parts: PaymentParts) -> None:
        self.refused.emit(None)
        self.parts_told.emit(told, parts)

    @Slot()
    def _print(self) -> None:
        visit = self._told.transaction_id if self._told is not None else None
        reason = _("Asked for at the counter")
        if visit is not None:
            print_copy(
                self._page, self._jobs, visit, reason,
                done=self._show_copy_queued, failed=self.refused.emit,
            )  # fmt: skip

    def _show_copy_queued(self, _copy: object) -> None:
        self._say(_("A copy is on its way to the printer."))

    def _say(self, text: str) -> None:
        self.refused.emit(None)
        messages.toast(self._page, text)

    @Slot()
    def _create_credit(self) -> None:
        if self._told is not None:
            credit_payment(self._page, self._jobs, self._told.payment_id)

    @Slot()
    def _ask_undo(self) -> None:
        told = self._told
        if told is not None:
            ask_undo(
                self._page, self._jobs, told.transaction_id, told.payment_id,
                receipt_number=told.receipt_number,
            )  # fmt: skip

    @Slot()
    def _ask_correction(self) -> None:
        told = self._told
        if told is not None and told.transaction_id is not None:
            number = clean(told.receipt_number)
            ask_correction(self._page, self._jobs, told.transaction_id, number)

    @Slot()
    def _raise_dispute(self) -> None:
        if self._told is not None:
            raise_dispute(self._page, self._jobs, self._told.payment_id)

    @Slot()
    def _close_dispute(self) -> None:
        dispute = _open_dispute(self._told) if self._told is not None else None
        if dispute is not None:
            close_dispute(self._page, self._jobs, dispute)


def _open_dispute(told: PaymentDetails) -> Dispute | None:
    """Return the one that is closed next: two counters apart may have raised one each."""
    return next((one for one in told.disputes if one.open), None)
