"""Whether a visit may spend its credit notes: the centre is asked first, and nobody waits long."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QDeadlineTimer, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from counterdesk import services
from counterdesk.core.dates import write_time
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.visit import Approval, PaymentRequest
from counterdesk.ui.dialogs.credit_approval_dialog import CreditApprovalDialog
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:  # they bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.credit_spending import WithoutCentre
    from counterdesk.store.session import ReadSession
    from counterdesk.sync.credit_holds import HoldAnswer, NotHeld

_PATIENCE_MS = 1_500
"""After so long without an answer the centre counts as away: a cashier waits no longer."""

_AWAY_MS = 30_000
"""For so long it is not waited for again."""


class CreditClearing(QObject):
    """Clears one visit at a time; a visit without credit is clear at once."""

    cleared = Signal(object)
    """The `PaymentRequest`, with what lets its credit through."""

    refused = Signal(str)
    """Why the credit cannot be spent now, as a sentence."""

    _answered = Signal(int, object)

    def __init__(self, jobs: Jobs, owner: QWidget) -> None:
        """Make it.

        Args:
            jobs: Their centre is asked.
            owner: The page, over which a supervisor is asked.
        """
        super().__init__(owner)
        self._jobs = jobs
        self._owner = owner
        self._turn = 0
        self._request: PaymentRequest | None = None
        self._held_for: UUID | None = None
        self._approvals: dict[UUID, Approval] = {}
        self._away = QDeadlineTimer(0)
        self._answered.connect(self._take_answer, Qt.ConnectionType.QueuedConnection)

    def clear(self, request: PaymentRequest) -> None:
        """Ask whether a visit may spend its notes; what was asked before is not answered."""
        self._turn += 1
        approval = self._approvals.get(request.request_id)
        self._request = replace(request, credit_approval=approval)
        if not request.credit:
            self.cleared.emit(request)
        elif self._jobs.centre.is_asked and self._away.hasExpired():
            self._ask_centre(self._request)
        else:
            self._do_without_centre()

    def forget(self) -> None:
        """Wait for no answer any more."""
        self._turn += 1
        self._request = None

    def release(self) -> None:
        """Give back what the centre holds: the visit is abandoned."""
        self.forget()
        self._approvals.clear()
        worker, held_for = self._jobs.centre.worker, self._held_for
        self._held_for = None
        if worker is not None and held_for is not None:
            worker.release_credit(held_for)

    def _ask_centre(self, request: PaymentRequest) -> None:
        worker = self._jobs.centre.worker
        assert worker is not None  # noqa: S101 - else it is not asked
        self._held_for = request.request_id
        turn = self._turn
        worker.hold_credit(request.request_id, request.notes_spent, partial(self._hear, turn))
        QTimer.singleShot(_PATIENCE_MS, self, lambda: self._lose_patience(turn))

    def _hear(self, turn: int, answer: HoldAnswer) -> None:
        # On sync's thread; the window may be gone.
        if isValid(self):
            self._answered.emit(turn, answer)

    @Slot(int, object)
    def _take_answer(self, turn: int, answer: HoldAnswer) -> None:
        if not answer.away:
            self._away = QDeadlineTimer(0)
        if turn != self._turn or self._request is None:
            return
        self._turn += 1
        if answer.away:
            self._do_without_centre()
        elif answer.refused:
            self.refused.emit(" ".join(map(self._not_held, answer.refused)))
        else:
            held = frozenset(note_id for note_id, _minor in answer.asked.notes)
            self.cleared.emit(replace(self._request, held_notes=held))

    def _lose_patience(self, turn: int) -> None:
        if turn == self._turn and self._request is not None:
            self._turn += 1
            self._away = QDeadlineTimer(_AWAY_MS)
            self._do_without_centre()

    def _do_without_centre(self) -> None:
        request, turn = self._request, self._turn
        if request is not None:
            self._jobs.read(
                self, partial(_without_centre, request), partial(self._take_rule, turn, request)
            )

    def _take_rule(
        self, turn: int, request: PaymentRequest, rule: tuple[WithoutCentre, str]
    ) -> None:
        answer, refusal = rule
        if turn != self._turn:
            return
        if answer == "taken":
            self.cleared.emit(request)
        elif answer == "ask":
            self._ask_supervisor(request, refusal)
        else:
            self.refused.emit(refusal)

    def _ask_supervisor(self, request: PaymentRequest, refusal: str) -> None:
        dialog = CreditApprovalDialog(self._jobs, request, self._owner)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_by_supervisor.connect(partial(self._take_approval, request))
        dialog.rejected.connect(partial(self.refused.emit, refusal))
        dialog.open()

    def _take_approval(self, request: PaymentRequest, approval: Approval) -> None:
        self._approvals[request.request_id] = approval
        self.cleared.emit(replace(request, credit_approval=approval))

    def _not_held(self, one: NotHeld) -> str:
        credit = self._request.credit if self._request is not None else ()
        number = next((x.credit_note_number for x in credit if x.credit_note_id == one.note_id), "")
        settings = self._jobs.store.settings
        if one.holder and one.until_utc is not None:
            text = _("{note}: counter {counter} is spending it, and holds it until {time}.")
            until = write_time(one.until_utc, settings.time_zone)
            return text.format(note=number, counter=one.holder, time=until)
        free = format_amount(one.free_minor, settings.currency, settings.locale)
        text = _("{note}: the centre says that {left} of it can be spent.")
        return text.format(note=number, left=free)


def _without_centre(request: PaymentRequest, read: ReadSession) -> tuple[WithoutCentre, str]:
    spending = services.credit_spending
    return spending.without_centre(read, request), spending.offline_refusal(read)
