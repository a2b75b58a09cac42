"""The list of people, and what each role may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from counterdesk.core.i18n import _
from counterdesk.core.permissions import ROLES, Permission, Role
from counterdesk.core.text import clean
from counterdesk.ui.role_words import permission_words, role_words
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.records import Column, RecordsModel

if TYPE_CHECKING:
    from counterdesk.services.people_changes import KnownPerson

_WIDTHS = {
    Role.CASHIER: 92, Role.SUPERVISOR: 104, Role.RECOVERY: 92, Role.MANAGER: 84, Role.AUDITOR: 76,
    Role.ADMINISTRATOR: 116,
}  # fmt: skip
"""What the words of the roles need, so that a narrow window shows them all."""


def people_table() -> RecordTable:
    """Return an empty list of `KnownPerson`."""
    return RecordTable("peopleTable", _("People"), RecordsModel((
        Column(_("Name"), lambda one: clean(one.name), lambda one: one.name.casefold()),
        Column(_("Login"), lambda one: clean(one.login), lambda one: one.login, "mono", 136),
        Column(_("Role"), lambda one: role_words(one.role), lambda one: one.role, width=176),
        Column(
            _("State"), lambda one: state_word(one)[0], state_word, "badge", 184,
            lambda one: state_word(one)[1],
        ),
    )))  # fmt: skip


def state_word(person: KnownPerson) -> tuple[str, str]:
    """Return how somebody stands, and its tone."""
    if person.waits:
        return _("Waits for the centre"), "warn"
    if person.returned:
        return _("Returned"), "danger"
    return (_("Active"), "ok") if person.active else (_("Switched off"), "info")


def roles_table() -> RecordTable:
    """Return what each role may do: a line for each permission."""
    table = RecordTable("rolesTable", _("What each role may do"), RecordsModel((
        Column(_("May"), permission_words, permission_words),
        *(Column(_two_lines(one), _tick(one), _tick(one), width=_WIDTHS[one]) for one in Role),
    )))  # fmt: skip
    table.records.show_records(list(Permission))
    return table


def _two_lines(role: Role) -> str:
    return role_words(role).replace(" ", "\n", 1)


def _tick(role: Role) -> Callable[[Permission], str]:
    return lambda permission: _("Yes") if permission in ROLES[role] else "\u2013"
