"""Bringing a ledger's tables to this version: a copy first, then one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.models import LedgerBase
from counterdesk.store.backup import copy_ledger
from counterdesk.store.folder import Folder
from counterdesk.store.opening import close, open_file, raw_of

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0001"
"""The newest revision in `migrations/versions`; a test holds the two together."""

MIGRATIONS = Path(__file__).parent / "migrations"


def create_tables(connection: Connection) -> None:
    """Create the tables of a new ledger, at this version, inside the caller's transaction."""
    LedgerBase.metadata.create_all(connection, checkfirst=False)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (HEAD,))


def bring_up_to_date(folder: Folder, key: bytes, migrations: Path = MIGRATIONS) -> None:
    """Migrate the ledger if it is older than this version, after a copy of the file.

    Raises:
        UserError: The ledger is newer than this version, or could not be migrated: then it is
            as it was before.
    """
    connection = open_file(folder.ledger, key)
    try:
        found = _revision(connection)
        if found != HEAD:
            _migrate(connection, folder, key, found, migrations)
    finally:
        close(connection)


def alembic_config(connection: Connection, migrations: Path = MIGRATIONS) -> Config:
    """Return the configuration under which Alembic works on a connection."""
    from alembic.config import Config  # noqa: PLC0415 - 290 ms, needed once for each version

    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str:
    row = raw_of(connection).execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _migrate(
    connection: Connection, folder: Folder, key: bytes, found: str, migrations: Path
) -> None:
    from alembic import command  # noqa: PLC0415 - 290 ms, needed once for each version
    from alembic.script import ScriptDirectory  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = alembic_config(connection, migrations)
    script = ScriptDirectory.from_config(config)
    if found not in {step.revision for step in script.walk_revisions()}:
        raise UserError(
            _("The ledger was written by a newer version of CounterDesk ({revision}). Install "
              "that version or a newer one.").format(revision=found)
        )  # fmt: skip
    copy_ledger(connection, folder, key, f"before-{script.get_current_head()}")
    raw_of(connection).execute("PRAGMA foreign_keys = OFF")  # tables are rebuilt by copying
    try:
        with connection.begin():
            command.upgrade(config, "head")
            _check_references(connection)
    except (CommandError, DBAPIError, ValueError) as error:
        raise UserError(
            _("The ledger could not be brought to this version and is as it was before: {reason}")
            .format(reason=error)
        ) from error  # fmt: skip
    raw_of(connection).execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise ValueError(f"rows without the row they name: {orphans[:3]}")
