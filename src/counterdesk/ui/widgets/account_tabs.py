"""The accounts of a visit, one tab each, and a key that turns to the next."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QTabBar, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.named import named


class AccountTabs(QWidget):
    """In sight only where the visit pays for several accounts."""

    turned = Signal(int)
    """Place of the account that is to be worked on."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = named(QTabBar(drawBase=False), "accountTabs", _("Accounts"))
        self._next = key_button(_("Next account"), "Ctrl+Tab", "nextAccount")
        layout = row(self._bar, None, self._next)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self._bar.setExpanding(False)
        self._bar.currentChanged.connect(self.turned)
        self._next.clicked.connect(self._turn)

    def show_visit(self, draft: VisitDraft) -> None:
        """Show the accounts of a visit, and which of them is being worked on."""
        with QSignalBlocker(self._bar):
            while self._bar.count():
                self._bar.removeTab(0)
            for account in draft.accounts:
                self._bar.addTab(account.account.account_number)
            self._bar.setCurrentIndex(draft.current_index)
        self.setVisible(len(draft.accounts) > 1)

    def has_focus(self) -> bool:
        """Tell whether the tabs have the focus: then the arrows turn them."""
        return self._bar.hasFocus()

    @Slot()
    def _turn(self) -> None:
        self._bar.setCurrentIndex((self._bar.currentIndex() + 1) % self._bar.count())
