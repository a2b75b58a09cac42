"""Roles and what each may do: the declared table is what `require` enforces."""

from __future__ import annotations

from uuid import uuid4

import pytest

from counterdesk.core.errors import PermissionRefused
from counterdesk.core.permissions import ROLES, Actor, Permission, Role, require

TAKES_MONEY = {Role.CASHIER, Role.SUPERVISOR, Role.RECOVERY}
WHO_MAY = {
    Permission.FIND_CONSUMER: set(Role),
    Permission.SEE_DASHBOARD: set(Role),
    Permission.SEE_PAYMENTS: set(Role),
    Permission.TAKE_PAYMENT: TAKES_MONEY,
    Permission.OPEN_SHIFT: TAKES_MONEY,
    Permission.PRINT_RECEIPT: TAKES_MONEY,
    Permission.OPEN_DRAWER: TAKES_MONEY,
    Permission.ALLOW_REPRINT: {Role.SUPERVISOR},
    Permission.CHANGE_PRINTERS: {Role.SUPERVISOR, Role.ADMINISTRATOR},
    Permission.CLOSE_ANY_SHIFT: {Role.SUPERVISOR},
    Permission.SEE_DRAWER: {Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR},
    Permission.ALLOW_CASH: {Role.SUPERVISOR},
    Permission.SEE_DEPOSITS: TAKES_MONEY | {Role.MANAGER, Role.AUDITOR},
    Permission.MAKE_DEPOSIT: {Role.SUPERVISOR},
    Permission.ALLOW_OVER_THRESHOLD: {Role.SUPERVISOR},
    Permission.UNDO_PAYMENT: TAKES_MONEY,
    Permission.ALLOW_UNDO: {Role.SUPERVISOR},
    Permission.CORRECT_PAYMENT: {Role.ADMINISTRATOR},
    Permission.CAPTURE_LATE: TAKES_MONEY,
    Permission.ALLOW_LATE: {Role.SUPERVISOR},
    Permission.ALLOW_OFFLINE_CREDIT: {Role.SUPERVISOR},
    Permission.UNLOCK_PERSON: {Role.SUPERVISOR, Role.ADMINISTRATOR},
    Permission.CHANGE_SETTINGS: {Role.ADMINISTRATOR},
    Permission.SET_ALERTS: {Role.MANAGER, Role.ADMINISTRATOR},
    Permission.RAISE_CREDIT: TAKES_MONEY,
    Permission.CHANGE_CREDIT: TAKES_MONEY,
    Permission.APPROVE_CREDIT: {Role.SUPERVISOR, Role.MANAGER},
    Permission.APPROVE_ANY_CREDIT: {Role.MANAGER},
    Permission.VERIFY_PAYMENT: {Role.SUPERVISOR, Role.MANAGER},
    Permission.RAISE_DISPUTE: TAKES_MONEY | {Role.MANAGER},
    Permission.CLOSE_DISPUTE: {Role.SUPERVISOR, Role.MANAGER},
    Permission.SEE_SETTINGS: {
        Role.SUPERVISOR,
        Role.MANAGER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    },
    Permission.MANAGE_PEOPLE: {Role.ADMINISTRATOR},
    Permission.SEE_AUDIT: {Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR},
}


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_role_may_what_is_declared_and_nothing_else(role: Role, permission: Permission) -> None:
    actor = Actor(uuid4(), "Somebody", role)
    if role in WHO_MAY[permission]:
        assert require(actor, permission) is actor
    else:
        with pytest.raises(PermissionRefused, match=f"Somebody \\({role}\\) may not do this"):
            require(actor, permission)


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("permission", list(Permission))
def test_nobody_may_nothing(permission: Permission) -> None:
    with pytest.raises(PermissionRefused, match="Sign in first"):
        require(None, permission)


@pytest.mark.req("AUD-2")
def test_every_role_is_declared() -> None:
    assert set(ROLES) == set(Role)


@pytest.mark.req("AUD-2")
def test_auditor_changes_nothing() -> None:
    reading = {
        Permission.FIND_CONSUMER, Permission.SEE_DASHBOARD, Permission.SEE_PAYMENTS,
        Permission.SEE_DRAWER, Permission.SEE_DEPOSITS, Permission.SEE_SETTINGS,
        Permission.SEE_AUDIT,
    }  # fmt: skip
    assert ROLES[Role.AUDITOR] == reading
