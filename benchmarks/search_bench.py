"""Search over a million consumers, the way the window asks: through the store's search thread."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from uuid import UUID

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.permissions import Actor, Role
from counterdesk.demo.desk import demo_unlock, open_demo_desk
from counterdesk.demo.invented_names import invented_name
from counterdesk.demo.sample import sample_start_utc
from counterdesk.services.consumers import account_view, find_exactly, search_consumers
from counterdesk.store.store import Store

_CONSUMERS = 1_000_000
_QUERIES = 300
_CASHIER = Actor(UUID(int=1), "Someone", Role.CASHIER)


@dataclass(frozen=True, slots=True)
class Desk:
    """An open store and who asks it."""

    store: Store
    cashier: Actor


def figures(consumers: int = _CONSUMERS) -> dict[str, float]:
    """Return seconds of the fill, milliseconds of searches, megabytes of memory and of the file."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        measured = {"fill of a million consumers, s": _fill_apart(data, consumers)}
        store = Store.open(data, demo_unlock(), ShiftedClock(sample_start_utc()))
        try:
            measured |= _searches(Desk(store, _CASHIER), consumers)
            measured["ref.db, MB"] = store.folder.reference.stat().st_size / 1e6
        finally:
            store.close()
        measured |= _window_memory(data)
    return measured


def _window_memory(data: Path) -> dict[str, float]:
    """Return what the whole program holds after some searches in its window."""
    told = data / "memory"
    _apart(_search_in_window, data, told)
    resident, own = map(float, told.read_text().split())
    name = "whole window with a million consumers"
    return {f"{name}, MB": resident, f"{name}, of it not shared with other programs, MB": own}


def _search_in_window(data: Path, told: Path) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication, QLineEdit  # noqa: PLC0415 - this process only

    from counterdesk import app  # noqa: PLC0415

    qt = QApplication([])
    store = Store.open(data, demo_unlock(), ShiftedClock(sample_start_utc()))
    window = app.build_window(store, _CASHIER)
    window.show()
    window.pages.payment().begin()
    (search,) = window.findChildren(QLineEdit, "consumerSearch")
    for typed in ("do", "joh", "mira", "10001", "cistern", "555"):
        search.setText(typed)
        window.jobs.drain()
        qt.processEvents()
    told.write_text(f"{_memory_mb('VmRSS')} {_memory_mb('RssAnon')}")
    window.jobs.finish()
    store.close()
    os._exit(0)


def _fill_apart(data: Path, consumers: int) -> float:
    """Fill in another process, so that its memory is not counted with that of searching."""
    began = time.perf_counter()
    _apart(_fill, data, consumers)
    return time.perf_counter() - began


def _apart(work: Callable[..., None], *arguments: object) -> None:
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise ChildProcessError(process.exitcode)


def _fill(data: Path, consumers: int) -> None:
    clock = ShiftedClock(sample_start_utc())
    open_demo_desk(data, demo_unlock(), clock, consumers=consumers).store.close()


def _searches(desk: Desk, consumers: int) -> dict[str, float]:
    chance = random.Random(20_250_420)
    measured: dict[str, float] = {}
    before = _resident_mb()
    for name, queries in _kinds(chance, consumers):
        took = [_search_ms(desk, query) for query in queries]
        measured |= _percentiles(f"search {name}", took)
    numbers = [_account(chance, consumers) for _turn in range(_QUERIES)]
    measured |= _percentiles("find exactly", [_exact_ms(desk, number) for number in numbers])
    measured |= _percentiles("account view", [_view_ms(desk, number) for number in numbers])
    measured["memory of search alone, without Qt, MB"] = _resident_mb()
    measured["memory that searching added, MB"] = _resident_mb() - before
    return measured


def _kinds(chance: random.Random, consumers: int) -> Iterator[tuple[str, list[str]]]:
    """Yield parts of names that exist, as people begin to type them, and numbers."""
    words = [chance.choice(_name(chance, consumers).split()) for _turn in range(6 * _QUERIES)]
    for letters in (2, 3, 4, 6):
        long_enough = [word for word in words if len(word) >= letters]
        yield f"name, first {letters} letters", [word[:letters] for word in long_enough[:_QUERIES]]
    inner = [word[1:5] for word in words if len(word) >= 6]
    yield "name, 4 letters inside", inner[:_QUERIES]
    whole = [_name(chance, consumers) for _turn in range(_QUERIES)]
    yield "whole name, other order", [" ".join(reversed(name.split())) for name in whole]
    accounts = [_account(chance, consumers) for _turn in range(_QUERIES)]
    yield "account, whole", accounts
    yield "account, digits", [account[3:] for account in accounts]
    yield "account, part of 4", [account[-4:] for account in accounts]
    yield "phone, 7 digits", [_phone(chance, consumers) for _turn in range(_QUERIES)]
    yield "address", [f"{chance.randrange(1, 240)} cistern" for _turn in range(_QUERIES)]
    yield "nobody", ["".join(chance.choices("bdgkptz", k=5)) for _turn in range(_QUERIES)]


def _name(chance: random.Random, consumers: int) -> str:
    return invented_name(chance.randrange(consumers))


def _account(chance: random.Random, consumers: int) -> str:
    return f"WU-{20_001 + chance.randrange(consumers)}"


def _phone(chance: random.Random, consumers: int) -> str:
    place = chance.randrange(consumers)
    return f"{200 + place // 10_000 % 700:03}-{place % 10_000:04}"


def _search_ms(desk: Desk, query: str) -> float:
    return _timed(
        lambda: desk.store.search(lambda read: search_consumers(read, query), desk.cashier).result()
    )


def _exact_ms(desk: Desk, number: str) -> float:
    return _timed(
        lambda: desk.store.read(lambda read: find_exactly(read, number), desk.cashier).result()
    )


def _view_ms(desk: Desk, number: str) -> float:
    hit = desk.store.read(lambda read: find_exactly(read, number), desk.cashier).result()
    if hit is None:
        raise LookupError(number)
    return _timed(
        lambda: desk.store.read(
            lambda read: account_view(read, hit.consumer_id), desk.cashier
        ).result()
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000


def _percentiles(name: str, took_ms: list[float]) -> dict[str, float]:
    hundredths = quantiles(took_ms, n=100)
    return {f"{name}, p50 ms": hundredths[49], f"{name}, p95 ms": hundredths[94]}


def _resident_mb() -> float:
    """Return the memory this process holds now; its peak where the system does not tell more."""
    if Path("/proc/self/status").exists():
        return _memory_mb("VmRSS")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _memory_mb(what: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith(what))
    return int(line.split()[1]) / 1_000


if __name__ == "__main__":
    for name, figure in figures().items():
        print(f"{figure:10.2f}  {name}")
