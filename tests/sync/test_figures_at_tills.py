"""Two counters of one centre show the same figures, each in step with itself at any moment."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from counterdesk.core.dates import months_later
from counterdesk.core.periods import Period
from tests.busy_counter import Busy, Visit
from tests.figures_by_hand import by_hand, without_zeros
from tests.figures_shown import Shown, shown
from tests.sync.centres import CentreUnderTest
from tests.sync.tills import Till, account, ledger_bytes
from tests.sync.two_tills import JOHN, office_of

_ACTS, _BETWEEN_LOOKS = 80, 8


def look(till: Till, period: Period) -> Shown:
    return till.store.read(lambda read: shown(read, period), till.jane).result()


def months_until(today: date) -> list[Period]:
    """This one and two before: some payments are captured late."""
    days = [months_later(today.replace(day=1), place) for place in (-2, -1, 0)]
    return [Period(day, months_later(day, 1) - timedelta(1)) for day in days]


@pytest.mark.req("MON-10", "KPI-1", "KPI-2", "KPI-3", "SYNC-3")
@pytest.mark.parametrize("kind", ["memory", "PostgreSQL"])
def test_two_counters_show_the_same_of_every_month(
    kind: str, centre: CentreUnderTest, tmp_path: Path
) -> None:
    chance, taken = Random(5), list[Visit]()
    with office_of(kind, centre, tmp_path) as office:
        tills = office.first, office.second
        who = [account(int(JOHN)).consumer.consumer_id]
        counters = [Busy(till, who, taken, chance) for till in tills]
        months = months_until(office.first.store.read(lambda read: read.today()).result())
        for number in range(_ACTS):
            chance.choice(counters).act()
            if number % _BETWEEN_LOOKS == 0:
                look(chance.choice(tills), months[-1])
        office.settle()
        acts = [
            (till.store.counter.code, json.loads(body)) for till in tills
            for body in ledger_bytes(till)
        ]  # fmt: skip
        for month in months:
            here, there = (look(till, month) for till in tills)
            assert here == there
            for by, sums in by_hand(acts, month).items():
                bars = {name: one.collected_minor for name, one in here.bars[by].items()}
                assert without_zeros(bars) == sums
        done = {name: sum(one.done[name] for one in counters) for name in counters[0].done}
        assert min(done.values()) > 0, done
