"""Tills and one real centre: the whole path, there and back, to the cent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from counterdesk.core.clock import SystemClock
from counterdesk.core.errors import UserError
from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event
from counterdesk.services.dashboard import month_figures
from counterdesk.store.store import Store
from counterdesk.sync.postgres_link import PostgresLink
from counterdesk.sync.status import SyncState
from tests.conftest import UNLOCK
from tests.sync.centres import CentreUnderTest
from tests.sync.tills import (
    Till,
    account,
    centre_bytes,
    import_accounts,
    ledger_bytes,
    publish,
    restored,
    till_at,
)


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


def settle(*tills: Till) -> None:
    """Let all of them tell and hear everything; the feed's hint is not waited for."""
    for _round in range(2):
        for till in tills:
            till.sync._pace.poll_now()
            till.settle()


def collected(till: Till) -> int:
    today = till.store.clock.now_utc().date()
    figures = till.store.read(lambda r: month_figures(r, today.year, today.month), till.jane)
    return figures.result().collection.collected_minor


@pytest.mark.req("SYNC-3", "SYNC-5")
def test_a_payment_reaches_the_centre_and_the_other_till(tills: tuple[Till, Till]) -> None:
    first, second = tills
    first.pay("10001")
    first.settle()
    assert (first.status.state, first.status.waiting) == (SyncState.ONLINE, 0)
    second.hear()
    assert first.owed("10001") == second.owed("10001") == 9_000


@pytest.mark.req("SYNC-3", "SYNC-5")
def test_what_is_owed_is_right_at_every_moment_in_between(tills: tuple[Till, Till]) -> None:
    first, _second = tills
    taken = first.pay("10001", 10_000)
    assert first.owed("10001") == 13_550
    first.sync._exchange.send()
    assert first.owed("10001") == 13_550
    first.sync._pace.poll_now()
    first.settle()
    assert first.owed("10001") == 13_550
    (last, *others) = first.view("10001").last_payments
    assert (last.receipt_number, others) == (taken.receipt_number, [])
    first.pay("10001", 4_550)
    assert first.owed("10001") == 9_000


@pytest.mark.req("SYNC-4", "MON-5", "MON-12")
@pytest.mark.parametrize("later", [0, 1])
def test_one_bill_paid_at_two_tills_while_apart_is_a_credit_everywhere(
    tills: tuple[Till, Till], later: int
) -> None:
    for till in tills:
        till.pay("10001")
    settle(tills[1 - later], tills[later], *tills)
    for till in tills:
        view = till.view("10001")
        assert [one.outstanding_minor for one in view.charges] == [9_000]
        assert view.credit_minor == 14_550
        assert len(view.last_payments) == 2
        assert collected(till) == 29_100


@pytest.mark.req("SYNC-4", "MON-5")
def test_a_double_payment_is_no_debt_while_only_one_side_knows(tills: tuple[Till, Till]) -> None:
    first, second = tills
    first.pay("10001", 14_550)
    first.settle()
    second.pay("10001", 10_000)
    told = second.sync._exchange.told()
    assert told is not None
    second.sync._exchange.pull(told)
    assert (second.owed("10001"), second.view("10001").credit_minor) == (9_000, 0)
    settle(second, first)
    assert second.view("10001").credit_minor == first.view("10001").credit_minor == 10_000


@pytest.mark.req("SYNC-4")
def test_change_kept_as_credit_counts_once_before_and_after_its_echo(
    tills: tuple[Till, Till],
) -> None:
    first, second = tills
    first.pay("10001", handed=15_000)
    assert (first.view("10001").credit_minor, collected(first)) == (450, 15_000)
    settle(first, second)
    for till in tills:
        assert (till.view("10001").credit_minor, collected(till)) == (450, 15_000)


@pytest.mark.req("SYNC-1", "SYNC-3", "SYNC-4")
def test_two_tills_lose_the_centre_go_on_and_agree_to_the_cent(
    tills: tuple[Till, Till], centre: CentreUnderTest
) -> None:
    settle(*tills)
    lines = [till.link for till in tills]
    for till in tills:
        till.sync._link = till.sync._exchange._link = PostgresLink("host=127.0.0.1 port=1")
        till.sync._pace.hello_now()
        till.settle()
        assert till.status.state is SyncState.OFFLINE
        till.pay("10001", 9_000)
        till.pay("10002", 2_000)
        till.pay("10001")
    assert tills[0].owed("10001") == tills[1].owed("10001") == 9_000
    for till, line in zip(tills, lines, strict=True):
        till.sync._link = till.sync._exchange._link = line
    settle(*tills)
    for till in tills:
        assert (till.owed("10001"), till.view("10001").credit_minor) == (9_000, 14_550)
        assert till.owed("10002") == 1_000
        assert collected(till) == 2 * (14_550 + 2_000)
        assert till.status.waiting == 0
        assert centre_bytes(centre, till) == ledger_bytes(till)


@pytest.mark.req("SYNC-3")
def test_a_centre_restored_from_a_backup_gets_everything_again(
    tills: tuple[Till, Till], centre: CentreUnderTest
) -> None:
    settle(*tills)

    def happens() -> None:
        tills[0].pay("10001")
        tills[1].pay("10001", 4_000)
        settle(*tills)

    restored(centre, tills, happens=happens)
    tills[0].pay("10002")  # the feed goes on from where the backup stood, with other numbers
    assert centre.value("select count(*) from cd.payment") == 0
    settle(*tills, *tills)
    for till in tills:
        assert (till.owed("10001"), till.view("10001").credit_minor) == (9_000, 4_000)
        assert till.owed("10002") == 0
        assert collected(till) == 14_550 + 4_000 + 5_000
        assert centre_bytes(centre, till) == ledger_bytes(till)
    assert centre.value("select count(*) from cd.payment") == 3


@pytest.mark.req("SYNC-3")
def test_a_till_put_back_to_yesterday_stops_before_it_can_fork(
    centre: CentreUnderTest, tmp_path: Path
) -> None:
    till = ready(centre, tmp_path)
    till.close()
    shutil.copytree(tmp_path / "C01", tmp_path / "yesterday")
    till = again(till, tmp_path / "C01")
    till.pay("10001")
    till.settle()
    till.close()
    till = again(till, tmp_path / "yesterday")
    till.settle()
    assert till.status.state is SyncState.STOPPED
    with pytest.raises(UserError, match="Take no payments"):
        till.pay("10001")
    till.close()


@pytest.mark.req("SYNC-3")
def test_a_cloned_till_is_found_out_and_goes_on_selling(
    centre: CentreUnderTest, tmp_path: Path
) -> None:
    till = ready(centre, tmp_path)
    till.close()
    shutil.copytree(tmp_path / "C01", tmp_path / "clone")
    original = again(till, tmp_path / "C01")
    clone = again(till, tmp_path / "clone")
    original.pay("10001", 1_000)
    clone.pay("10001", 2_000)
    original.settle()
    clone.settle()
    clone.settle()
    assert original.status.state is SyncState.ONLINE
    assert (clone.status.state, clone.status.waiting) == (SyncState.STOPPED, 1)
    assert "two machines" in clone.status.reason
    clone.pay("10001", 100)
    assert centre.value("select count(*) from cd.work_item where kind in ('fork', 'bad_chain')")
    original.close()
    clone.close()


@pytest.mark.req("AUD-1", "SYNC-3")
def test_an_event_edited_by_hand_is_not_taken(centre: CentreUnderTest, tmp_path: Path) -> None:
    till = ready(centre, tmp_path)
    till.pay("10001", 1_000)
    body = ledger_bytes(till)[-1]
    edited = update(Event).where(Event.body == body).values(body=body.replace(b"1000", b"9000"))
    till.store.write(lambda s: s.execute(edited)).result()
    till.settle()
    assert till.told[-1].state is SyncState.STOPPED
    assert centre.value("select kind from cd.work_item") == "bad_chain"
    till.close()


@pytest.mark.req("SYNC-2")
def test_what_the_centre_cannot_place_is_known_here(
    tills: tuple[Till, Till], centre: CentreUnderTest
) -> None:
    first, _second = tills
    taken = first.pay("10002")
    centre.execute("delete from cd.charge where number = 'INV-1000201'")
    first.settle()
    first.hear()
    query = select(table_of(ref.ExceptionItem))
    (item,) = first.store.read(lambda r: r.execute(query).all()).result()
    assert (item.state, "not known" in item.reason) == ("open", True)
    assert first.status.waiting == 0
    assert taken.receipt_number


@pytest.mark.req("SYNC-3")
def test_a_till_that_slept_beyond_the_feed_is_filled_anew(
    tills: tuple[Till, Till], centre: CentreUnderTest
) -> None:
    first, _second = tills
    centre.execute("update cd.consumer set name = 'Ann Ash' where account_number = 'WU-10002'")
    publish(centre, "plan", "none")
    centre.execute("delete from cd.change where sync_seq < (select max(sync_seq) from cd.change)")
    first.sync._pace.poll_now()
    first.settle()
    assert first.view("10002").account.consumer_name == "Ann Ash"


def ready(centre: CentreUnderTest, folder: Path) -> Till:
    """One till at a centre with one account, its shift open and everything told."""
    import_accounts(centre, [account(10_001, 14_550)])
    till = till_at(centre, folder, "C01")
    till.settle()
    till.open_shift()
    till.settle()
    return till


def again(till: Till, folder: Path) -> Till:
    """The same counter after the next start, from a folder."""
    assert isinstance(till.link, PostgresLink)
    return Till(Store.open(folder, UNLOCK, SystemClock()), PostgresLink(till.link._conninfo))
