"""The payments behind a bar of a chart, page by page, and the receipt of each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot

from counterdesk import services
from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.exporting import export_list
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.receipt_view import ReceiptView
from counterdesk.ui.tables.exported_payments import payments_listing
from counterdesk.ui.tables.payment_words import status_tone, status_word, type_word
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.records import Column, PagedRecords
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import wrapped_label

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.payment_filters import PaymentFilter
    from counterdesk.services.payment_pages import PaymentLine, PaymentsPage
    from counterdesk.store.session import ReadSession


class PaymentsBehind(Aside):
    """Every payment that a bar counts. It is read in pages, and changes nothing."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__("paymentsBehind", "")
        self._jobs = jobs
        self._asked = 0
        self._wanted: PaymentFilter | None = None
        self._what = wrapped_label("", "muted", name="paymentsBehindWhat")
        self._records = _records(jobs.store.settings)
        self.table = RecordTable("behindTable", _("Payments behind the bar"), self._records)
        self._receipt = ReceiptView(jobs)
        self.export = key_button(_("Export"), _("Ctrl+E"), "exportBehind", "")
        self.body.addLayout(row(self._what, self.export))
        for part in (self.table, self._receipt):
            self.body.addWidget(part)
        self.body.setStretch(1, 1)
        self._records.more_wanted.connect(self._read_on)
        self.table.opened.connect(self._show_receipt)
        self.export.clicked.connect(self._export)

    def show_payments(self, title: str, what: str, wanted: PaymentFilter) -> None:
        """Show what a filter lets through, from the newest on.

        Args:
            title: The bar and its period.
            what: What they come to.
            wanted: The filter.
        """
        self._asked += 1
        self._wanted = wanted
        self.title.setText(title)
        self._what.setText(what)
        self._records.begin_with((), more=False)
        self.table.say_when_empty("")
        self._jobs.read(
            self, partial(_page_after, wanted, None), partial(self._show_first, self._asked)
        )

    def begin(self) -> None:
        """Put the focus on the list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def leave(self) -> None:
        """Leave the receipt that is looked at, too."""
        self._receipt.leave()
        super().leave()

    @Slot(object)
    def _show_receipt(self, payment: PaymentLine) -> None:
        who = f"{payment.consumer_name} \u00b7 {payment.account_number}"
        self._receipt.show_payment(payment, who)
        self._receipt.stand_in(self.title, self._what, self.export, self.table, self.go_back)

    @Slot()
    def _export(self) -> None:
        if self._wanted is not None:
            listing = payments_listing(
                self._wanted, self._jobs.store.settings, (self.title.text(), self._what.text())
            )
            export_list(self, self._jobs, listing, "payments")

    @Slot(object)
    def _read_on(self, last: PaymentLine) -> None:
        if self._wanted is not None:
            page = partial(_page_after, self._wanted, last)
            self._jobs.read(self, page, partial(self._show_more, self._asked))

    def _show_first(self, asked: int, page: PaymentsPage) -> None:
        if asked == self._asked:
            self._records.begin_with(page.payments, more=page.more)
            self.table.say_when_empty(_("Nothing was paid here in this time."))
            if page.payments:
                self.table.selectRow(0)

    def _show_more(self, asked: int, page: PaymentsPage) -> None:
        if asked == self._asked:
            self._records.add(page.payments, more=page.more)


def _page_after(wanted: PaymentFilter, last: PaymentLine | None, read: ReadSession) -> PaymentsPage:
    return services.payment_pages.payments_page(read, wanted, last)


def _records(settings: Settings) -> PagedRecords:
    def money(minor: int) -> str:
        return format_amount(minor, settings.currency, settings.locale)

    return PagedRecords((
        Column(_("Receipt"), lambda row: clean(row.receipt_number), kind="mono", width=104),
        Column(_("Date"), lambda row: write_date(row.business_date, settings.locale), width=120),
        Column(_("Consumer"), lambda row: clean(row.consumer_name)),
        Column(_("Type"), lambda row: clean(type_word(row.type)), width=96),
        Column(_("Method"), lambda row: clean(row.method), width=128),
        Column(_("Counter"), lambda row: clean(row.counter), width=80),
        Column(_("Amount"), lambda row: money(row.amount_minor), kind="amount", width=112),
        Column(_("Collected"), lambda row: money(row.collected_minor), kind="amount", width=112),
        Column(
            _("Status"), lambda row: clean(status_word(row.status)), kind="badge", width=104,
            tone=lambda row: status_tone(row.status),
        ),
    ))  # fmt: skip
