"""The payments behind a figure, and what was given back: lists narrowed to what it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.exporting import export_list
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.list_reading import ListReading
from counterdesk.ui.pages.payment_actions import PaymentActions
from counterdesk.ui.pages.payment_view import PaymentView
from counterdesk.ui.pages.receipt_view import ReceiptView
from counterdesk.ui.tables.backs_table import backs_records, backs_source
from counterdesk.ui.tables.exported_payments import payments_listing
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.tables.payments_table import payments_records, payments_source
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.columns_panel import ColumnsPanel
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import wrapped_label

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.payment_filters import PaymentFilter
    from counterdesk.services.payment_pages import PaymentLine


class PaymentsBehind(Aside):
    """Every payment that a figure counts, with all that the list of payments can do."""

    consumer_asked = Signal(object)
    """Id of the consumer whom somebody wants to see: a `UUID`."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__("paymentsBehind", "")
        self._jobs = jobs
        self._stale = False
        self._wanted: PaymentFilter | None = None
        self._what = wrapped_label("", "muted", name="paymentsBehindWhat")
        self.table = PagedTable(
            "behindTable", _("Payments behind the figure"), payments_records(jobs.store.settings)
        )
        self.table.show_columns(("collected",))
        self._reading = ListReading(jobs, self.table, payments_source, lambda line: line.payment_id)
        self.backs = PagedTable("behindBacks", _("Given back"), backs_records(jobs.store.settings))
        self._backs_title = QLabel(_("Given back"))
        self._backs_reading = ListReading(
            jobs, self.backs, backs_source, lambda line: line.back_id
        )  # fmt: skip
        self.row_actions = PaymentActions(jobs, self.table)
        self._columns = ColumnsPanel(self.table, self)
        self._payment, self._receipt = PaymentView(jobs), ReceiptView(jobs)
        self.export = key_button(_("Export"), _("Ctrl+E"), "exportBehind", "")
        self.export.clicked.connect(self._export)
        self._list = QWidget()
        self._list.installEventFilter(self)
        inside = QVBoxLayout(self._list)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE_S)
        head = row(self._what, self._columns.button, self.export)
        head.setStretch(0, 1)
        inside.addLayout(head)
        inside.addWidget(self.table, 2)
        inside.addWidget(self._backs_title)
        inside.addWidget(self.backs, 1)
        for part in (self._list, self._payment, self._receipt):
            self.body.addWidget(part, 1)
        self._reading.shown.connect(self._show_first)
        self._backs_reading.shown.connect(self._show_first_backs)
        jobs.changed.connect(self._renew)
        self.row_actions.details_asked.connect(self._show_payment)
        self.row_actions.receipt_asked.connect(self._show_receipt)
        self.row_actions.consumer_asked.connect(self.consumer_asked)
        self._payment.consumer_asked.connect(self.consumer_asked)

    def show_payments(
        self, title: str, what: str, wanted: PaymentFilter, *, payments: bool = True,
        backs: bool = False,
    ) -> None:  # fmt: skip
        """Show what a filter lets through, from the newest on.

        Args:
            title: The figure and its period.
            what: What they come to.
            wanted: The filter.
            payments: Whether it counts payments, and not only what was given back.
            backs: Whether something was given back in the same days.
        """
        self.title.setText(title)
        self._what.setText(what)
        self.table.records.show_window((), before=False, after=False)
        self.table.say_when_empty("")
        for part in (self.table, self._columns.button, self.export):
            part.setVisible(payments)
        if payments:
            self._reading.show_wanted(wanted)
        self._wanted = wanted
        self.backs.hide()
        self._backs_title.setVisible(backs and payments)
        if backs:
            self._show_backs()

    def renew(self, what: str, *, backs: bool) -> None:
        """Say anew what the same payments come to; the lists follow by themselves."""
        self._what.setText(what)
        if backs and self.backs.isHidden():
            self._backs_title.show()
            self._show_backs()

    def _show_backs(self) -> None:
        self.backs.records.show_window((), before=False, after=False)
        self.backs.show()
        self._backs_reading.show_wanted(self._wanted)

    def begin(self) -> None:
        """Put the focus on the list."""
        focused = self.backs if self.table.isHidden() else self.table
        focused.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def leave(self) -> None:
        """Leave the payment that is looked at, too."""
        for aside in (self._payment, self._receipt):
            aside.leave()
        super().leave()

    @Slot(object)
    def _show_payment(self, payment: PaymentLine) -> None:
        self._payment.show_payment(payment.payment_id)
        self._payment.stand_in(self.title, self._list, self.go_back)

    @Slot(object)
    def _show_receipt(self, payment: PaymentLine) -> None:
        who = f"{payment.consumer_name} \u00b7 {payment.account_number}"
        self._receipt.show_payment(payment, who)
        self._receipt.stand_in(self.title, self._list, self.go_back)

    @Slot()
    def _export(self) -> None:
        if self._reading.wanted is not None:
            listing = payments_listing(
                self._reading.wanted, self._jobs.store.settings,
                (self.title.text(), self._what.text()), self.table.records.order,
            )  # fmt: skip
            export_list(self, self._jobs, listing, "payments")

    @Slot()
    def _show_first(self) -> None:
        self.table.say_when_empty(_("Nothing was paid here in this time."))

    @Slot()
    def _show_first_backs(self) -> None:
        self.backs.say_when_empty(_("Nothing was given back in this time."))

    @Slot()
    def _renew(self) -> None:
        self._stale = not self.table.isVisible()
        if not self._stale:
            self._reading.renew()
        if self.backs.isVisible():
            self._backs_reading.renew()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read what changed while a payment of the list was looked at."""
        if watched is self._list and event.type() == QEvent.Type.Show and self._stale:
            QTimer.singleShot(0, self, self._renew)  # once all of it is in sight
        return super().eventFilter(watched, event)
