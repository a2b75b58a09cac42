"""One person: name, role, whether they may sign in, and a new password or PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Role
from counterdesk.ui.role_words import role_words
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_M
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.people_changes import KnownPerson

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PersonForm(Aside):
    """Edits somebody; whoever shows it asks the centre for what `wanted` brings."""

    wanted = Signal(object)
    """The `PersonChange` as it is filled in."""

    def __init__(self) -> None:
        super().__init__("personForm", "")
        self._user_id = UUID(int=0)
        self._seen = ""
        self._make_fields()
        self._build()
        self._save.clicked.connect(self._save_it)

    def show_person(self, user_id: UUID, person: KnownPerson | None) -> None:
        """Show somebody to be changed, or nobody yet."""
        self._user_id, self._seen = user_id, person.mark if person else ""
        self.title.setText(person.name if person else _("Add somebody"))
        self._name.setText(person.name if person else "")
        self._login.setText(person.login if person else "")
        self._login.setEnabled(not self._seen)
        self._role.choose(person.role if person else Role.CASHIER)
        self._active.setChecked(person.active if person else True)
        for line in (self._password, self._pin):
            line.clear()
            line.setPlaceholderText(_("Stays as it is") if self._seen else "")
        self._note.setText(_returned(person))
        self.clear_refusals()

    def begin(self) -> None:
        """Put the focus on the name."""
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._name.selectAll()

    def refuse(self, error: UserError) -> None:
        """Say what is wrong beside its field."""
        self.clear_refusals()
        field = self._fields.get(error.field, self._fields["personName"])
        field.refuse(error.message)
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_refusals(self) -> None:
        """Nothing is wrong any more."""
        for field in self._fields.values():
            field.refuse("")

    def _make_fields(self) -> None:
        self._name = named(QLineEdit(maxLength=100), "personName")
        self._login = named(QLineEdit(maxLength=64), "personLogin")
        self._role = named(ChoiceBox(), "personRole")
        for role in Role:
            self._role.addItem(role_words(role), role)
        self._password = named(QLineEdit(maxLength=256), "personPassword")
        self._pin = named(QLineEdit(maxLength=16), "personPin")
        for line in (self._password, self._pin):
            line.setEchoMode(QLineEdit.EchoMode.Password)
        self._active = named(QCheckBox(_("May sign in")), "personActive")
        self._note = wrapped_label("", "bad", name="personNote")
        self._save = KeyButton(_("Ask the centre"), _("Enter"), "personSave", "primary")
        self._fields = {
            field.editor.objectName(): field
            for field in (
                Field(_("Name"), self._name), Field(_("Login"), self._login),
                Field(_("Role"), self._role), Field("", self._active),
                Field(_("New password"), self._password), Field(_("New PIN, if any"), self._pin),
            )
        }  # fmt: skip

    def _build(self) -> None:
        frame, inside = card("personCard")
        frame.setMaximumWidth(2 * FORM_WIDTH)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_M)
        for place, field in enumerate(self._fields.values()):
            grid.addWidget(field, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        inside.addWidget(self._note)
        inside.addLayout(grid)
        inside.addWidget(
            wrapped_label(
                _("Tell the secret to nobody else; the counter keeps it nowhere in clear."), "muted"
            )
        )
        inside.addSpacing(SPACE_M)
        inside.addLayout(row(None, self._save))
        self.body.addWidget(frame)
        self.body.addStretch(1)

    @Slot()
    def _save_it(self) -> None:
        self.wanted.emit(
            services.people_changes.PersonChange(
                self._user_id,
                self._login.text(),
                self._name.text(),
                Role(self._role.currentData()),
                self._active.isChecked(),
                self._seen,
                self._password.text(),
                self._pin.text(),
            )
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save with Enter from any field."""
        goes_back = self.focusWidget() is self.go_back
        if event.key() in _ENTER and not event.isAutoRepeat() and not goes_back:
            self._save_it()
            return
        super().keyPressEvent(event)


def _returned(person: KnownPerson | None) -> str:
    if person is None or not person.returned:
        return ""
    return _("The centre returned the last change: {reason}").format(reason=person.returned)
