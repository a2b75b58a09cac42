"""Which amounts a list shows."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.list_filter import ListFilter
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.pickers import Picker


class AmountPicker(Picker):
    """An amount from, an amount to, or both."""

    def __init__(self, settings: Settings, title: str) -> None:
        super().__init__("amount", title)
        self._settings = settings

    def build(self) -> None:
        """Make the two fields."""
        self.least = AmountEdit("leastAmount", self._settings)
        self.most = AmountEdit("mostAmount", self._settings)
        self._fields = Field(_("From"), self.least), Field(_("To"), self.most)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        for field, edit in zip(self._fields, (self.least, self.most), strict=True):
            edit.setProperty("role", "")
            layout.addWidget(field)
            edit.textEdited.connect(self._take)
        layout.addStretch(1)

    def begin(self) -> None:
        """Begin with the least amount."""
        self.least.begin()

    def show_filter(self, wanted: ListFilter) -> None:
        """Write both amounts."""
        if self._amounts() != (wanted.least_minor, wanted.most_minor):
            self.least.show_amount(wanted.least_minor)
            self.most.show_amount(wanted.most_minor)
            self._amounts()

    def read(self, wanted: ListFilter) -> ListFilter:
        """Return a filter with these amounts; as it was while they are none."""
        amounts = self._amounts()
        if amounts is None:
            return wanted
        return replace(wanted, least_minor=amounts[0], most_minor=amounts[1])

    def clear(self, wanted: ListFilter) -> ListFilter:
        """Return a filter for any amount."""
        return replace(wanted, least_minor=None, most_minor=None)

    def words(self, wanted: ListFilter) -> str:
        """Return the amounts."""
        given = self._settings
        least, most = (
            None if minor is None else format_amount(minor, given.currency, given.locale)
            for minor in (wanted.least_minor, wanted.most_minor)
        )
        if least is not None and most is not None:
            return least if least == most else f"{least} \N{EN DASH} {most}"
        if least is not None:
            return _("from {amount}").format(amount=least)
        return "" if most is None else _("up to {amount}").format(amount=most)

    @Slot()
    def _take(self) -> None:
        if self._amounts() is not None:
            self.changed.emit()

    def _amounts(self) -> tuple[int | None, int | None] | None:
        try:
            least, most = (self._amount(field) for field in self._fields)
        except UserError:
            return None
        wrong = least is not None and most is not None and most < least
        self._fields[1].refuse(_("This is less than the first amount.") if wrong else "")
        return None if wrong else (least, most)

    def _amount(self, field: Field) -> int | None:
        edit = field.editor
        field.refuse("")
        if not isinstance(edit, AmountEdit) or not edit.text().strip():
            return None
        so_far = edit.amount_so_far()
        if so_far is not None:
            return so_far
        try:
            return edit.amount_minor()
        except UserError as error:
            field.refuse(error.message)
            raise
