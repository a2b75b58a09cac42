"""Which payment the notes of a list are linked to."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout

from counterdesk.core.i18n import _
from counterdesk.core.list_filter import ListFilter
from counterdesk.core.text import clean
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.pickers import Picker

NO_PAYMENT = "unlinked"
_TYPING_MS = 200


class LinkPicker(Picker):
    """A part of a number, or those notes that no payment is linked to."""

    def __init__(self, title: str) -> None:
        super().__init__("payment", title)
        self.number = named(QLineEdit(maxLength=60), "filterPayment")
        self.none = named(QCheckBox(_("Linked to no payment")), "filterNoPayment")
        self._soon = QTimer(self, singleShot=True, interval=_TYPING_MS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(Field(_("Part of the receipt's or payment's number"), self.number))
        layout.addWidget(self.none)
        layout.addStretch(1)
        self.number.textEdited.connect(self._soon.start)
        self._soon.timeout.connect(self.changed)
        self.none.clicked.connect(self._take_none)

    def begin(self) -> None:
        """Begin with the number."""
        self.number.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_filter(self, wanted: ListFilter) -> None:
        """Write the number, or tick that there is none."""
        number = next(iter(wanted.of(self.name)), "")
        if number != self._typed():
            self.number.setText(number)
        self.none.setChecked(bool(wanted.of(NO_PAYMENT)))
        self.number.setEnabled(not self.none.isChecked())

    def read(self, wanted: ListFilter) -> ListFilter:
        """Return a filter with the number, or without one."""
        if self.none.isChecked():
            return self.clear(wanted).with_values(NO_PAYMENT, (NO_PAYMENT,))
        typed = self._typed()
        return self.clear(wanted).with_values(self.name, (typed,) if typed else ())

    def clear(self, wanted: ListFilter) -> ListFilter:
        """Return a filter for any payment and for none."""
        return wanted.with_values(self.name, ()).with_values(NO_PAYMENT, ())

    def words(self, wanted: ListFilter) -> str:
        """Return the number, or that there is none."""
        if wanted.of(NO_PAYMENT):
            return _("none")
        return clean(next(iter(wanted.of(self.name)), ""))

    @Slot()
    def _take_none(self) -> None:
        self.number.setEnabled(not self.none.isChecked())
        self.changed.emit()

    def _typed(self) -> str:
        return self.number.text().strip()
