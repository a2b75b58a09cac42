from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
import threading
from concurrent.futures import CancelledError
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, insert, select, text

from counterdesk.core.clock import Clock, ShiftedClock
from counterdesk.core.errors import UserError
from counterdesk.core.events import canonical_bytes, chain_hash
from counterdesk.core.permissions import Actor
from counterdesk.models.ledger import Event, State
from counterdesk.models.ref import Consumer
from counterdesk.store.opening import close, open_file, raw_of
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import NewCounter, Store
from tests.conftest import START_UTC, UNLOCK


class HeldClock:
    """A clock that stands where a test puts it."""

    def __init__(self) -> None:
        self.now = START_UTC

    def now_utc(self) -> datetime:
        return self.now

    def monotonic_ns(self) -> int:
        return 7


def keep(session: Session, name: str, value: str = "") -> None:
    session.execute(insert(State), {"name": name, "value": value})


def events(store: Store) -> list[dict[str, object]]:
    def look(read: ReadSession) -> list[dict[str, object]]:
        return [json.loads(body) for body in read.execute(select(Event.body)).scalars()]

    return store.read(look).result()


@pytest.mark.req("PAY-9")
def test_what_was_written_is_there_after_a_restart(data_folder: Path, clock: Clock) -> None:
    store = Store.open(data_folder, UNLOCK, clock)
    store.write(lambda session: keep(session, "a")).result()
    store.close()
    store = Store.open(data_folder, UNLOCK, clock)
    names = store.read(lambda read: list(read.execute(select(State.name)).scalars()))
    assert names.result() == ["a"]
    store.close()


@pytest.mark.req("PAY-9")
def test_a_refusal_leaves_nothing_behind(store: Store) -> None:
    def refuse(session: Session) -> None:
        keep(session, "a")
        session.record("half", {})
        raise UserError("no")

    before = events(store)
    with pytest.raises(UserError, match="no"):
        store.write(refuse).result()
    assert events(store) == before
    assert (
        store.read(lambda r: r.execute(select(func.count()).select_from(State)).scalar()).result()
        == 0
    )


def test_a_refused_number_in_the_chain_is_used_by_the_next_event(store: Store) -> None:
    def refuse(session: Session) -> None:
        session.record("half", {})
        raise UserError("no")

    with pytest.raises(UserError):
        store.write(refuse).result()
    seq = store.write(lambda session: session.record("whole", {}).seq).result()
    assert seq == len(events(store))


@pytest.mark.req("AUD-1")
def test_an_event_says_who_did_what_when_and_is_chained_and_signed(
    store: Store, cashier: Actor
) -> None:
    made = store.write(
        lambda session: session.record(
            "thing.done", {"amount_minor": 5}, business_date=session.today(),
            cash_delta_minor=5, tender_totals={"cash": 5},
        ),
        cashier,
    ).result()  # fmt: skip
    row = store.read(
        lambda read: read.execute(select(Event.__table__).where(Event.seq == made.seq)).one()
    ).result()
    body = json.loads(row.body)
    assert row.body == canonical_bytes(body)
    assert row.hash == made.hash == chain_hash(row.prev_hash, row.body)
    Ed25519PublicKey.from_public_bytes(store.counter.public_key).verify(made.signature, made.hash)
    assert body["v"] == 1
    assert body["kind"] == "thing.done"
    assert body["user_id"] == str(cashier.user_id)
    assert body["user_name"] == "Jane Smith"
    assert body["counter_id"] == str(store.counter.counter_id)
    assert body["business_date"] == "2025-04-20"
    assert body["totals"] == {"currency": "USD", "cash_delta_minor": 5, "tenders": {"cash": 5}}
    assert body["data"] == {"amount_minor": 5}
    assert "clock_back" not in body


def test_a_clock_that_goes_back_is_told_and_the_order_stands(data_folder: Path) -> None:
    clock = HeldClock()
    clock.now += timedelta(days=1)
    store = Store.open(data_folder, UNLOCK, clock)
    store.write(lambda session: session.record("today", {})).result()
    clock.now -= timedelta(hours=1)
    store.write(lambda session: session.record("an hour earlier", {})).result()
    store.close()
    store = Store.open(data_folder, UNLOCK, clock)
    clock.now -= timedelta(hours=1)
    store.write(lambda session: session.record("after a restart", {})).result()
    marks = [body.get("clock_back", False) for body in events(store)[-3:]]
    assert marks == [False, True, True]
    store.close()


def test_floats_do_not_get_into_an_event(store: Store) -> None:
    with pytest.raises(TypeError):
        store.write(lambda session: session.record("thing", {"amount": 1.5})).result()


def test_writers_take_turns_and_no_seq_is_given_twice(store: Store) -> None:
    first = len(events(store))
    futures = [store.write(lambda session: session.record("n", {}).seq) for _ in range(50)]
    assert [future.result() for future in futures] == list(range(first + 1, first + 51))


def test_those_who_wait_for_a_commit_are_woken_and_their_faults_do_not_undo_it(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    woken: list[int] = []

    def fail() -> None:
        raise RuntimeError

    store.on_commit += [lambda: woken.append(1), fail, lambda: woken.append(2)]
    store.write(lambda session: keep(session, "a")).result()
    assert woken == [1, 2]
    assert "woken" in caplog.text


def test_nobody_is_woken_by_a_refusal(store: Store) -> None:
    woken: list[int] = []
    store.on_commit.append(lambda: woken.append(1))

    def refuse(session: Session) -> None:
        raise UserError("no")

    with pytest.raises(UserError):
        store.write(refuse).result()
    assert woken == []


def test_a_reader_does_not_wait_for_a_payment_and_sees_it_once_it_is_whole(store: Store) -> None:
    def count(read: ReadSession) -> int:
        return int(read.execute(select(func.count()).select_from(State)).scalar_one())

    with store.transaction() as session:
        keep(session, "a")
        assert store.read(count).result(timeout=5) == 0
    assert store.read(count).result() == 1


def test_a_reader_keeps_one_snapshot_while_payments_go_on(store: Store) -> None:
    def read_twice(read: ReadSession) -> tuple[int, int]:
        first = len(read.execute(select(State.name)).all())
        store.write(lambda session: keep(session, "a")).result()
        return first, len(read.execute(select(State.name)).all())

    assert store.read(read_twice).result() == (0, 0)


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(UserError, match="read-only"):
        store.read(lambda read: read.execute(insert(State), {"name": "a", "value": ""})).result()


def test_nothing_can_be_written_to_what_the_centre_sent(store: Store) -> None:
    with pytest.raises(UserError, match="read-only"):
        store.write(lambda session: session.execute(text("delete from ref.consumer"))).result()


@pytest.mark.req("SRCH-1")
def test_the_newest_search_wins(store: Store) -> None:
    running = threading.Event()
    endless = text(
        "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
    )

    def search_for_ever(read: ReadSession) -> object:
        running.set()
        return read.execute(endless).scalar()

    old = store.search(search_for_ever)
    assert running.wait(5)
    waiting = store.search(lambda read: 2)
    newest = store.search(lambda read: 3)
    assert newest.result(timeout=10) == 3
    for superseded in (old, waiting):
        with pytest.raises(CancelledError):
            superseded.result(timeout=10)


def test_search_goes_on_after_an_interruption(store: Store) -> None:
    for _ in range(20):
        store.search(lambda read: read.execute(select(Consumer.name)).all())
    assert store.search(lambda read: 1).result(timeout=5) == 1


def test_the_pepper_is_this_devices_own(session: Session, store: Store) -> None:
    assert session.pepper(b"hash") == hmac.digest(store._secrets.pepper, b"hash", hashlib.sha256)


@pytest.mark.req("AUD-3")
def test_no_file_can_be_read_without_the_key(data_folder: Path) -> None:
    for path in data_folder.iterdir():
        content = path.read_bytes()
        for open_text in (b"Jane Smith", b"John Doe", b"SQLite format", b"WU-10001"):
            assert open_text not in content, path.name


def test_the_folder_is_nobody_elses(data_folder: Path, store: Store) -> None:
    assert {path.stat().st_mode & 0o077 for path in (store.folder.keys, store.folder.journal)} == {
        0
    }


def test_a_second_counter_is_not_set_up_over_the_first(data_folder: Path, clock: Clock) -> None:
    new = NewCounter("C08", "Counter 8", "Main office")
    with pytest.raises(UserError, match="already holds a counter"):
        Store.create(data_folder, UNLOCK, new, clock)
    Store.open(data_folder, UNLOCK, clock).close()


def test_a_set_up_that_was_cut_short_is_done_again(tmp_path: Path, clock: Clock) -> None:
    for leftover in ("counter.key", "ledger.db.new", "ref.db.new"):
        (tmp_path / leftover).write_bytes(b"cut short")
    store, _code = Store.create(tmp_path, UNLOCK, NewCounter("C08", "Counter 8", "Main"), clock)
    assert store.counter.code == "C08"
    store.close()


def test_a_counter_is_certified_by_the_utility(tmp_path: Path, clock: Clock) -> None:
    new = NewCounter("C08", "8", "Main", certify=lambda _counter, public_key: public_key[::-1])
    store, _code = Store.create(tmp_path, UNLOCK, new, clock)
    assert store.counter.certificate == store.counter.public_key[::-1]
    store.close()


def test_opening_a_folder_without_a_counter_makes_nothing(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(UserError, match="holds no counter"):
        Store.open(tmp_path / "nothing", UNLOCK, clock)
    assert not (tmp_path / "nothing").exists()


def test_settings_of_a_swapped_reference_file_are_taken_up(
    store: Store, template: Path, clock: Clock
) -> None:
    assert store.read(lambda read: read.execute(select(Consumer.name)).all()).result()
    store.folder.reference.unlink()
    store.reload_reference()
    assert store.read(lambda read: read.execute(select(Consumer.name)).all()).result() == []
    assert store.write(lambda session: session.execute(select(Consumer)).all()).result() == []
    assert store.search(lambda read: read.execute(select(Consumer)).all()).result() == []


@pytest.mark.parametrize("content", [b"", b"nonsense" * 1000])
def test_a_reference_file_that_cannot_be_read_is_made_anew(
    data_folder: Path, clock: Clock, content: bytes
) -> None:
    (data_folder / "ref.db").write_bytes(content)
    store = Store.open(data_folder, UNLOCK, clock)
    assert store.read(lambda read: read.execute(select(Consumer)).all()).result() == []
    store.close()


def test_closing_finishes_what_is_queued(data_folder: Path, clock: Clock) -> None:
    store = Store.open(data_folder, UNLOCK, clock)
    futures = [store.write(lambda s: s.record("n", {}).seq) for _ in range(10)]
    store.close()
    assert all(future.done() and not future.exception() for future in futures)


def test_today_is_the_offices_date(data_folder: Path) -> None:
    late = ShiftedClock(datetime(2025, 4, 20, 23, 30, tzinfo=UTC))
    store = Store.open(data_folder, UNLOCK, late)
    assert store.read(lambda read: read.today().isoformat()).result() == "2025-04-20"
    store.close()


def test_what_is_seldom_needed_is_not_imported_at_start() -> None:
    seldom = "{'alembic', 'argon2', 'keyring'}"
    code = f"import sys, counterdesk.store.store; sys.exit(bool({seldom} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_reference_file_that_another_program_holds_is_not_thrown_away(
    data_folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = partial(sqlcipher.connect, timeout=0)
    monkeypatch.setattr(sqlcipher, "connect", at_once)  # so that it does not wait
    store = Store.open(data_folder, UNLOCK, clock)
    key = store.data_key
    store.close()
    other = open_file(data_folder / "ref.db", key)
    raw_of(other).execute("pragma journal_mode = delete")
    raw_of(other).execute("begin exclusive")
    content = (data_folder / "ref.db").read_bytes()
    with pytest.raises(UserError, match=r"ref\.db is in use"):
        Store.open(data_folder, UNLOCK, clock)
    close(other)
    assert (data_folder / "ref.db").read_bytes() == content
