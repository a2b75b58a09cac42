"""Who works here: add, change, switch off, a new password; and what each role may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.clock import SystemClock
from counterdesk.core.i18n import _
from counterdesk.core.ids import new_uuid7
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.people_table import people_table, roles_table
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import page_layout, row
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.person_form import PersonForm

if TYPE_CHECKING:
    from counterdesk.services.people_changes import KnownPerson, PersonChange


class PeoplePage(QWidget):
    """Asks the centre for every change; nobody is another person before it answers."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.table = people_table()
        self._form = PersonForm()
        self._roles = Aside("roles", _("What each role may do"))
        self._add = key_button(_("Add somebody"), "Ctrl+N", "personAdd", "primary")
        self._show_roles = key_button(_("What each role may do"), "Ctrl+R", "rolesShow", "")
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus on the list."""
        if not self._whole.isHidden():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self.setObjectName("page")
        self._whole = QWidget()
        inside = page_layout(self._whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(row(plain_label(_("People"), "h1"), None, self._add))
        inside.addWidget(
            wrapped_label(_("Enter changes somebody. The centre makes each change."), "muted")
        )
        inside.addWidget(self.table, 1)
        inside.addLayout(row(self._show_roles, None))
        self._roles.body.addWidget(roles_table(), 1)
        layout = page_layout(self)
        for part in (self._whole, self._form, self._roles):
            layout.addWidget(part, 1)

    def _connect(self) -> None:
        self._jobs.changed.connect(self._refresh_if_seen)
        self._jobs.centre.changed.connect(self._refresh_if_seen)
        self._add.clicked.connect(self._add_somebody)
        self._show_roles.clicked.connect(lambda: self._roles.stand_in(self._whole))
        self.table.opened.connect(self._change)
        self._form.wanted.connect(self._ask)

    @Slot()
    def refresh(self) -> None:
        """Read the people anew."""
        if self._jobs.actor is not None:
            self._jobs.read(self, services.people_changes.known_people, self._show)

    @Slot()
    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def _show(self, people: tuple[KnownPerson, ...]) -> None:
        place = max(0, self.table.currentIndex().row())
        self.table.records.show_records(people)
        if people:
            self.table.selectRow(min(place, len(people) - 1))

    @Slot()
    def _add_somebody(self) -> None:
        self._form.show_person(new_uuid7(SystemClock().now_utc()), None)
        self._form.stand_in(self._whole)

    @Slot(object)
    def _change(self, person: KnownPerson) -> None:
        self._form.show_person(person.user_id, person)
        self._form.stand_in(self._whole)

    @Slot(object)
    def _ask(self, change: PersonChange) -> None:
        self._jobs.write(
            self,
            lambda session: services.people_changes.change_person(session, change),
            done=self._show_asked,
            failed=self._form.refuse,
        )

    def _show_asked(self, _seq: int) -> None:
        self._form.leave()
        self.refresh()
        messages.toast(self, _("The centre was asked. It holds everywhere once it answers."))

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()
