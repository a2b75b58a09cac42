"""A hundred thousand payments of a million into each kind of file, while the counter goes on.

Meanwhile acts are committed and the window's event loop turns: a gap is the time between two of its
turns. Beside them stands plain SQL with Python's own csv, from the same file to the same disk.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from sqlalchemy import text

from benchmarks.demo_base import demo_base
from counterdesk.core.clock import ShiftedClock
from counterdesk.core.listed import MakeWriter
from counterdesk.demo.desk import demo_unlock
from counterdesk.demo.sample import sample_start_utc
from counterdesk.printing.list_pdf import PdfList
from counterdesk.services.list_csv import CsvList
from counterdesk.services.list_export import write_list
from counterdesk.services.list_xlsx import XlsxList
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from counterdesk.ui.garbage import GuiGarbage, spare_what_stands
from counterdesk.ui.giving_way import give_way
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.exported_payments import payments_listing
from tests.conftest import find_person

_PAYMENTS = 1_000_000
_TURN_MS = 2
_BETWEEN_COMMITS_S = 0.02
_FORMATS: dict[str, MakeWriter] = {".csv": CsvList, ".xlsx": XlsxList, ".pdf": PdfList}
_WANTED = PaymentFilter(first=date(2025, 3, 12), last=date(2025, 4, 20))
"""Of a million payments in thirteen months, about a hundred thousand."""

_DAYS = {"first": str(_WANTED.first), "last": str(_WANTED.last)}
_PLAIN = (
    "select receipt_number, business_date, taken_at_utc, consumer_name, account_number,"
    " amount_minor, collected_minor, method, type, status, channel, counter, cashier,"
    " payment_number, transaction_number from ref.past_payment"
    " where business_date between :first and :last"
    " order by business_date desc, payment_id desc"
)


def figures(payments: int = _PAYMENTS) -> dict[str, float]:
    """Return seconds, megabytes and milliseconds for each format."""
    app = QApplication.instance() or QApplication([])
    garbage = GuiGarbage(app)
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        data = Path(folder) / "data"
        demo_base(data, payments)
        store = Store.open(data, demo_unlock(), ShiftedClock(sample_start_utc()))
        jobs = Jobs(store, find_person(store, "jane"))
        spare_what_stands()
        give_way()
        try:
            found = _plain(store, Path(folder) / "plain.csv")
            found |= {f"nothing under way, {name}": value for name, value in _resting().items()}
            for ending, make in _FORMATS.items():
                path = Path(folder) / f"payments{ending}"
                told = _exported(jobs, path, make)
                found |= {f"{ending[1:]}: {name}": value for name, value in told.items()}
        finally:
            jobs.finish()
            store.close()
    del garbage
    return found


def _plain(store: Store, path: Path) -> dict[str, float]:
    def work(read: ReadSession) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(read.execute(text(_PLAIN), _DAYS))

    began = time.perf_counter()
    store.read(work).result()
    return {"plain SQL and csv, s": time.perf_counter() - began}


def _resting() -> dict[str, float]:
    with _gaps() as gaps:
        loop = QEventLoop()
        QTimer.singleShot(1_000, loop.quit)
        loop.exec()
    return _told_of(gaps)


def _exported(jobs: Jobs, path: Path, make: MakeWriter) -> dict[str, float]:
    owner, loop, rows = QObject(), QEventLoop(), list[int]()
    listing = payments_listing(_WANTED, jobs.store.settings)
    before, most = _resident_mb(), [0.0]

    def done(exported: object) -> None:
        rows.append(exported.rows)  # type: ignore[attr-defined]
        loop.quit()

    def failed(error: Exception) -> None:
        raise error

    began, busy = time.perf_counter(), time.process_time()
    with _gaps() as gaps, _commits(jobs.store) as commits:
        jobs.read_long(
            owner, lambda read, told: write_list(read, listing, path, make, told), done, failed,
            told=lambda *_far: most.append(_resident_mb()), given_up=loop.quit,
        )  # fmt: skip
        loop.exec()
        took, worked = time.perf_counter() - began, time.process_time() - busy
    return {
        "seconds": took, "seconds of processor": worked, "rows": rows[0],
        "file, MB": path.stat().st_size / 1e6, "memory more, MB": max(most) - before,
        "act committed meanwhile, p50 ms": quantiles(commits, n=100)[49],
        "act committed meanwhile, p99 ms": quantiles(commits, n=100)[98],
        **_told_of(gaps),
    }  # fmt: skip


@contextmanager
def _gaps() -> Iterator[list[float]]:
    """Collect the milliseconds between turns of the event loop."""
    gaps, last = list[float](), [time.perf_counter()]

    def turn() -> None:
        now = time.perf_counter()
        gaps.append((now - last[0]) * 1_000)
        last[0] = now

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=_TURN_MS)
    timer.timeout.connect(turn)
    timer.start()
    yield gaps
    timer.stop()


def _told_of(gaps: list[float]) -> dict[str, float]:
    hundredths = quantiles(gaps, n=1000)
    return {"longest gap of the window, ms": max(gaps), "gap p99.9, ms": hundredths[998]}


@contextmanager
def _commits(store: Store) -> Iterator[list[float]]:
    """Commit an act again and again on the side, and collect what each takes in milliseconds."""
    took, stop = list[float](), Event()

    def commit() -> None:
        while not stop.wait(_BETWEEN_COMMITS_S):
            began = time.perf_counter()
            store.write(lambda session: session.record("test.happened", {})).result()
            took.append((time.perf_counter() - began) * 1_000)

    thread = Thread(target=commit)
    thread.start()
    try:
        yield took
    finally:
        stop.set()
        thread.join()


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    for name, figure in figures().items():
        print(f"{figure:10.2f}  {name}")
