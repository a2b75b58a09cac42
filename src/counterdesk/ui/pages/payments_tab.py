"""All payments: searched, filtered, sorted, and what can be done with each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.clock import office_date
from counterdesk.core.dates import first_weekday
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import format_amount, format_count
from counterdesk.core.permissions import Permission
from counterdesk.core.settings import Settings
from counterdesk.ui.exporting import export_list
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.list_reading import ListReading
from counterdesk.ui.pages.payment_actions import PaymentActions
from counterdesk.ui.tables.exported_payments import payments_listing
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.tables.payment_words import status_word, type_word
from counterdesk.ui.tables.payments_table import payments_records, payments_source
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.amount_picker import AmountPicker
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.columns_panel import ColumnsPanel
from counterdesk.ui.widgets.days_picker import DaysPicker
from counterdesk.ui.widgets.filter_bar import FilterBar
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import ElidedLabel
from counterdesk.ui.widgets.list_tools import ListTools
from counterdesk.ui.widgets.pickers import Picker, ValuesPicker

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.payment_filters import PaymentFilter
    from counterdesk.services.payment_pages import PaymentsSum

_TYPING_MS = 150
"""A pause in typing that is worth looking up."""


class PaymentsTab(QWidget):
    """Every payment that is known here; the list is read as one moves through it."""

    details_asked = Signal(object)
    """A `PaymentLine` of which somebody wants to see everything."""

    receipt_asked = Signal(object)
    """A `PaymentLine` whose receipt somebody wants to see."""

    consumer_asked = Signal(object)
    """Id of the consumer whom somebody wants to see: a `UUID`."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._summed = 0
        self._stale = False
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus where searching begins."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def refresh(self) -> None:
        """Read the list anew, for who may see it; out of sight, when it is seen again."""
        actor = self._jobs.actor
        if actor is None:
            return
        self.undo.setVisible(actor.may(Permission.UNDO_PAYMENT))
        self.credit.setVisible(actor.may(Permission.RAISE_CREDIT))
        self._stale = not self.isVisible()
        if actor.may(Permission.SEE_PAYMENTS) and not self._stale:
            self._read()

    def _build(self) -> None:
        self.table = PagedTable(
            "paymentsTable", _("All payments"), payments_records(self._settings)
        )
        self.row_actions = PaymentActions(self._jobs, self.table)
        self._reading = ListReading(
            self._jobs, self.table, payments_source, lambda line: line.payment_id
        )
        self.filter = FilterBar(self._jobs, "payments", _pickers(self._settings), self)
        self.columns = ColumnsPanel(self.table, self)
        self.undo = KeyButton(_("Void or reverse"), "Ctrl+B", "undoPayment")
        self.credit = KeyButton(_("Create credit note"), "Ctrl+G", "createCredit")
        self.sum = named(ElidedLabel(role="muted"), "paymentsSum")
        self.tools = self._build_tools()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.filter)
        layout.addWidget(self.table, 1)
        self.more = KeyButton(_("More"), "Shift+F10", "paymentsMore")
        for button in (self.credit, self.undo, self.more):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setEnabled(False)
        beneath = row(self.sum, self.credit, self.undo, self.more)
        beneath.setStretch(0, 1)
        layout.addLayout(beneath)

    def _build_tools(self) -> QWidget:
        """Return what stands beside the tabs while this one is chosen."""
        self.search = named(QLineEdit(), "paymentsSearch")
        self.search.setPlaceholderText(_("Name or number"))
        self.search.setToolTip(_("A consumer's name, an account or a receipt number"))
        self.search.setAccessibleName(_("Search payments"))
        self.search.setClearButtonEnabled(True)
        self.export = key_button(_("Export"), "Ctrl+E", "exportPayments", "")
        buttons = self.filter.choose, self.filter.saved, self.columns.button, self.export
        return ListTools(self.search, *buttons)

    def _connect(self) -> None:
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._take_typed)
        self.search.textChanged.connect(self._typing.start)
        self.filter.changed.connect(self._take_filter)
        self.filter.choices_asked.connect(self._read_choices)
        self._reading.shown.connect(self._say_when_empty)
        self.row_actions.details_asked.connect(self.details_asked)
        self.row_actions.receipt_asked.connect(self.receipt_asked)
        self.row_actions.consumer_asked.connect(self.consumer_asked)
        self.undo.clicked.connect(lambda: self.row_actions.do("Ctrl+B"))
        self.credit.clicked.connect(lambda: self.row_actions.do("Ctrl+G"))
        self.export.clicked.connect(self._export)
        self.more.clicked.connect(self.table.ask_menu)
        self.table.selectionModel().currentRowChanged.connect(self._show_allowed)
        self.table.records.modelReset.connect(self._show_allowed)

    @Slot()
    def _take_typed(self) -> None:
        self.filter.show_filter(replace(self.filter.wanted, search=self.search.text().strip()))

    @Slot()
    def _take_filter(self) -> None:
        if self.search.text().strip() != self.filter.wanted.search:
            self.search.blockSignals(True)
            self.search.setText(self.filter.wanted.search)
            self.search.blockSignals(False)
        self._typing.stop()
        if self._jobs.actor is not None:
            self._read()

    @Slot()
    def _read_choices(self) -> None:
        self._jobs.read(self, services.list_choices.payment_choices, self._offer)

    def _offer(self, choices: Mapping[str, tuple[str, ...]]) -> None:
        self.filter.offer(choices)

    def _read(self) -> None:
        """Read anew what is in sight, or from the beginning where something else is wanted."""
        wanted = self._wanted()
        if wanted == self._reading.wanted:
            self._reading.renew()
        else:
            self._reading.show_wanted(wanted)
        self._summed += 1
        self._jobs.read(
            self,
            lambda read: services.payment_pages.payments_sum(read, wanted),
            partial(self._show_sum, self._summed),
        )

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

    def _show_sum(self, asked: int, found: PaymentsSum) -> None:
        if asked == self._summed:
            self.sum.say(sum_words(found, self._settings))

    @Slot()
    def _export(self) -> None:
        order = self.table.records.order
        listing = payments_listing(self._wanted(), self._settings, order=order)
        export_list(self, self._jobs, listing, "payments")

    @Slot()
    def _say_when_empty(self) -> None:
        if chosen := "; ".join(self.filter.words()):
            text = _("No payment matches. {what}. Press Esc to see all payments again.")
            self.table.say_when_empty(text.format(what=chosen))
        else:
            self.table.say_when_empty(_("No payments yet. Press F2 to take the first one."))

    @Slot()
    def _show_allowed(self) -> None:
        payment = self.table.record()
        self.more.setEnabled(payment is not None)
        self.undo.setEnabled(payment is not None and self.row_actions.may_undo(payment))
        self.credit.setEnabled(payment is not None and self.row_actions.may_credit(payment))

    def showEvent(self, event: QShowEvent) -> None:
        """Read what changed while the other list was in sight."""
        super().showEvent(event)
        if self._stale:
            self.refresh()


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
