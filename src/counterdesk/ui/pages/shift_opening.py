"""Opening a shift: the float is counted by denomination, and Enter does the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.drawer import Pieces
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SHIFT_WIDTH
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.boxes import card, row
from counterdesk.ui.widgets.count_grid import CountGrid
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import KeyButton, bind_key
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
        self._grid = CountGrid("float", jobs.store.settings)
        self._edit = AmountEdit("shiftFloat", jobs.store.settings)
        self._float = Field(_("Cash in the drawer now"), self._edit)
        self._error = wrapped_label(role="error", name="shiftError")
        self._open = KeyButton(_("Open shift"), _("Enter"), "openShift", "primary")
        self._build()
        self._connect()

    def begin(self) -> None:
        """Start anew: no float, the focus where counting begins."""
        self._grid.clear()
        self._edit.show_amount(0)
        self._refuse("", "")
        self._grid.begin()

    def _build(self) -> None:
        frame, inside = card()
        frame.setMaximumWidth(SHIFT_WIDTH)
        inside.addWidget(
            wrapped_label(
                _(
                    "Count the float: pieces of each, Enter for the next. A sealed bag is typed "
                    "as one sum. Payments need an open shift."
                )
            )
        )
        inside.addWidget(self._grid)
        inside.addWidget(self._error)
        last = row(self._float, None)
        last.addWidget(self._open, 0, Qt.AlignmentFlag.AlignBottom)
        inside.addLayout(last)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        layout.addStretch(1)

    def _connect(self) -> None:
        bind_key(self._open, "Ctrl+Return", self)
        self._grid.changed.connect(self._show_sum)
        self._grid.finished.connect(self._edit.begin)
        self._edit.textEdited.connect(self._forget_pieces)
        for press in (self._open.clicked, self._edit.returnPressed):
            press.connect(self._open_shift)

    @Slot()
    def _show_sum(self) -> None:
        self._edit.show_amount(self._grid.total_minor)

    @Slot()
    def _forget_pieces(self) -> None:
        """A sum that is typed stands for itself."""
        self._grid.blockSignals(True)
        self._grid.clear()
        self._grid.blockSignals(False)

    @Slot()
    def _open_shift(self) -> None:
        self._refuse("", "")
        try:
            float_minor = self._edit.amount_minor()
        except UserError as error:
            self._show_refusal(error)
            return
        self._open.setEnabled(False)
        skew_ms, pieces = self._jobs.centre.skew_ms, self._pieces()
        self._jobs.write(
            self,
            lambda session: services.shifts.open_shift(session, float_minor, skew_ms, pieces),
            done=self._show_opened,
            failed=self._show_refusal,
        )

    def _pieces(self) -> Pieces | None:
        return None if self._grid.is_empty else self._grid.pieces

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
