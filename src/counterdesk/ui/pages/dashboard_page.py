"""The landing page: the figures of the month, one big button, and the lists."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.ui.day_watch import DayWatch
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_tiles import DashboardTiles
from counterdesk.ui.pages.notes_tab import NotesTab
from counterdesk.ui.pages.payments_tab import PaymentsTab
from counterdesk.ui.theme import SPACE_M, SPACE_S
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import named, page_layout, row

if TYPE_CHECKING:
    from counterdesk.services.payment_pages import PaymentLine
    from counterdesk.ui.pages.credit_note_view import CreditNoteView
    from counterdesk.ui.pages.credit_paper_view import CreditPaperView
    from counterdesk.ui.pages.payment_view import PaymentView
    from counterdesk.ui.pages.payments_behind import PaymentsBehind
    from counterdesk.ui.pages.receipt_view import ReceiptView
    from counterdesk.ui.pages.tile_lists import TileList

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_View = TypeVar("_View", bound=Aside)
_TOGETHER_MS = 200
"""Changes that come in a burst are read once."""


class DashboardPage(QWidget):
    """How the month goes, and what was paid last."""

    record_payment_asked = Signal()
    """Somebody wants to take a payment."""

    consumer_asked = Signal(object)
    """Id of the consumer whom somebody wants to see: a `UUID`."""

    typed = Signal(str)
    """A letter or digit that nothing here wanted: the beginning of the next consumer."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._landing = QWidget()
        self._asides: list[Aside] = []
        self._build()
        self._connect()

    def show_payments(self) -> None:
        """Go to the list of payments, ready to search it."""
        self._show_list(0)
        self.payments.begin()

    def show_credit_notes(self) -> None:
        """Go to the list of credit notes."""
        self._show_list(1)
        self.credit_notes.begin()

    def begin(self) -> None:
        """Show the newest payments, with the focus on the one next action."""
        self._show_list(0)
        wanted = self.record if self.record.isVisibleTo(self) else self.payments.search
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self.record = named(QPushButton(f"{_('Record payment')}    F2"), "recordPayment")
        self.record.setAccessibleName(_("Record payment"))
        self.record.setProperty("role", "primary")
        self.figures = DashboardTiles(self._jobs, self.record)
        self.payments, self.credit_notes = PaymentsTab(self._jobs), NotesTab(self._jobs)
        self._whole = page_layout(self)
        self._whole.addWidget(self._landing)
        layout = QVBoxLayout(self._landing)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.figures)
        layout.addLayout(self._build_lists(), 1)

    def _build_lists(self) -> QVBoxLayout:
        self.tabs = named(QTabBar(), "listTabs")
        self.tabs.setAccessibleName(_("Lists"))
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self._tools, self._lists = QStackedWidget(), QStackedWidget()
        for tab in (self.payments, self.credit_notes):
            self.tabs.addTab(tab.table.accessibleName())
            self._tools.addWidget(tab.tools)
            self._lists.addWidget(tab)
        lists = QVBoxLayout()
        lists.setSpacing(SPACE_S)
        above = row(self.tabs, self._tools)
        above.setStretch(1, 1)
        lists.addLayout(above)
        lists.addWidget(self._lists, 1)
        return lists

    def _connect(self) -> None:
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.refresh)
        self._jobs.changed.connect(self._refresh_soon)
        DayWatch(self._jobs, self).turned.connect(self._refresh_soon)
        self.figures.list_asked.connect(self._show_behind)
        self.figures.list_renewed.connect(self._renew_behind)
        self.record.clicked.connect(self.record_payment_asked)
        self.payments.details_asked.connect(self._show_payment)
        self.payments.receipt_asked.connect(self._show_receipt)
        self.payments.consumer_asked.connect(self.consumer_asked)
        self.credit_notes.note_asked.connect(self._show_note)
        self.credit_notes.paper_asked.connect(self._show_paper)
        self.credit_notes.payment_asked.connect(self._show_linked)
        self.credit_notes.consumer_asked.connect(self.consumer_asked)
        for stack in (self._tools, self._lists):
            self.tabs.currentChanged.connect(stack.setCurrentIndex)

    @Slot()
    def refresh(self) -> None:
        """Read figures and lists anew."""
        actor = self._jobs.actor
        if actor is None:
            return
        self.record.setVisible(actor.may(Permission.TAKE_PAYMENT))
        for part in (self.figures, self.payments, self.credit_notes):
            part.refresh()

    @Slot()
    def _refresh_soon(self) -> None:
        # A page nobody looks at is read when it is shown again.
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot(object)
    def _show_behind(self, asked: TileList) -> None:
        self._behind.show_payments(
            asked.title, asked.what, asked.wanted, payments=asked.payments, backs=asked.backs
        )
        self._behind.stand_in(self._landing)

    @Slot(object)
    def _renew_behind(self, now: TileList) -> None:
        # Past midnight the figure is another day's: the list stays what its title says.
        if self._behind.isVisible() and self._behind.title.text() == now.title:
            self._behind.renew(now.what, backs=now.backs)

    @Slot(object)
    def _show_payment(self, payment: PaymentLine) -> None:
        self._payment.show_payment(payment.payment_id)
        self._payment.stand_in(self._landing)

    @Slot(object)
    def _show_receipt(self, payment: PaymentLine) -> None:
        self._receipt.show_payment(payment, f"{payment.consumer_name} · {payment.account_number}")
        self._receipt.stand_in(self._landing)

    @Slot(object)
    def _show_note(self, note_id: UUID) -> None:
        self._note.show_note(note_id)
        self._note.stand_in(self._landing)

    @Slot(object)
    def _show_paper(self, note_id: UUID) -> None:
        self._paper.show_note(note_id)
        self._paper.stand_in(self._landing)

    @Slot(object)
    def _show_linked(self, payment_id: UUID) -> None:
        seen = next((one for one in self._asides if not one.isHidden()), self._landing)
        self._payment.show_payment(payment_id)
        self._payment.stand_in(seen)

    @cached_property
    def _behind(self) -> PaymentsBehind:
        from counterdesk.ui.pages.payments_behind import PaymentsBehind  # noqa: PLC0415 - start-up

        view = self._looked_at(PaymentsBehind(self._jobs))
        view.consumer_asked.connect(self.consumer_asked)
        return view

    @cached_property
    def _payment(self) -> PaymentView:
        from counterdesk.ui.pages.payment_view import PaymentView  # noqa: PLC0415 - start-up

        view = self._looked_at(PaymentView(self._jobs))
        view.consumer_asked.connect(self.consumer_asked)
        return view

    @cached_property
    def _receipt(self) -> ReceiptView:
        from counterdesk.ui.pages.receipt_view import ReceiptView  # noqa: PLC0415 - start-up

        return self._looked_at(ReceiptView(self._jobs))

    @cached_property
    def _note(self) -> CreditNoteView:
        from counterdesk.ui.pages.credit_note_view import CreditNoteView  # noqa: PLC0415 - start-up

        view = self._looked_at(CreditNoteView(self._jobs))
        view.payment_asked.connect(self._show_linked)
        view.consumer_asked.connect(self.consumer_asked)
        return view

    @cached_property
    def _paper(self) -> CreditPaperView:
        from counterdesk.ui.pages.credit_paper_view import (  # noqa: PLC0415 - start-up
            CreditPaperView,
        )

        return self._looked_at(CreditPaperView(self._jobs))

    def _looked_at(self, view: _View) -> _View:
        self._asides.append(view)
        self._whole.addWidget(view)
        return view

    @property
    def _list(self) -> PaymentsTab | NotesTab:
        return self.credit_notes if self.tabs.currentIndex() else self.payments

    def _show_list(self, place: int) -> None:
        for aside in self._asides:
            aside.leave()
        self.tabs.setCurrentIndex(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the focused button, Down enter the list, and letters begin a payment."""
        plain = not event.modifiers() & _COMMANDS
        if event.key() in _ENTER and self.record.hasFocus():
            self.record.click()
        elif event.key() == Qt.Key.Key_Down and self._list.search.hasFocus():
            self._list.table.setFocus(Qt.FocusReason.TabFocusReason)
        elif plain and event.text().isalnum() and self.record.isVisible():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()
