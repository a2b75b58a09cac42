"""Cash in or out without a payment: an amount, why, and for the safe its envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.cash import notes_for
from counterdesk.core.drawer import INTO_THE_DRAWER, MoveKind, move_word
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH, SPACE_M
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.drawer_moves import MoveRequest

_WITH_REASON = (MoveKind.PAID_IN, MoveKind.PAID_OUT)


class ShiftMove(QWidget):
    """One form for every kind of move; what a kind does not need is out of sight."""

    moved = Signal(object)
    """A `DrawerMoved`."""

    left = Signal()
    """Esc: nothing moved."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._kind = MoveKind.DROP
        self._request_id: UUID = uuid4()
        self._amount = Field(_("Amount"), AmountEdit("moveAmount", self._settings))
        self._notes = wrapped_label("", "muted", name="moveNotes")
        self._choice = named(ChoiceBox(), "moveReason")
        self._reason = Field(_("Reason"), self._choice)
        self._envelope = Field(_("Number of the envelope"), named(QLineEdit(), "moveEnvelope"))
        self._error = wrapped_label(role="error", name="moveError")
        self._save = KeyButton(_("Save"), _("Enter"), "saveMove", "primary")
        self._back = KeyButton(_("Back"), _("Esc"), "leaveMove")
        self._build()
        self._connect()

    def begin(self, kind: MoveKind) -> None:
        """Ask for a move of a kind."""
        self._kind, self._request_id = kind, uuid4()
        self._edit.clear()
        self._line.clear()
        self._choice.clear()
        given = self._settings
        reasons = given.paid_in_reasons if kind is MoveKind.PAID_IN else given.paid_out_reasons
        self._choice.addItems(list(reasons))
        self._reason.setVisible(kind in _WITH_REASON)
        self._envelope.setVisible(kind is MoveKind.DROP)
        self._refuse("", "")
        self._save.setEnabled(True)
        self._show_notes()
        self._edit.begin()

    @property
    def _edit(self) -> AmountEdit:
        editor = self._amount.editor
        assert isinstance(editor, AmountEdit)  # noqa: S101 - as it was made above
        return editor

    @property
    def _line(self) -> QLineEdit:
        editor = self._envelope.editor
        assert isinstance(editor, QLineEdit)  # noqa: S101 - as it was made above
        return editor

    def _build(self) -> None:
        self._choice.setEditable(True)
        frame, inside = card("shiftMove")
        frame.setMaximumWidth(FORM_WIDTH)
        for part in (self._amount, self._notes, self._reason, self._envelope):
            inside.addWidget(part)
        inside.addWidget(self._error)
        inside.addSpacing(SPACE_M)
        inside.addLayout(row(self._back, None, self._save))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        layout.addStretch(1)

    def _connect(self) -> None:
        self._edit.textChanged.connect(self._show_notes)
        self._edit.returnPressed.connect(self._go_on)
        self._line.returnPressed.connect(self._move)
        line = self._choice.lineEdit()
        if line is not None:
            named(line, "moveReasonText").setAccessibleName(_("Reason"))
            line.returnPressed.connect(self._move)
        self._save.clicked.connect(self._move)
        self._back.clicked.connect(self.left)

    @Slot()
    def _go_on(self) -> None:
        """Enter in the amount goes to what is still to be said, or saves."""
        following = {
            MoveKind.DROP: self._line, MoveKind.PAID_IN: self._choice,
            MoveKind.PAID_OUT: self._choice,
        }.get(self._kind)  # fmt: skip
        if following is None:
            self._move()
        else:
            following.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _show_notes(self) -> None:
        """Which notes make the amount, so that nobody has to work it out."""
        amount_minor = self._edit.amount_so_far() or 0
        parts = [
            f"{count} \u00d7 {self._money(face)}"
            for face, count in notes_for(max(amount_minor, 0), self._settings.cash_notes_minor)
        ]
        out = self._kind not in INTO_THE_DRAWER
        words = _("Fewest notes: {notes}").format(notes=", ".join(parts))
        self._notes.setText(words if parts else "")
        self._notes.setVisible(out)

    @Slot()
    def _move(self) -> None:
        if not self._save.isEnabled():
            return
        self._refuse("", "")
        try:
            request = self._read()
        except UserError as error:
            self._show_refusal(error)
            return
        if services.drawer_moves.needs_supervisor(request, self._settings):
            self._ask_supervisor(request)
            return
        self._save.setEnabled(False)
        self._jobs.write(
            self,
            lambda session: services.drawer_moves.move_cash(session, request),
            done=self._show_moved,
            failed=self._show_refusal,
        )

    def _read(self) -> MoveRequest:
        reason = self._choice.currentText() if self._kind in _WITH_REASON else ""
        return services.drawer_moves.MoveRequest(
            self._request_id, self._kind, self._edit.amount_minor(), reason, self._line.text()
        )

    def _ask_supervisor(self, request: MoveRequest) -> None:
        sentence = _("{what}: {amount}. {reason}. The limit is {limit}.").format(
            what=move_word(request.kind),
            amount=self._money(request.amount_minor),
            reason=request.reason,
            limit=self._money(self._settings.drawer_move_limit_minor),
        )
        dialog = StepUpDialog(
            self._jobs,
            _("Supervisor's approval"),
            sentence,
            _("Allow"),
            lambda session, attempt, secret: services.drawer_moves.move_cash_allowed(
                session, attempt, secret, request
            ),
            self,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_by_supervisor.connect(self._show_moved)
        dialog.open()

    @Slot(object)
    def _show_moved(self, moved: object) -> None:
        self._save.setEnabled(True)
        self.moved.emit(moved)

    def _show_refusal(self, error: UserError) -> None:
        self._save.setEnabled(True)
        self._refuse(error.field, error.message)

    def _refuse(self, field: str, sentence: str) -> None:
        places = {
            "moveAmount": self._amount, "moveReason": self._reason, "moveEnvelope": self._envelope,
        }  # fmt: skip
        placed = places.get(field)
        for each in places.values():
            each.refuse(sentence if each is placed else "")
        self._error.setText("" if placed else sentence)
        self._error.setVisible(bool(sentence) and placed is None)
        if placed is not None:
            placed.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _money(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._save.hasFocus():
            self._save.click()
        else:
            super().keyPressEvent(event)
