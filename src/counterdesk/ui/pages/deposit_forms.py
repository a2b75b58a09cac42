"""Two short forms of the cash office: the bank's number, and how a difference is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.dates import read_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Permission
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH, SPACE_M
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.deposit_list import DepositLine
    from counterdesk.services.settling import OpenDifference, SettleRequest

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _ShortForm(QWidget):
    """A sentence, two fields, Enter from the first to the second and from there on."""

    done = Signal()
    """It is safely saved."""

    left = Signal()
    """Esc: nothing was saved."""

    def __init__(self, jobs: Jobs, name: str, first: Field, second: Field) -> None:
        super().__init__()
        self._jobs, self._settings = jobs, jobs.store.settings
        self._fields = (first, second)
        self._words = wrapped_label(name=f"{name}Words")
        self._error = wrapped_label(role="error", name=f"{name}Error")
        self._save = KeyButton(_("Save"), _("Enter"), f"{name}Save", "primary")
        self._back = KeyButton(_("Back"), _("Esc"), f"{name}Leave")
        frame, inside = card(f"{name}Form")
        frame.setMaximumWidth(FORM_WIDTH)
        for part in (self._words, first, second, self._error):
            inside.addWidget(part)
        inside.addSpacing(SPACE_M)
        inside.addLayout(row(self._back, None, self._save))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        layout.addStretch(1)
        line_of(first).returnPressed.connect(line_of(second).setFocus)
        line_of(second).returnPressed.connect(self._go)
        self._save.clicked.connect(self._go)
        self._back.clicked.connect(self.left)

    def _begin(self, words: str) -> None:
        self._words.setText(words)
        self._save.setEnabled(True)
        self._refuse("", "")

    @Slot()
    def _go(self) -> None:
        if not self._save.isEnabled():
            return
        self._refuse("", "")
        try:
            self._send()
        except UserError as error:
            self._show_refusal(error)

    def _send(self) -> None:
        raise NotImplementedError

    def _show_done(self, _nothing: object) -> None:
        self._save.setEnabled(True)
        self.done.emit()

    def _show_refusal(self, error: UserError) -> None:
        self._save.setEnabled(True)
        self._refuse(error.field, error.message)

    def _refuse(self, field: str, sentence: str) -> None:
        placed = [one for one in self._fields if one.editor.objectName() == field]
        for each in self._fields:
            each.refuse(sentence if each in placed else "")
        self._error.setText("" if placed else sentence)
        self._error.setVisible(bool(sentence) and not placed)
        for one in placed:
            one.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Esc; press the button that has the focus with Enter."""
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _ENTER and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)


class BankForm(_ShortForm):
    """The bank's own number of a deposit, and the day it booked it."""

    def __init__(self, jobs: Jobs) -> None:
        number = named(QLineEdit(maxLength=40), "bankNumber")
        self._number = Field(_("The bank's number"), number)
        self._day = Field(_("Booked on"), named(QLineEdit(), "validatedOn"))
        self._deposit: DepositLine | None = None
        super().__init__(jobs, "bank", self._number, self._day)

    def begin(self, deposit: DepositLine) -> None:
        """Ask for the number of a deposit."""
        self._deposit = deposit
        given = self._settings
        amount = format_amount(
            deposit.cash_minor + deposit.cheques_minor, given.currency, given.locale
        )
        text = _("Deposit {number} of {amount}, as the bank confirmed it.")
        self._begin(text.format(number=deposit.number, amount=amount))
        line_of(self._number).clear()
        line_of(self._day).setText(deposit.business_date.isoformat())
        line_of(self._number).setFocus()

    def _send(self) -> None:
        deposit = self._deposit
        if deposit is None:
            return
        number = line_of(self._number).text()
        day = read_date(line_of(self._day).text(), self._settings.locale, "validatedOn")
        self._save.setEnabled(False)
        self._jobs.write(
            self,
            lambda session: services.deposits.validate_deposit(
                session, deposit.deposit_id, number, day
            ),
            done=self._show_done,
            failed=self._show_refusal,
        )


class SettleForm(_ShortForm):
    """How much of a difference is settled, and why; a supervisor signs."""

    def __init__(self, jobs: Jobs) -> None:
        self._edit = AmountEdit("settleAmount", jobs.store.settings)
        self._amount = Field(_("Amount"), self._edit)
        self._reason = Field(_("How it was settled"), named(QLineEdit(), "settleReason"))
        self._difference: OpenDifference | None = None
        self._request_id: UUID = uuid4()
        super().__init__(jobs, "settle", self._amount, self._reason)

    def begin(self, difference: OpenDifference) -> None:
        """Ask how a difference is settled; all of it, to begin with."""
        self._difference, self._request_id = difference, uuid4()
        self._begin(self._sentence(difference))
        line_of(self._reason).clear()
        self._edit.show_amount(abs(difference.open_minor))
        line_of(self._reason).setFocus()

    def _sentence(self, one: OpenDifference) -> str:
        given = self._settings
        text = _("Shift {number} of {name}, {method}: {amount} over.")
        if one.open_minor < 0:
            text = _("Shift {number} of {name}, {method}: {amount} short.")
        return text.format(
            number=one.number, name=one.user_name, method=one.method_name,
            amount=format_amount(abs(one.open_minor), given.currency, given.locale),
        )  # fmt: skip

    def _send(self) -> None:
        difference, actor = self._difference, self._jobs.actor
        if difference is None or actor is None:
            return
        request = self._read(difference)
        if not request.reason.strip():
            raise UserError(_("Give the reason."), "settleReason")
        if not actor.may(Permission.ALLOW_CASH) or actor.user_id == difference.user_id:
            self._ask_supervisor(difference, request)
            return
        self._save.setEnabled(False)
        self._jobs.write(
            self,
            lambda session: services.settling.settle_difference(session, request),
            done=self._show_done,
            failed=self._show_refusal,
        )

    def _read(self, difference: OpenDifference) -> SettleRequest:
        sign = 1 if difference.open_minor > 0 else -1
        return services.settling.SettleRequest(
            self._request_id, difference.shift_method_id, sign * self._edit.amount_minor(),
            line_of(self._reason).text(),
        )  # fmt: skip

    def _ask_supervisor(self, difference: OpenDifference, request: SettleRequest) -> None:
        dialog = StepUpDialog(
            self._jobs, _("Supervisor's approval"),
            f"{self._sentence(difference)} {request.reason}", _("Allow"),
            lambda session, attempt, secret: services.settling.settle_difference_allowed(
                session, attempt, secret, request
            ),
            self, services.approvals.begin_approval,
        )  # fmt: skip
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_by_supervisor.connect(self._show_done)
        dialog.open()


def line_of(field: Field) -> QLineEdit:
    """Return the line that a field holds."""
    assert isinstance(field.editor, QLineEdit)  # noqa: S101 - as it was made above
    return field.editor
