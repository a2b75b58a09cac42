"""The consumer on one screen: the account, what happened to it, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.account_sheet import LineKind, SheetLine
from counterdesk.core.clock import office_date
from counterdesk.core.disputes import Dispute
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.ui import messages
from counterdesk.ui.day_watch import DayWatch
from counterdesk.ui.dialogs.credit_opening import credit_payment
from counterdesk.ui.dialogs.dispute_opening import DISPUTE_KEY, close_dispute, raise_dispute
from counterdesk.ui.dialogs.statement_dialog import StatementDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.consumer_lists import ConsumerLists
from counterdesk.ui.pages.credit_note_view import CreditNoteView
from counterdesk.ui.pages.payment_view import PaymentView
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.action_bar import ActionBar
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.changing import Changing
from counterdesk.ui.widgets.consumer_card import TIMELINE_KEY
from counterdesk.ui.widgets.consumer_figures import contact_words, who_and_figures
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import ElidedLabel, wrapped_label

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.consumer_sheet import ConsumerSheet

_TOGETHER_MS = 200
_ALL_ROOM = 1_000
"""Of a line's stretch, beside the gap behind the way back."""


class ConsumerView(Aside):
    """Reads its account anew when something changed, and stays where it was read."""

    pay_asked = Signal(str, bool)
    """The account number to take a payment for, and whether its credit is to be spent."""

    payments_asked = Signal(str)
    """The account number whose payments are wanted in the list of all."""

    left = Signal()
    """Somebody went back."""

    def __init__(self, jobs: Jobs, *, pays: bool = True) -> None:
        """Make an empty view; `pays`: whether a payment can be begun from it."""
        super().__init__("consumerView", "")
        self._jobs, self._settings = jobs, jobs.store.settings
        self._pays = pays
        self._asked = 0
        self._consumer_id: UUID | None = None
        self._sheet: ConsumerSheet | None = None
        self._payment: PaymentView | None = None
        self._note: CreditNoteView | None = None
        self._top, self._contact = Changing(), ElidedLabel(role="muted")
        self._error = wrapped_label("", "error", name="consumerViewError")
        today = office_date(jobs.store.clock.now_utc(), self._settings.time_zone)
        self.lists = ConsumerLists(self._settings, today)
        self._build()
        self._connect()

    def show_consumer(self, consumer_id: UUID) -> None:
        """Show another consumer, from the newest line on; nothing of the one before stays."""
        self._consumer_id, self._sheet = consumer_id, None
        self._leave_asides()
        self.title.setText("")
        self._contact.say("")
        self._top.show_content(QWidget())
        self.lists.clear()
        self._error.hide()
        for button in self._actions:
            button.hide()
        self._read()

    @property
    def account_number(self) -> str:
        """The account in sight; "" while none is read."""
        return self._sheet.view.account.account_number if self._sheet else ""

    def begin(self) -> None:
        """Put the focus on the list."""
        self.lists.begin()

    @Slot()
    def leave(self) -> None:
        """Leave what is looked at within it, too."""
        was_here = not self.isHidden()
        self._leave_asides()
        super().leave()
        if was_here:
            self.left.emit()

    @Slot()
    def step_back(self) -> None:
        """Go back to the line of the timeline that led to a charge; else leave."""
        if not self.lists.step_back():
            self.leave()

    @Slot()
    def refresh(self) -> None:
        """Read the account anew."""
        if self.isVisible():
            self._read()

    def _build(self) -> None:
        self._main = QWidget()
        whole = QVBoxLayout(self._main)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE_S)
        whole.addWidget(self._top)
        whole.addWidget(self.lists, 1)
        self.header.addWidget(self._contact, 1)
        outside = self.layout()
        if outside is not None:
            outside.setSpacing(SPACE_S)
        for part in (self._main, self._error):
            self.body.addWidget(part)
        self.body.setStretch(0, 1)
        self._pay = KeyButton(_("Pay"), "F2", "consumerPay", "primary")
        self._spend = key_button(_("Spend credit"), "Alt+C", "consumerSpend", "")
        self._credit = key_button(_("Create credit note"), "Ctrl+G", "consumerCredit", "")
        self._dispute = key_button(_("Raise dispute"), DISPUTE_KEY, "consumerRaise", "")
        self._statement = key_button(_("Statement"), "Ctrl+T", "consumerStatement", "")
        self._all = key_button(_("In the list"), "Alt+L", "consumerPayments", "")
        self._actions = (
            self._all, self._statement, self._dispute, self._credit, self._spend, self._pay,
        )  # fmt: skip
        self._acts = ActionBar(*self._actions)
        self.footer.addWidget(self._acts, _ALL_ROOM)

    def _connect(self) -> None:
        self.lists.line_opened.connect(self._open_line)
        self.lists.note_opened.connect(self._open_note)
        self._pay.clicked.connect(lambda: self.pay_asked.emit(self.account_number, False))
        self._spend.clicked.connect(lambda: self.pay_asked.emit(self.account_number, True))
        self._credit.clicked.connect(self._create_credit)
        self._dispute.clicked.connect(self._raise_dispute)
        self._statement.clicked.connect(self._ask_statement)
        self._all.clicked.connect(lambda: self.payments_asked.emit(self.account_number))
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.refresh)
        self._jobs.changed.connect(self._refresh_soon)
        DayWatch(self._jobs, self).turned.connect(self.refresh)
        QShortcut(QKeySequence(TIMELINE_KEY), self._main).activated.connect(self.leave)

    @Slot()
    def _refresh_soon(self) -> None:
        # What nobody looks at is read when it is shown again.
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _read(self) -> None:
        consumer_id = self._consumer_id
        if consumer_id is not None and self._jobs.actor is not None:
            self._asked += 1
            self._jobs.read(
                self,
                lambda read: services.consumer_sheet.consumer_sheet(read, consumer_id),
                partial(self._show_sheet, self._asked),
                self._show_refusal,
            )

    def _show_sheet(self, asked: int, sheet: ConsumerSheet) -> None:
        if asked != self._asked:
            return
        self._sheet = sheet
        self._error.hide()
        self.title.setText(f"{sheet.view.account.consumer_name}  \u00b7  {self.account_number}")
        self._contact.say(contact_words(sheet))
        self._top.show_content(who_and_figures(sheet, self._settings, self._open_dispute))
        self.lists.show_sheet(sheet)
        self._show_actions(sheet)

    def _show_actions(self, sheet: ConsumerSheet) -> None:
        view, pays = sheet.view, self._pays and self._may(Permission.TAKE_PAYMENT)
        self._pay.setVisible(pays)
        self._spend.setVisible(pays and view.credit_minor > 0 and view.outstanding_minor > 0)
        self._credit.setVisible(self._may(Permission.RAISE_CREDIT))
        self._dispute.setVisible(self._may(Permission.RAISE_DISPUTE))
        self._statement.setVisible(self._may(Permission.PRINT_RECEIPT))
        self._all.setVisible(self._pays and self._may(Permission.SEE_PAYMENTS))

    def _may(self, permission: Permission) -> bool:
        actor = self._jobs.actor
        return actor is not None and actor.may(permission)

    @Slot(object)
    def _open_line(self, line: SheetLine) -> None:
        sheet = self._sheet
        if sheet is None or line.id is None:
            return
        if line.kind is LineKind.CREDIT:
            self._open_note(line.id)
        elif line.kind is LineKind.CHARGE:
            self.lists.show_charge(line.id)
        elif line.kind is LineKind.DISPUTE:
            self._open_dispute(next(one for one in sheet.disputes if one.number == line.number))
        elif line.id in sheet.payments:
            self._open_payment(line.id)

    def _open_dispute(self, dispute: Dispute) -> None:
        """Show its payment; of one that is told no more, what is left is to close the dispute."""
        known = self._sheet is not None and dispute.payment_id in self._sheet.payments
        if not known and dispute.open and self._may(Permission.CLOSE_DISPUTE):
            close_dispute(self, self._jobs, dispute)
        else:
            self._open_payment(dispute.payment_id)

    def _open_payment(self, payment_id: UUID) -> None:
        if self._payment is None:
            self._payment = PaymentView(self._jobs)
            self._payment.consumer_asked.connect(self._show_other)
            # Not on a note's page, where the key holds the note.
            again = QShortcut(QKeySequence(TIMELINE_KEY), self._payment.sheet)
            again.activated.connect(self.leave)
            self.body.addWidget(self._payment)
        self._payment.show_payment(payment_id)
        self._payment.stand_in(*self._in_sight())

    @Slot(object)
    def _go_to_payment(self, payment_id: UUID) -> None:
        self._leave_asides()
        self._open_payment(payment_id)

    @Slot(object)
    def _show_other(self, consumer_id: UUID) -> None:
        """Come back from a payment; one of another account leads to its own consumer."""
        if consumer_id != self._consumer_id:
            self.show_consumer(consumer_id)
        self._leave_asides()

    @Slot(object)
    def _open_note(self, note_id: UUID) -> None:
        if self._note is None:
            self._note = CreditNoteView(self._jobs)
            self._note.consumer_asked.connect(self._show_other)
            self._note.payment_asked.connect(self._go_to_payment)
            self.body.addWidget(self._note)
        self._note.show_note(note_id)
        self._note.stand_in(*self._in_sight())

    def _in_sight(self) -> tuple[QWidget, ...]:
        return (self._main, self.title, self._contact, self.go_back, self._acts)

    def _leave_asides(self) -> None:
        for aside in (self._payment, self._note):
            if aside is not None:
                aside.leave()

    @Slot()
    def _create_credit(self) -> None:
        self._with_payment(credit_payment)

    @Slot()
    def _raise_dispute(self) -> None:
        self._with_payment(raise_dispute)

    def _with_payment(self, do: Callable[[QWidget, Jobs, UUID], None]) -> None:
        """Do something with the payment under the cursor."""
        line = self.lists.line_here
        if line is not None and line.kind is LineKind.PAYMENT and line.id is not None:
            do(self, self._jobs, line.id)
        else:
            messages.toast(self, _("Choose a payment of the timeline first."))

    @Slot()
    def _ask_statement(self) -> None:
        if self._sheet is not None:
            dialog = StatementDialog(self._jobs, self._sheet, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _show_refusal(self, error: UserError) -> None:
        self._error.setText(error.message)
        self._error.show()
