"""Payments of other counters that the centre is asked for, to undo them at this one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from counterdesk.core.undoing import PaymentTold
from counterdesk.sync.link import CentreAway, CentreRefused, Link


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """What the centre tells of a receipt; nothing where it is away or knows none such."""

    payment: PaymentTold | None = None
    away: bool = False


_Told = Callable[[PaymentAnswer], None]


class ReceiptQuestions:
    """`ask` comes from any thread, the rest from sync's: a deque needs no lock for that."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._asked: deque[tuple[str, _Told]] = deque()

    @property
    def waiting(self) -> bool:
        """Whether the centre is to be asked something."""
        return bool(self._asked)

    def ask(self, receipt_number: str, told: _Told) -> None:
        """Ask for the payment of a receipt."""
        self._asked.append((receipt_number, told))

    def answer_one(self, *, stopped: bool) -> None:
        """Ask what was asked for first.

        Args:
            stopped: Whether nothing is sent: the centre does not know what was undone here.

        Raises:
            CentreAway: Nobody answers; who asked was told so.
            CentreRefused: The centre does not let this counter in; likewise.
        """
        receipt_number, told = self._asked.popleft()
        if stopped:
            told(PaymentAnswer(away=True))
            return
        try:
            answer = PaymentAnswer(self._link.payment_to_undo(receipt_number))
        except (CentreAway, CentreRefused):
            told(PaymentAnswer(away=True))
            raise
        told(answer)

    def nobody_answers(self) -> None:
        """Tell everybody who waits."""
        while self._asked:
            _receipt, told = self._asked.popleft()
            told(PaymentAnswer(away=True))
