"""One section of the settings: its fields, why they are changed, and the centre asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.permissions import Permission
from counterdesk.core.setting_rules import permission_to_change
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.setting_words import Section
from counterdesk.ui.theme import SPACE_L, SPACE_M
from counterdesk.ui.widgets.boxes import card, named, page_layout, row
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.setting_field import SettingField

if TYPE_CHECKING:
    from counterdesk.services.office_changes import SettingChange
    from counterdesk.services.office_settings import KnownSetting

_COLUMNS = 2


class SettingForm(QWidget):
    """Read-only for whoever may not change settings."""

    asked = Signal()
    """The centre was asked for changes."""

    def __init__(self, section: Section, jobs: Jobs) -> None:
        super().__init__()
        self._section = section
        self._jobs = jobs
        self._fields = {name: SettingField(name, jobs.store.settings) for name in section.settings}
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus into the first field."""
        next(iter(self._fields.values())).begin()

    def show_known(self, known: Mapping[str, KnownSetting]) -> None:
        """Show what holds now, and what waits."""
        for name, field in self._fields.items():
            field.show_known(known[name], may_change=self._may_change())
        self._bar.setVisible(self._may_change())
        self._only_read.setVisible(not self._may_change())
        self._show_count()

    def _build(self) -> None:
        section = self._section
        manager = self._asked_for() == {Permission.SET_ALERTS}
        who = _("A billing manager changes these.") if manager else ""
        self._only_read = wrapped_label(who or _("An administrator changes these."), "muted")
        self._why = named(QLineEdit(maxLength=500), f"{section.name}Reason")
        self._why.setPlaceholderText(_("Why, for those who look later"))
        self._why.setAccessibleName(_("Why, for those who look later"))
        asks = _("Ask the centre"), "Ctrl+S", f"{section.name}Save", "primary"
        self._save = key_button(*asks, within=self)
        self._undo = key_button(_("Put back"), "Esc", f"{section.name}PutBack", "", within=self)
        self._bar = QWidget()
        bar = row(self._why, self._undo, self._save, spacing=SPACE_M)
        bar.setContentsMargins(0, 0, 0, 0)
        self._bar.setLayout(bar)
        scrolled = QScrollArea(widgetResizable=True)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setWidget(self._inside())
        layout = page_layout(self)
        for part in (plain_label(section.title, "h1"), self._only_read, scrolled, self._bar):
            layout.addWidget(part)
        layout.setStretchFactor(scrolled, 1)

    def _inside(self) -> QWidget:
        inside = named(QWidget(), "scrolled")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        frame, body = card()
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_L)
        place = 0
        for field in self._fields.values():
            place += place % _COLUMNS if field.wide else 0
            line, column = divmod(place, _COLUMNS)
            width = _COLUMNS if field.wide else 1
            grid.addWidget(field, line, column, 1, width, Qt.AlignmentFlag.AlignTop)
            place += width
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        body.addLayout(grid)
        layout.addWidget(frame)
        layout.addStretch(1)
        return inside

    def _connect(self) -> None:
        for field in self._fields.values():
            field.changed.connect(self._show_count)
        self._why.returnPressed.connect(self._save.click)
        self._save.clicked.connect(self._ask)
        self._undo.clicked.connect(self._put_back)

    def _may_change(self) -> bool:
        actor = self._jobs.actor
        return actor is not None and all(map(actor.may, self._asked_for()))

    def _asked_for(self) -> set[Permission]:
        return {permission_to_change(name) for name in self._fields}

    def _dirty(self) -> list[SettingField]:
        return [field for field in self._fields.values() if field.dirty]

    @Slot()
    def _show_count(self) -> None:
        count = len(self._dirty())
        self._save.setEnabled(count > 0)
        self._undo.setEnabled(count > 0)
        self._save.say(_asking(count))

    @Slot()
    def _ask(self) -> None:
        try:
            changes = self._changes()
        except UserError as error:
            self._show_refusal(error)
            return
        self._save.setEnabled(False)
        self._jobs.write(
            self,
            lambda session: services.office_settings.change_settings(session, changes),
            done=self._show_asked,
            failed=self._show_refusal,
        )

    def _changes(self) -> list[SettingChange]:
        change = services.office_changes.SettingChange
        return [
            change(field.seen.shown, field.after(), self._why.text())
            for field in self._dirty() if field.seen is not None
        ]  # fmt: skip

    def _show_asked(self, _asked: object) -> None:
        self._why.clear()
        for field in self._dirty():
            field.put_back()
        messages.toast(self, _("The centre was asked. It holds everywhere once it answers."))
        self.asked.emit()

    def _show_refusal(self, error: UserError) -> None:
        self._show_count()
        field = self._fields.get(error.field)
        if field is None:
            messages.tell(self, error.message)
            return
        field.refuse(error.message)
        field.begin()

    @Slot()
    def _put_back(self) -> None:
        for field in self._fields.values():
            field.put_back()
        self._show_count()


def _asking(count: int) -> str:
    if count == 0:
        return _("Ask the centre")
    return ngettext("Ask for {count} change", "Ask for {count} changes", count).format(count=count)
