"""Roles, and what each may do: declared here, checked in the services."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from counterdesk.core.errors import PermissionRefused
from counterdesk.core.i18n import _


class Permission(StrEnum):
    """One thing a person may be allowed to do."""

    FIND_CONSUMER = "find_consumer"
    TAKE_PAYMENT = "take_payment"
    OPEN_SHIFT = "open_shift"
    PRINT_RECEIPT = "print_receipt"
    ALLOW_REPRINT = "allow_reprint"
    OPEN_DRAWER = "open_drawer"
    CHANGE_PRINTERS = "change_printers"
    CLOSE_ANY_SHIFT = "close_any_shift"
    SEE_DRAWER = "see_drawer"
    ALLOW_CASH = "allow_cash"
    ALLOW_OVER_THRESHOLD = "allow_over_threshold"
    UNLOCK_PERSON = "unlock_person"
    SEE_DASHBOARD = "see_dashboard"
    SEE_PAYMENTS = "see_payments"
    CHANGE_SETTINGS = "change_settings"
    SEE_SETTINGS = "see_settings"
    MANAGE_PEOPLE = "manage_people"
    SEE_AUDIT = "see_audit"


class Role(StrEnum):
    """The roles an office knows; the value is the word people use."""

    CASHIER = "Customer Executive"
    SUPERVISOR = "Supervisor"
    RECOVERY = "Recovery Executive"
    MANAGER = "Billing Manager"
    AUDITOR = "Auditor"
    ADMINISTRATOR = "Administrator"


_READ = {Permission.FIND_CONSUMER, Permission.SEE_DASHBOARD, Permission.SEE_PAYMENTS}
_CASHIER = _READ | {
    Permission.TAKE_PAYMENT,
    Permission.OPEN_SHIFT,
    Permission.PRINT_RECEIPT,
    Permission.OPEN_DRAWER,
}
_SUPERVISOR = _CASHIER | {
    Permission.ALLOW_OVER_THRESHOLD,
    Permission.ALLOW_REPRINT,
    Permission.CHANGE_PRINTERS,
    Permission.CLOSE_ANY_SHIFT,
    Permission.SEE_DRAWER,
    Permission.ALLOW_CASH,
    Permission.UNLOCK_PERSON,
    Permission.SEE_SETTINGS,
    Permission.SEE_AUDIT,
}
_AUDITOR = _READ | {Permission.SEE_DRAWER, Permission.SEE_SETTINGS, Permission.SEE_AUDIT}
_ADMINISTRATOR = _READ | {
    Permission.CHANGE_SETTINGS,
    Permission.SEE_SETTINGS,
    Permission.MANAGE_PEOPLE,
    Permission.SEE_AUDIT,
    Permission.CHANGE_PRINTERS,
    Permission.UNLOCK_PERSON,
}

ROLES: dict[Role, frozenset[Permission]] = {
    Role.CASHIER: frozenset(_CASHIER),
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.RECOVERY: frozenset(_CASHIER),
    Role.MANAGER: frozenset(_AUDITOR),
    Role.AUDITOR: frozenset(_AUDITOR),
    Role.ADMINISTRATOR: frozenset(_ADMINISTRATOR),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who does something."""

    user_id: UUID
    name: str
    role: Role

    def may(self, permission: Permission) -> bool:
        """Tell whether this person's role allows something."""
        return permission in ROLES[self.role]


def require(actor: Actor | None, permission: Permission) -> Actor:
    """Return the person if their role allows something.

    Raises:
        PermissionRefused: Nobody is signed in, or the role does not allow it.
    """
    if actor is None:
        raise PermissionRefused(_("Sign in first."))
    if not actor.may(permission):
        raise PermissionRefused(
            _("{name} ({role}) may not do this.").format(name=actor.name, role=actor.role)
        )
    return actor
