"""Sync's thread as far as the window asks it for something: it answers what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from counterdesk.core.undoing import PaymentTold
from counterdesk.sync.credit_holds import HoldAnswer, HoldAsked, NotHeld
from counterdesk.sync.receipt_questions import PaymentAnswer

_Told = Callable[[HoldAnswer], None]


class Asked:
    """Counts what it is asked for; credit is held unless a test says otherwise."""

    def __init__(self) -> None:
        self.tries = self.holds = 0
        self.away = self.hangs = False
        self.refusal: NotHeld | None = None
        self.held: list[HoldAsked] = []
        self.released: list[UUID] = []
        self.unanswered: list[tuple[HoldAsked, _Told]] = []
        self.told: PaymentTold | None = None
        self.receipts: list[str] = []

    def try_now(self) -> None:
        self.tries += 1

    def hold_fill(self) -> None:
        self.holds += 1

    def hold_credit(
        self, request_id: UUID, notes: tuple[tuple[UUID, int], ...], told: _Told
    ) -> None:
        asked = HoldAsked(request_id, notes)
        self.held.append(asked)
        if self.hangs:
            self.unanswered.append((asked, told))
        else:
            refused = (self.refusal,) if self.refusal else ()
            told(HoldAnswer(asked, away=self.away, refused=refused))

    def release_credit(self, request_id: UUID) -> None:
        self.released.append(request_id)

    def ask_payment(self, receipt_number: str, told: Callable[[PaymentAnswer], None]) -> None:
        self.receipts.append(receipt_number)
        if not self.hangs:
            told(PaymentAnswer(None if self.away else self.told, away=self.away))
