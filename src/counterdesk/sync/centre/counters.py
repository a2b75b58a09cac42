"""The counters a centre knows: invited by a one-time code, revoked when they are lost."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from ssl import PEM_cert_to_DER_cert
from typing import Final
from uuid import UUID

import psycopg
from psycopg import sql

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.ids import new_uuid7
from counterdesk.sync.centre.logins import create_login, join_group, set_password, shut_login
from counterdesk.sync.centre.migrating import COUNTERS, ENROLLING
from counterdesk.sync.centre.service_keys import key_hash
from counterdesk.sync.enrolment_code import EnrolmentCode, code_text

_LONGEST: Final = 12
_HOURS: Final = 48


@dataclass(frozen=True, slots=True)
class Invitation:
    """A counter that waits for its till, and the code that makes a till this counter."""

    code: str
    name: str
    enrolment_code: str
    hours: int = _HOURS


def add_counter(
    connection: psycopg.Connection, name: str, office: str, code: str = ""
) -> Invitation:
    """Invite a new counter.

    Args:
        connection: The administrator's open transaction.
        name: What people call it.
        office: Where it stands.
        code: What its receipts say, such as C07; "" takes the next free one.

    Raises:
        UserError: The code is taken or no code, or there is no name.
    """
    code = _plain_code(code) or _next_code(connection)
    if not name.strip():
        raise UserError(_("A counter needs a name. Nothing was changed."))
    if connection.execute("select from cd.counter where code = %s", (code,)).rowcount:
        raise UserError(
            _("There is a counter {code} already. Nothing was changed. Choose another code, or "
              "renew its enrolment code with --renew.").format(code=code)
        )  # fmt: skip
    role, password = f"cd_{code.lower()}_{secrets.token_hex(4)}", _one_time_password()
    create_login(connection, role, password, ENROLLING)
    connection.execute(
        "insert into cd.counter (counter_id, code, name, office, role_name)"
        " values (%s, %s, %s, %s, %s)",
        (new_uuid7(datetime.now(UTC)), code, name.strip(), office.strip(), role),
    )
    return Invitation(code, name.strip(), _enrolment_code(connection, role, password))


def renew_invitation(connection: psycopg.Connection, code: str) -> Invitation:
    """Give a counter that never worked a new code; the one before is worth nothing any more.

    Raises:
        UserError: There is no such counter, or it works already.
    """
    row = connection.execute(
        "update cd.counter set status = 'invited', public_key = null, tls_request = null,"
        " certificate = null, tls_certificate = null, invited_at = clock_timestamp(),"
        " invited_until = clock_timestamp() + make_interval(hours => %s)"
        " where code = %s and status <> 'revoked' and last_seq = 0"
        " returning role_name, name, code, counter_id",
        (_HOURS, _plain_code(code)),
    ).fetchone()
    if row is None:
        raise UserError(_("No counter {code} waits for its till. Nothing was changed. One that has "
                          "worked is revoked, and a new one added.").format(code=code))  # fmt: skip
    role, name, plain, counter_id = row
    _close_leases(connection, counter_id, "renewed")
    password = _one_time_password()
    set_password(connection, role, password)
    _shut_out(connection, role)
    return Invitation(plain, name, _enrolment_code(connection, role, password))


def _shut_out(connection: psycopg.Connection, role: str) -> None:
    """Send a login back to those who wait for a certificate."""
    shut_login(connection, role, (COUNTERS,))
    connection.execute(sql.SQL("alter role {} login").format(sql.Identifier(role)))
    join_group(connection, role, ENROLLING)


def revoke_counter(connection: psycopg.Connection, code: str) -> str:
    """Take everything from a counter that was lost: its login, its rights, its connections.

    What it did stays. The numbers of its leases are cancelled; one that turns out to be used counts
    as used all the same.

    Returns:
        The counter's name.

    Raises:
        UserError: There is no such counter, or it was revoked before.
    """
    row = connection.execute(
        "update cd.counter set status = 'revoked', revoked_at = clock_timestamp()"
        " where code = %s and status <> 'revoked' returning role_name, name, counter_id",
        (_plain_code(code),),
    ).fetchone()
    if row is None:
        raise UserError(
            _("There is no counter {code}, or it was revoked before. Nothing was changed.").format(
                code=code
            )
        )
    role, name, counter_id = row
    _close_leases(connection, counter_id, "revoked")
    shut_login(connection, role, (COUNTERS, ENROLLING))
    _hang_up(connection, role)
    return str(name)


def _close_leases(connection: psycopg.Connection, counter_id: UUID, reason: str) -> None:
    connection.execute("select cd.close_leases(%s, %s)", (counter_id, reason))


def _hang_up(connection: psycopg.Connection, role: str) -> None:
    """End its connections; without the right to, they end by themselves: no call is answered."""
    try:
        with connection.transaction():
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", (role,)
            )
    except psycopg.errors.InsufficientPrivilege:
        pass


def _plain_code(code: str) -> str:
    plain = code.strip().upper()
    if plain and not (plain.isascii() and plain.isalnum() and len(plain) <= _LONGEST):
        raise UserError(_("A counter's code is made of at most {count} letters and digits, such as "
                          "C07. Nothing was changed.").format(count=_LONGEST))  # fmt: skip
    return plain


def _next_code(connection: psycopg.Connection) -> str:
    row = connection.execute(
        "select coalesce(max(substr(code, 2)::bigint), 0) + 1 from cd.counter"
        " where code ~ '^C[0-9]{1,9}$'"
    ).fetchone()
    return f"C{row[0] if row else 1:02}"


def _one_time_password() -> str:
    return secrets.token_hex(16)


def _enrolment_code(connection: psycopg.Connection, role: str, password: str) -> str:
    row = connection.execute(
        "select host, port, server_ca, utility_public_key from cd.reach, cd.site"
    ).fetchone()
    if row is None or row[3] is None:
        raise UserError(_("This centre has no key of its utility. Nothing was changed. It was not "
                          "made by: centre init"))  # fmt: skip
    host, port, server_ca, public_key = row
    ca = PEM_cert_to_DER_cert(server_ca) if server_ca else b""
    ca_hash = hashlib.sha256(ca).digest() if ca else b""
    return code_text(
        EnrolmentCode(
            host, port, connection.info.dbname, role, password, key_hash(public_key), ca_hash, ca
        )
    )
