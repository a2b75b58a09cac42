"""Lines that are cut at any byte, that flap, and that stay open but let nothing through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from counterdesk.sync import postgres_line
from counterdesk.sync.postgres_link import PostgresLink
from counterdesk.sync.status import SyncState
from tests.sync.centres import CentreUnderTest
from tests.sync.tills import (
    Till,
    account,
    centre_bytes,
    import_accounts,
    ledger_bytes,
    new_store,
)
from tests.sync.wire import Way, Wire


class Wired:
    """A till, and the wire that its line goes through."""

    def __init__(self, centre: CentreUnderTest, folder: Path) -> None:
        self.centre = centre
        store = new_store(folder / "C01", "C01")
        login = centre.add_counter("C01", store.counter.counter_id, store.counter.public_key)
        self.wire = Wire(login.conninfo)
        self.till = Till(store, PostgresLink(self.wire.conninfo))

    def act(self) -> None:
        """Do something that the centre must hear of."""
        self.till.store.write(lambda s: s.record("drawer.opened", {})).result()

    def exchange(self) -> None:
        """Connect anew and exchange what there is, for as long as the wire lets it."""
        self.till.link.close()
        self.till.sync.ask_now()
        self.till.settle()

    def all_is_there_once(self) -> bool:
        """Whether the centre has this till's bytes, each event once."""
        same = centre_bytes(self.centre, self.till) == ledger_bytes(self.till)
        return self.till.status.waiting == 0 and same


@pytest.fixture
def wired(centre: CentreUnderTest, tmp_path: Path) -> Iterator[Wired]:
    import_accounts(centre, [account(10_001, 14_550)])
    made = Wired(centre, tmp_path)
    made.till.settle()
    yield made
    made.till.close()
    made.wire.close()


def cut_everywhere(wired: Wired, way: Way, stride: int) -> None:
    """Cut one whole exchange, its login too, after every so many bytes that went one way."""
    before = wired.wire.passed[way]
    wired.act()
    wired.exchange()
    for place in range(0, wired.wire.passed[way] - before + 1, stride):
        wired.act()
        wired.wire.cut_after(way, place)
        wired.exchange()
        wired.wire.mend()
        wired.exchange()
        assert wired.till.status.waiting == 0, place
    states = {one.state for one in wired.till.told}
    assert SyncState.OFFLINE in states
    assert SyncState.REFUSED not in states  # nobody is to look whether the counter was revoked
    assert wired.all_is_there_once()


@pytest.mark.req("SYNC-3")
@pytest.mark.parametrize("way", list(Way), ids=lambda way: way.name)
def test_a_line_that_is_cut_somewhere_loses_and_doubles_nothing(wired: Wired, way: Way) -> None:
    cut_everywhere(wired, way, 211)


@pytest.mark.faults
@pytest.mark.req("SYNC-3")
@pytest.mark.parametrize("way", list(Way), ids=lambda way: way.name)
def test_a_line_that_is_cut_at_any_byte_loses_and_doubles_nothing(wired: Wired, way: Way) -> None:
    cut_everywhere(wired, way, 1)


@pytest.mark.req("SYNC-3")
def test_a_line_that_flaps_gets_everything_through_in_the_end(wired: Wired) -> None:
    chance = Random(4)
    for _time in range(40):
        wired.act()
        wired.wire.mend()
        wired.wire.cut_after(chance.choice(list(Way)), chance.randint(0, 9_000))
        wired.till.sync.ask_now()
        wired.till.settle()
    assert any(one.state is SyncState.OFFLINE for one in wired.till.told)
    wired.wire.mend()
    wired.exchange()
    assert wired.all_is_there_once()


@pytest.mark.req("SYNC-3")
@pytest.mark.parametrize("ways", [{Way.UP}, {Way.DOWN}, set(Way)], ids=["up", "down", "both"])
@pytest.mark.parametrize("connected", [True, False], ids=["under way", "at login"])
def test_a_line_that_is_open_and_silent_is_given_up(
    wired: Wired, ways: set[Way], connected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_line, "ANSWER_S", 0.5)
    monkeypatch.setitem(postgres_line._WHILE_IDLE, "connect_timeout", 2)
    wired.exchange()
    if not connected:
        wired.till.link.close()
    wired.act()
    wired.wire.swallowed |= ways
    wired.till.settle()
    assert (wired.till.status.state, wired.till.status.waiting) == (SyncState.OFFLINE, 1)
    wired.act()  # nobody waits for the network to sell
    wired.wire.mend()
    wired.exchange()
    assert wired.all_is_there_once()
