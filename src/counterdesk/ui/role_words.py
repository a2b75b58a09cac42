"""What a role allows, in words."""

from __future__ import annotations

from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission, Role


def permission_words(permission: Permission) -> str:
    """Return what a permission allows; one that has no words yet says its own name."""
    return {
        Permission.FIND_CONSUMER: _("Find consumers"),
        Permission.TAKE_PAYMENT: _("Take payments"),
        Permission.OPEN_SHIFT: _("Have a shift"),
        Permission.PRINT_RECEIPT: _("Print receipts"),
        Permission.ALLOW_REPRINT: _("Allow copies"),
        Permission.OPEN_DRAWER: _("Open drawer"),
        Permission.CHANGE_PRINTERS: _("Change printers"),
        Permission.CLOSE_ANY_SHIFT: _("Close any shift"),
        Permission.SEE_DRAWER: _("See the drawer"),
        Permission.ALLOW_CASH: _("Allow cash moves"),
        Permission.ALLOW_OVER_THRESHOLD: _("Allow overpayment"),
        Permission.UNLOCK_PERSON: _("Unlock a login"),
        Permission.SEE_DASHBOARD: _("See the dashboard"),
        Permission.SEE_PAYMENTS: _("See payments"),
        Permission.CHANGE_SETTINGS: _("Change settings"),
        Permission.SET_ALERTS: _("Set limits for alerts"),
        Permission.SEE_SETTINGS: _("See settings"),
        Permission.MANAGE_PEOPLE: _("Manage people"),
        Permission.SEE_AUDIT: _("See the audit"),
    }.get(permission, permission.value.replace("_", " ").capitalize())


def role_words(role: Role) -> str:
    """Return what a role is called."""
    return {
        Role.CASHIER: _("Customer Executive"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.RECOVERY: _("Recovery Executive"),
        Role.MANAGER: _("Billing Manager"),
        Role.AUDITOR: _("Auditor"),
        Role.ADMINISTRATOR: _("Administrator"),
    }[role]
