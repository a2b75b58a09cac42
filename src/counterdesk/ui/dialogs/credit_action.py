"""What is done with a credit note by two people: one form for all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.credit import ChangeKind
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import ModeKind
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_M
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.named import named
from counterdesk.ui.widgets.second_person import SecondPerson

if TYPE_CHECKING:
    from counterdesk.services.credit_details import NoteDetails
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session

    Work = Callable[[Session, Attempt, str], object]

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OUT = (ChangeKind.REFUNDED, ChangeKind.TRANSFERRED)


class CreditAction(QDialog):
    """Asks what the act needs and for the second person. Show it with `open()`."""

    acted = Signal(object)
    """A `NoteChanged`, once it is safely saved."""

    def __init__(
        self, jobs: Jobs, kind: ChangeKind, details: NoteDetails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._kind, self._details = kind, details
        self._request_id: UUID = uuid4()
        self._most = plain_label("", "muted", name="creditMaximum")
        self._edit = AmountEdit("creditAmount", self._settings)
        self._ways = named(ChoiceBox(), "creditMethod")
        self._lines = {
            name: named(QLineEdit(maxLength=200), name)
            for name in ("creditReference", "creditAccount", "creditReason")
        }
        self._fields = {
            "creditAmount": Field(_("Amount"), self._edit, beside=self._most),
            "creditMethod": Field(_("Paid back by"), self._ways),
            "creditReference": Field(_("Reference"), self._lines["creditReference"]),
            "creditAccount": Field(_("To account"), self._lines["creditAccount"]),
            "creditReason": Field(_("Reason"), self._lines["creditReason"]),
        }
        self._error = wrapped_label(role="error", name="creditError")
        self._approval = SecondPerson(jobs)
        self._yes = KeyButton(action_words(kind), _("Enter"), "creditAct", "primary")
        self._no = KeyButton(_("Cancel"), _("Esc"), "creditLeave")
        self._build()
        self._connect()

    def _build(self) -> None:
        note, title = self._details.note, action_words(self._kind)
        self.setObjectName("creditAction")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        self.setMinimumWidth(FORM_WIDTH)
        for button in (self._yes, self._no):
            button.setAutoDefault(False)
        self._fill()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(wrapped_label(f"{title} · {note.number}", "h1"))
        layout.addWidget(wrapped_label(self._sentence(), name="creditSentence"))
        for field in (*self._fields.values(), self._error, self._approval):
            layout.addWidget(field)
        layout.addLayout(row(self._no, None, self._yes))

    def _fill(self) -> None:
        """Show what the act asks for, and nothing else."""
        note, kind = self._details.note, self._kind
        self._edit.show_amount(note.usable_minor)
        self._most.setText(_("Maximum: {limit}").format(limit=self._money(note.usable_minor)))
        for mode in self._details.ways:
            self._ways.addItem(mode.name, mode.code)
        self._fields["creditAmount"].setVisible(kind in _OUT)
        self._fields["creditMethod"].setVisible(kind is ChangeKind.REFUNDED)
        self._fields["creditAccount"].setVisible(kind is ChangeKind.TRANSFERRED)
        self._fields["creditReason"].setVisible(kind is not ChangeKind.APPROVED)
        self._error.hide()
        self._approval.ask("")
        self._show_reference()

    def _sentence(self) -> str:
        holder, note = self._details.holder, self._details.note
        return _("{name} ({account}): {remaining} of {amount} is left.").format(
            name=holder.consumer_name,
            account=holder.account_number,
            remaining=self._money(note.remaining_minor),
            amount=self._money(note.amount_minor),
        )

    def _connect(self) -> None:
        self._ways.currentIndexChanged.connect(self._show_reference)
        self._approval.submitted.connect(self._act)
        self._approval.busy.connect(self._yes.setDisabled)
        self._yes.clicked.connect(self._act)
        self._no.clicked.connect(self.reject)

    def _go_on(self) -> None:
        """Enter goes to the next field, and from the last one to the second person."""
        focused = self.focusWidget()
        shown = [one.editor for one in self._fields.values() if not one.isHidden()]
        place = shown.index(focused) if focused in shown else len(shown)
        if place + 1 < len(shown):
            shown[place + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._approval.begin()

    @Slot()
    def _show_reference(self) -> None:
        code = self._ways.currentData()
        mode = next((one for one in self._details.ways if one.code == code), None)
        asks = self._kind is ChangeKind.REFUNDED and bool(mode and mode.kind is not ModeKind.CASH)
        self._fields["creditReference"].setVisible(asks)

    @Slot()
    def _act(self) -> None:
        if not self._yes.isEnabled():
            return
        self._refuse("", "")
        try:
            work = self._work()
        except UserError as error:
            self._refuse(error.field, error.message)
            return
        self._approval.prove(work, self._show_done, self._show_refusal)

    def _work(self) -> Work:
        kind, asked, note = self._kind, self._request_id, self._details.note
        reason = self._checked_reason()
        payouts, decisions = services.credit_payouts, services.credit_decisions
        if kind is ChangeKind.REFUNDED:
            return _asking(payouts.refund_credit_note, payouts.Refund(
                asked, note.id, self._checked_amount(), self._ways.currentData(), reason,
                self._lines["creditReference"].text(),
            ))  # fmt: skip
        if kind is ChangeKind.TRANSFERRED:
            return _asking(payouts.transfer_credit_note, payouts.Transfer(
                asked, note.id, self._checked_amount(), self._lines["creditAccount"].text(), reason,
            ))  # fmt: skip
        return _asking(
            decisions.decide_credit_note_allowed, decisions.Decision(asked, note.id, kind, reason)
        )

    def _checked_reason(self) -> str:
        """What is plain to see is said before a try at the second person's secret is counted."""
        if self._kind is ChangeKind.APPROVED:
            return ""
        return services.credit_changes.checked_reason(self._lines["creditReason"].text())

    def _checked_amount(self) -> int:
        amount_minor = self._edit.amount_minor()
        if amount_minor > self._details.note.usable_minor:
            raise UserError(self._most.text(), "creditAmount")
        return amount_minor

    def _show_done(self, changed: object) -> None:
        if not self.isHidden():
            self.accept()
        self.acted.emit(changed)

    def _show_refusal(self, error: UserError) -> None:
        if error.field not in self._approval.fields:
            self._approval.ask("")
            self._refuse(error.field, error.message)

    def _refuse(self, name: str, sentence: str) -> None:
        placed = self._fields.get(name)
        for each in self._fields.values():
            each.refuse(sentence if each is placed else "")
        self._error.setText("" if placed else sentence)
        self._error.setVisible(bool(sentence) and placed is None)
        if placed is not None:
            placed.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _money(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus, or go on from a field."""
        focused = self.focusWidget()
        if event.key() not in _ENTER:
            super().keyPressEvent(event)
        elif event.isAutoRepeat():
            return
        elif isinstance(focused, KeyButton):
            focused.click()
        elif any(one.editor is focused for one in self._fields.values()):
            self._go_on()  # here alone: a line of text that left for a box would go on twice

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the first field that is asked for."""
        super().showEvent(event)
        shown = [one.editor for one in self._fields.values() if not one.isHidden()]
        if shown:
            shown[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._approval.begin()


def action_words(kind: ChangeKind) -> str:
    """Return what an act is called, a verb."""
    return {
        ChangeKind.APPROVED: _("Approve"), ChangeKind.REJECTED: _("Reject"),
        ChangeKind.HELD: _("Hold"), ChangeKind.RELEASED: _("Release"),
        ChangeKind.REFUNDED: _("Refund"), ChangeKind.TRANSFERRED: _("Transfer"),
    }[kind]  # fmt: skip


def _asking(service: Callable[[Session, Attempt, str, Any], object], asked: object) -> Work:
    return lambda session, attempt, secret: service(session, attempt, secret, asked)
