"""After the count: what is over or short, what would explain it, the reason, and the close."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.differences import explanation_words
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Permission
from counterdesk.ui import messages
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SHIFT_WIDTH, SPACE_M
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.buttons import named_button
from counterdesk.ui.widgets.changing import ScrolledChanging
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import KeyButton, bind_key, key_button
from counterdesk.ui.widgets.labels import badge, plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.shift_closing import ShiftClose, ShiftClosed
    from counterdesk.services.shift_counting import MethodCounted, ShiftCounted
    from counterdesk.services.shifts import OpenShift


class ShiftResult(QWidget):
    """Each counted method beside what was expected, with a reason where they differ."""

    closed = Signal(object)
    """A `ShiftClosed`."""

    handover_asked = Signal(object)
    """The `ShiftClose` that ends the shift when the next cashier has taken its drawer."""

    count_again = Signal()
    """The count is made anew; this one stays on record."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._counted: ShiftCounted | None = None
        self._reasons: dict[str, Field] = {}
        self._own = True
        self._why = Field(_("Why this shift is closed for its cashier, or as it is"),
                          named(QLineEdit(), "closeWhy"))  # fmt: skip
        self._methods = ScrolledChanging()
        self._error = wrapped_label(role="error", name="closeError")
        self._close = KeyButton(_("Close shift"), _("Ctrl+Enter"), "closeShift", "primary")
        self._again = KeyButton(_("Count again"), _("Esc"), "countAgain")
        self._give = key_button(_("Hand over"), "Alt+H", "handOver", "")
        self._build()
        self._connect()

    def show_counted(self, counted: ShiftCounted, shift: OpenShift) -> None:
        """Show how a count compares; the focus goes to the first reason that is missing."""
        self._counted = counted
        self._reasons = {}
        made = QWidget()
        inside = QVBoxLayout(made)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE_M)
        for one in counted.methods:
            inside.addWidget(self._card(one))
        self._methods.show_content(made)
        self._show_why(shift)
        self._refuse("", "")
        fields = [*self._reasons.values(), *([] if self._own else [self._why])]
        if fields:
            self._go_to(fields[0])
        else:
            self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to(self, field: Field) -> None:
        """Put the focus into a field, and the field into sight."""
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._methods.ensureWidgetVisible(field)

    def _show_why(self, shift: OpenShift) -> None:
        actor = self._jobs.actor
        self._own = actor is None or actor.user_id == shift.user_id
        self._give.setVisible(self._own)
        self._why.setVisible(actor is not None and actor.may(Permission.CLOSE_ANY_SHIFT))
        editor = self._why.editor
        if isinstance(editor, QLineEdit):
            editor.clear()

    def _build(self) -> None:
        self._methods.setMaximumWidth(SHIFT_WIDTH)
        self._why.setMaximumWidth(SHIFT_WIDTH)
        bottom = QWidget()
        bottom.setMaximumWidth(SHIFT_WIDTH)
        actions = row(self._again, None, self._give, self._close)
        actions.setContentsMargins(0, 0, 0, 0)
        bottom.setLayout(actions)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        for part in (self._methods, self._why, self._error, bottom):
            layout.addWidget(part)
        layout.addStretch(1)

    def _connect(self) -> None:
        bind_key(self._close, "Ctrl+Return", self)
        bind_key(self._close, "Ctrl+Enter", self)
        self._close.clicked.connect(self._close_shift)
        self._again.clicked.connect(self.count_again)
        self._give.clicked.connect(self._hand_over)

    def _card(self, one: MethodCounted) -> QFrame:
        frame, inside = card(f"result_{one.method}")
        off = one.difference_minor
        inside.addLayout(row(plain_label(one.name, "h2"), None, self._badge(off, one.method)))
        for text, amount, name in (
            (_("Counted"), one.counted_minor, f"resultCounted_{one.method}"),
            (_("Expected"), one.expected_minor, f"resultExpected_{one.method}"),
        ):
            figure = plain_label(self._money(amount), "amount", name=name)
            inside.addLayout(row(plain_label(text, "muted"), None, figure))
        if off:
            self._add_reason(one, inside)
        return frame

    def _badge(self, off: int, method: str) -> QWidget:
        if off == 0:
            made = badge(_("Exactly right"), "ok")
        else:
            beyond = abs(off) > self._settings.over_short_limit_minor
            made = badge(self._signed(off), "danger" if beyond else "warn")
        return named(made, f"resultDifference_{method}")

    def _add_reason(self, one: MethodCounted, inside: QVBoxLayout) -> None:
        edit = named(QLineEdit(), f"reason_{one.method}")
        edit.returnPressed.connect(partial(self._go_on_from, one.method))
        if one.explanations:
            hint = _("This would explain it; click to take it over:")
            inside.addWidget(plain_label(hint, "muted"))
        for place, found in enumerate(one.explanations):
            words = explanation_words(found, self._settings)
            taken = named_button(words, f"explain_{one.method}_{place}", "quick")
            taken.clicked.connect(partial(self._take_over, edit, words))
            inside.addWidget(taken)
        self._reasons[one.method] = Field(_("Reason"), edit)
        inside.addWidget(self._reasons[one.method])

    def _take_over(self, edit: QLineEdit, words: str) -> None:
        before = edit.text().strip()
        edit.setText(f"{before} {words}".strip())
        edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_on_from(self, method: str) -> None:
        """Enter in a reason goes to the next one, and from the last one closes."""
        later = list(self._reasons)[list(self._reasons).index(method) + 1 :]
        if later:
            self._go_to(self._reasons[later[0]])
        elif not self._why.isHidden():
            self._go_to(self._why)
        else:
            self._close_shift()

    @Slot()
    def _close_shift(self) -> None:
        asked = self._complete()
        if asked is None or self._counted is None:
            return
        if self._own and self._counted.needs_supervisor:
            self._ask_supervisor(self._counted, asked)
        elif messages.ask(self, _("Close the shift? It cannot be opened again."), _("Close shift")):
            self._close.setEnabled(False)
            self._jobs.write(
                self,
                lambda session: services.shift_closing.close_shift(session, asked),
                done=self._show_closed,
                failed=self._show_refusal,
            )

    @Slot()
    def _hand_over(self) -> None:
        asked = self._complete()
        if asked is not None:
            self.handover_asked.emit(asked)

    def _complete(self) -> ShiftClose | None:
        """Return what closes the shift; None while a reason is missing, which is said."""
        if self._counted is None or not self._close.isEnabled():
            return None
        self._refuse("", "")
        asked = self._asked(self._counted)
        for method in self._reasons:
            if not asked.reasons[method].strip():
                sentence = _("The count differs from what is expected. Give the reason.")
                self._refuse(f"reason_{method}", sentence)
                return None
        return asked

    def _asked(self, counted: ShiftCounted) -> ShiftClose:
        reasons = {method: _text(field) for method, field in self._reasons.items()}
        why = "" if self._why.isHidden() else _text(self._why)
        return services.shift_closing.ShiftClose(counted.count_id, reasons, why)

    def _ask_supervisor(self, counted: ShiftCounted, asked: ShiftClose) -> None:
        dialog = StepUpDialog(
            self._jobs,
            _("Supervisor's approval"),
            self._sentence(counted, asked),
            _("Allow and close"),
            lambda session, attempt, secret: services.shift_closing.close_shift_allowed(
                session, attempt, secret, asked
            ),
            self,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_by_supervisor.connect(self._show_closed)
        dialog.open()

    def _sentence(self, counted: ShiftCounted, asked: ShiftClose) -> str:
        parts = [
            _("{method}: {difference}. {reason}").format(
                method=one.name, difference=self._signed(one.difference_minor),
                reason=asked.reasons[one.method],
            )
            for one in counted.methods
            if one.difference_minor
        ]  # fmt: skip
        return " ".join([*parts, _("The shift is closed with this; it cannot be opened again.")])

    @Slot(object)
    def _show_closed(self, closed: ShiftClosed) -> None:
        self._close.setEnabled(True)
        self.closed.emit(closed)

    def _show_refusal(self, error: UserError) -> None:
        self._close.setEnabled(True)
        self._refuse(error.field, error.message)

    def _refuse(self, field: str, sentence: str) -> None:
        places: dict[str, Field] = {f"reason_{name}": one for name, one in self._reasons.items()}
        placed = (places | {"reason": self._why}).get(field)
        for each in (*places.values(), self._why):
            each.refuse(sentence if each is placed else "")
        self._methods.updateGeometry()
        self._error.setText("" if placed else sentence)
        self._error.setVisible(bool(sentence) and placed is None)
        if placed is not None:
            self._go_to(placed)

    def _signed(self, off: int) -> str:
        text = _("{amount} over") if off > 0 else _("{amount} short")
        return text.format(amount=self._money(abs(off)))

    def _money(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Count again with Esc; press a button that has the focus with Enter."""
        focused: Any = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.count_again.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and hasattr(focused, "click"):
            focused.click()
        else:
            super().keyPressEvent(event)


def _text(field: Field) -> str:
    editor = field.editor
    return editor.text() if isinstance(editor, QLineEdit) else ""
