"""A shift that runs: what it is, what should lie in the drawer, and its close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.dates import write_date, write_time
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_M
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.shifts import OpenShift, ShiftClosed

_FACTS = {
    "shiftPerson": "",
    "shiftDate": "",
    "shiftSince": "",
    "shiftFloatShown": "amount",
    "shiftExpected": "total",
}


@dataclass(frozen=True, slots=True)
class Drawer:
    """The open shift and the cash that should lie in its drawer."""

    shift: OpenShift
    expected_minor: int


class ShiftRunning(QWidget):
    """How the open shift stands, and the form that closes it."""

    closed = Signal(object)
    """A `ShiftClosed`."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._drawer: Drawer | None = None
        self._said = {name: plain_label(role=role, name=name) for name, role in _FACTS.items()}
        self._count = AmountEdit("shiftCounted", self._settings)
        self._counted = Field(_("Cash counted"), self._count)
        self._difference = plain_label(role="amount", name="shiftDifference")
        self._why = named(QLineEdit(), "shiftReason")
        self._reason = Field(_("Reason, where the count differs"), self._why)
        self._error = wrapped_label(role="error", name="closeError")
        self._close = named(
            QPushButton(f"{_('Close shift')}    {_('Enter')}"), "closeShift", "primary"
        )
        self._build()
        self._connect()

    def begin(self) -> None:
        """Start the close anew, with the focus where the count is typed."""
        self._count.clear()
        self._why.clear()
        self._refuse("", "")
        self._count.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_drawer(self, drawer: Drawer) -> None:
        """Show how a shift stands; what is typed stays."""
        self._drawer = drawer
        shift, given = drawer.shift, self._settings
        texts = (
            shift.user_name,
            write_date(shift.business_date, given.locale),
            write_time(shift.opened_at_utc, given.time_zone),
            self._money(shift.float_minor),
            self._money(drawer.expected_minor),
        )
        for label, text in zip(self._said.values(), texts, strict=True):
            label.setText(text)
        self._show_difference()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self._build_facts())
        layout.addWidget(self._build_closing())
        layout.addStretch(1)

    def _build_facts(self) -> QFrame:
        frame, inside = card("shiftFacts")
        frame.setMaximumWidth(FORM_WIDTH)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_L)
        grid.setColumnStretch(0, 1)
        for line, (text, label) in enumerate(zip(_texts(), self._said.values(), strict=True)):
            grid.addWidget(plain_label(text, "muted"), line, 0)
            grid.addWidget(label, line, 1, Qt.AlignmentFlag.AlignRight)
        inside.addLayout(grid)
        return frame

    def _build_closing(self) -> QFrame:
        frame, inside = card("shiftClosing")
        frame.setMaximumWidth(FORM_WIDTH)
        inside.addWidget(plain_label(_("Close this shift"), "h2"))
        inside.addLayout(row(self._counted, None, self._difference))
        inside.addWidget(self._reason)
        inside.addWidget(self._error)
        inside.addLayout(row(None, self._close))
        return frame

    def _connect(self) -> None:
        for press in (self._close.clicked, self._why.returnPressed, self._count.returnPressed):
            press.connect(self._close_shift)
        self._count.textChanged.connect(self._show_difference)

    @Slot()
    def _close_shift(self) -> None:
        self._refuse("", "")
        try:
            counted_minor, why = self._count.amount_minor(), self._why.text()
        except UserError as error:
            self._show_refusal(error)
            return
        if self._difference_of(counted_minor) and not why.strip():
            # Before the question: nobody says yes twice to what cannot be undone.
            self._refuse("reason", _("The count differs from what is expected. Give the reason."))
            return
        question = _("Close the shift? It cannot be opened again.")
        if not messages.ask(self, question, _("Close shift")):
            return
        self._close.setEnabled(False)
        self._jobs.write(
            self,
            lambda session: services.shifts.close_shift(session, counted_minor, why),
            done=self._show_closed,
            failed=self._show_refusal,
        )

    @Slot()
    def _show_difference(self) -> None:
        counted_minor = self._count.amount_so_far()
        if counted_minor is None or self._drawer is None:
            self._difference.setText("")
            return
        self._difference.setText(self._over_or_short(self._difference_of(counted_minor)))

    def _difference_of(self, counted_minor: int) -> int:
        return counted_minor - self._drawer.expected_minor if self._drawer is not None else 0

    def _over_or_short(self, difference_minor: int) -> str:
        if difference_minor == 0:
            return _("Exactly right")
        text = _("{amount} over") if difference_minor > 0 else _("{amount} short")
        return text.format(amount=self._money(abs(difference_minor)))

    def _show_closed(self, closed: ShiftClosed) -> None:
        self._close.setEnabled(True)
        self.closed.emit(closed)

    def _show_refusal(self, error: UserError) -> None:
        self._close.setEnabled(True)
        self._refuse(error.field, error.message)

    def _refuse(self, field: str, sentence: str) -> None:
        placed = {
            "counted": self._counted,
            "shiftCounted": self._counted,
            "reason": self._reason,
        }.get(field)
        for each in (self._counted, self._reason):
            each.refuse(sentence if each is placed else "")
        self._error.setText("" if placed else sentence)
        self._error.setVisible(bool(sentence) and placed is None)
        if placed is not None:
            placed.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _money(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)


def _texts() -> tuple[str, ...]:
    return (
        _("Cashier"),
        _("Business date"),
        _("Since"),
        _("Float"),
        _("Cash expected in the drawer"),
    )
