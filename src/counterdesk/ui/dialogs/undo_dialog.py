"""Undoing a payment: what it will do in words, why, and a supervisor's yes in place."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.undo_words import undo_sentences
from counterdesk.core.undoing import UndoAsked, UndoEffects, UndoKind
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SPACE_M, SPACE_S
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.consumers import ConsumerHit
    from counterdesk.services.people import Attempt
    from counterdesk.services.undo_choices import UndoChoice, VisitToUndo
    from counterdesk.services.undone import Undone
    from counterdesk.store.session import ReadSession, Session

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_YES = {
    UndoKind.VOID: lambda: _("Void"),
    UndoKind.REVERSAL: lambda: _("Reverse"),
    UndoKind.BOUNCED: lambda: _("Take back"),
    UndoKind.MOVED: lambda: _("Move"),
}


class UndoDialog(StepUpDialog):
    """Asks in which way and why, tells what follows. Show it with `open()`."""

    def __init__(self, jobs: Jobs, visit: VisitToUndo, parent: QWidget | None = None) -> None:
        """Make the dialog.

        Args:
            jobs: Its actor asks.
            visit: What is undone, with at least one way to do it.
            parent: The window that waits.
        """
        self._visit = visit
        self._asked = UndoAsked(
            uuid4(), visit.choices[0].kind, visit.transaction_id, told=visit.told
        )
        self._shown = 0
        self._way = named(ChoiceBox(), "undoWay")
        self._to = named(QLineEdit(), "moveTo")
        self._in_cash = named(QCheckBox(_("Give the money back in cash")), "undoInCash")
        self._why = named(ChoiceBox(), "undoReason")
        self._more = named(QLineEdit(maxLength=200), "undoRemarks")
        self._effects = wrapped_label("", name="undoEffects")
        self._refused = wrapped_label("", "error", name="undoRefused")
        title = _("Undo receipt {number}").format(number=visit.receipt_number)
        super().__init__(jobs, title, visit.paid_for, _("Void"), self._do, parent)

    def _build(self, title: str, sentence: str) -> None:
        super()._build(title, sentence)
        self.setObjectName("undoDialog")
        self._form.stand_side_by_side()
        self._fields = {
            "undoWay": Field(_("What is undone"), self._way),
            "moveTo": Field(_("The right account number, then Enter"), self._to),
            "undoReason": Field(_("Reason"), self._why),
            "undoRemarks": Field(_("Remarks (optional)"), self._more),
        }
        frame, inside = card("undoEffectsCard")
        inside.addWidget(plain_label(_("What this does"), "h2"))
        for part in (self._effects, self._refused, self._in_cash):
            inside.addWidget(part)
        parts: tuple[QWidget, ...] = (self._fields["undoWay"], self._fields["moveTo"], frame)
        for place, added in enumerate(parts):
            self._layout.insertWidget(2 + place, added)
        self._layout.setStretch(4, 1)
        why = row(self._fields["undoReason"], self._fields["undoRemarks"], spacing=SPACE_M)
        why.setStretch(0, 2)
        why.setStretch(1, 3)
        self._layout.insertLayout(5, why)
        inside.addStretch(1)
        self._layout.setSpacing(SPACE_S)
        for choice in self._visit.choices:
            self._way.addItem(choice.words, choice)
        self._why.addItems(list(self._jobs.store.settings.undo_reasons))
        self._why.setCurrentIndex(-1)
        self._why.setPlaceholderText(_("Choose why"))
        self._refused.hide()

    def _connect(self) -> None:
        super()._connect()
        self._way.currentIndexChanged.connect(self._show_way)
        self._in_cash.toggled.connect(self._show_way)
        self._to.returnPressed.connect(self._find_account)
        self._more.returnPressed.connect(self._form.begin)
        for box in (self._way, self._why):
            box.installEventFilter(self)

    @property
    def _choice(self) -> UndoChoice:
        choice: UndoChoice = self._way.currentData()
        return choice

    @Slot()
    def _show_way(self) -> None:
        """Read what the chosen way would do now."""
        choice = self._choice
        moved, reversal = choice.kind is UndoKind.MOVED, choice.kind is UndoKind.REVERSAL
        same = choice.kind is self._asked.kind
        self._asked = replace(
            self._asked, kind=choice.kind, payment_id=choice.payment_id,
            tender_id=choice.tender_id, in_cash=reversal and self._in_cash.isChecked(),
            to_consumer_id=self._asked.to_consumer_id if moved and same else None,
        )  # fmt: skip
        self._fields["moveTo"].setVisible(moved)
        self._yes.say(_YES[choice.kind]())
        if moved and self._asked.to_consumer_id is None:
            self._in_cash.hide()  # no money leaves the drawer
            self._say((), _("Key the account that it belongs to."))
            return
        self._shown += 1
        asked = self._asked
        self._jobs.read(
            self,
            lambda read: services.undo_plan.show_undo(read, asked),
            partial(self._show_effects, self._shown),
            partial(self._show_refused, self._shown),
        )

    @Slot()
    def _find_account(self) -> None:
        typed = self._to.text()
        self._fields["moveTo"].refuse("")
        self._jobs.read(
            self, partial(_found, typed), self._show_account, partial(self._refuse_field, "moveTo")
        )

    def _show_account(self, hit: ConsumerHit | None) -> None:
        if hit is None:
            self._fields["moveTo"].refuse(_("Nobody has this account number."))
            return
        self._to.setText(f"{hit.account_number}  {hit.name}")
        self._asked = replace(self._asked, to_consumer_id=hit.consumer_id)
        self._show_way()
        self._why.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_effects(self, shown: int, effects: UndoEffects) -> None:
        if shown != self._shown:
            return
        self._say(undo_sentences(effects, self._jobs.store.settings), "")
        other = any(one.kind not in {"cash", "credit"} for one in effects.money_back)
        reversal = effects.kind is UndoKind.REVERSAL
        self._in_cash.setVisible(reversal and (other or self._in_cash.isChecked()))

    def _show_refused(self, shown: int, error: UserError) -> None:
        if shown == self._shown:
            self._in_cash.setVisible(self._in_cash.isChecked())
            self._say((), error.message)

    def _say(self, sentences: tuple[str, ...], refusal: str) -> None:
        self._effects.setText("\n".join(sentences))
        self._effects.setVisible(bool(sentences))
        self._refused.setText(refusal)
        self._refused.setVisible(bool(refusal))
        self._yes.setEnabled(not refusal)

    @Slot()
    def _prove(self) -> None:
        if not self._yes.isEnabled():
            return
        self._fields["undoReason"].refuse("")
        if self._why.currentIndex() < 0:
            self._refuse_field("undoReason", UserError(_("Choose the reason.")))
            return
        self._asked = replace(
            self._asked, reason=self._why.currentText(), remarks=self._more.text()
        )
        super()._prove()

    def _do(self, session: Session, attempt: Attempt, secret: str) -> Undone:
        return services.undoing.undo_payment(session, attempt, secret, self._asked)

    def _refuse_field(self, name: str, error: UserError) -> None:
        self._fields[name].refuse(error.message)
        self._fields[name].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the likeliest way, where the reason is chosen."""
        super().showEvent(event)
        self._in_cash.hide()
        self._show_way()
        self._why.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Enter in a box go on to what is asked next."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _ENTER and watched is self._why:
                self._form.begin()
                return True
            if event.key() in _ENTER and watched is self._way:
                moved = self._choice.kind is UndoKind.MOVED
                (self._to if moved else self._why).setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)


def _found(typed: str, read: ReadSession) -> ConsumerHit | None:
    return services.consumers.find_exactly(read, typed)
