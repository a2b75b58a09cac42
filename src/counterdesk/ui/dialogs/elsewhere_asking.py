"""A payment that another counter took: the centre is asked for it, and nobody waits long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from counterdesk.core.i18n import _
from counterdesk.core.undoing import PaymentTold
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:  # sync brings SQLAlchemy, which the window must not wait for
    from counterdesk.sync.receipt_questions import PaymentAnswer

PATIENCE_MS = 5_000
"""After so long without an answer the centre counts as away."""

_SILENCE_MS = 400
"""An answer that takes longer is waited for in words."""


def ask_elsewhere(
    owner: QWidget,
    jobs: Jobs,
    receipt_number: str,
    told: Callable[[PaymentTold], None],
    away: str = "",
) -> None:
    """Ask the centre for a payment, or say why it cannot be undone here now.

    Args:
        owner: Asks, and is the window that waits; when it is gone from sight, nothing follows.
        jobs: Their centre is asked.
        receipt_number: As the centre told it.
        told: Gets the payment.
        away: What to say where the centre does not answer and nothing is to be undone.
    """
    worker, away = jobs.centre.worker, away or _not_undone()
    if worker is None or not jobs.centre.is_asked:
        messages.tell(owner, away)
    elif owner.findChild(_Asking) is None:
        asking = _Asking(owner, receipt_number, told, away)
        worker.ask_payment(receipt_number, asking.hear)


class _Asking(QObject):
    """One question, which ends with its answer."""

    _answered = Signal(object)

    def __init__(
        self,
        owner: QWidget,
        receipt_number: str,
        told: Callable[[PaymentTold], None],
        away: str,
    ) -> None:
        super().__init__(owner)
        self._away = away
        self._owner, self._receipt_number, self._told = owner, receipt_number, told
        self._answered.connect(self._take, Qt.ConnectionType.QueuedConnection)
        QTimer.singleShot(_SILENCE_MS, self, self._say_waiting)
        QTimer.singleShot(PATIENCE_MS, self, self._lose_patience)

    def hear(self, answer: PaymentAnswer) -> None:
        """Take the answer, on any thread; the window may be gone."""
        if isValid(self):
            self._answered.emit(answer)

    @Slot(object)
    def _take(self, answer: PaymentAnswer) -> None:
        if not self._end():
            return
        if answer.away:
            messages.tell(self._owner, self._away)
        elif answer.payment is None:
            text = _("The centre knows no receipt {number} of this office.")
            messages.tell(self._owner, text.format(number=self._receipt_number))
        else:
            self._told(answer.payment)

    @Slot()
    def _say_waiting(self) -> None:
        if self.parent() is not None:
            messages.toast(self._owner, _("Asking the centre …"))

    @Slot()
    def _lose_patience(self) -> None:
        if self._end():
            messages.tell(self._owner, self._away)

    def _end(self) -> bool:
        """Let go of the window; tell whether something is still to be said there."""
        if self.parent() is None:
            return False
        self.setParent(None)
        self.deleteLater()
        return self._owner.isVisible()


def _not_undone() -> str:
    return _(
        "Another counter took this payment, and the centre does not answer. "
        "Undo it at that counter, or here when this counter is online."
    )
