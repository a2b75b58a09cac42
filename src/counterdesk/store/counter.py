"""Who this till is and what its office has set, as they stand in the two files."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import Connection, insert, select

from counterdesk.core.settings import Settings, settings_from
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Counter
from counterdesk.models.ref import SettingRow
from counterdesk.store.folder import Folder
from counterdesk.store.keys import Secrets
from counterdesk.store.migrating import create_tables
from counterdesk.store.opening import close, create_file
from counterdesk.store.session import CounterIdentity

_COLUMNS = [item.name for item in fields(CounterIdentity)]


def create_ledger(folder: Folder, secrets: Secrets, counter: CounterIdentity) -> None:
    """Write a new counter's ledger; it gets its name once it is whole.

    Raises:
        UserError: The disk does not take it.
    """
    beside = folder.ledger.with_name(folder.ledger.name + ".new")
    beside.unlink(missing_ok=True)
    connection = create_file(beside, secrets.data_key)
    try:
        with connection.begin():
            create_tables(connection)
            row = {name: getattr(counter, name) for name in _COLUMNS}
            connection.execute(insert(Counter), row)
    finally:
        close(connection)
    beside.replace(folder.ledger)
    folder.sync()


def read_counter(connection: Connection) -> CounterIdentity:
    """Return who this till is, between two transactions."""
    table = table_of(Counter)
    with connection.begin():
        row = connection.execute(select(*(table.c[name] for name in _COLUMNS))).one()
    return CounterIdentity(*row)


def read_settings(connection: Connection) -> Settings:
    """Return the office's settings as the centre last told them, between two transactions."""
    with connection.begin():
        rows = connection.execute(select(SettingRow.name, SettingRow.value)).all()
    return settings_from({row.name: row.value for row in rows})
