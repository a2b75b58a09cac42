"""One credit note with all that is known of it, and what can be done with it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QVBoxLayout

from counterdesk import services
from counterdesk.core.credit import ChangeKind, NoteStatus
from counterdesk.core.credit_words import status_tone, status_words
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission
from counterdesk.ui import messages
from counterdesk.ui.dialogs.credit_action import CreditAction
from counterdesk.ui.dialogs.credit_paper import print_note, save_note
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.credit_note_facts import changed_words, note_facts, note_history
from counterdesk.ui.status_badge import show_status
from counterdesk.ui.theme import SPACE_L, SPACE_M
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.changing import Changing, ScrolledChanging
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import badge, wrapped_label

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.credit_changes import NoteChanged
    from counterdesk.services.credit_details import NoteDetails

_ROLLING: dict[int, QAbstractSlider.SliderAction] = {
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
}
_NO_PAPER = (NoteStatus.PENDING, NoteStatus.REJECTED)


class CreditNoteView(Aside):
    """Reads its note anew after each act; whoever may not act sees no buttons."""

    payment_asked = Signal(object)
    """Id of the payment whose details somebody wants to see: a `UUID`."""

    consumer_asked = Signal(object)
    """Id of the consumer whom somebody wants to see: a `UUID`."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__("creditNoteView", "")
        self._jobs = jobs
        self._note_id: UUID | None = None
        self._details: NoteDetails | None = None
        self._badge = badge("", "info")
        self._badge.setObjectName("creditStatus")
        self._facts, self._history = Changing(), named(ScrolledChanging(), "creditLife")
        self._error = wrapped_label("", "error", name="creditNoteError")
        self._acts = self._make_acts()
        self._print = key_button(_("Print"), "Ctrl+P", "creditPrint", "")
        self._pdf = key_button(_("Download PDF"), "Ctrl+S", "creditPdf", "")
        self._payment = key_button(_("Open payment"), "Ctrl+J", "creditPayment")
        self._consumer = key_button(_("Open consumer"), "Ctrl+U", "creditConsumer")
        self.go_back.say(_("Close"))
        self._build()
        self._connect()

    def show_note(self, note_id: UUID) -> None:
        """Show a note as it stands."""
        self._note_id, self._details = note_id, None
        for part in (*self._acts.values(), *self._ways_on(), self._error):
            part.hide()
        self._read()

    def _ways_on(self) -> tuple[KeyButton, ...]:
        return self._print, self._pdf, self._payment, self._consumer

    def _make_acts(self) -> dict[ChangeKind, KeyButton]:
        return {
            ChangeKind.APPROVED: key_button(_("Approve"), "Ctrl+Y", "creditApprove", ""),
            ChangeKind.REJECTED: key_button(_("Reject"), "Alt+R", "creditReject", ""),
            ChangeKind.REFUNDED: key_button(_("Refund"), "Ctrl+B", "creditRefund", ""),
            ChangeKind.TRANSFERRED: key_button(_("Transfer"), "Ctrl+T", "creditTransfer", ""),
            ChangeKind.HELD: key_button(_("Hold"), "Ctrl+H", "creditHold", ""),
            ChangeKind.RELEASED: key_button(_("Release"), "Ctrl+H", "creditRelease", ""),
        }

    def _build(self) -> None:
        left, inside = card("creditFacts")
        inside.addLayout(row(self._badge, None, self._consumer, self._payment))
        inside.addWidget(self._facts)
        inside.addStretch(1)
        right, told = card("creditHistory")
        told.addWidget(wrapped_label(_("What happened to it"), "h2"))
        told.addWidget(self._history)
        told.addStretch(1)
        columns = row(spacing=SPACE_L)
        columns.addWidget(left, 3)
        columns.addWidget(right, 2)
        body: QVBoxLayout = self.body
        body.setSpacing(SPACE_M)
        body.addLayout(columns, 1)
        body.addWidget(self._error)
        body.addLayout(row(*self._acts.values(), None, self._pdf, self._print))

    def _connect(self) -> None:
        for kind, button in self._acts.items():
            button.clicked.connect(partial(self._act, kind))
        self._print.clicked.connect(self._print_it)
        self._pdf.clicked.connect(self._save_it)
        self._payment.clicked.connect(self._ask_payment)
        self._consumer.clicked.connect(self._ask_consumer)
        self._jobs.changed.connect(self._read_if_seen)

    @Slot()
    def _read_if_seen(self) -> None:
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        note_id = self._note_id
        if note_id is not None and self._jobs.actor is not None:
            self._jobs.read(
                self,
                lambda read: services.credit_details.note_details(read, note_id),
                self._show_details,
                self._show_refusal,
            )

    def _show_details(self, details: NoteDetails) -> None:
        if details.note.id != self._note_id:
            return
        self._details = details
        note, given = details.note, self._jobs.store.settings
        self.title.setText(_("Credit note {number}").format(number=note.number))
        show_status(self._badge, status_tone(note.status), status_words(note.status))
        self._facts.show_content(note_facts(details, given))
        self._history.show_content(note_history(details, given))
        for kind, button in self._acts.items():
            button.setVisible(self._may(kind, details))
        paper = self._allows(Permission.PRINT_RECEIPT) and note.status not in _NO_PAPER
        self._print.setVisible(paper)
        self._pdf.setVisible(paper)
        self._payment.setVisible(details.payment_id is not None)
        self._consumer.setVisible(self._allows(Permission.FIND_CONSUMER))

    def _allows(self, permission: Permission) -> bool:
        actor = self._jobs.actor
        return actor is not None and actor.may(permission)

    def _may(self, kind: ChangeKind, details: NoteDetails) -> bool:
        actor, status = self._jobs.actor, details.note.status
        if actor is None:
            return False
        if kind in (ChangeKind.APPROVED, ChangeKind.REJECTED):
            asks = actor.may(Permission.RAISE_CREDIT) or actor.may(Permission.APPROVE_CREDIT)
            return asks and status is NoteStatus.PENDING
        wanted = NoteStatus.HELD if kind is ChangeKind.RELEASED else NoteStatus.ACTIVE
        return actor.may(Permission.CHANGE_CREDIT) and status is wanted

    def _act(self, kind: ChangeKind, _checked: object = None) -> None:
        details, actor = self._details, self._jobs.actor
        if details is None or actor is None:
            return
        if kind is ChangeKind.APPROVED and _approves_alone(actor, details):
            self._approve(details)
            return
        dialog = CreditAction(self._jobs, kind, details, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.acted.connect(self._show_acted)
        dialog.open()

    def _approve(self, details: NoteDetails) -> None:
        decisions = services.credit_decisions
        decision = decisions.Decision(uuid4(), details.note.id, ChangeKind.APPROVED)
        self._jobs.write(
            self,
            lambda session: decisions.decide_credit_note(session, decision),
            done=self._show_acted,
            failed=self._show_refusal,
        )

    def _show_acted(self, changed: NoteChanged) -> None:
        self._error.hide()
        messages.toast(self, changed_words(changed))
        self._read()

    @Slot()
    def _ask_payment(self) -> None:
        if self._details is not None:
            self.payment_asked.emit(self._details.payment_id)

    @Slot()
    def _ask_consumer(self) -> None:
        if self._details is not None:
            self.consumer_asked.emit(self._details.note.consumer_id)

    @Slot()
    def _print_it(self) -> None:
        details = self._details
        if details is not None:
            print_note(self, self._jobs, details, self._show_queued, self._show_refusal)

    def _show_queued(self, _document: object) -> None:
        messages.toast(self, _("The credit note is on its way to the printer."))

    @Slot()
    def _save_it(self) -> None:
        details = self._details
        if details is not None:
            save_note(self, self._jobs, details.note, self._show_saved, self._show_refusal)

    def _show_saved(self, path: Path) -> None:
        messages.toast(self, _("Saved as {name}").format(name=path.name))

    def _show_refusal(self, error: UserError) -> None:
        self._error.setText(error.message)
        self._error.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Roll a long life with the arrows; all else as anywhere aside."""
        rolling = _ROLLING.get(event.key())
        if rolling is None:
            super().keyPressEvent(event)
        else:
            self._history.verticalScrollBar().triggerAction(rolling)


def _approves_alone(actor: Actor, details: NoteDetails) -> bool:
    """Whoever is signed in and may, and did not raise it, needs nobody else."""
    return actor.may(Permission.APPROVE_CREDIT) and actor.user_id != details.note.created_by_id
