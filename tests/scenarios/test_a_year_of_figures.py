"""A year of three counters: every figure of every month says the same, wherever it is looked at."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest

from counterdesk.core.dates import months_later
from counterdesk.core.periods import Period
from counterdesk.core.settings import settings_rows
from counterdesk.demo.sample import sample_settings
from counterdesk.services.list_csv import CsvList
from counterdesk.services.list_export import write_list
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.store.session import ReadSession
from counterdesk.ui.tables.exported_payments import payments_listing
from tests.busy_counter import Busy, Visit
from tests.faults.memory_centre import MemoryCentre
from tests.faults.memory_link import MemoryLink
from tests.faults.seeds import one_thread
from tests.figures_by_hand import Act, by_hand, without_zeros
from tests.figures_shown import Shown, shown
from tests.sync.scripted_link import HeldClock
from tests.sync.tills import Till, account, new_store

BEGIN = datetime(2025, 3, 3, 9, tzinfo=UTC)
CODES = ("C01", "C02", "C03")
_MONTHS, _DAYS_OF_A_MONTH, _ACTS_OF_A_DAY = 12, 3, 3
_ACCOUNTS, _BILLS = 5, 14


@dataclass
class Office:
    """Three counters, the clocks of all and of their centre, and what decides."""

    counters: list[Busy]
    clocks: list[HeldClock]
    centre: MemoryCentre
    chance: Random

    def live_a_month(self) -> None:
        """Let so much happen at one counter or another; not all hear of it at once."""
        for _day in range(_DAYS_OF_A_MONTH):
            hours = self.chance.randint(20, 2 * 29 * 24 // _DAYS_OF_A_MONTH - 20)
            for clock in self.clocks:
                clock.advance(hours * 3_600)
            for one in self.chance.choices(self.counters, k=2):
                for _act in range(_ACTS_OF_A_DAY):
                    one.act()

    def settle(self) -> None:
        """Let everybody tell and hear everything."""
        for one in self.counters * 2:
            one.exchange()

    def acts(self) -> list[Act]:
        """Return what all counters told."""
        books = self.centre.books
        return [(books.codes[who], json.loads(one.body)) for (who, _), one in books.events.items()]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    chance = Random(7)
    clocks = [HeldClock(BEGIN) for _one in (*CODES, "centre")]
    settings = replace(sample_settings(), offline_credit_own_shift=True)
    centre = MemoryCentre("USD", settings_rows(settings), clocks[-1])
    owed = [
        account(10_001 + place, *(chance.randint(900, 20_000) for _bill in range(_BILLS)))
        for place in range(_ACCOUNTS)
    ]
    for one in owed:
        centre.import_account(one)
    with one_thread():
        taken, who = list[Visit](), [one.consumer.consumer_id for one in owed]
        tills = [
            till_of(centre, tmp_path / code, clock)
            for code, clock in zip(CODES, clocks, strict=False)
        ]
        yield Office([Busy(till, who, taken, chance) for till in tills], clocks, centre, chance)
        for till in tills:
            till.close()


def till_of(centre: MemoryCentre, folder: Path, clock: HeldClock) -> Till:
    counter_id = uuid4()
    store = new_store(folder, folder.name, counter_id, clock)
    centre.add_counter(counter_id, store.counter.public_key, folder.name)
    till = Till(store, MemoryLink(centre, counter_id))
    till.settle()
    return till


def months() -> list[Period]:
    """From before the first payment, as some are captured late, to after the last undo."""
    first = BEGIN.date().replace(day=1)
    days = [months_later(first, place) for place in range(-2, _MONTHS + 2)]
    return [Period(day, months_later(day, 1) - timedelta(1)) for day in days]


def look(one: Busy, period: Period) -> Shown:
    return one.store.read(lambda read: shown(read, period), one.cashier.actor).result()


def written_to_a_file(one: Busy, period: Period, path: Path) -> tuple[int, int]:
    """Export the payments that figures count; return how many there are, and what they took."""
    wanted = PaymentFilter(first=period.first, last=period.last, counted=True)
    listing = payments_listing(wanted, one.store.settings)

    def write(read: ReadSession) -> None:
        write_list(read, listing, path, CsvList, lambda _done, _about: None)

    one.store.read(write, one.cashier.actor).result()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return len(rows), sum(round(float(row["Collected (USD)"]) * 100) for row in rows)


@pytest.mark.req("MON-10", "KPI-1", "KPI-2", "VIEW-2", "VIEW-4", "VIEW-6", "AUD-1")
def test_every_figure_of_a_year_is_the_same_wherever_it_is_looked_at(
    office: Office, tmp_path: Path
) -> None:
    for month in months()[2:-2]:
        office.live_a_month()
        look(office.chance.choice(office.counters), month)
    office.settle()
    assert office.centre.books.suspense == {}
    kinds = {act["data"]["undo"]["kind"] for _code, act in office.acts() if "undo" in act["data"]}
    assert kinds >= {"reversal", "moved", "corrected"}
    done = sum((Counter(one.done) for one in office.counters), Counter[str]())
    assert min(done.values()) > 0, done
    assert all(one.disputes for one in office.counters)
    year = Period(months()[0].first, months()[-1].last)
    for period in (*months(), year):
        first, *others = [look(one, period) for one in office.counters]
        assert others == [first, first]
        for by, sums in by_hand(office.acts(), period).items():
            bars = {name: one.collected_minor for name, one in first.bars[by].items()}
            assert without_zeros(bars) == sums
    for one in office.counters:
        exported = written_to_a_file(one, year, tmp_path / f"{one.store.counter.code}.csv")
        assert exported == (first.total.payments, first.total.taken_minor)
        assert one.cashier.findings() == ()
