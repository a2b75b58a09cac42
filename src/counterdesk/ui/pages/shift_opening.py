"""Opening a shift: the float is counted, typed, and Enter does the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH, SPACE_M
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.shifts import OpenShift


class ShiftOpening(QWidget):
    """The form that opens a shift."""

    opened = Signal(object)
    """An `OpenShift`."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._edit = AmountEdit("shiftFloat", jobs.store.settings)
        self._float = Field(_("Cash in the drawer now"), self._edit)
        self._error = wrapped_label(role="error", name="shiftError")
        self._open = named(
            QPushButton(f"{_('Open shift')}    {_('Enter')}"), "openShift", "primary"
        )
        self._build()
        for press in (self._open.clicked, self._edit.returnPressed):
            press.connect(self._open_shift)

    def begin(self) -> None:
        """Start anew: no float, the focus where it is typed."""
        self._edit.show_amount(0)
        self._refuse("", "")
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edit.selectAll()

    def _build(self) -> None:
        frame, inside = card()
        frame.setMaximumWidth(FORM_WIDTH)
        inside.addWidget(
            wrapped_label(
                _("Count the float, type it, and press Enter. Payments need an open shift.")
            )
        )
        inside.addSpacing(SPACE_M)
        inside.addWidget(self._float)
        inside.addWidget(self._error)
        inside.addLayout(row(None, self._open))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        layout.addStretch(1)

    @Slot()
    def _open_shift(self) -> None:
        self._refuse("", "")
        try:
            float_minor = self._edit.amount_minor()
        except UserError as error:
            self._show_refusal(error)
            return
        self._open.setEnabled(False)
        skew_ms = self._jobs.centre.skew_ms
        self._jobs.write(
            self,
            lambda session: services.shifts.open_shift(session, float_minor, skew_ms),
            done=self._show_opened,
            failed=self._show_refusal,
        )

    def _show_opened(self, shift: OpenShift) -> None:
        self._open.setEnabled(True)
        self.opened.emit(shift)

    def _show_refusal(self, error: UserError) -> None:
        self._open.setEnabled(True)
        self._refuse(error.field, error.message)

    def _refuse(self, field: str, sentence: str) -> None:
        beside = field in {"float", self._edit.objectName()}
        self._float.refuse(sentence if beside else "")
        self._error.setText("" if beside else sentence)
        self._error.setVisible(bool(sentence) and not beside)
        if sentence:
            self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
