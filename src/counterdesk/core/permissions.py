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
    SEE_DEPOSITS = "see_deposits"
    MAKE_DEPOSIT = "make_deposit"
    UNDO_PAYMENT = "undo_payment"
    ALLOW_UNDO = "allow_undo"
    CORRECT_PAYMENT = "correct_payment"
    CAPTURE_LATE = "capture_late"
    ALLOW_LATE = "allow_late"
    ALLOW_OFFLINE_CREDIT = "allow_offline_credit"
    UNLOCK_PERSON = "unlock_person"
    SEE_DASHBOARD = "see_dashboard"
    SEE_PAYMENTS = "see_payments"
    CHANGE_SETTINGS = "change_settings"
    SET_ALERTS = "set_alerts"
    RAISE_CREDIT = "raise_credit"
    CHANGE_CREDIT = "change_credit"
    APPROVE_CREDIT = "approve_credit"
    APPROVE_ANY_CREDIT = "approve_any_credit"
    VERIFY_PAYMENT = "verify_payment"
    RAISE_DISPUTE = "raise_dispute"
    CLOSE_DISPUTE = "close_dispute"
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
    Permission.SEE_DEPOSITS,
    Permission.UNDO_PAYMENT,
    Permission.CAPTURE_LATE,
    Permission.RAISE_CREDIT,
    Permission.CHANGE_CREDIT,
    Permission.RAISE_DISPUTE,
}
_SUPERVISOR = _CASHIER | {
    Permission.ALLOW_OVER_THRESHOLD,
    Permission.ALLOW_OFFLINE_CREDIT,
    Permission.ALLOW_REPRINT,
    Permission.CHANGE_PRINTERS,
    Permission.CLOSE_ANY_SHIFT,
    Permission.SEE_DRAWER,
    Permission.ALLOW_CASH,
    Permission.MAKE_DEPOSIT,
    Permission.ALLOW_UNDO,
    Permission.ALLOW_LATE,
    Permission.UNLOCK_PERSON,
    Permission.APPROVE_CREDIT,
    Permission.VERIFY_PAYMENT,
    Permission.CLOSE_DISPUTE,
    Permission.SEE_SETTINGS,
    Permission.SEE_AUDIT,
}
_AUDITOR = _READ | {
    Permission.SEE_DRAWER,
    Permission.SEE_DEPOSITS,
    Permission.SEE_SETTINGS,
    Permission.SEE_AUDIT,
}
_MANAGER = _AUDITOR | {
    Permission.APPROVE_CREDIT,
    Permission.APPROVE_ANY_CREDIT,
    Permission.VERIFY_PAYMENT,
    Permission.RAISE_DISPUTE,
    Permission.CLOSE_DISPUTE,
    Permission.SET_ALERTS,
}
_ADMINISTRATOR = _READ | {
    Permission.CHANGE_SETTINGS,
    Permission.SET_ALERTS,
    Permission.SEE_SETTINGS,
    Permission.MANAGE_PEOPLE,
    Permission.SEE_AUDIT,
    Permission.CHANGE_PRINTERS,
    Permission.CORRECT_PAYMENT,
    Permission.UNLOCK_PERSON,
}

ROLES: dict[Role, frozenset[Permission]] = {
    Role.CASHIER: frozenset(_CASHIER),
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.RECOVERY: frozenset(_CASHIER),
    Role.MANAGER: frozenset(_MANAGER),
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
