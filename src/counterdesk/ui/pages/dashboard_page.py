"""The landing page: four figures of the month, one big button, and the last payments."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from counterdesk import services
from counterdesk.core.dates import write_month
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.text import clean
from counterdesk.ui.dialogs.credit_opening import credit_payment
from counterdesk.ui.dialogs.undo_asking import ask_correction, ask_undo
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages import dashboard_figures
from counterdesk.ui.pages.credit_note_view import CreditNoteView
from counterdesk.ui.pages.receipt_view import ReceiptView
from counterdesk.ui.tables.credit_notes_table import credit_notes_model
from counterdesk.ui.tables.payments_table import payments_model
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.theme import SEARCH_WIDTH, SPACE_M, SPACE_S
from counterdesk.ui.widgets.boxes import named, page_layout, row
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label
from counterdesk.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from counterdesk.services.credit_details import CreditNoteRow
    from counterdesk.services.dashboard import MonthFigures
    from counterdesk.services.payment_list import PaymentRow
    from counterdesk.store.session import ReadSession

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_TOGETHER_MS = 200
"""Changes that come in a burst are read once."""


class DashboardPage(QWidget):
    """How the month goes, and what was paid last."""

    record_payment_asked = Signal()
    """Somebody wants to take a payment."""

    typed = Signal(str)
    """A letter or digit that nothing here wanted: the beginning of the next consumer."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._may_undo = False
        self._landing = QWidget()
        self._receipt, self._note = ReceiptView(jobs), CreditNoteView(jobs)
        self._build()
        self._connect()

    def show_payments(self) -> None:
        """Go to the list of payments, ready to search it."""
        self._leave_asides()
        self.tabs.setCurrentIndex(0)
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def show_credit_notes(self) -> None:
        """Go to the list of credit notes."""
        self._leave_asides()
        self.tabs.setCurrentIndex(1)
        self.credit_notes.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def begin(self) -> None:
        """Show the newest payments, with the focus on the one next action."""
        self._leave_asides()
        self.tabs.setCurrentIndex(0)
        wanted = self.record if self.record.isVisibleTo(self) else self.search
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self.month = plain_label("", "h1", name="dashboardMonth")
        self._where_from = plain_label("", "muted", name="dashboardWhereFrom")
        self.record = named(QPushButton(f"{_('Record payment')}    F2"), "recordPayment")
        self.record.setAccessibleName(_("Record payment"))
        self.record.setProperty("role", "primary")
        self.tiles = {
            "collected": Tile("kpiTotalCollected", _("Total collected")),
            "received_today": Tile("kpiReceivedToday", _("Received today")),
            "collection_rate": Tile("kpiCollectionRate", _("Collection rate")),
            "collection_days": Tile("kpiAvgCollectionTime", _("Average collection time")),
        }
        whole = page_layout(self)
        for part in (self._landing, self._receipt, self._note):
            whole.addWidget(part)
        layout = QVBoxLayout(self._landing)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addLayout(row(self.month, self._where_from, None, self.record, spacing=SPACE_M))
        tiles = row(*self.tiles.values(), spacing=SPACE_M)
        for place in range(tiles.count()):
            tiles.setStretch(place, 1)
        layout.addLayout(tiles)
        layout.addLayout(self._build_lists(), 1)

    def _build_lists(self) -> QVBoxLayout:
        self.payments = RecordTable(
            "paymentsTable", _("All payments"), payments_model(self._settings)
        )
        self.credit_notes = RecordTable(
            "creditNotesTable", _("Credit notes"), credit_notes_model(self._settings)
        )
        self.undo = key_button(_("Void or reverse"), "Ctrl+B", "undoPayment", "")
        self.search = named(QLineEdit(), "paymentsSearch")
        self.search.setPlaceholderText(_("Consumer, account or receipt"))
        self.search.setAccessibleName(_("Search payments"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(SEARCH_WIDTH)
        self._credit = key_button(_("Create credit note"), "Ctrl+G", "createCredit")
        self.tabs = named(QTabBar(), "listTabs")
        self.tabs.setAccessibleName(_("Lists"))
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self._lists = QStackedWidget()
        for table in (self.payments, self.credit_notes):
            self.tabs.addTab(table.accessibleName())
            self._lists.addWidget(table)
        lists = QVBoxLayout()
        lists.setSpacing(SPACE_S)
        above = row(self.tabs, None, self.undo, self._credit, self.search)
        above.setStretchFactor(self.search, SEARCH_WIDTH)  # up to its width, before the gap
        lists.addLayout(above)
        lists.addWidget(self._lists, 1)
        return lists

    def _connect(self) -> None:
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.refresh)
        self._jobs.changed.connect(self._refresh_soon)
        self.record.clicked.connect(self.record_payment_asked)
        self.search.textChanged.connect(self._soon.start)
        self.tabs.currentChanged.connect(self._show_tab)
        self.payments.opened.connect(self._show_receipt)
        self.payments.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.payments.customContextMenuRequested.connect(self._show_menu)
        self.undo.clicked.connect(self._ask_undo)
        self.credit_notes.opened.connect(self._show_note)
        self._credit.clicked.connect(self._create_credit)

    @Slot()
    def refresh(self) -> None:
        """Read figures and lists anew."""
        actor = self._jobs.actor
        if actor is None:
            return
        self.record.setVisible(actor.may(Permission.TAKE_PAYMENT))
        self._may_undo = actor.may(Permission.UNDO_PAYMENT)
        self.undo.setVisible(self._may_undo and self.tabs.currentIndex() == 0)
        self._show_credit()
        if actor.may(Permission.SEE_DASHBOARD):
            self._jobs.read(self, _figures, self._show_figures)
        if actor.may(Permission.SEE_PAYMENTS):
            typed = self.search.text()
            self._jobs.read(
                self,
                lambda read: services.payment_list.last_payments(read, search=typed),
                self._show_payments,
            )
            self._jobs.read(self, services.credit_details.newest_credit_notes, self._show_notes)

    @Slot()
    def _refresh_soon(self) -> None:
        # A page nobody looks at is read when it is shown again.
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot(object)
    def _show_receipt(self, payment: PaymentRow) -> None:
        self._receipt.show_payment(payment, f"{payment.consumer_name} · {payment.account_number}")
        self._receipt.stand_in(self._landing)

    @Slot()
    def _ask_undo(self) -> None:
        payment = self._payment_under_cursor()
        if payment is not None:
            ask_undo(
                self, self._jobs, payment.transaction_id, payment.payment_id,
                receipt_number=payment.receipt_number,
            )  # fmt: skip

    def _payment_under_cursor(self) -> PaymentRow | None:
        index = self.payments.currentIndex()
        return self.payments.records.records[index.row()] if index.isValid() else None

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        payment = self._payment_under_cursor()
        if payment is not None:
            self.menu_of(payment).popup(self.payments.viewport().mapToGlobal(place))

    def menu_of(self, payment: PaymentRow) -> QMenu:
        """Return what can be done with a payment of the list."""
        menu = named(QMenu(self), "paymentMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("View receipt"), partial(self._show_receipt, payment))
        if self._credit.isVisibleTo(self):
            menu.addAction(_("Create credit note"), self._create_credit)
        if self.undo.isVisibleTo(self):
            menu.addAction(_("Void or reverse"), self._ask_undo)
        if self.undo.isVisibleTo(self) and payment.transaction_id is not None:
            visit, number = payment.transaction_id, clean(payment.receipt_number)
            menu.addAction(_("Correct"), lambda: ask_correction(self, self._jobs, visit, number))
        return menu

    @Slot(object)
    def _show_note(self, note: CreditNoteRow) -> None:
        self._note.show_note(note.note_id)
        self._note.stand_in(self._landing)

    def _leave_asides(self) -> None:
        for aside in (self._receipt, self._note):
            aside.leave()

    @Slot()
    def _create_credit(self) -> None:
        payment = self._payment_under_cursor()
        if payment is not None:
            credit_payment(self, self._jobs, payment.payment_id)

    @Slot(int)
    def _show_tab(self, number: int) -> None:
        self.undo.setVisible(number == 0 and self._may_undo)
        self._show_credit()
        self._lists.setCurrentIndex(number)
        self.search.setEnabled(number == 0)

    def _show_credit(self) -> None:
        actor = self._jobs.actor
        may = actor is not None and actor.may(Permission.RAISE_CREDIT)
        self._credit.setVisible(may and self.tabs.currentIndex() == 0)

    def _show_figures(self, figures: MonthFigures) -> None:
        self.month.setText(write_month(figures.year, figures.month, self._settings.locale))
        self._where_from.setText(dashboard_figures.where_from(figures, self._settings))
        for name, tile in self.tiles.items():
            said = getattr(dashboard_figures, name)(figures, self._settings)
            tile.show_figure(said.figure, said.change, said.tone)

    def _show_payments(self, payments: tuple[PaymentRow, ...]) -> None:
        self.payments.records.show_records(payments)
        self.payments.say_when_empty(
            _("No payment has this in its name, account or receipt.")
            if self.search.text().strip()
            else _("No payments yet. Press F2 to take the first one.")
        )

    def _show_notes(self, notes: tuple[CreditNoteRow, ...]) -> None:
        self.credit_notes.records.show_records(notes)
        self.credit_notes.say_when_empty(
            _("No credit notes yet. Paying more than is due makes one, and Ctrl+G on a payment.")
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the focused button, Down enter the list, and letters begin a payment."""
        plain = not event.modifiers() & _COMMANDS
        if event.key() in _ENTER and self.record.hasFocus():
            self.record.click()
        elif event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.payments.setFocus(Qt.FocusReason.TabFocusReason)
        elif plain and event.text().isalnum() and self.record.isVisible():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()


def _figures(read: ReadSession) -> MonthFigures:
    today = read.today()
    return services.dashboard.month_figures(read, today.year, today.month)
