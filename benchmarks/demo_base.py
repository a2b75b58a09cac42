"""The demo's data that several benchmarks begin with: built once in a run, then copied."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from counterdesk.core.clock import ShiftedClock
from counterdesk.demo.desk import demo_unlock, open_demo_desk
from counterdesk.demo.sample import sample_start_utc

_BUILT = Path(__file__).resolve().parent.parent
_SECONDS = "seconds"


def demo_base(folder: Path, count: int) -> float:
    """Put a demo of so many consumers and payments into a folder that is not there yet.

    Returns:
        How many seconds it took to build, now or earlier in this run.
    """
    base = _BUILT / f".bench-base-{count}"
    if not base.exists():
        _build(base, count)
    shutil.copytree(base / "data", folder)
    return float((base / _SECONDS).read_text("utf-8"))


def remove_bases() -> None:
    """Remove what was built, in this run or in one that was broken off."""
    for base in _BUILT.glob(".bench-base-*"):
        shutil.rmtree(base)


def _build(base: Path, count: int) -> None:
    unfinished = base.with_name(f"{base.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    clock, began = ShiftedClock(sample_start_utc()), time.perf_counter()
    data = unfinished / "data"
    open_demo_desk(data, demo_unlock(), clock, consumers=count, payments=count).store.close()
    (unfinished / _SECONDS).write_text(f"{time.perf_counter() - began:.2f}", "utf-8")
    unfinished.rename(base)
