"""All payments: searched, filtered, sorted, and what can be done with each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from counterdesk import services
from counterdesk.core.clock import office_date
from counterdesk.core.dates import first_weekday
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import format_amount, format_count
from counterdesk.core.permissions import Permission
from counterdesk.core.settings import Settings
from counterdesk.ui.exporting import export_list
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.list_tab import ListTab
from counterdesk.ui.pages.payment_actions import PaymentActions
from counterdesk.ui.tables.exported_payments import payments_listing
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.tables.payment_words import status_word, type_word
from counterdesk.ui.tables.payments_table import payments_records, payments_source
from counterdesk.ui.widgets.amount_picker import AmountPicker
from counterdesk.ui.widgets.days_picker import DaysPicker
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.pickers import Picker, ValuesPicker

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.payment_filters import PaymentFilter
    from counterdesk.services.payment_pages import PaymentsSum
    from counterdesk.store.session import ReadSession


class PaymentsTab(ListTab):
    """Every payment that is known here."""

    details_asked = Signal(object)
    """A `PaymentLine` of which somebody wants to see everything."""

    receipt_asked = Signal(object)
    """A `PaymentLine` whose receipt somebody wants to see."""

    def __init__(self, jobs: Jobs) -> None:
        settings = jobs.store.settings
        self.undo = KeyButton(_("Void or reverse"), "Ctrl+B", "undoPayment")
        self.credit = KeyButton(_("Create credit note"), "Ctrl+G", "createCredit")
        table = PagedTable("paymentsTable", _("All payments"), payments_records(settings))
        super().__init__(
            jobs, "payments", table, payments_source, lambda line: line.payment_id,
            _pickers(settings), self.credit, self.undo,
        )  # fmt: skip
        self.row_actions = PaymentActions(jobs, table)
        self.search.setPlaceholderText(_("Name or number"))
        self.search.setToolTip(_("A consumer's name, an account or a receipt number"))
        self.search.setAccessibleName(_("Search payments"))
        self._connect()

    def refresh(self) -> None:
        """Offer what the person may do, and read the list anew."""
        actor = self._jobs.actor
        if actor is not None:
            self.undo.setVisible(actor.may(Permission.UNDO_PAYMENT))
            self.credit.setVisible(actor.may(Permission.RAISE_CREDIT))
        super().refresh()

    def _connect(self) -> None:
        self.row_actions.details_asked.connect(self.details_asked)
        self.row_actions.receipt_asked.connect(self.receipt_asked)
        self.row_actions.consumer_asked.connect(self.consumer_asked)
        self.undo.clicked.connect(lambda: self.row_actions.do("Ctrl+B"))
        self.credit.clicked.connect(lambda: self.row_actions.do("Ctrl+G"))

    def _choices(self, read: ReadSession) -> Mapping[str, tuple[str, ...]]:
        return services.list_choices.payment_choices(read)

    def _sum_of(self, read: ReadSession, wanted: PaymentFilter) -> PaymentsSum:
        return services.payment_pages.payments_sum(read, wanted)

    def _wanted(self) -> PaymentFilter:
        given, chosen = self._settings, self.filter.wanted
        today = office_date(self._jobs.store.clock.now_utc(), given.time_zone)
        first, last = chosen.days(today, first_weekday(given.locale))
        return services.payment_filters.PaymentFilter(
            first=first, last=last, least_minor=chosen.least_minor,
            most_minor=chosen.most_minor, search=chosen.search,
            method=chosen.of("method"), status=chosen.of("status"),
            type=chosen.of("type"), channel=chosen.of("channel"),
            counter=chosen.of("counter"), cashier=chosen.of("cashier"),
        )  # fmt: skip

    def _sum_words(self, found: PaymentsSum) -> str:
        return sum_words(found, self._settings)

    @Slot()
    def _export(self) -> None:
        order = self.table.records.order
        listing = payments_listing(self._wanted(), self._settings, order=order)
        export_list(self, self._jobs, listing, "payments")

    def _empty_words(self, chosen: str) -> str:
        if not chosen:
            return _("No payments yet. Press F2 to take the first one.")
        text = _("No payment matches. {what}. Press Esc to see all payments again.")
        return text.format(what=chosen)

    @Slot()
    def _show_allowed(self) -> None:
        super()._show_allowed()
        payment = self.table.record()
        self.undo.setEnabled(payment is not None and self.row_actions.may_undo(payment))
        self.credit.setEnabled(payment is not None and self.row_actions.may_credit(payment))


def _pickers(settings: Settings) -> tuple[Picker, ...]:
    return (
        DaysPicker(settings, _("Date")),
        ValuesPicker("method", _("Method")),
        ValuesPicker("status", _("Status"), status_word),
        ValuesPicker("type", _("Type"), type_word),
        ValuesPicker("channel", _("Channel")),
        ValuesPicker("counter", _("Counter")),
        ValuesPicker("cashier", _("Cashier")),
        AmountPicker(settings, _("Amount")),
    )


def sum_words(found: PaymentsSum, settings: Settings) -> str:
    """Return how many payments there are, and what they come to."""
    count = format_count(found.payments, settings.locale)
    amount = format_amount(found.amount_minor, settings.currency, settings.locale)
    if found.estimated:
        text = _("More than {count} payments; the {count} newest come to {amount}")
    else:
        text = ngettext("{count} payment, {amount}", "{count} payments, {amount}", found.payments)
    return text.format(count=count, amount=amount)
