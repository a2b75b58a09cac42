"""A new centre: its schema, settings, number series, the utility's key and the service's login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
from psycopg import sql

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings, settings_rows
from counterdesk.store.unlock import KeySource
from counterdesk.sync.centre.logins import create_login
from counterdesk.sync.centre.migrating import SERVICE, create_centre
from counterdesk.sync.centre.opening import connect, in_words
from counterdesk.sync.centre.service_keys import (
    UtilityKeys,
    authority_file,
    make_utility_keys,
    note_founded,
)
from counterdesk.sync.enrolment_code import is_this_machine

_PORT = 5432


@dataclass(frozen=True, slots=True)
class NewCentre:
    """What is decided when a utility begins.

    `host` is where counters find it; "" is where it was made from. `server_ca` is the PEM of who
    vouches for the server's TLS certificate; "" is the utility's own authority, or no TLS for a
    server on this machine.
    """

    settings: Settings
    starts: Mapping[str, int] = field(default_factory=dict)
    """The first number of a series, where it is not 1."""
    host: str = ""
    port: int = 0
    server_ca: str = ""


def found_centre(conninfo: str, new: NewCentre, folder: Path, unlock: KeySource) -> str:
    """Make an empty database the centre of a utility; all of it or nothing.

    Args:
        conninfo: Of the database, as somebody who may create roles and schemas in it.
        new: The utility.
        folder: Where the service's keys go.
        unlock: What will open them again.

    Returns:
        The recovery code of the keys, which is kept nowhere: show it once.

    Raises:
        UserError: No such database, no rights, it is a centre already, the folder holds the keys
            of another one. The sentence says which.
    """
    connect(conninfo).close()
    name = new.settings.utility_name
    keys, recovery_code = make_utility_keys(folder, unlock, name)
    with in_words():
        create_centre(
            conninfo, name, new.settings.currency.code,
            lambda connection: _furnish(connection, new, keys),
        )  # fmt: skip
    note_founded(folder, unlock, name)
    return recovery_code


def _furnish(connection: psycopg.Connection, new: NewCentre, keys: UtilityKeys) -> None:
    connection.execute("update cd.site set utility_public_key = %s", (keys.public_key,))
    _seed_settings(connection, replace(new.settings, utility_public_key=keys.public_key.hex()))
    _seed_numbers(connection, new)
    create_login(connection, keys.login.role, keys.login.password, SERVICE)
    host, port = new.host or connection.info.host, new.port or connection.info.port or _PORT
    server_ca = new.server_ca or (None if is_this_machine(host) else keys.login.authority)
    connection.execute(
        "insert into cd.reach (host, port, server_ca) values (%s, %s, %s)", (host, port, server_ca)
    )


def _seed_settings(connection: psycopg.Connection, settings: Settings) -> None:
    rows = settings_rows(settings)
    with connection.cursor() as cursor:
        cursor.executemany(
            sql.SQL("insert into cd.setting (name, value, changed_by)"
                    " values (%s, %s::jsonb, session_user)"), list(rows.items()),
        )  # fmt: skip
    connection.execute("select cd.publish(%s, %s)", (["setting"] * len(rows), list(rows)))


def _seed_numbers(connection: psycopg.Connection, new: NewCentre) -> None:
    for series in new.settings.number_formats:
        start = new.starts.get(series, 1)
        connection.execute(
            "insert into cd.number_series (series, year, begins, next)"
            " values (%s, cd.series_year(%s, current_date), %s, %s)",
            (series, series, start, start),
        )


def own_authority(keys: Path, host: str) -> Path | None:
    """Return the file of who vouches for a server by default; None for one on this machine."""
    return (
        None if is_this_machine(host) or not authority_file(keys).exists() else authority_file(keys)
    )


def read_reach(connection: psycopg.Connection) -> tuple[str, int, bool]:
    """Return host and port of the server as counters find it, and whether TLS is used."""
    row = connection.execute("select host, port, server_ca is not null from cd.reach").fetchone()
    return row or ("", 0, False)


def change_reach(connection: psycopg.Connection, host: str, port: int, server_ca: str) -> None:
    """Change where counters find the server; the service signs it and tells those enrolled.

    Args:
        connection: The administrator's open transaction.
        host: "" keeps it.
        port: 0 keeps it.
        server_ca: PEM of who vouches for it; "" only for a server on this machine.

    Raises:
        UserError: It is more than one host, or nobody vouches for a server on the network.
    """
    before = read_reach(connection)
    host, port = host or before[0], port or before[1]
    if "," in host:
        raise UserError(_("A server has one name; tills keep the one before by themselves. Nothing "
                          "was changed."))  # fmt: skip
    if not is_this_machine(host) and not server_ca:
        raise UserError(_("Say with --ca who vouches for the server: over the network nothing goes "
                          "unencrypted. Nothing was changed."))  # fmt: skip
    connection.execute(
        "update cd.reach set host = %s, port = %s, server_ca = %s",
        (host, port, server_ca or None),
    )
