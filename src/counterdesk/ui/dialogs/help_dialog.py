"""F1: the keys of the window, and the few words that explain a till."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QGridLayout, QPushButton, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.theme import SPACE_L, SPACE_M, SPACE_XS
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.labels import key_hint, plain_label, wrapped_label
from counterdesk.ui.widgets.rail import places


class HelpDialog(QDialog):
    """Every key beside what it does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self.setWindowTitle(_("Help"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        layout.setSpacing(SPACE_M - SPACE_XS)
        layout.addWidget(plain_label(_("Keys"), "h1"))
        layout.addLayout(self._keys())
        layout.addWidget(
            wrapped_label(
                _(
                    "What is confirmed is saved, even while the network is down. A receipt that "
                    "did not print can be printed again: press F3, choose it, press Enter, then "
                    "Ctrl+P."
                ),
                "muted",
            )
        )
        close = named(QPushButton(_("Close")), "helpClose")
        close.setProperty("role", "primary")
        close.clicked.connect(self.accept)
        layout.addLayout(row(None, close))

    def _keys(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_XS)
        half = (len(_lines()) + 1) // 2
        for number, (key, text) in enumerate(_lines()):
            line, column = number % half, number // half * 2
            grid.addWidget(key_hint(key), line, column)
            grid.addWidget(plain_label(text), line, column + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid


def _lines() -> tuple[tuple[str, str], ...]:
    return (
        *((place.key, place.text) for place in places() if place.key),
        ("F1", _("Help")),
        ("F5", _("Refresh")),
        ("Ctrl+K", _("Any action by name")),
        ("Ctrl+L", _("Lock the window")),
        ("Enter", _("Go on")),
        ("Esc", _("Go back")),
        ("Space", _("Tick a charge")),
        ("Alt+1", _("Tender exactly what is due")),
        ("Alt+O", _("Pay more than is due")),
        ("Alt+K", _("Keep the change as credit")),
        ("Alt+D", _("Use the credit notes, the oldest first")),
        ("Alt+S", _("Split between methods")),
        ("Alt+E", _("Adjust one charge")),
        ("Alt+N", _("Notes")),
        ("Alt+B", _("On Review: the receipt was written by hand")),
        ("Ctrl+H", _("The whole account, line by line")),
        ("Ctrl+N", _("Add another account")),
        ("Ctrl+Tab", _("Next account of the visit")),
        ("Ctrl+P", _("Print a copy of the receipt")),
        ("Ctrl+B", _("Void or reverse a payment")),
        ("Ctrl+S", _("Save the receipt as PDF")),
        ("Ctrl+E", _("Email the receipt")),
        ("Ctrl+G", _("Create a credit note of a payment")),
        ("Ctrl+F", _("Filter a list")),
        ("Alt+1\u20269", _("Sort a list by its column")),
        ("Shift+F10", _("All that can be done with a row")),
        ("Ctrl+O", _("Open the drawer without a sale")),
        ("Alt+Left", _("On the dashboard: the month before; Alt+Home: this month")),
        ("Ctrl+Shift+T", _("On the dashboard: choose its tiles")),
        ("Alt+H", _("Hide the alerts until they change")),
    )
