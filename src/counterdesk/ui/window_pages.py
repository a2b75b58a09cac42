"""The pages in the middle of the window, each built when it is first gone to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.list_filter import ListFilter
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.sign_in_page import SignInPage
from counterdesk.ui.remembered import Remembered
from counterdesk.ui.theme import add_other_scripts

if TYPE_CHECKING:
    from counterdesk.ui.pages.analytics_page import AnalyticsPage
    from counterdesk.ui.pages.approvals_page import ApprovalsPage
    from counterdesk.ui.pages.audit_page import AuditPage
    from counterdesk.ui.pages.consumer_page import ConsumerPage
    from counterdesk.ui.pages.dashboard_page import DashboardPage
    from counterdesk.ui.pages.deposits_page import DepositsPage
    from counterdesk.ui.pages.payment_page import PaymentPage
    from counterdesk.ui.pages.print_jobs_page import PrintJobsPage
    from counterdesk.ui.pages.receipt_design_page import ReceiptDesignPage
    from counterdesk.ui.pages.settings_page import SettingsPage
    from counterdesk.ui.pages.shift_page import ShiftPage
    from counterdesk.ui.pages.sync_page import SyncPage

_SOON_WANTED = (
    "dashboard_page", "payment_page", "consumer_page", "shift_page", "payment_view",
    "receipt_view", "credit_note_view", "credit_paper_view", "payments_behind",
)  # fmt: skip


class WindowPages(QObject):
    """Keeps the pages of whoever is signed in; the next person gets new ones."""

    wanted = Signal(str)
    """Name of a place that a page sends the person to."""

    came_to = Signal(str)
    """Name of a place that a page brought into sight by itself."""

    signed_in = Signal(object)
    """The `Actor` who just signed in."""

    shift_opened = Signal(object)
    """An `OpenShift`."""

    handed_over = Signal(object)
    """A `HandedOver`: its receiver works here from now on."""

    payment_taken = Signal(object)
    """A `PaymentTaken`, once it is safely saved."""

    visit_changed = Signal(bool)
    """Whether a visit has begun that is not confirmed."""

    def __init__(
        self, jobs: Jobs, stack: QStackedWidget, remembered: Remembered, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._stack = stack
        self._remembered = remembered
        self._pages: dict[str, QWidget] = {}
        self._came_from: QWidget | None = None

    @property
    def visit_open(self) -> bool:
        """Whether a visit has begun that is not confirmed."""
        page: Any = self._pages.get("payment")
        return page is not None and bool(page.visit_open)

    def abandon_visit(self) -> None:
        """Give up the visit that is open, if there is one."""
        if self.visit_open:
            self.payment().abandon()

    def go_payment(self) -> None:
        """Show where payments are taken: the visit that is open, or the search for the next."""
        account = self._account_in_sight()
        page = self.payment()
        self._stack.setCurrentWidget(page)
        if account and page.visit_open:
            messages.toast(page, _("This visit is still open: finish it first, or leave it."))
        elif account:
            page.pay_for(account)
        elif not page.visit_open:
            page.begin()

    def _account_in_sight(self) -> str:
        page: Any = self._pages.get("consumer")
        here = page is not None and page is self._stack.currentWidget()
        return str(page.account_number) if here else ""

    def go_consumer(self) -> None:
        """Show where consumers are looked up."""
        self._stack.setCurrentWidget(self.consumer())
        self.consumer().begin()

    @Slot(object)
    def show_consumer(self, consumer_id: UUID) -> None:
        """Show a consumer that a page names; going back leads to that page."""
        here = self._stack.currentWidget()
        if here is not self._pages.get("consumer"):
            self._came_from = here
        self._stack.setCurrentWidget(self.consumer())
        self.consumer().show_consumer(consumer_id)
        self.came_to.emit("consumer")

    def go_payments(self) -> None:
        """Show the list of payments."""
        self._stack.setCurrentWidget(self.dashboard())
        self.dashboard().show_payments()

    def go_credit_notes(self) -> None:
        """Show the list of credit notes."""
        self._stack.setCurrentWidget(self.dashboard())
        self.dashboard().show_credit_notes()

    def go_approvals(self) -> None:
        """Show what waits for approval."""
        self._stack.setCurrentWidget(self.approvals())
        self.approvals().begin()

    def go_shift(self) -> None:
        """Show the shift."""
        self._stack.setCurrentWidget(self.shift())
        self.shift().begin()

    def go_deposits(self) -> None:
        """Show what goes to the bank."""
        self._stack.setCurrentWidget(self.deposits())
        self.deposits().begin()

    def go_dashboard(self) -> None:
        """Show the landing page."""
        self._stack.setCurrentWidget(self.dashboard())
        self.dashboard().begin()

    def go_analytics(self) -> None:
        """Show the charts."""
        self._stack.setCurrentWidget(self.analytics())
        self.analytics().begin()

    def go_sync(self) -> None:
        """Show how things stand with the centre."""
        self._stack.setCurrentWidget(self.sync())
        self.sync().begin()

    def go_settings(self) -> None:
        """Show the settings."""
        self._stack.setCurrentWidget(self.settings())
        self.settings().begin()

    def go_printers(self) -> None:
        """Show the printers of this counter, among the settings."""
        self._stack.setCurrentWidget(self.settings())
        self.settings().show_section("printers")

    def go_people(self) -> None:
        """Show who works here, among the settings."""
        self._stack.setCurrentWidget(self.settings())
        self.settings().show_section("people")

    def go_alerts(self) -> None:
        """Show the limits of the dashboard's figures, among the settings."""
        self._stack.setCurrentWidget(self.settings())
        self.settings().show_section("alerts")

    def go_audit(self) -> None:
        """Show who did what."""
        self._stack.setCurrentWidget(self.audit())
        self.audit().begin()

    def go_print_jobs(self) -> None:
        """Show what was printed here or is to be."""
        self._stack.setCurrentWidget(self.print_jobs())
        self.print_jobs().begin()

    def go_receipt_design(self) -> None:
        """Show what stands on receipts, and how they look."""
        self._stack.setCurrentWidget(self.receipt_design())
        self.receipt_design().begin()

    def go_sign_in(self) -> None:
        """Show the sign-in page, and forget every page of the person who left."""
        for name in [name for name in self._pages if name != "sign_in"]:
            left = self._pages.pop(name)
            self._remembered.keep_tables(left)
            self._stack.removeWidget(left)
            left.deleteLater()
        self.visit_changed.emit(False)
        page: SignInPage = self._page("sign_in", SignInPage, self._connect_sign_in)
        if self._jobs.is_open:
            store = self._jobs.store
            page.show_office(store.settings.utility_name, store.counter.name)
        self._stack.setCurrentWidget(page)

    def refresh(self) -> None:
        """Let the page in sight read everything anew, if it shows what can change."""
        read_anew = getattr(self._stack.currentWidget(), "refresh", None)
        if read_anew is not None:
            read_anew()

    @staticmethod
    def warm_up() -> None:
        """Load the pages' code while somebody types their login, so that F2 answers at once."""
        for name in _SOON_WANTED:
            import_module(f"counterdesk.ui.pages.{name}")
        add_other_scripts()
        import_module("counterdesk.printing.preview")  # the first receipt shows at once, too

    def payment(self) -> PaymentPage:
        """Return the page where payments are taken."""
        from counterdesk.ui.pages.payment_page import PaymentPage  # noqa: PLC0415 - start-up

        page: PaymentPage = self._page("payment", PaymentPage, self._connect_payment)
        return page

    def dashboard(self) -> DashboardPage:
        """Return the landing page."""
        from counterdesk.ui.pages.dashboard_page import DashboardPage  # noqa: PLC0415 - start-up

        page: DashboardPage = self._page("dashboard", DashboardPage, self._connect_dashboard)
        return page

    def consumer(self) -> ConsumerPage:
        """Return the page of one consumer."""
        from counterdesk.ui.pages.consumer_page import ConsumerPage  # noqa: PLC0415 - start-up

        page: ConsumerPage = self._page("consumer", ConsumerPage, self._connect_consumer)
        return page

    def approvals(self) -> ApprovalsPage:
        """Return the page of what waits for approval."""
        from counterdesk.ui.pages.approvals_page import ApprovalsPage  # noqa: PLC0415 - start-up

        page: ApprovalsPage = self._page("approvals", ApprovalsPage, lambda _page: None)
        return page

    def shift(self) -> ShiftPage:
        """Return the page of the shift."""
        from counterdesk.ui.pages.shift_page import ShiftPage  # noqa: PLC0415 - start-up

        page: ShiftPage = self._page("shift", ShiftPage, self._connect_shift)
        return page

    def deposits(self) -> DepositsPage:
        """Return the page of what goes to the bank."""
        from counterdesk.ui.pages.deposits_page import DepositsPage  # noqa: PLC0415 - start-up

        page: DepositsPage = self._page("deposits", DepositsPage, lambda _page: None)
        return page

    def analytics(self) -> AnalyticsPage:
        """Return the page of the charts."""
        from counterdesk.ui.pages.analytics_page import AnalyticsPage  # noqa: PLC0415 - start-up

        page: AnalyticsPage = self._page("analytics", AnalyticsPage, self._connect_analytics)
        return page

    def sync(self) -> SyncPage:
        """Return the page of what goes to the centre."""
        from counterdesk.ui.pages.sync_page import SyncPage  # noqa: PLC0415 - start-up

        page: SyncPage = self._page("sync", SyncPage, lambda _page: None)
        return page

    def settings(self) -> SettingsPage:
        """Return the home of the settings."""
        from counterdesk.ui.pages.settings_page import SettingsPage  # noqa: PLC0415 - start-up

        page: SettingsPage = self._page("settings", SettingsPage, self._connect_settings)
        return page

    def audit(self) -> AuditPage:
        """Return the page of the audit."""
        from counterdesk.ui.pages.audit_page import AuditPage  # noqa: PLC0415 - start-up

        page: AuditPage = self._page("audit", AuditPage, lambda _page: None)
        return page

    def print_jobs(self) -> PrintJobsPage:
        """Return the page of the printers' jobs."""
        from counterdesk.ui.pages.print_jobs_page import PrintJobsPage  # noqa: PLC0415 - start-up

        page: PrintJobsPage = self._page("print_jobs", PrintJobsPage, lambda _page: None)
        return page

    def receipt_design(self) -> ReceiptDesignPage:
        """Return the page of what stands on receipts."""
        from counterdesk.ui.pages.receipt_design_page import (  # noqa: PLC0415 - start-up
            ReceiptDesignPage,
        )

        page: ReceiptDesignPage = self._page(
            "receipt_design", ReceiptDesignPage, lambda _page: None
        )
        return page

    def _page(self, name: str, kind: type[Any], connect: Callable[[Any], None]) -> Any:
        if name not in self._pages:
            page = kind(self._jobs)
            self._pages[name] = page
            self._stack.addWidget(page)
            self._remembered.restore_tables(page)
            connect(page)
        return self._pages[name]

    def _connect_sign_in(self, page: SignInPage) -> None:
        page.signed_in.connect(self.signed_in)

    def _connect_payment(self, page: PaymentPage) -> None:
        page.payment_taken.connect(self.payment_taken)
        page.part_built.connect(self._remembered.restore_tables)
        page.visit_changed.connect(self.visit_changed)
        page.dashboard_asked.connect(lambda: self.wanted.emit("dashboard"))
        page.shift_needed.connect(lambda: self.wanted.emit("shift"))

    def _connect_consumer(self, page: ConsumerPage) -> None:
        page.pay_asked.connect(self._pay_for)
        page.payments_asked.connect(self._list_payments_of)
        page.left.connect(self._go_back)

    @Slot(str, bool)
    def _pay_for(self, account_number: str, spend: bool) -> None:
        self.wanted.emit("payment")
        page = self._pages.get("payment")
        if spend and page is not None and page is self._stack.currentWidget():
            self.payment().spend_credit_of(account_number)

    @Slot(str)
    def _list_payments_of(self, account_number: str) -> None:
        self.wanted.emit("payments")
        self.dashboard().payments.filter.show_filter(ListFilter(search=account_number))

    @Slot()
    def _go_back(self) -> None:
        """Show the page that the consumer was asked for from, as it was left."""
        page, self._came_from = self._came_from, None
        name = next((name for name, one in self._pages.items() if one is page), "")
        if page is not None and name:
            self._stack.setCurrentWidget(page)
            self.came_to.emit(name)
        else:
            self.wanted.emit("dashboard")

    def _connect_analytics(self, page: AnalyticsPage) -> None:
        page.consumer_asked.connect(self.show_consumer)

    def _connect_settings(self, page: SettingsPage) -> None:
        page.place_asked.connect(self.wanted)

    def _connect_dashboard(self, page: DashboardPage) -> None:
        page.record_payment_asked.connect(lambda: self.wanted.emit("payment"))
        page.consumer_asked.connect(self.show_consumer)
        page.typed.connect(self._begin_payment_with)
        page.figures.limits_asked.connect(lambda: self.wanted.emit("alerts"))
        page.figures.show_tiles(self._remembered.kept("tiles"))
        page.figures.tiles_chosen.connect(partial(self._remembered.keep, "tiles"))

    @Slot(str)
    def _begin_payment_with(self, text: str) -> None:
        self.wanted.emit("payment")
        page = self._pages.get("payment")
        # An open visit is only shown again: a stray digit must not become an amount of it.
        if page is None or page is not self._stack.currentWidget() or self.visit_open:
            return
        search = page.focusWidget()
        if isinstance(search, QLineEdit):
            search.insert(text)

    def _connect_shift(self, page: ShiftPage) -> None:
        page.shift_opened.connect(self.shift_opened)
        page.handed_over.connect(self.handed_over)
        page.payment_asked.connect(lambda: self.wanted.emit("payment"))
