"""Counters, people and settings of the office, at its centre."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterdesk.cli.asking import ask_new
from counterdesk.cli.where import centre_at
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.passwords import check_new_password, check_new_pin, plain_login
from counterdesk.core.permissions import Role

if TYPE_CHECKING:
    from counterdesk.sync.centre.counters import Invitation


def add_counter(given: argparse.Namespace) -> int:
    """Invite a counter, or give one that never worked a new code."""
    from counterdesk.sync.centre import counters
    from counterdesk.sync.centre.opening import open_centre

    with centre_at(given) as where, open_centre(where.conninfo) as connection:
        if given.renew:
            invited = counters.renew_invitation(connection, given.renew)
        else:
            invited = counters.add_counter(connection, given.name, given.office, given.code)
    _show_invitation(invited, given.out)
    return 0


def _show_invitation(invited: Invitation, out: Path | None) -> None:
    print(_("{name} is counter {code}. Its one-time code is good for {hours} hours and for one "
            "till; whoever has it can become this counter. On the till enter:").format(
        name=invited.name, code=invited.code, hours=invited.hours))  # fmt: skip
    if out is None:
        print(f"counterdesk enroll {invited.enrolment_code}")
        return
    from counterdesk.store.sealed import replace_file

    try:
        replace_file(out, invited.enrolment_code.encode() + b"\n")
    except OSError as error:
        raise UserError(
            _("{file} cannot be written: {reason}. The counter is there; ask for its code again "
              "with --renew.").format(file=out, reason=error.strerror)
        ) from error  # fmt: skip
    print(f"counterdesk enroll {out.name}")


def revoke(given: argparse.Namespace) -> int:
    """Take everything from a counter that was lost."""
    from counterdesk.sync.centre.counters import revoke_counter
    from counterdesk.sync.centre.opening import open_centre

    with centre_at(given) as where, open_centre(where.conninfo) as connection:
        name = revoke_counter(connection, given.code)
    print(_("{name} ({code}) was revoked: the centre answers it no more. What it sent is kept, and "
            "its receipts stay genuine. What it had not sent is only on its disk. The numbers it "
            "still held are cancelled.").format(name=name, code=given.code.upper()))  # fmt: skip
    return 0


def add_user(given: argparse.Namespace) -> int:
    """Let somebody sign in at the counters."""
    from datetime import UTC, datetime

    from counterdesk.core.ids import new_uuid7
    from counterdesk.core.people_told import PersonTold
    from counterdesk.services.secret_hash import COST
    from counterdesk.sync.centre.opening import open_centre
    from counterdesk.sync.centre.people import add_person

    login = plain_login(given.login)
    if not login or not given.name.strip():
        raise UserError(_("A person needs a login and a name. Nothing was changed."))
    with centre_at(given) as where:
        person = PersonTold(
            new_uuid7(datetime.now(UTC)), login, given.name.strip(), given.role, active=True,
            **_password(), **(_pin() if given.pin else {"pin_salt": b"", "pin_hash": b""}),
            memory_kib=COST.memory_kib, passes=COST.passes, lanes=COST.lanes,
        )  # fmt: skip
        with open_centre(where.conninfo) as connection:
            add_person(connection, person, given.office)
    text = _(
        "{name} may sign in as {login} ({role}). Counters know it as soon as the centre's "
        "service has told them."
    )
    print(text.format(name=person.name, login=login, role=given.role))
    return 0


def change_user(given: argparse.Namespace) -> int:
    """Change a person, or shut them out."""
    from counterdesk.sync.centre.opening import open_centre
    from counterdesk.sync.centre.people import change_person

    changes: dict[str, Any] = {
        name: value for name in ("name", "role", "office", "active")
        if (value := getattr(given, name)) is not None
    }  # fmt: skip
    with centre_at(given) as where:
        changes |= (_password() if given.password else {}) | (_pin() if given.pin else {})
        if not changes:
            raise UserError(_("Nothing was said to change, and nothing was changed."))
        with open_centre(where.conninfo) as connection:
            change_person(connection, given.login, changes)
    print(_("{login} was changed. Counters know it as soon as the centre's service has told them; "
            "one without network keeps what it knew for at most three days.").format(
        login=plain_login(given.login)))  # fmt: skip
    return 0


def settings(given: argparse.Namespace) -> int:
    """Show or change the office's settings."""
    from counterdesk.sync.centre.office_settings import change_setting, read_office
    from counterdesk.sync.centre.opening import open_centre

    with centre_at(given) as where, open_centre(where.conninfo) as connection:
        if given.value is not None:
            kept = change_setting(connection, given.name, given.value)
            print(_("{name} is now {value}. Counters take it up within seconds, or when they are "
                    "back.").format(name=given.name, value=kept))  # fmt: skip
            return 0
        rows = read_office(connection)
    if given.name is not None and given.name not in rows:
        raise UserError(_("There is no setting {name}. There are: {names}").format(
            name=given.name, names=", ".join(rows)))  # fmt: skip
    for name, text in rows.items():
        if given.name in (None, name):
            print(f"{name} = {text}")
    return 0


def role(text: str) -> Role:
    """Return the role that a word means: its own, or the name it has in the program."""
    for each in Role:
        if text.casefold() in (each.value.casefold(), each.name.casefold()):
            return each
    raise argparse.ArgumentTypeError(roles())


def roles() -> str:
    """Return the roles there are."""
    return _("one of: {roles}").format(roles=", ".join(each.name.lower() for each in Role))


def _password() -> dict[str, Any]:
    return _hashed("password", ask_new(_("Password: "), check_new_password))


def _pin() -> dict[str, Any]:
    return _hashed("pin", ask_new(_("PIN: "), check_new_pin))


def _hashed(which: str, secret: str) -> dict[str, Any]:
    import secrets

    from counterdesk.services.secret_hash import SALT_BYTES, hash_secret

    salt = secrets.token_bytes(SALT_BYTES)
    return {f"{which}_salt": salt, f"{which}_hash": hash_secret(secret, salt)}
