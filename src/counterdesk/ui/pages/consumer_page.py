"""Looking a consumer up between payments: find one, read, and go back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.consumer_step import ConsumerStep
from counterdesk.ui.pages.consumer_view import ConsumerView
from counterdesk.ui.widgets.boxes import page_layout

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.consumers import AccountView


class ConsumerPage(QWidget):
    """The search, and in its place the consumer that was found."""

    pay_asked = Signal(str, bool)
    """The account number to take a payment for, and whether its credit is to be spent."""

    payments_asked = Signal(str)
    """The account number whose payments are wanted in the list of all."""

    left = Signal()
    """Somebody went back to where they came from."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._searched = True
        self.finder = ConsumerStep(jobs)
        self.view = ConsumerView(jobs)
        layout = page_layout(self)
        for part in (self.finder, self.view):
            layout.addWidget(part, 1)
        self._connect()

    def begin(self) -> None:
        """Wait for a consumer."""
        self._searched = True
        self.view.leave()
        self._clear()

    def show_consumer(self, consumer_id: UUID) -> None:
        """Show a consumer that another page names: going back leads there."""
        self._searched = False
        self._show(consumer_id)

    @property
    def account_number(self) -> str:
        """The account in sight; "" while one is searched for."""
        return "" if self.view.isHidden() else self.view.account_number

    @Slot()
    def refresh(self) -> None:
        """Read the consumer anew."""
        self.view.refresh()

    def _connect(self) -> None:
        self.finder.account_found.connect(self._show_found)
        self.view.pay_asked.connect(self.pay_asked)
        self.view.payments_asked.connect(self.payments_asked)
        self.view.left.connect(self._go_back)

    def _clear(self) -> None:
        self.finder.clear(adding=False)
        self.finder.title.setText(_("Which consumer?"))
        self.finder.begin()

    @Slot(object, str, list)
    def _show_found(self, view: AccountView, _text: str, _held: list[object]) -> None:
        self._searched = True
        self._show(view.account.consumer_id)

    def _show(self, consumer_id: UUID) -> None:
        self.view.show_consumer(consumer_id)
        self.view.stand_in(self.finder)
        self.view.begin()

    @Slot()
    def _go_back(self) -> None:
        if self._searched:
            self._clear()
        else:
            self.left.emit()
