from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.conftest import UNLOCK
from tests.services.guessing import ObedientClock


@pytest.mark.req("PAY-8")
def test_ids_of_one_transaction_grow_while_the_clock_stands_or_goes_back(data_folder: Path) -> None:
    clock = ObedientClock()
    store = Store.open(data_folder, UNLOCK, clock)

    def draw(session: Session) -> list[int]:
        first = [session.new_id().int for _ in range(50)]
        clock.wall_utc -= timedelta(hours=1)
        return first + [session.new_id().int for _ in range(50)]

    ids = store.write(draw).result()
    store.close()
    assert ids == sorted(set(ids))
    assert {number >> 76 & 0xF for number in ids} == {7}
