"""A till that was away for a month, whose day ends while it sends, and whose clock is anything."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from counterdesk.services.shifts import current_shift, expected_drawer, open_shift
from counterdesk.services.taken import PaymentTaken
from counterdesk.store.session import JournalEntry, Session
from counterdesk.sync.link import PUSH_EVENTS, CentreAway, PushAnswer
from counterdesk.sync.postgres_link import PostgresLink
from tests.services.counting import close_shift
from tests.sync.centres import CentreUnderTest
from tests.sync.scripted_link import HeldClock
from tests.sync.tills import (
    Till,
    account,
    centre_bytes,
    import_accounts,
    ledger_bytes,
    login_of,
    new_store,
    publish,
)

_FLOAT = 10_000
_DAY_S = 86_400


class BusyLink(PostgresLink):
    """A line on which something else happens at the till while a push is under way."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self.till: Till
        self.closes_shift = self.loses_answer = False

    def push(self, events: Sequence[JournalEntry], now_utc: datetime) -> PushAnswer:
        answer = super().push(events, now_utc)
        if events and self.closes_shift:
            self.closes_shift = False
            end_day(self.till)
            if self.loses_answer:
                raise CentreAway("the answer was lost")
        return answer


class Desk:
    """A till with a clock of its own."""

    def __init__(self, centre: CentreUnderTest, folder: Path, code: str) -> None:
        self.clock = HeldClock(datetime.now(UTC) - timedelta(days=31))
        store = new_store(folder / code, code, clock=self.clock)
        self.link = BusyLink(login_of(centre, store).conninfo)
        self.till = self.link.till = Till(store, self.link)
        self.till.settle()

    def exchange(self) -> int:
        """Exchange what there is; return in how many steps."""
        self.till.sync.ask_now()
        for steps in range(1, 2_000):
            if self.till.sync.step().seconds:
                return steps
        raise AssertionError("it never comes to rest")


def begin_day(till: Till) -> None:
    till.store.write(lambda s: open_shift(s, _FLOAT), till.jane).result()


def end_day(till: Till) -> None:
    def close(session: Session) -> None:
        shift = current_shift(session)
        assert shift is not None
        close_shift(session, expected_drawer(session, shift.id))

    till.store.write(close, till.jane).result()


@pytest.fixture
def desk(centre: CentreUnderTest, tmp_path: Path) -> Iterator[Desk]:
    import_accounts(centre, [account(10_001, 10_000_000)])
    made = Desk(centre, tmp_path, "C01")
    yield made
    made.till.close()


def away_for_a_month(desk: Desk, payments: int, others: int) -> None:
    """Work every day of thirty, with so many payments and other acts on each."""
    for _day in range(30):
        desk.clock.advance(_DAY_S)
        begin_day(desk.till)
        for _payment in range(payments):
            desk.till.pay("10001", 100)
        for _act in range(others):
            desk.till.store.write(lambda s: s.record("drawer.opened", {})).result()
        end_day(desk.till)


def come_back(centre: CentreUnderTest, desk: Desk, payments: int, folder: Path) -> None:
    """All that was done arrives, in as many pushes as it takes, and is known elsewhere."""
    waiting = len(ledger_bytes(desk.till)) - len(centre_bytes(centre, desk.till))
    steps = desk.exchange()
    assert desk.till.status.waiting == 0
    assert steps < 1.1 * waiting / PUSH_EVENTS + 50
    assert centre_bytes(centre, desk.till) == ledger_bytes(desk.till)
    assert centre.value("select count(*) from cd.suspense") == 0
    kept, floats, drawers = centre.execute(
        "select (select sum(tendered_minor - change_minor)::bigint from cd.payment_transaction),"
        " (select sum(float_minor)::bigint from cd.shift),"
        " (select sum(counted_minor)::bigint from cd.shift_closed)"
    )[0]
    assert (kept, floats, drawers) == (payments * 100, 30 * _FLOAT, payments * 100 + 30 * _FLOAT)
    other = Desk(centre, folder, "C02")
    try:
        assert other.till.owed("10001") == desk.till.owed("10001") == 10_000_000 - payments * 100
    finally:
        other.till.close()


@pytest.mark.req("SYNC-1", "SYNC-3")
def test_a_month_without_the_centre_arrives_whole(
    centre: CentreUnderTest, desk: Desk, tmp_path: Path
) -> None:
    away_for_a_month(desk, payments=2, others=3)
    come_back(centre, desk, 60, tmp_path)


@pytest.mark.faults
@pytest.mark.req("SYNC-1", "SYNC-3")
def test_ten_thousand_events_of_a_month_arrive_whole(
    centre: CentreUnderTest, desk: Desk, tmp_path: Path
) -> None:
    away_for_a_month(desk, payments=100, others=232)
    assert desk.till.store.read(lambda r: len(r.connection.exec_driver_sql(
        "select seq from event").all())).result() > 10_000  # fmt: skip
    come_back(centre, desk, 3_000, tmp_path)


@pytest.mark.req("CASH-7", "SYNC-3")
@pytest.mark.parametrize("loses_answer", [False, True])
def test_a_shift_that_is_closed_while_its_payments_are_sent_arrives_whole(
    centre: CentreUnderTest, desk: Desk, loses_answer: bool
) -> None:
    begin_day(desk.till)
    desk.till.pay("10001", 2_500)
    desk.link.closes_shift, desk.link.loses_answer = True, loses_answer
    desk.exchange()
    desk.exchange()
    assert centre_bytes(centre, desk.till) == ledger_bytes(desk.till)
    rows = centre.execute("select counted_minor, expected_minor from cd.shift_closed")
    assert rows == [(12_500, 12_500)]
    assert centre.value("select count(*) from cd.suspense") == 0


_MOMENTS = {
    datetime(2025, 3, 3, 9, tzinfo=UTC): "2025-03-03",
    datetime(2025, 3, 2, 9, tzinfo=UTC): "2025-03-02",  # a day back
    datetime(2025, 3, 30, 0, 59, tzinfo=UTC): "2025-03-30",  # a minute before summer begins
    datetime(2025, 3, 30, 1, 1, tzinfo=UTC): "2025-03-30",
    datetime(2025, 10, 26, 0, 30, tzinfo=UTC): "2025-10-26",  # half past two, and an hour later
    datetime(2025, 10, 26, 1, 30, tzinfo=UTC): "2025-10-26",  # half past two again
    datetime(2025, 12, 31, 22, 30, tzinfo=UTC): "2025-12-31",
    datetime(2025, 12, 31, 23, 30, tzinfo=UTC): "2026-01-01",  # in Berlin
}


def a_day_at(desk: Desk, moment: datetime) -> PaymentTaken:
    desk.clock.now = moment
    begin_day(desk.till)
    taken = desk.till.pay("10001", 100)
    end_day(desk.till)
    desk.exchange()
    return taken


@pytest.fixture
def in_berlin(centre: CentreUnderTest, desk: Desk) -> Desk:
    centre.set_setting("time_zone", "Europe/Berlin")
    publish(centre, "setting", "time_zone")
    desk.clock.now = datetime(2025, 3, 3, 8, tzinfo=UTC)
    desk.exchange()
    return desk


@pytest.mark.req("AUD-1", "NUM-1", "SYNC-3")
def test_whatever_the_clock_says_every_act_keeps_its_place_and_its_day(
    centre: CentreUnderTest, in_berlin: Desk
) -> None:
    taken = [a_day_at(in_berlin, moment) for moment in _MOMENTS]
    assert centre_bytes(centre, in_berlin.till) == ledger_bytes(in_berlin.till)
    assert centre.execute("select seq, reason from cd.suspense") == []
    assert [str(one.business_date) for one in taken] == list(_MOMENTS.values())
    assert [one.transaction_number[:8] for one in taken[-2:]] == ["TXN-2025", "TXN-2026"]
    assert len({one.transaction_number for one in taken}) == len(taken)
    told = map(json.loads, ledger_bytes(in_berlin.till))
    opened = [one for one in told if one["kind"] == "shift.opened"]
    back = [one["business_date"] for one in opened if one.get("clock_back")]
    assert back == ["2025-03-02"]  # and not when summer ends


@pytest.mark.req("SYNC-3")
def test_money_of_a_clock_a_year_ahead_waits_and_holds_up_nothing(
    centre: CentreUnderTest, desk: Desk
) -> None:
    today = desk.clock.now
    a_day_at(desk, datetime.now(UTC) + timedelta(days=365))
    a_day_at(desk, today)
    assert centre_bytes(centre, desk.till) == ledger_bytes(desk.till)
    waiting = centre.execute("select cash_delta_minor from cd.suspense order by seq")
    assert waiting == [(_FLOAT,), (100,), (0,), (0,)]  # the count and the close move nothing
    assert centre.value("select sum(paid_minor) from cd.charge") == 100
    assert desk.till.owed("10001") == 10_000_000 - 100  # nowhere, until it is applied
