from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from counterdesk.core.clock import Clock
from counterdesk.core.errors import UserError
from counterdesk.models.base import LedgerBase
from counterdesk.store.folder import Folder
from counterdesk.store.keys import open_key_file
from counterdesk.store.migrating import (
    HEAD,
    MIGRATIONS,
    alembic_config,
    bring_up_to_date,
    create_tables,
)
from counterdesk.store.opening import close, create_file, open_file, raw_of
from counterdesk.store.store import Store
from tests.conftest import UNLOCK, find_person
from tests.faults.payer import be_in_shift

KEY = bytes(range(32))
SCHEMA = "select type, name, sql from sqlite_schema order by name"
STEP = '''
"""A step of a version to come."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{head}"


def upgrade() -> None:
    op.add_column("state", sa.Column("since", sa.String(), nullable=False, server_default=""))
    {then}
'''


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Connection]:
    connection = create_file(tmp_path / "made.db", KEY)
    yield connection
    close(connection)


def upgrade(connection: Connection) -> None:
    with connection.begin():
        command.upgrade(alembic_config(connection), "head")


def next_version(tmp_path: Path, then: str) -> Path:
    """Return the steps of this version and one more."""
    migrations = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, migrations)
    (migrations / "versions" / "m9999_next.py").write_text(STEP.format(head=HEAD, then=then))
    return migrations


def state_columns(folder: Path, clock: Clock) -> list[str]:
    store = Store.open(folder, UNLOCK, clock)
    names: list[str] = []
    store._writer.outside_transaction(
        lambda c: names.extend(r[1] for r in raw_of(c).execute("pragma table_info(state)"))
    )
    store.close()
    return names


def parts_of(sql: str) -> list[str]:
    """Return the columns and constraints of a table, in whatever order they were written."""
    return sorted(" ".join(re.sub(r"[()]", " ", part).split()) for part in sql.split(","))


def key_of(folder: Path) -> bytes:
    return open_key_file(folder / "counter.key", UNLOCK).data_key


def test_the_steps_lead_to_the_models(empty: Connection) -> None:
    upgrade(empty)
    assert compare_metadata(MigrationContext.configure(empty), LedgerBase.metadata) == []


def test_a_new_ledger_has_the_tables_that_the_steps_lead_to(
    empty: Connection, tmp_path: Path
) -> None:
    upgrade(empty)
    made = create_file(tmp_path / "new.db", KEY)
    with made.begin():
        create_tables(made)
    steps, new = (
        {(kind, name): parts_of(sql or "") for kind, name, sql in raw_of(c).execute(SCHEMA)}
        for c in (empty, made)
    )
    close(made)
    assert steps == new


def test_the_newest_step_is_the_one_that_start_compares_with(empty: Connection) -> None:
    script = ScriptDirectory.from_config(alembic_config(empty))
    assert script.get_heads() == [HEAD]


def test_a_newer_ledger_is_refused_in_words(data_folder: Path, clock: Clock) -> None:
    key = key_of(data_folder)
    connection = open_file(data_folder / "ledger.db", key)
    raw_of(connection).execute("update alembic_version set version_num = '9999'")
    close(connection)
    with pytest.raises(UserError, match=r"newer version of CounterDesk \(9999\)"):
        Store.open(data_folder, UNLOCK, clock)
    assert not (data_folder / "backups").exists()


@pytest.fixture
def one_version_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this program be the version to come."""
    monkeypatch.setattr("counterdesk.store.migrating.HEAD", "9999")


def test_a_step_runs_once_and_leaves_a_copy_of_before(
    data_folder: Path, tmp_path: Path, clock: Clock, one_version_on: None
) -> None:
    migrations = next_version(tmp_path, "pass")
    key = key_of(data_folder)
    for _ in range(2):
        bring_up_to_date(Folder(data_folder), key, migrations)
    assert "since" in state_columns(data_folder, clock)
    copies = list((data_folder / "backups").iterdir())
    assert [path.name for path in copies] == ["ledger-before-9999.db"]
    copy = open_file(copies[0], key, read_only=True)
    assert raw_of(copy).execute("select * from alembic_version").fetchall() == [(HEAD,)]
    close(copy)


@pytest.mark.parametrize(
    "then",
    [
        'op.execute("select no_such_function()")',
        'raise ValueError("half-way")',
        'op.execute("delete from event")',
    ],
)
def test_a_step_that_fails_half_way_leaves_the_ledger_as_it_was(
    data_folder: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    store = Store.open(data_folder, UNLOCK, clock)
    be_in_shift(store, find_person(store, "jane"))
    store.close()
    with monkeypatch.context() as patch:
        patch.setattr("counterdesk.store.migrating.HEAD", "9999")
        with pytest.raises(UserError, match="as it was before"):
            bring_up_to_date(Folder(data_folder), key_of(data_folder), next_version(tmp_path, then))
    assert "since" not in state_columns(data_folder, clock)
