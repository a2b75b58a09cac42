"""What a whole run of `make faults` did, written into benchmarks/RESULTS.md by the run itself.

A plugin of pytest: `-p tests.faults.results_page`. Runs that fail leave the page as it was.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest

PAGE = Path(__file__).resolve().parents[2] / "benchmarks" / "RESULTS.md"
PROPERTY = "random run"
"""The name under which a test tells of a run."""

_HEADING = "## random faults\n"


@dataclass(frozen=True, slots=True)
class Played:
    """One run, or several of a kind."""

    kind: str
    steps: int
    exchanges: int
    payments: int
    seconds: float


class ResultsPage:
    """Hears of every test that ended, and writes in the end."""

    def __init__(self, page: Path = PAGE) -> None:
        self._page = page
        self._played: list[Played] = []
        self._tests = 0
        self._began = time.monotonic()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call":
            return
        self._tests += 1
        for name, told in report.user_properties:
            if name == PROPERTY:
                self._played.append(Played(*cast("tuple[str, int, int, int, float]", told)))

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus == 0 and self._played:
            minutes = (time.monotonic() - self._began) / 60
            text = section(self._played, self._tests, minutes, datetime.now(UTC).date())
            page = self._page.read_text(encoding="utf-8")
            self._page.write_text(with_section(page, text), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Begin, in the process that hears of all tests."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(ResultsPage())


def section(played: Iterable[Played], tests: int, minutes: float, on: date) -> str:
    """Return the section of a page that tells what was run."""
    kinds: defaultdict[tuple[str, int], list[Played]] = defaultdict(list)
    for one in played:
        kinds[one.kind, one.steps].append(one)
    rows = "".join(_row(kind, steps, runs) for (kind, steps), runs in sorted(kinds.items()))
    return (
        f"{_HEADING}\n"
        f"Written by `make faults` on {on}: all {tests} of its tests passed, in {minutes:.0f} "
        f"minutes on {os.cpu_count()} cores.\n"
        "Here are the random runs among them: three counters and a centre under every fault of\n"
        "`tests/faults`. A step is a payment, a few exchanges with the centre, a crash, a restore "
        "or another act.\n\n"
        "| centre | runs | steps of each | exchanges | payments | seconds of processor |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: |\n"
        f"{rows}"
    )


def _row(kind: str, steps: int, runs: Sequence[Played]) -> str:
    exchanges, payments = (
        f"{sum(getattr(one, what) for one in runs):,}" for what in ("exchanges", "payments")
    )
    seconds = f"{sum(one.seconds for one in runs):,.0f}"
    return f"| {kind} | {len(runs)} | {steps:,} | {exchanges} | {payments} | {seconds} |\n"


def with_section(page: str, text: str) -> str:
    """Put a section in the place of the old one; the rest of the page stays."""
    before, found, after = page.partition(_HEADING)
    if not found:
        return f"{page.rstrip()}\n\n{text}"
    _old, _heading, rest = after.partition("\n## ")
    return f"{before}{text}" + (f"\n## {rest}" if rest else "")
