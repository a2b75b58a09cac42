"""All payments: the list on the landing page, and what can be done with a payment of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.text import clean
from counterdesk.ui.dialogs.credit_opening import credit_payment
from counterdesk.ui.dialogs.undo_asking import ask_correction, ask_undo
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.payments_table import payments_model
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.theme import SEARCH_WIDTH, SPACE_S
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.key_button import key_button

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.payment_list import PaymentRow


class PaymentsTab(QWidget):
    """The newest payments, here and elsewhere; typing narrows them."""

    receipt_asked = Signal(object)
    """A `PaymentRow` whose receipt somebody wants to see."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus where searching begins."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _build(self) -> None:
        self.table = RecordTable(
            "paymentsTable", _("All payments"), payments_model(self._jobs.store.settings)
        )
        self.undo = key_button(_("Void or reverse"), "Ctrl+B", "undoPayment", "")
        self._credit = key_button(_("Create credit note"), "Ctrl+G", "createCredit", "")
        self.search = named(QLineEdit(), "paymentsSearch")
        self.search.setPlaceholderText(_("Consumer, account or receipt"))
        self.search.setAccessibleName(_("Search payments"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(SEARCH_WIDTH)
        self.tools = QWidget()
        """What stands beside the tabs while this one is chosen."""
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(SPACE_S)
        tools.addStretch(1)
        for part in (self.undo, self._credit, self.search):
            tools.addWidget(part)
        tools.setStretchFactor(self.search, SEARCH_WIDTH)  # up to its width, before the gap
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)

    def _connect(self) -> None:
        self.table.opened.connect(self.receipt_asked)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.undo.clicked.connect(self._ask_undo)
        self._credit.clicked.connect(self._create_credit)

    def refresh(self) -> None:
        """Read the list anew, for who may see it."""
        actor = self._jobs.actor
        if actor is None:
            return
        self.undo.setVisible(actor.may(Permission.UNDO_PAYMENT))
        self._credit.setVisible(actor.may(Permission.RAISE_CREDIT))
        if actor.may(Permission.SEE_PAYMENTS):
            typed = self.search.text()
            self._jobs.read(
                self,
                lambda read: services.payment_list.last_payments(read, search=typed),
                self._show_payments,
            )

    @Slot()
    def _ask_undo(self) -> None:
        payment = self._payment_under_cursor()
        if payment is not None:
            ask_undo(
                self, self._jobs, payment.transaction_id, payment.payment_id,
                receipt_number=payment.receipt_number,
            )  # fmt: skip

    @Slot()
    def _create_credit(self) -> None:
        payment = self._payment_under_cursor()
        if payment is not None:
            credit_payment(self, self._jobs, payment.payment_id)

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        payment = self._payment_under_cursor()
        if payment is not None:
            self.menu_of(payment).popup(self.table.viewport().mapToGlobal(place))

    def menu_of(self, payment: PaymentRow) -> QMenu:
        """Return what can be done with a payment of the list."""
        menu = named(QMenu(self), "paymentMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("View receipt"), partial(self.receipt_asked.emit, payment))
        if self._credit.isVisibleTo(self.tools):
            menu.addAction(_("Create credit note"), self._create_credit)
        if self.undo.isVisibleTo(self.tools):
            menu.addAction(_("Void or reverse"), self._ask_undo)
        if self.undo.isVisibleTo(self.tools) and payment.transaction_id is not None:
            visit, number = payment.transaction_id, clean(payment.receipt_number)
            menu.addAction(_("Correct"), lambda: ask_correction(self, self._jobs, visit, number))
        return menu

    def _payment_under_cursor(self) -> PaymentRow | None:
        index = self.table.currentIndex()
        return self.table.records.records[index.row()] if index.isValid() else None

    def _show_payments(self, payments: tuple[PaymentRow, ...]) -> None:
        self.table.records.show_records(payments)
        self.table.say_when_empty(
            _("No payment has this in its name, account or receipt.")
            if self.search.text().strip()
            else _("No payments yet. Press F2 to take the first one.")
        )
