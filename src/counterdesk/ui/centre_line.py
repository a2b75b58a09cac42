"""How this counter stands with its centre: told by sync's thread, looked at by the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

if TYPE_CHECKING:  # sync brings SQLAlchemy, which the window must not wait for
    from collections.abc import Callable
    from uuid import UUID

    from counterdesk.sync.credit_holds import HoldAnswer
    from counterdesk.sync.receipt_questions import PaymentAnswer
    from counterdesk.sync.status import SyncStatus


class Syncs(Protocol):
    """What the window may ask of sync, from any thread."""

    def try_now(self) -> None:
        """Ask the centre at once."""

    def hold_fill(self) -> None:
        """Stop the first fill until `try_now`."""

    def hold_credit(
        self,
        request_id: UUID,
        notes: tuple[tuple[UUID, int], ...],
        told: Callable[[HoldAnswer], None],
    ) -> None:
        """Ask the centre to hold credit notes for a visit; `told` is called on any thread."""

    def release_credit(self, request_id: UUID) -> None:
        """Give back what is held for a visit."""

    def ask_payment(self, receipt_number: str, told: Callable[[PaymentAnswer], None]) -> None:
        """Ask the centre for a payment of another counter; `told` is called on any thread."""


class CentreLine(QObject):
    """The last status, and the way to ask for more."""

    changed = Signal()
    """The status is another one."""

    _told = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.status: SyncStatus | None = None
        """None before sync told anything, and where it never will."""
        self.worker: Syncs | None = None
        self.is_expected = False
        """Whether a status is on its way."""
        self._told.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def state(self) -> str:
        """The state in one word of `SyncState`; "alone" before anything is known."""
        return self.status.state.value if self.status is not None else "alone"

    @property
    def is_asked(self) -> bool:
        """Whether the centre answers, and knows all that was done here."""
        return self.worker is not None and self.state in {"online", "filling"}

    @property
    def skew_ms(self) -> int:
        """How much the clock here is ahead of the centre's; 0 while it is not in reach."""
        online = self.state in {"online", "filling", "stopped"}
        return self.status.skew_ms if self.status is not None and online else 0

    @property
    def sent_through(self) -> int:
        """Up to this event everything was in a push of this run."""
        return self.status.sent_through if self.status is not None else 0

    def expect_status(self) -> None:
        """Sync begins and will tell how things stand."""
        self.is_expected = True
        self.changed.emit()

    def tell(self, status: SyncStatus) -> None:
        """Take a new status, from any thread."""
        if isValid(self):  # the window may be gone before sync's thread has ended
            self._told.emit(status)

    @Slot()
    def try_now(self) -> None:
        """Ask the centre at once."""
        if self.worker is not None:
            self.worker.try_now()

    @Slot()
    def hold_fill(self) -> None:
        """Stop the first fill."""
        if self.worker is not None:
            self.worker.hold_fill()

    @Slot(object)
    def _take(self, status: SyncStatus) -> None:
        self.is_expected = False
        self.status = status
        self.changed.emit()
