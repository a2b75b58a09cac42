"""All payments of one account, one key away from its card: read, then back to the visit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from counterdesk import services
from counterdesk.core.dates import write_instant
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.settings import Settings
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.receipt_view import ReceiptView
from counterdesk.ui.tables.timeline_table import timeline_records, timeline_table
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.consumer_card import TIMELINE_KEY
from counterdesk.ui.widgets.labels import ElidedLabel, wrapped_label

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.core.visit import AccountRef
    from counterdesk.services.consumer_payments import PastPaymentRow, PaymentsPage
    from counterdesk.services.consumers import AccountView
    from counterdesk.store.session import ReadSession


class AccountTimeline(Aside):
    """Every payment known of an account. It is read in pages, and changes nothing."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__("accountTimeline", _("All payments"))
        self._jobs = jobs
        self._asked = 0
        self._account: AccountRef | None = None
        self._who = ElidedLabel(role="muted")
        self._who.setObjectName("timelineWho")
        self._source = wrapped_label("", "muted", name="timelineSource")
        self._records = timeline_records(jobs.store.settings)
        self.table = timeline_table(self._records)
        self._receipt = ReceiptView(jobs)
        for part in (self._who, self.table, self._source, self._receipt):
            self.body.addWidget(part)
        self.body.setStretch(1, 1)
        again = QShortcut(QKeySequence(TIMELINE_KEY), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self.leave)
        self._records.more_wanted.connect(self._read_on)
        self.table.opened.connect(self._show_receipt)

    def show_account(self, view: AccountView) -> None:
        """Show another account, from its newest payment on."""
        self._asked += 1
        self._account = view.account
        self._who.say(f"{view.account.consumer_name}  ·  {view.account.account_number}")
        self._source.setText(_source(view, self._jobs.store.settings))
        self._records.begin_with((), more=False)
        self.table.say_when_empty("")
        self._jobs.read(self, partial(_first, view.account), partial(self._show_first, self._asked))

    def begin(self) -> None:
        """Put the focus on the list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def leave(self) -> None:
        """Leave the receipt that is looked at, too."""
        self._receipt.leave()
        super().leave()

    @Slot(object)
    def _show_receipt(self, payment: PastPaymentRow) -> None:
        if self._account is not None:
            who = f"{self._account.consumer_name} · {self._account.account_number}"
            self._receipt.show_payment(payment, who)
            self._receipt.stand_in(self.title, self._who, self.table, self._source, self.go_back)

    @Slot(object)
    def _read_on(self, last: PastPaymentRow) -> None:
        if self._account is not None:
            page = partial(_page_after, self._account, last)
            self._jobs.read(self, page, partial(self._show_more, self._asked))

    def _show_first(self, asked: int, found: tuple[int, PaymentsPage]) -> None:
        if asked != self._asked:
            return
        count, page = found
        self._records.begin_with(page.payments, more=page.more)
        self.table.say_when_empty(_("No payment of this account is known here."))
        if count:
            text = ngettext("{count} payment", "{count} payments", count).format(count=count)
            self._who.say(f"{self._who.text()}  ·  {text}")
            self.table.selectRow(0)

    def _show_more(self, asked: int, page: PaymentsPage) -> None:
        if asked == self._asked:
            self._records.add(page.payments, more=page.more)


def _first(account: AccountRef, read: ReadSession) -> tuple[int, PaymentsPage]:
    payments = services.consumer_payments
    count = payments.count_payments(read, account.consumer_id)
    return count, payments.payment_timeline(read, account.consumer_id)


def _page_after(account: AccountRef, last: PastPaymentRow, read: ReadSession) -> PaymentsPage:
    return services.consumer_payments.payment_timeline(read, account.consumer_id, last)


def _source(view: AccountView, given: Settings) -> str:
    here = _("Balance left and credit notes are told for payments taken here.")
    if view.as_of_utc is None:
        return here
    when = write_instant(view.as_of_utc, given.locale, given.time_zone)
    elsewhere = _("Payments elsewhere are those of the last 13 months, as of {time}.")
    return f"{elsewhere.format(time=when)} {here}"
