"""One printer: its name, how it is reached, what it can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.printers import (
    LONGEST_NAME,
    WIDTHS,
    Family,
    PrinterSetting,
    Way,
    family_words,
    way_words,
)
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_M, SPACE_S
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import wrapped_label

if TYPE_CHECKING:
    from counterdesk.printing.discovery import FoundPrinter

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PrinterForm(Aside):
    """Edits a setting; whoever shows it saves what `wanted` brings."""

    wanted = Signal(object)
    """The `PrinterSetting` as it is filled in."""

    def __init__(self) -> None:
        super().__init__("printerForm", "")
        self._printer_id = UUID(int=0)
        self._found: tuple[FoundPrinter, ...] = ()
        self._make_fields()
        self._build()
        self._connect()

    def show_setting(self, setting: PrinterSetting, title: str, *, looks: bool) -> None:
        """Show a printer to be changed, or a new one.

        Args:
            setting: What the fields say at first.
            title: What is being done.
            looks: Whether printers of this machine are looked for, to choose from.
        """
        self.title.setText(title)
        self._printer_id = setting.printer_id
        self._finding.setVisible(looks)
        self.show_found(())
        self._name.setText(setting.name)
        self._address.setText(setting.address)
        for box, value in (
            (self._way, setting.way),
            (self._family, setting.family),
            (self._columns, setting.columns),
            (self._drawer, setting.drawer_pin),
        ):
            box.choose(value)
        self._cutter.setChecked(setting.cutter)
        self._qr.setChecked(setting.native_qr)
        self._answers.setChecked(setting.answers)
        self._show_way()
        self.clear_refusals()

    def show_found(self, found: tuple[FoundPrinter, ...]) -> None:
        """Offer printers of this machine."""
        self._found = found
        self._here.clear()
        count = len(found)
        self._here.addItem(_("Type it in below") if count else _("None known yet: type it in"))
        for one in found:
            self._here.addItem(f"{one.name} \u00b7 {way_words(one.way)} {one.address}")

    def refuse(self, error: UserError) -> None:
        """Say what is wrong beside its field."""
        self.clear_refusals()
        field = self._fields.get(error.field, self._fields["printerAddress"])
        field.refuse(error.message)
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_refusals(self) -> None:
        """Nothing is wrong any more."""
        for field in self._fields.values():
            field.refuse("")

    def begin(self) -> None:
        """Put the focus on the name."""
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._name.selectAll()

    def _make_fields(self) -> None:
        self._here = named(ChoiceBox(), "printerFound")
        self._name = named(QLineEdit(maxLength=LONGEST_NAME), "printerName")
        self._address = named(QLineEdit(), "printerAddress")
        self._way = _choices("printerWay", [(way_words(way), way) for way in Way])
        self._family = _choices("printerFamily", [(family_words(one), one) for one in Family])
        widths = [(_("{count} letters").format(count=count), count) for count in WIDTHS]
        self._columns = _choices("printerColumns", widths)
        pins = [(_("No drawer here"), 0), (_("Pin 2, the usual one"), 2), (_("Pin 5"), 5)]
        self._drawer = _choices("printerDrawer", pins)
        self._cutter = named(QCheckBox(_("Cuts the paper")), "printerCutter")
        self._qr = named(QCheckBox(_("Draws QR codes itself")), "printerQr")
        self._answers = named(QCheckBox(_("Tells its state: paper, cover")), "printerAnswers")
        self._hint = wrapped_label("", "muted", name="printerHint")
        self._save = KeyButton(_("Save"), _("Enter"), "printerSave", "primary")
        self._finding = Field(_("Found on this machine"), self._here)
        self._fields = {
            "printerName": Field(_("Name"), self._name),
            "printerAddress": Field(_("Where it is"), self._address),
        }

    def _build(self) -> None:
        frame, inside = card("printerCard")
        frame.setMaximumWidth(2 * FORM_WIDTH)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_M)
        for place, part in enumerate(self._parts()):
            grid.addWidget(part, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        inside.addWidget(self._finding)
        inside.addSpacing(SPACE_S)
        inside.addLayout(grid)
        inside.addLayout(row(self._cutter, self._qr, self._answers, None, spacing=SPACE_L))
        inside.addSpacing(SPACE_M)
        inside.addLayout(row(None, self._save))
        self.body.addWidget(frame)
        self.body.addStretch(1)

    def _parts(self) -> tuple[QWidget, ...]:
        return (
            self._fields["printerName"],
            Field(_("Reached by"), self._way),
            self._fields["printerAddress"],
            self._hint,
            Field(_("Make"), self._family),
            Field(_("Width of the paper"), self._columns),
            Field(_("Cash drawer"), self._drawer),
        )

    def _connect(self) -> None:
        self._way.currentIndexChanged.connect(self._show_way)
        self._here.activated.connect(self._take_found)
        self._save.clicked.connect(self._save_it)

    @Slot()
    def _show_way(self) -> None:
        way = Way(self._way.currentData())
        self._hint.setText(_hint(way))
        self._answers.setEnabled(way.may_answer)

    @Slot(int)
    def _take_found(self, place: int) -> None:
        if place < 1:
            return
        found = self._found[place - 1]
        self._way.choose(found.way)
        self._address.setText(found.address)
        if not self._name.text():
            self._name.setText(found.name[:LONGEST_NAME])

    @Slot()
    def _save_it(self) -> None:
        way = Way(self._way.currentData())
        setting = PrinterSetting(
            self._printer_id,
            self._name.text().strip(),
            way,
            self._address.text().strip(),
            family=Family(self._family.currentData()),
            columns=self._columns.currentData(),
            drawer_pin=self._drawer.currentData(),
        )
        self.wanted.emit(
            replace(
                setting,
                native_qr=self._qr.isChecked(),
                cutter=self._cutter.isChecked(),
                answers=self._answers.isChecked() and way.may_answer,
            )
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save with Enter from any field."""
        goes_back = self.focusWidget() is self.go_back
        if event.key() in _ENTER and not event.isAutoRepeat() and not goes_back:
            self._save_it()
            return
        super().keyPressEvent(event)


def _choices(name: str, items: Sequence[tuple[str, object]]) -> ChoiceBox:
    box = named(ChoiceBox(), name)
    for text, value in items:
        box.addItem(text, value)
    return box


def _hint(way: Way) -> str:
    return {
        Way.NETWORK: _("Its name or number on the network, such as 192.168.1.50 or printer:9100."),
        Way.USB: _("Vendor and product, such as 04b8:0202; with two alike also the serial number."),
        Way.SERIAL: _("The port and its speed, such as COM3@19200."),
        Way.CUPS: _("The name of a raw queue, such as receipts, or server/receipts."),
        Way.WINDOWS: _("The printer's name as Windows lists it."),
        Way.FILE: _("A folder: each receipt becomes a file there."),
    }[way]
