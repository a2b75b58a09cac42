"""A year of three counters: every figure of every month says the same, wherever it is looked at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest

from counterdesk.core.dates import months_later
from counterdesk.core.periods import Period
from counterdesk.core.settings import settings_rows
from counterdesk.demo.sample import sample_settings
from counterdesk.services.analytics import Breakdown
from counterdesk.services.verification import verify
from tests.busy_counter import Busy, Visit
from tests.faults.memory_centre import MemoryCentre
from tests.faults.memory_link import MemoryLink
from tests.faults.seeds import one_thread
from tests.faults.settled import new_money
from tests.figures_shown import Shown, shown
from tests.sync.scripted_link import HeldClock
from tests.sync.tills import Till, account, new_store

BEGIN = datetime(2025, 3, 3, 9, tzinfo=UTC)
_MONTHS, _ACTS_OF_A_MONTH = 12, 16
_CODES = ("C01", "C02", "C03")
_ACCOUNTS = 5


@dataclass
class Office:
    """Three counters, each with a clock of its own, and their centre."""

    counters: list[Busy]
    clocks: list[HeldClock]
    centre: MemoryCentre

    def settle(self) -> None:
        """Let everybody tell and hear everything."""
        for one in self.counters * 2:
            one.exchange()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    chance = Random(7)
    with one_thread():
        settings = replace(sample_settings(), offline_credit_own_shift=True)
        clocks = [HeldClock(BEGIN) for _code in (*_CODES, "centre")]
        centre = MemoryCentre("USD", settings_rows(settings), clocks[-1])
        owed = [
            account(10_001 + place, *(chance.randint(900, 20_000) for _bill in range(14)))
            for place in range(_ACCOUNTS)
        ]
        for one in owed:
            centre.import_account(one)
        taken, who = list[Visit](), [one.consumer.consumer_id for one in owed]
        counters = []
        for code, clock in zip(_CODES, clocks, strict=False):
            counter_id = uuid4()
            store = new_store(tmp_path / code, code, counter_id, clock)
            centre.add_counter(counter_id, store.counter.public_key, code)
            till = Till(store, MemoryLink(centre, counter_id))
            till.settle()
            counters.append(Busy(till, who, taken, chance))
        yield Office(counters, clocks, centre)
        for one in counters:
            one.till.close()


def months() -> list[Period]:
    first = [months_later(BEGIN.date().replace(day=1), place) for place in range(-2, _MONTHS + 1)]
    return [Period(one, months_later(one, 1) - timedelta(1)) for one in first]


def live(office: Office, chance: Random) -> None:
    """Let the year go by; now and then somebody looks at what is known by then."""
    for month in months()[2:-1]:
        for _act in range(_ACTS_OF_A_MONTH):
            hours = chance.randint(1, 24 * 28 * 2 // _ACTS_OF_A_MONTH)
            for clock in office.clocks:
                clock.advance(hours * 1_800)
            chance.choice(office.counters).act()
        one = chance.choice(office.counters)
        look(one, month)


def look(one: Busy, period: Period) -> Shown:
    return one.store.read(lambda read: shown(read, period), one.cashier.actor).result()


def by_hand(centre: MemoryCentre, period: Period) -> dict[Breakdown, Counter[str]]:
    """Add up what the events say, without anything of the program."""
    told = [(place, json.loads(one.body)) for place, one in centre.books.events.items()]
    visits = {
        one["data"]["transaction"]["id"]: (place[0], one["data"]) for place, one in told
        if one["kind"] == "payment.taken"
    }  # fmt: skip
    sums = {by: Counter[str]() for by in Breakdown if by is not Breakdown.TYPE}
    for place, event in told:
        minor = new_money(event)
        if minor and period.first <= date.fromisoformat(event["business_date"]) <= period.last:
            for by, names in _alike(centre, place[0], event, visits).items():
                for name in names:
                    sums[by][name] += minor
    return sums


def _alike(centre: MemoryCentre, who: UUID, event: dict, visits: dict) -> dict:
    data = event["data"]
    if event["kind"] == "credit_note.changed":
        change = data["change"]
        return {
            Breakdown.CHANNEL: [""], Breakdown.METHOD: [change["method_name"]],
            Breakdown.COUNTER: [centre.books.codes[who]], Breakdown.CASHIER: [change["user_name"]],
        }  # fmt: skip
    visit = data.get("transaction", data.get("undo", {}))
    taker, taken = visits[visit.get("transaction_id", visit["id"])]
    return {
        Breakdown.CHANNEL: [taken["transaction"]["channel"]],
        Breakdown.METHOD: {one["method_name"] for one in taken["tenders"]},
        Breakdown.COUNTER: [centre.books.codes[taker]],
        Breakdown.CASHIER: [taken["transaction"]["user_name"]],
    }


@pytest.mark.req("MON-10", "KPI-1", "KPI-2", "VIEW-2", "VIEW-5", "AUD-1")
def test_every_figure_of_a_year_is_the_same_wherever_it_is_looked_at(office: Office) -> None:
    live(office, Random(11))
    office.settle()
    assert office.centre.books.suspense == {}
    for month in months():
        first, *others = [look(one, month) for one in office.counters]
        for other in others:
            assert other == first
        for by, sums in by_hand(office.centre, month).items():
            found = {name: one.collected_minor for name, one in first.bars[by].items()}
            assert {name: x for name, x in found.items() if x} == {
                name: x for name, x in sums.items() if x
            }
    for one in office.counters:
        store = one.store
        assert store.write(lambda s, j=store: verify(s, j.read_journal())).result().findings == ()
    done = sum((Counter(one.done) for one in office.counters), Counter())
    print(done, sum(len(look(office.counters[0], m).lines) for m in months()))
