"""Every event once, in its place, byte for byte: what a push answers, and when it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import psycopg
import pytest

from counterdesk.core.events import GENESIS
from counterdesk.store.session import JournalEntry
from tests.sync.centres import MATTERS, CentreUnderTest
from tests.sync.pushing import PUSH, Chain, Desk, push
from tests.sync.written import payment, real_day, real_event

MakeDesk = Callable[[str], Desk]


def bytes_kept(centre: CentreUnderTest, desk: Desk) -> list[JournalEntry]:
    rows = centre.execute(
        "select seq, hash, signature, body from cd.event where counter_id = %s order by seq",
        (desk.counter_id,),
    )
    return [JournalEntry(*row) for row in rows]


def money_kept(centre: CentreUnderTest) -> tuple[int, int]:
    """Transactions, and what was paid on John's charges."""
    return (
        centre.value("select count(*) from cd.payment_transaction"),
        int(centre.value("select sum(applied_minor) from cd.allocation") or 0),
    )


@pytest.mark.req("SYNC-3")
def test_a_real_day_arrives_byte_for_byte(town: CentreUnderTest) -> None:
    counter_id = json.loads(real_day()[0].body)["counter_id"]
    login = town.add_counter("C03", counter_id)
    with psycopg.connect(login.conninfo, autocommit=True) as connection:
        answer = push(connection, real_day())
        count = len(real_day())
        assert (answer["status"], answer["taken"], answer["last_seq"]) == ("OK", count, count)
        assert answer["last_hash"] == real_day()[-1].hash.hex()
        back = connection.execute("select seq, hash, signature, body from cd.my_events(0)")
        assert [JournalEntry(*row) for row in back] == list(real_day())
    assert town.value("select count(*) from cd.suspense") == 0


@pytest.mark.req("SYNC-3")
def test_the_same_push_twice_is_one(town: CentreUnderTest, desk: Desk) -> None:
    desk.send(payment(), payment(1))
    before = money_kept(town)
    answer = push(desk.connection, desk.chain.entries)
    assert (answer["status"], answer["taken"], answer["duplicates"]) == ("OK", 0, 2)
    assert (answer["last_seq"], money_kept(town)) == (2, before)


def test_known_events_before_new_ones_are_passed_over(town: CentreUnderTest, desk: Desk) -> None:
    desk.send(payment())
    desk.chain.add(payment(1))
    answer = push(desk.connection, desk.chain.entries)
    assert (answer["taken"], answer["duplicates"], answer["last_seq"]) == (1, 1, 2)
    assert bytes_kept(town, desk) == desk.chain.entries


def test_an_empty_push_says_hello(town: CentreUnderTest, desk: Desk) -> None:
    about = {"at_utc": "2025-04-20T10:00:00Z", "version": "0.3.0"}
    answer = push(desk.connection, (), about)
    assert (answer["status"], answer["last_seq"]) == ("OK", 0)
    assert answer["last_hash"] == GENESIS.hex()
    assert answer["counter_id"] == str(desk.counter_id)
    assert answer["epoch"] == str(town.value("select epoch from cd.site"))
    assert datetime.fromisoformat(answer["server_time"]).tzinfo is not None
    seen = "select app_version, clock_skew_ms < 0, last_seen_at is not null from cd.counter"
    assert town.execute(seen) == [("0.3.0", True, True)]


@pytest.mark.parametrize("at_utc", ["infinity", "yesterday morning", "", 7, None, ["x"]])
def test_what_a_counter_says_of_itself_never_stops_its_money(desk: Desk, at_utc: object) -> None:
    entry = desk.chain.add(payment())
    assert push(desk.connection, [entry], {"at_utc": at_utc, "version": "x" * 999})["taken"] == 1


@pytest.mark.req("SYNC-3")
def test_a_gap_takes_what_comes_before_it(town: CentreUnderTest, desk: Desk) -> None:
    first, _second, third = (desk.chain.add(payment()) for _ in range(3))
    answer = push(desk.connection, [first, third])
    assert (answer["status"], answer["taken"], answer["last_seq"]) == ("GAP", 1, 1)
    answer = push(desk.connection, [third])
    assert (answer["status"], answer["taken"], answer["last_seq"]) == ("GAP", 0, 1)
    assert push(desk.connection, desk.chain.entries)["last_seq"] == 3
    assert bytes_kept(town, desk) == desk.chain.entries


@pytest.mark.req("SYNC-3")
def test_another_event_in_a_taken_place_is_a_fork(town: CentreUnderTest, desk: Desk) -> None:
    desk.send(payment(), payment())
    clone = Chain(desk.counter_id, desk.chain.entries[:1])
    clone.add(payment())
    clone.add(payment())
    before = money_kept(town)
    answer = push(desk.connection, clone.entries)
    assert (answer["status"], answer["taken"], answer["last_seq"]) == ("FORK", 0, 2)
    assert (bytes_kept(town, desk), money_kept(town)) == (desk.chain.entries, before)
    work = f"select kind, counter_id, state from {MATTERS}"
    assert town.execute(work) == [("fork", desk.counter_id, "open")]


def test_one_fork_is_one_matter_until_it_comes_again(town: CentreUnderTest, desk: Desk) -> None:
    desk.send(payment())
    other = Chain(desk.counter_id)
    other.add(payment())
    for _ in range(3):
        push(desk.connection, other.entries)
    assert town.value(f"select count(*) from {MATTERS}") == 1
    town.execute("update cd.work_item set state = 'done', done_at = now()")
    push(desk.connection, other.entries)
    assert town.execute(f"select state, done_at from {MATTERS}") == [("open", None)]


@pytest.mark.req("SYNC-3")
@pytest.mark.parametrize("what", ["body", "hash", "order"])
def test_bytes_that_do_not_follow_are_not_taken(
    town: CentreUnderTest, desk: Desk, what: str
) -> None:
    first, second = desk.chain.add(payment()), desk.chain.add(payment())
    wrong = {
        "body": JournalEntry(2, second.hash, second.signature, second.body + b" "),
        "hash": JournalEntry(2, first.hash, second.signature, second.body),
        "order": JournalEntry(2, first.hash, first.signature, first.body),
    }[what]
    answer = push(desk.connection, [first, wrong])
    assert (answer["status"], answer["taken"], answer["last_seq"]) == ("BADCHAIN", 1, 1)
    assert town.value(f"select kind from {MATTERS}") == "bad_chain"
    assert bytes_kept(town, desk) == [first]


@pytest.mark.req("SYNC-3", "AUD-3")
def test_events_of_one_counter_are_nothing_to_another(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    one.send(payment(), payment())
    assert push(other.connection, one.chain.entries[1:])["status"] == "GAP"
    # The first follows from nothing at any counter, but it says whose it is.
    assert push(other.connection, one.chain.entries[:1])["taken"] == 1
    assert town.execute("select counter_id, seq from cd.suspense") == [(other.counter_id, 1)]
    assert money_kept(town)[0] == 2


def test_fifty_events_or_256_kilobytes_are_the_most(desk: Desk) -> None:
    entries = [desk.chain.add(real_event("shift.closed")) for _ in range(51)]
    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        push(desk.connection, entries)
    assert push(desk.connection, entries[:50])["taken"] == 50
    big = [desk.chain.add({"kind": "note", "text": "x" * 140_000}) for _ in range(2)]
    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        push(desk.connection, [entries[50], *big])
    assert push(desk.connection, [entries[50], big[0]])["taken"] == 2


def test_one_event_alone_may_be_larger(desk: Desk) -> None:
    assert desk.send({"kind": "note", "text": "x" * 3_000_000})["taken"] == 1
    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        desk.send({"kind": "note", "text": "x" * 5_000_000})


@pytest.mark.parametrize(
    "columns",
    [
        ([1], [], [], []),
        ([1], [b"{}"], [b"x"], [None]),
        ([None], [b"{}"], [b"x"], [b""]),
        ([1], [None], [b"x"], [b""]),
        (None, None, None, None),
        ([1], [b"{}"], [b"x"], [bytes(1_000_000)]),
    ],
)
def test_a_push_that_is_none_is_refused_whole(desk: Desk, columns: tuple[object, ...]) -> None:
    with pytest.raises((psycopg.errors.InvalidParameterValue, psycopg.errors.ProgramLimitExceeded)):
        desk.connection.execute(PUSH, (*columns, None))
    assert push(desk.connection)["last_seq"] == 0


def test_arrays_that_begin_elsewhere_do_not_mix_bodies_and_hashes(desk: Desk) -> None:
    entry = desk.chain.add(payment())
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        desk.connection.execute(
            "select cd.push(('[0:0]={1}')::bigint[], array[%s::bytea], array[%s::bytea],"
            " array[%s::bytea])",
            (entry.body, entry.hash, entry.signature),
        )


@pytest.mark.req("SYNC-6", "AUD-3")
@pytest.mark.parametrize("status", ["revoked", "enrolling", "invited"])
def test_only_an_active_counter_may_push(town: CentreUnderTest, desk: Desk, status: str) -> None:
    town.execute("update cd.counter set status = %s", (status,))
    with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
        desk.send(payment())
    assert town.value("select count(*) from cd.event") == 0


@pytest.mark.req("SYNC-3")
def test_a_centre_restored_to_an_hour_ago_is_refilled(town: CentreUnderTest, desk: Desk) -> None:
    desk.send(*(payment() for _ in range(3)))
    before = bytes_kept(town, desk)
    _restore_to(town, desk, 1)
    fourth = desk.chain.add(payment())
    answer = push(desk.connection, [fourth])
    assert (answer["status"], answer["last_seq"]) == ("GAP", 1)
    assert answer["last_hash"] == desk.chain.entries[0].hash.hex()
    assert push(desk.connection, desk.chain.entries[1:])["taken"] == 3
    assert bytes_kept(town, desk) == [*before, fourth]
    assert money_kept(town)[0] == 4


def _restore_to(centre: CentreUnderTest, desk: Desk, seq: int) -> None:
    """Forget, as a backup does, what came after an event."""
    for table in ("number_used", "payment", "payment_transaction"):
        centre.execute(f"delete from cd.{table} where event_seq > %s", (seq,))
    kept = "select id from cd.payment"
    centre.execute(f"delete from cd.allocation where payment_id not in ({kept})")
    for table in ("tender", "settlement", "overpayment"):
        centre.execute(f"delete from cd.{table}")
    centre.execute("delete from cd.credit_note")
    centre.execute("delete from cd.fact_id")
    centre.execute("delete from cd.event where seq > %s", (seq,))
    centre.execute(
        "update cd.counter set last_seq = %s, last_hash = %s",
        (seq, desk.chain.entries[seq - 1].hash),
    )


@pytest.mark.req("SYNC-3")
def test_a_reply_that_never_came_is_asked_for_again(town: CentreUnderTest, desk: Desk) -> None:
    entries = [desk.chain.add(payment()) for _ in range(3)]
    with psycopg.connect(desk.login.conninfo) as lost:
        push(lost, entries)
        lost.rollback()  # the connection was cut before the commit
    with psycopg.connect(desk.login.conninfo) as heard:
        push(heard, entries)  # committed, but nobody reads the answer
    answer = push(desk.connection, entries)
    assert (answer["duplicates"], answer["taken"]) == (3, 0)
    assert money_kept(town)[0] == 3
