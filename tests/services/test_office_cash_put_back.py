"""What became of a shift's money is put back whole after a loss: rows, and the slip."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from counterdesk.core.clock import Clock
from counterdesk.models.base import table_of
from counterdesk.models.ledger import PrintJob
from counterdesk.services.put_back import put_back
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from tests.conftest import UNLOCK
from tests.services.whole_day import FACTS, a_whole_day


@pytest.fixture
def two(data_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[tuple[Store, Store]]:
    """A counter that will be lost, and an older copy of it."""
    shutil.copytree(data_folder, tmp_path / "lost")
    stores = tuple(Store.open(path, UNLOCK, clock) for path in (tmp_path / "lost", data_folder))
    yield stores[0], stores[1]
    for store in stores:
        store.close()


def facts(read: ReadSession) -> dict[str, list[object]]:
    tables = [table_of(model) for model in FACTS]
    found: dict[str, list[object]] = {
        table.name: sorted(map(tuple, read.execute(select(table))), key=repr) for table in tables
    }
    papers = read.execute(select(PrintJob.document).where(PrintJob.transaction_id.is_(None)))
    return found | {"papers": sorted(papers.scalars())}


@pytest.mark.req("AUD-1", "CASH-4", "CASH-5")
def test_every_fact_after_the_shift_is_put_back(two: tuple[Store, Store]) -> None:
    lost, older = two
    a_whole_day(lost)
    acts = lost.read_journal().entries
    older.write(lambda s: put_back(s, acts[s.head.seq :])).result()
    before, after = (store.read(facts).result() for store in two)
    assert all(before.values())
    assert after == before
