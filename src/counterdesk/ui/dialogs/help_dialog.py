"""F1: the keys of the window, and the few words that explain a till."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QGridLayout, QPushButton, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.theme import SPACE_L, SPACE_M, SPACE_XS
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.labels import key_hint, plain_label, wrapped_label
from counterdesk.ui.widgets.rail import places

_COLUMNS = 3


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
                    "did not print can be printed again: press F3, choose it, then Ctrl+P."
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
        grid.setHorizontalSpacing(SPACE_M - SPACE_XS)
        grid.setVerticalSpacing(SPACE_XS)
        lines = _lines()
        tall = -(-len(lines) // _COLUMNS)
        for number, (key, text) in enumerate(lines):
            line, column = number % tall, number // tall * 2
            grid.addWidget(key_hint(key), line, column)
            grid.addWidget(plain_label(text), line, column + 1)
            grid.setColumnStretch(column + 1, 1)
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
        ("Alt+D", _("Use credit notes, oldest first")),
        ("Alt+S", _("Split between methods")),
        ("Alt+E", _("Adjust one charge")),
        ("Alt+N", _("Notes")),
        ("Alt+B", _("Review: a receipt written by hand")),
        ("Ctrl+H", _("The whole account, line by line")),
        ("Ctrl+N", _("Add another account")),
        ("Ctrl+Tab", _("Next account of the visit")),
        ("Ctrl+P", _("Print a copy of the receipt")),
        ("Ctrl+B", _("Void or reverse a payment")),
        ("Ctrl+Shift+D", _("Dispute a payment; close it")),
        ("Ctrl+S", _("Save the receipt as PDF")),
        ("Ctrl+E", _("Email the receipt; export a list")),
        ("Ctrl+G", _("Create a credit note")),
        ("Ctrl+J", _("Correct a payment")),
        ("Ctrl+Y", _("Approve; verify a payment")),
        ("Alt+R", _("Reject; refuse to take over")),
        ("Ctrl+O", _("Open the drawer without a sale")),
        ("Ctrl+F", _("Filter a list")),
        ("Ctrl+D", _("Saved filters of a list")),
        ("Ctrl+T", _("Columns of a list")),
        ("Alt+1\u20269", _("Sort a list by its column")),
        ("Enter", _("Details of what is marked")),
        ("Shift+F10", _("All that can be done with it")),
        ("Ctrl+R", _("View its receipt or paper")),
        ("Ctrl+U", _("Open its consumer")),
        ("Tab", _("Dashboard: go to its figures")),
        ("Enter", _("Dashboard: behind a figure")),
        ("Alt+Left", _("Dashboard: the month before")),
        ("Alt+Home", _("Dashboard: this month")),
        ("Ctrl+Shift+T", _("Dashboard: choose its tiles")),
        ("Alt+H", _("Dashboard: hide the alerts")),
    )
