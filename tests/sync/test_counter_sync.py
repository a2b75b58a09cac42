"""The state machine of a counter's sync, branch by branch, with a centre that plays along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text, update

from counterdesk.core.errors import UserError
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event, NumberBlock, State
from counterdesk.services.verification import verify
from counterdesk.store.session import JournalEntry
from counterdesk.store.store import Store
from counterdesk.sync.link import CentreAway, CentreRefused, FeedRow, NotGranted, PushAnswer
from counterdesk.sync.outbox import StoppedBy, read_outbox
from counterdesk.sync.records import accounts_page
from counterdesk.sync.status import SyncState
from tests.sync.scripted_link import HeldClock, ScriptedLink, beginning
from tests.sync.tills import Till, account, new_store


@pytest.fixture
def clock() -> HeldClock:
    return beginning()


@pytest.fixture
def store(tmp_path: Path, clock: HeldClock) -> Iterator[Store]:
    opened = new_store(tmp_path / "data", "C07", clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def link() -> ScriptedLink:
    return ScriptedLink()


@pytest.fixture
def till(store: Store, link: ScriptedLink) -> Iterator[Till]:
    till = Till(store, link)
    yield till
    till.sync.close()


def act(store: Store, times: int = 1) -> None:
    for _turn in range(times):
        store.write(lambda s: s.record("thing.done", {})).result()


def write_large(store: Store, size: int) -> None:
    store.write(lambda s: s.record("thing.done", {"text": "x" * size})).result()


def acknowledged(store: Store) -> int:
    return store.read(read_outbox).result().acknowledged_seq


def head(store: Store) -> int:
    return store.read(read_outbox).result().head_seq


@pytest.mark.req("SYNC-3")
def test_what_waits_goes_out_in_pushes_of_fifty(
    till: Till, store: Store, link: ScriptedLink
) -> None:
    act(store, 120)
    till.settle()
    assert acknowledged(store) == head(store) == len(link.kept)
    assert link.calls.count("push") >= 3
    assert till.status.waiting == 0


@pytest.mark.req("SYNC-3")
def test_large_events_go_alone_and_small_ones_until_the_push_is_full(
    till: Till, store: Store, link: ScriptedLink
) -> None:
    till.settle()
    link.calls.clear()
    for size in (300_000, 200_000, 100_000, 100_000):
        write_large(store, size)
    till.settle()
    assert link.calls.count("push") == 3
    assert acknowledged(store) == head(store)


@pytest.mark.req("SYNC-3")
def test_an_answer_that_was_lost_acknowledges_nothing_and_harms_nothing(
    till: Till, store: Store, link: ScriptedLink
) -> None:
    till.settle()
    before = acknowledged(store)
    act(store)
    link.lost_answers["push"] = [CentreAway("cut")]
    till.settle()
    assert (acknowledged(store), len(link.kept)) == (before, before + 1)
    assert (till.status.state, till.status.waiting) == (SyncState.OFFLINE, 1)
    till.settle()
    assert acknowledged(store) == head(store) == len(link.kept)
    assert till.status.state is SyncState.ONLINE


@pytest.mark.req("SYNC-1")
def test_pauses_double_up_to_a_minute_and_are_spread(till: Till, link: ScriptedLink) -> None:
    link.failures["hello"] = [CentreAway("gone")] * 9
    pauses = [till.sync.step().seconds for _turn in range(9)]
    for pause, longest in zip(pauses, (2, 4, 8, 16, 32, 60, 60, 60, 60), strict=True):
        assert longest / 2 <= pause <= longest
    assert len(set(pauses)) == 9
    till.settle()
    link.failures["hello"] = [CentreAway("gone")]
    till.sync._pace.hello_now()
    assert till.sync.step().seconds <= 2


@pytest.mark.req("SYNC-1")
def test_offline_is_said_with_what_waits_and_since_when(
    till: Till, store: Store, link: ScriptedLink, clock: HeldClock
) -> None:
    till.settle()
    contact = till.status.last_contact_utc
    clock.advance(60)
    since = clock.now
    act(store)
    clock.advance(60)
    act(store)
    link.failures["push"] = [CentreAway("no route to host")]
    till.settle()
    assert till.status.state is SyncState.OFFLINE
    assert (till.status.waiting, till.status.oldest_waiting_since_utc) == (2, since)
    assert till.status.last_contact_utc == contact
    assert "no route to host" in till.status.reason
    assert "kept safely" in till.status.reason


def test_being_refused_is_told_apart_from_being_away(till: Till, link: ScriptedLink) -> None:
    link.failures["hello"] = [CentreRefused("revoked")]
    till.settle()
    assert till.status.state is SyncState.REFUSED
    assert "does not let this counter in" in till.status.reason


def test_a_line_that_breaks_while_nothing_is_asked_is_noticed(
    till: Till, link: ScriptedLink
) -> None:
    till.settle()
    link.failures["wait"] = [CentreAway("reset")]
    link.failures["hello"] = [CentreAway("nobody there")]
    till.sync.listen(15)
    till.settle()
    assert till.status.state is SyncState.OFFLINE


@pytest.mark.req("SYNC-3")
def test_after_every_failure_the_first_question_is_how_far_the_centre_is(
    till: Till, link: ScriptedLink, clock: HeldClock
) -> None:
    till.settle()
    clock.advance(20)
    link.failures["feed"] = [CentreAway("restored meanwhile, perhaps")]
    till.settle()
    link.calls.clear()
    till.settle()
    assert link.calls[0] == "hello"


def test_nothing_is_asked_before_it_is_time(
    till: Till, link: ScriptedLink, clock: HeldClock
) -> None:
    till.settle()
    link.calls.clear()
    rest = till.sync.step()
    assert link.calls == []
    assert (rest.listening, 12 <= rest.seconds <= 18) == (True, True)
    clock.advance(rest.seconds + 0.1)
    till.settle()
    assert link.calls == ["feed"]


def test_the_centre_is_greeted_now_and_then_though_nothing_waits(
    till: Till, link: ScriptedLink, clock: HeldClock
) -> None:
    till.settle()
    link.calls.clear()
    clock.advance(720)
    till.settle()
    assert link.calls[0] == "hello"


def test_a_wrong_clock_is_measured(till: Till, link: ScriptedLink) -> None:
    link.skew = timedelta(minutes=-3)
    till.settle()
    assert till.status.skew_ms == 180_000


def test_the_way_there_and_back_makes_no_clock_wrong(
    till: Till, link: ScriptedLink, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = link.push

    def after_a_while(events: Sequence[JournalEntry], _now_utc: datetime) -> PushAnswer:
        clock.advance(20)
        answer = at_once(events, clock.now_utc())
        clock.advance(20)
        return answer

    monkeypatch.setattr(link, "push", after_a_while)
    till.settle()
    assert till.status.skew_ms == 0


@pytest.mark.req("SYNC-3")
def test_a_restored_centre_gets_again_what_it_lost(
    till: Till, store: Store, link: ScriptedLink, clock: HeldClock
) -> None:
    act(store, 5)
    till.settle()
    bytes_before = [one.body for one in link.kept]
    del link.kept[2:]
    clock.advance(720)
    till.settle()
    assert [one.body for one in link.kept] == bytes_before
    assert acknowledged(store) == head(store)


@pytest.mark.req("SYNC-3")
def test_a_fork_stops_sending_and_not_selling(
    till: Till, store: Store, link: ScriptedLink, clock: HeldClock
) -> None:
    till.settle()
    link.kept[-1] = replace(link.kept[-1], hash=bytes(32))
    act(store)
    clock.advance(720)
    till.settle()
    kept = len(link.kept)
    assert till.status.state is SyncState.STOPPED
    assert "two machines" in till.status.reason
    act(store)
    till.settle()
    assert len(link.kept) == kept
    assert till.status.waiting == 2


@pytest.mark.req("SYNC-3")
def test_after_a_fork_a_bill_paid_here_stays_paid_here(
    till: Till, store: Store, link: ScriptedLink, clock: HeldClock
) -> None:
    link.pages = [accounts_page([account(1, 100)])]
    till.settle()
    till.open_shift()
    till.pay("1")
    link.kept[-1] = replace(link.kept[-1], hash=bytes(32))
    till.settle()
    of_the_other = replace(account(1, 100).charges[0], applied_through=1_000)
    link.pages = [accounts_page([replace(account(1), charges=(of_the_other,))])]
    link.resync = True
    clock.advance(720)
    till.settle()
    assert store.read(read_outbox).result().stopped is StoppedBy.FORK
    assert till.owed("1") == 0


@pytest.mark.req("SYNC-3")
def test_a_fork_of_a_longer_history_is_no_loss_of_ours(
    till: Till, store: Store, link: ScriptedLink, clock: HeldClock
) -> None:
    till.settle()
    ours = link.kept[-1]
    link.kept[-1] = replace(ours, hash=b"1" * 32)
    link.kept.append(replace(ours, seq=ours.seq + 1, hash=b"2" * 32))
    clock.advance(720)
    till.settle()
    assert store.read(read_outbox).result().stopped is StoppedBy.FORK
    act(store)


@pytest.mark.req("SYNC-3")
def test_a_ledger_that_lost_acts_takes_no_new_ones(
    till: Till, store: Store, link: ScriptedLink, clock: HeldClock
) -> None:
    till.settle()
    last = link.kept[-1]
    link.kept.append(replace(last, seq=last.seq + 1, hash=b"2" * 32))
    clock.advance(720)
    till.settle()
    assert (till.status.state, till.status.waiting) == (SyncState.STOPPED, 0)
    assert "Take no payments" in till.status.reason
    with pytest.raises(UserError, match="Take no payments"):
        act(store)
    link.kept.pop()
    clock.advance(72)
    till.settle()
    assert till.status.state is SyncState.ONLINE
    act(store)


@pytest.mark.req("AUD-1")
def test_a_ledger_changed_by_hand_is_noticed_and_mended_once_it_is_right_again(
    till: Till, store: Store, link: ScriptedLink, clock: HeldClock
) -> None:
    till.settle()
    act(store)
    link.sees_damage = True
    till.settle()
    assert till.status.state is SyncState.STOPPED
    assert "verify" in till.status.reason
    said = len(till.told)
    clock.advance(72)
    till.settle()
    assert {one.state for one in till.told[said:]} == {SyncState.STOPPED}  # a hello mends nothing
    link.sees_damage = False
    clock.advance(72)
    till.settle()
    assert (till.status.state, till.status.waiting) == (SyncState.ONLINE, 0)


@pytest.mark.req("AUD-1")
def test_a_waiting_event_that_somebody_took_out_stops_sending(
    till: Till, store: Store, link: ScriptedLink
) -> None:
    till.settle()
    kept = len(link.kept)
    act(store, 3)
    events = table_of(Event)
    store.write(lambda s: s.execute(delete(events).where(events.c.seq == kept + 2))).result()
    till.settle()
    assert len(link.kept) == kept + 1
    assert store.read(read_outbox).result().stopped is StoppedBy.BAD_CHAIN


@pytest.mark.req("SYNC-5")
def test_a_first_fill_goes_on_after_the_line_broke(
    till: Till, store: Store, link: ScriptedLink
) -> None:
    link.pages = [accounts_page([account(1, 100)]), accounts_page([account(2, 200)])]
    link.office = replace(link.office, consumers=2)
    link.failures["accounts"] = [CentreAway("cut")]
    till.settle()
    link.failures["accounts"] = []
    till.sync.step()
    link.lost_answers["accounts"] = [CentreAway("cut")]
    till.settle()
    assert (till.status.state, till.status.fill_total) == (SyncState.OFFLINE, 2)
    till.settle()
    assert till.status.state is SyncState.ONLINE
    assert [till.owed("1"), till.owed("2")] == [100, 200]
    assert not list(store.folder.path.glob("ref.db.new*"))


def test_a_fill_tells_how_far_it_is(till: Till, link: ScriptedLink) -> None:
    link.pages = [accounts_page([account(1, 100)]), accounts_page([account(2, 200)])]
    link.office = replace(link.office, consumers=2)
    till.settle()
    assert [(s.fill_done, s.fill_total) for s in till.told if s.fill_total] == [
        (0, 2), (1, 2), (2, 2)
    ]  # fmt: skip


@pytest.mark.req("SYNC-3")
def test_what_waits_is_sent_between_the_pages_of_a_fill(
    till: Till, store: Store, link: ScriptedLink
) -> None:
    link.pages = [accounts_page([account(place, 100)]) for place in (1, 2, 3)]
    while link.calls.count("accounts") < 2:
        till.sync.step()
    act(store)
    till.sync.step()
    assert link.calls[-1] == "push"


def test_a_fill_that_is_given_up_leaves_what_was_there(
    till: Till, store: Store, link: ScriptedLink
) -> None:
    till.settle()
    link.pages = [accounts_page([account(1, 100)])]
    link.resync = True
    till.sync._pace.poll_now()
    while "accounts" not in link.calls[-1:]:
        till.sync.step()
    till.sync.give_up()
    assert till.sync.step().seconds == 0
    till.sync.close()
    assert not list(store.folder.path.glob("ref.db.new*"))


@pytest.mark.req("SYNC-3")
def test_a_feed_of_another_history_is_had_anew(
    till: Till, link: ScriptedLink, clock: HeldClock
) -> None:
    link.pages = [accounts_page([account(1, 100)])]
    till.settle()
    link.pages = [accounts_page([account(1, 300)])]
    link.resync = True
    clock.advance(20)
    till.settle()
    assert till.owed("1") == 300


@pytest.mark.req("NUM-2")
def test_two_blocks_of_each_series_are_held(till: Till, store: Store) -> None:
    till.settle()
    blocks = held(store)
    assert {series: len(of) for series, of in blocks.items()} == dict.fromkeys(
        (("credit_note", 0), ("dispute", 2026), ("payment", 2026), ("receipt", 0), ("shift", 2026),
         ("transaction", 2026)), 2
    )  # fmt: skip


@pytest.mark.req("NUM-2")
def test_of_what_a_till_uses_up_slowly_few_numbers_are_held(till: Till, link: ScriptedLink) -> None:
    till.settle()
    assert {one.series: one.last - one.first + 1 for one in link.leases.values()} == {
        "credit_note": 50, "dispute": 20, "payment": 500, "receipt": 500, "shift": 20,
        "transaction": 500,
    }  # fmt: skip


@pytest.mark.req("NUM-2")
def test_a_block_that_ran_out_is_replaced(till: Till, store: Store) -> None:
    till.settle()
    blocks = table_of(NumberBlock)
    first = held(store)["receipt", 0][0]
    spent = update(blocks).where(blocks.c.first == first, blocks.c.series == "receipt")
    store.write(lambda s: s.execute(spent.values(next=blocks.c.last + 1))).result()
    till.settle()
    assert len(held(store)["receipt", 0]) == 2


@pytest.mark.req("NUM-2")
def test_a_lease_whose_answer_was_lost_is_the_same_lease(
    till: Till, store: Store, link: ScriptedLink
) -> None:
    link.lost_answers["lease"] = [CentreAway("cut")]
    till.settle()
    assert till.status.state is SyncState.OFFLINE
    till.settle()
    assert sorted(link.leases) == sorted(ids(store))
    left = store.read(
        lambda r: r.execute(select(State.name).where(State.name.like("sync.lease%"))).all()
    )
    assert left.result() == []


@pytest.mark.req("NUM-2")
def test_next_years_numbers_are_held_from_the_middle_of_december(
    till: Till, store: Store, clock: HeldClock
) -> None:
    clock.now = datetime(2026, 12, 14, 23, 59, tzinfo=UTC)
    till.settle()
    assert ("payment", 2027) not in held(store)
    clock.advance(120)
    till.settle()
    assert len(held(store)["payment", 2027]) == 2
    assert ("receipt", 2027) not in held(store)


def test_a_series_that_the_centre_does_not_know_stops_nothing_else(
    till: Till, store: Store, link: ScriptedLink, clock: HeldClock, caplog: pytest.LogCaptureFixture
) -> None:
    link.failures["lease"] = [NotGranted("no such numbers")]
    till.settle()
    assert till.status.state is SyncState.ONLINE
    assert ("payment", 2026) in held(store)
    assert ("credit_note", 0) not in held(store)
    assert "no such numbers" in caplog.text
    clock.advance(720)
    till.settle()
    assert ("credit_note", 0) in held(store)  # asked for again when the centre was greeted


@pytest.mark.req("NUM-2", "AUD-1")
def test_a_lease_is_an_act_and_reaches_the_centre(
    till: Till, store: Store, link: ScriptedLink
) -> None:
    till.settle()
    kinds = store.read(lambda r: r.execute(select(Event.kind)).scalars().all()).result()
    assert kinds.count("numbers.leased") == len(link.leases) == 12
    assert len(link.kept) == len(kinds)


@pytest.mark.req("NUM-2")
def test_numbers_that_are_held_already_are_not_taken_again(
    till: Till, store: Store, link: ScriptedLink
) -> None:
    till.settle()
    first = held(store)["receipt", 0][0]
    link.gives_again.append(first)  # as a centre does that was put back to an earlier day
    blocks = table_of(NumberBlock)
    spent = update(blocks).where(blocks.c.first == first, blocks.c.series == "receipt")
    store.write(lambda s: s.execute(spent.values(next=blocks.c.last + 1))).result()
    till.settle()
    assert link.gives_again == []
    assert len(held(store)["receipt", 0]) == 2
    assert first not in held(store)["receipt", 0]


@pytest.mark.req("NUM-2", "AUD-1")
def test_leased_blocks_are_in_order_for_whoever_verifies_the_ledger(
    till: Till, store: Store
) -> None:
    till.settle()
    report = store.write(lambda s: verify(s, store.read_journal())).result()
    assert report.findings == ()


@pytest.mark.req("SYNC-5")
def test_settings_that_change_at_the_centre_are_fresh_at_once(
    till: Till, store: Store, link: ScriptedLink, clock: HeldClock
) -> None:
    till.settle()
    link.feed = [setting("notes_limit", 80), setting("of_a_newer_centre", {"a": 1})]
    clock.advance(20)
    till.settle()
    assert store.settings.notes_limit == 80


def test_a_setting_that_cannot_be_read_is_left_as_it_was(
    till: Till, store: Store, link: ScriptedLink, clock: HeldClock, caplog: pytest.LogCaptureFixture
) -> None:
    till.settle()
    link.feed = [setting("notes_limit", "many"), setting("idle_lock_seconds", 60)]
    clock.advance(20)
    till.settle()
    assert (store.settings.notes_limit, store.settings.idle_lock_seconds) == (500, 60)
    assert "notes_limit" in caplog.text


def test_nothing_is_fetched_when_the_disk_is_nearly_full_and_payments_still_go_out(
    tmp_path: Path, link: ScriptedLink
) -> None:
    store = new_store(tmp_path / "full", "C08", clock=beginning())
    store._free = lambda _path: 900 << 20
    till = Till(store, link)
    act(store)
    till.settle()
    assert till.status.waiting == 0
    assert "disk is nearly full" in till.status.reason
    assert "feed" not in link.calls
    till.close()


def test_a_damaged_reference_is_filled_anew(
    till: Till, store: Store, link: ScriptedLink, clock: HeldClock
) -> None:
    link.pages = [accounts_page([account(1, 100)])]
    till.settle()
    size = store.folder.reference.stat().st_size
    with store.folder.reference.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    link.feed = [FeedRow("consumer", str(UUID(int=5)), None)]
    clock.advance(20)
    for _turn in range(20):
        till.sync.step()
        clock.advance(60)
    assert till.status.state is SyncState.ONLINE
    assert till.owed("1") == 100


def setting(name: str, value: object) -> FeedRow:
    return FeedRow("setting", name, {"name": name, "value": value})


def held(store: Store) -> dict[tuple[str, int], list[int]]:
    found: dict[tuple[str, int], list[int]] = {}
    query = text("select series, year, first from number_block where next <= last order by first")
    for row in store.read(lambda r: r.execute(query).all()).result():
        found.setdefault((row.series, row.year), []).append(row.first)
    return found


def ids(store: Store) -> list[UUID]:
    query = select(table_of(NumberBlock).c.id)
    return list(store.read(lambda r: r.execute(query).scalars().all()).result())
