"""Tills and one real centre: the whole path, there and back, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterdesk.sync.status import SyncState
from tests.sync.centres import CentreUnderTest
from tests.sync.tills import Till, account, import_accounts, till_at


@pytest.fixture
def tills(centre: CentreUnderTest, tmp_path: Path) -> Iterator[tuple[Till, Till]]:
    """Two tills with their shifts open, at a centre with two accounts."""
    import_accounts(centre, [account(10_001, 14_550, 9_000), account(10_002, 5_000)])
    pair = (till_at(centre, tmp_path, "C01"), till_at(centre, tmp_path, "C02"))
    for till in pair:
        till.settle()
        till.open_shift()
    yield pair
    for till in pair:
        till.close()


@pytest.mark.req("SYNC-3", "SYNC-5")
def test_a_payment_reaches_the_centre_and_the_other_till(tills: tuple[Till, Till]) -> None:
    first, second = tills
    first.pay("10001")
    first.settle()
    assert (first.status.state, first.status.waiting) == (SyncState.ONLINE, 0)
    second.hear()
    assert first.owed("10001") == second.owed("10001") == 9_000
