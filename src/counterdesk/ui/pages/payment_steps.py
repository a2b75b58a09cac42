"""The five steps of a payment, one of them in sight, under the header that says which."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QDeadlineTimer, QEvent, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.charges_step import ChargesStep
from counterdesk.ui.pages.consumer_step import ConsumerStep
from counterdesk.ui.pages.receipt_step import ReceiptStep
from counterdesk.ui.pages.review_step import ReviewStep
from counterdesk.ui.pages.step import DEAF_MS, Step
from counterdesk.ui.pages.tender_step import TenderStep
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.search_box import HeldKey
from counterdesk.ui.widgets.step_header import StepHeader


class PaymentSteps(QWidget):
    """Shows a step, finds the one a refusal belongs to, and hands keys on."""

    moved = Signal()
    """Another step is in sight."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        settings = jobs.store.settings
        self.consumer = ConsumerStep(jobs)
        self.charges = ChargesStep(settings)
        self.tender = TenderStep(settings)
        self.review = ReviewStep()
        self.receipt = ReceiptStep(jobs)
        self.current: Step = self.consumer
        """The step in sight."""
        self._deaf = QDeadlineTimer(0)
        self._header = StepHeader()
        self._stack = QStackedWidget()
        for step in (self.consumer, self.charges, self.tender, self.review, self.receipt):
            self._stack.addWidget(step)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self._header)
        layout.addWidget(self._stack, 1)

    def go_to(self, step: Step) -> None:
        """Show a step, with the focus where work begins."""
        self.current = step
        self._stack.setCurrentWidget(step)
        self._header.show_step(self._stack.currentIndex())
        self.moved.emit()
        step.sleep(self._deaf)
        step.begin()

    def be_deaf(self) -> None:
        """Take every Enter of the next half second for the one that confirmed."""
        self._deaf = QDeadlineTimer(DEAF_MS)
        self.current.sleep(self._deaf)

    def forget(self) -> None:
        """Forget the visit: another one begins, and Enter means it again."""
        self._deaf = QDeadlineTimer(0)
        for step in (self.charges, self.tender, self.receipt):
            step.forget()
        self.consumer.clear(adding=False)

    def refuse(self, field: str, sentence: str) -> None:
        """Show a refusal where its field is; one that has none here, on the step in sight."""
        for step in (self.charges, self.tender):
            if field in step.fields:
                self.go_to(step)
                step.refuse(field, sentence)
                return
        self.current.refuse("", sentence)

    def replay(self, held: Iterable[HeldKey]) -> None:
        """Hand on the keys that were typed while a look-up ran, as if they came only now."""
        for key in held:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key.key, key.modifiers, key.text)
                QApplication.sendEvent(self.focusWidget() or self.current, event)
