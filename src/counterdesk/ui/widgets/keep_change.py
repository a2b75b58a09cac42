"""What is tendered above what is due may stay as credit, whatever the method."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from counterdesk.core.i18n import _
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.named import named


class KeepChange(QWidget):
    """A key that keeps it, and whose credit it becomes where the visit has several accounts."""

    changed = Signal(bool, str)
    """Whether it stays as credit, and on which account."""

    def __init__(self) -> None:
        super().__init__()
        self._keep = key_button("", "Alt+K", "keepChange", "choice")
        self._account = named(ChoiceBox(), "changeAccount", _("Account that gets the change"))
        self.field = Field("", self._keep)
        self._keep.setCheckable(True)
        layout = row(self.field, self._account, None)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self._keep.toggled.connect(self._tell)
        self._account.currentIndexChanged.connect(self._tell)

    def show_visit(self, draft: VisitDraft, *, cash: bool) -> None:
        """Show what is chosen.

        Args:
            draft: The visit.
            cash: Whether the tender being keyed gives change otherwise.
        """
        keeps_cash, keeps_other = _("Keep change as credit"), _("Keep the extra as credit")
        self._keep.say(keeps_cash if cash else keeps_other)
        with QSignalBlocker(self._keep), QSignalBlocker(self._account):
            self._keep.setChecked(draft.keep_change)
            self._show_accounts(draft)

    def _show_accounts(self, draft: VisitDraft) -> None:
        numbers = [account.account.account_number for account in draft.accounts]
        if numbers != [self._account.itemData(place) for place in range(self._account.count())]:
            self._account.clear()
            for number in numbers:
                self._account.addItem(number, number)
        self._account.setCurrentIndex(max(self._account.findData(draft.change_account), 0))
        self._account.setVisible(draft.keep_change and len(numbers) > 1)

    def _tell(self) -> None:
        self.changed.emit(self._keep.isChecked(), self._account.currentData() or "")
