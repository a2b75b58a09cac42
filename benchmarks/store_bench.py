"""What it costs to save a payment, against the least that SQLCipher takes for the same rows."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import sqlcipher3.dbapi2 as sqlcipher

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import PaymentRequest
from counterdesk.demo.desk import open_demo_desk
from counterdesk.demo.sample import sample_start_utc
from counterdesk.services.payments import take_payment
from counterdesk.store.journal import Journal
from counterdesk.store.session import JournalEntry
from counterdesk.store.store import Store
from counterdesk.store.unlock import Argon2Cost, PassphraseUnlock
from tests.faults.payer import small_visit

_PAYMENTS = 400
_WARM_UP = 20
_UNLOCK = PassphraseUnlock("bench", Argon2Cost(time=1, memory_kib=8, lanes=1))


def figures() -> dict[str, float]:
    """Return milliseconds, and how many times the floor a payment takes."""
    with _folder() as folder:
        desk = open_demo_desk(folder / "data", _UNLOCK, ShiftedClock(sample_start_utc()))
        floor = _Floor(desk.store, desk.cashier, folder)
        paid, plain = _side_by_side(desk.store, desk.cashier, floor)
        found = _percentiles("payment commit", paid) | _percentiles("raw SQLCipher floor", plain)
        found["payment commit over floor, p50 (times)"] = (
            found["payment commit, p50 (ms)"] / found["raw SQLCipher floor, p50 (ms)"]
        )
        found |= _percentiles("journal append", _journal_times(folder))
        found |= _percentiles("sign an event", _sign_times(desk.store))
        found["open the store (ms)"] = _open_time(desk.store)
    return found


@contextmanager
def _folder() -> Iterator[Path]:
    # Beside the checkout: the system's folder for temporary files may lie in memory.
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as name:
        yield Path(name)


def _side_by_side(store: Store, cashier: Actor, floor: _Floor) -> tuple[list[float], list[float]]:
    """Take turns, so that both meet the same moods of the disk."""
    chance = Random(1)
    paid, plain = [], []
    for number in range(_PAYMENTS + _WARM_UP):
        request = _visit(store, cashier, chance)
        took = _timed(lambda request=request: _pay(store, cashier, request))  # type: ignore[misc]
        least = _timed(floor.write)
        if number >= _WARM_UP:
            paid.append(took)
            plain.append(least)
    return paid, plain


def _visit(store: Store, cashier: Actor, chance: Random) -> PaymentRequest:
    return store.read(lambda read: small_visit(read, chance), cashier).result()


def _pay(store: Store, cashier: Actor, request: PaymentRequest) -> None:
    store.write(lambda session: take_payment(session, request), cashier).result()


class _Floor:
    """The rows of one payment, written again and again in plain SQL to a file of the same kind."""

    def __init__(self, store: Store, cashier: Actor, folder: Path) -> None:
        _pay(store, cashier, _visit(store, cashier, Random(2)))
        path = folder / "floor.db"
        shutil.copy(store.back_up("bench").result(), path)
        self._raw = sqlcipher.connect(str(path), isolation_level=None)
        self._raw.execute(f"pragma key = \"x'{store.data_key.hex()}'\"")
        for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
            self._raw.execute(f"pragma {pragma}")
        self._columns: dict[str, list[str]] = {}
        self._inserts: dict[str, str] = {}
        self._tables = [(name, self._rows_of(name)) for name in _TABLES]
        self._ids = {row[0] for _name, rows in self._tables[1:] for row in rows}
        self._seq = count(self._tables[0][1][0][0] + 1)

    def write(self) -> None:
        """Write one payment's rows and draw its numbers."""
        fresh = {known: uuid4().hex for known in self._ids}
        seq = next(self._seq)
        self._raw.execute("begin immediate")
        for series in ("payment", "transaction", "receipt", "credit_note"):
            self._raw.execute("update number_block set next = next + 1 where series = ?", (series,))
        for name, rows in self._tables:
            for row in rows:
                self._raw.execute(self._inserts[name], self._renewed(name, row, fresh, seq))
        self._raw.execute("commit")

    def _rows_of(self, name: str) -> list[tuple[Any, ...]]:
        columns = [row[1] for row in self._raw.execute(f"pragma table_info({name})")]
        names = ", ".join(columns)  # what is computed of them is not among these
        marks = ", ".join("?" * len(columns))
        self._inserts[name] = f"insert into {name} ({names}) values ({marks})"  # noqa: S608
        self._columns[name] = columns
        # The ledger holds one payment, so that its tables hold that payment's rows only.
        last = "order by seq desc limit 1" if name == "event" else ""
        return list(self._raw.execute(f"select {names} from {name} {last}"))  # noqa: S608

    def _renewed(
        self, name: str, row: tuple[Any, ...], fresh: dict[Any, str], seq: int
    ) -> list[Any]:
        own = {"seq": seq, "event_seq": seq, "event_id": uuid4().hex, "hash": uuid4().bytes * 2}
        return [
            own[column] if column in own
            else f"{value}-{seq}" if column in {"number", "receipt_number"}
            else fresh.get(value, value)
            for column, value in zip(self._columns[name], row, strict=True)
        ]  # fmt: skip


_TABLES = (
    "event", "payment_transaction", "payment", "allocation", "credit_note", "overpayment",
    "tender", "settlement", "print_job",
)  # fmt: skip


def _journal_times(folder: Path) -> list[float]:
    journal = Journal(folder / "bench.cdj", bytes(32), 0)
    entries = [JournalEntry(n, bytes(32), bytes(64), bytes(2_500)) for n in range(1, _PAYMENTS)]
    times = [_timed(lambda entry=entry: journal.append([entry])) for entry in entries]  # type: ignore[misc]
    journal.close()
    return times


def _sign_times(store: Store) -> list[float]:
    with store.transaction() as session:
        return [_timed(lambda: session.sign(bytes(32))) for _ in range(_PAYMENTS)]


def _open_time(store: Store) -> float:
    path, clock = store.folder.path, store.clock
    store.close()
    times = []
    for _ in range(10):
        started = time.perf_counter()
        opened = Store.open(path, _UNLOCK, clock)
        times.append(time.perf_counter() - started)
        opened.close()
    return statistics.median(times) * 1_000


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1_000


def _percentiles(what: str, times: list[float]) -> dict[str, float]:
    parts = statistics.quantiles(times, n=100)
    return {f"{what}, p50 (ms)": parts[49], f"{what}, p99 (ms)": parts[98]}
