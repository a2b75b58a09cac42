"""Every column of what became of a shift's money is held by its event; nothing comes or goes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from counterdesk.core.clock import ShiftedClock
from counterdesk.models.base import table_of
from counterdesk.services.verified_rows import row_findings
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.conftest import START_UTC, UNLOCK
from tests.services.whole_day import FACTS, a_whole_day

TABLES = [table_of(model) for model in FACTS]


class _Undone(Exception):
    """Takes a test's forgery back."""


@pytest.fixture(scope="module")
def office(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A counter after a whole day; what a test forges is rolled back."""
    folder = tmp_path_factory.mktemp("office") / "data"
    shutil.copytree(template, folder)
    store = Store.open(folder, UNLOCK, ShiftedClock(START_UTC))
    a_whole_day(store)
    yield store
    store.close()


def forged(store: Store, statement: str) -> tuple[str, ...]:
    """What is found where somebody changes the ledger by hand."""
    found: list[tuple[str, ...]] = []

    def forge(session: Session) -> None:
        for rule in ("defer_foreign_keys", "ignore_check_constraints"):
            session.execute(text(f"pragma {rule} = on"))
        session.execute(text(statement))
        found.append(row_findings(session).findings)
        raise _Undone

    with pytest.raises(_Undone):
        store.write(forge).result()
    return found[0]


def other_value(kind: Any) -> str:
    return {
        "DATE": "'2001-01-01'", "INTEGER": "987654", "BIGINT": "987654",
        "CHAR(32)": f"'{'9' * 32}'", "BOOLEAN": "not accepted",
    }.get(str(kind), "'edited'")  # fmt: skip


@pytest.mark.req("AUD-1")
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_held_by_its_event(office: Store, table: Any) -> None:
    for column in table.columns:
        if column.primary_key:
            continue
        found = forged(
            office,
            f"update {table.name} set {column.name} = {other_value(column.type)} where rowid ="
            f" (select max(rowid) from {table.name})",
        )
        assert any(f"has another {column.name} than event" in one for one in found), column.name


@pytest.mark.req("AUD-1")
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_removed_row_is_named(office: Store, table: Any) -> None:
    last = f"delete from {table.name} where rowid = (select max(rowid) from {table.name})"
    assert any("is missing." in one for one in forged(office, last))
