"""What an audit looks for: days, a person, a kind of act, a text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from counterdesk import services
from counterdesk.core.dates import read_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field

if TYPE_CHECKING:
    from counterdesk.services.audit import AuditChoices, Sought

_TYPING_MS = 300


class AuditFilter(QWidget):
    """Asks anew a moment after the last key."""

    changed = Signal()
    """Something else is looked for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._from = named(QLineEdit(maxLength=20), "auditFrom")
        self._to = named(QLineEdit(maxLength=20), "auditTo")
        self._person = named(ChoiceBox(), "auditPerson")
        self._family = named(ChoiceBox(), "auditFamily")
        self._text = named(QLineEdit(maxLength=100), "auditText")
        self._person.addItem(_("Everybody"), None)
        self._family.addItem(_("Everything"), "")
        self._soon = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._soon.timeout.connect(self.changed)
        self._build()

    @property
    def sought(self) -> Sought:
        """What is looked for.

        Raises:
            UserError: A date is none.
        """
        first, last = self._day(self._from), self._day(self._to)
        return services.audit.Sought(
            first,
            last and last + timedelta(days=1),
            self._person.currentData(),
            self._family.currentData(),
            self._text.text().strip(),
        )

    def words(self) -> tuple[str, ...]:
        """Return what is looked for in words; nothing for everything there is."""
        person, family = (
            box.currentText() if box.currentData() else "" for box in (self._person, self._family)
        )
        values = self._from.text(), self._to.text(), person, family, self._text.text()
        return tuple(
            f"{field.editor.accessibleName()}: {value.strip()}"
            for field, value in zip(self._fields.values(), values, strict=True)
            if value.strip()
        )

    def show_choices(self, choices: AuditChoices) -> None:
        """Offer who and what there is; what is chosen stays chosen."""
        people = [(clean(name), user_id) for user_id, name in choices.people]
        families = sorted((_family_word(name), name) for name in choices.families)
        _offer(self._person, people)
        _offer(self._family, families)

    def refuse(self, error: UserError | None) -> None:
        """Say beside a date that it is none; None where all are dates again."""
        for name, field in self._fields.items():
            field.refuse(error.message if error and error.field == name else "")

    def _build(self) -> None:
        hint = "2025-04-20"
        for line in (self._from, self._to):
            line.setPlaceholderText(hint)
        self._fields = {
            "auditFrom": Field(_("From"), self._from),
            "auditTo": Field(_("To"), self._to),
            "auditPerson": Field(_("Who"), self._person),
            "auditFamily": Field(_("What"), self._family),
            "auditText": Field(_("Number, name or any text"), self._text),
        }
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        for column, field in enumerate(self._fields.values()):
            grid.addWidget(field, 0, column)
            grid.setColumnStretch(column, 1)
        for line in (self._from, self._to, self._text):
            line.textChanged.connect(self._soon.start)
        for box in (self._person, self._family):
            box.currentIndexChanged.connect(self._soon.start)

    def _day(self, line: QLineEdit) -> datetime | None:
        """Return when a day begins here."""
        if not line.text().strip():
            return None
        day = read_date(line.text(), self._settings.locale, line.objectName())
        return datetime.combine(day, time(), ZoneInfo(self._settings.time_zone))

    @Slot()
    def clear(self) -> None:
        """Look for everything."""
        for line in (self._from, self._to, self._text):
            line.clear()
        for box in (self._person, self._family):
            box.setCurrentIndex(0)


def _offer(box: ChoiceBox, items: Sequence[tuple[str, object]]) -> None:
    chosen = box.currentData()
    box.blockSignals(True)
    while box.count() > 1:
        box.removeItem(1)
    for text, value in items:
        box.addItem(text, value)
    box.choose(chosen)
    box.blockSignals(False)


def _family_word(family: str) -> str:
    return {
        "payment": _("Payments"), "shift": _("Shifts"), "drawer": _("Drawer"),
        "approval": _("Approvals"), "person": _("Signing in"), "people": _("People told"),
        "user": _("People changed"), "setting": _("Settings"), "receipt": _("Receipts"),
        "print": _("Print jobs"), "printers": _("Printers"), "numbers": _("Numbers"),
        "counter": _("This counter"), "list": _("Exports"), "credit": _("Credit notes"),
        "dispute": _("Disputes"),
    }.get(family, family.replace("_", " ").capitalize())  # fmt: skip
