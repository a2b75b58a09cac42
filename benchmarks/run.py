"""Measure everything that has a figure, each in a process of its own, and write RESULTS.md.

Figures are never asserted in tests: they depend on the machine, which the page names.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all, and write the results page.

    The figures of one that fails stay as they were.

    Args:
        names: Module names such as "store_bench"; empty for all of them.
    """
    chosen = names or sorted(path.stem for path in HERE.glob("*_bench.py"))
    measured = {name: _in_own_process(name) for name in chosen}
    results = {name: figures for name, figures in measured.items() if figures}
    page = _page(results)
    print(page)
    if not names:
        RESULTS.write_text(page + _written_by_others(results), encoding="utf-8")
    if len(results) < len(chosen):
        sys.exit("Some could not be measured: see above.")


def _written_by_others(results: Iterable[str]) -> str:
    """Return the sections of the page that no benchmark writes, such as that of the faults."""
    ours = {name.removesuffix("_bench") for name in results}
    sections = RESULTS.read_text(encoding="utf-8").split("\n## ")[1:]
    return "".join(f"\n## {one}" for one in sections if one.partition("\n")[0] not in ours)


def _in_own_process(name: str) -> dict[str, float]:
    """Return what a benchmark measured; nothing where it failed, and has said why."""
    print(f"{name} ...", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, __file__, "--measure", name], check=False, stdout=subprocess.PIPE
    )
    if done.returncode:
        return {}
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _measure(name: str) -> None:
    sys.path[:0] = [str(HERE), str(HERE.parent)]  # the benchmarks, and what tests lend them
    print(json.dumps(import_module(name).figures()))


def _page(results: dict[str, dict[str, float]]) -> str:
    lines = [
        "# Results",
        "",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `make bench`. Machine: {_machine()}.",
        "",
    ]
    for name, figures in results.items():
        lines += [f"## {name.removesuffix('_bench')}", "", "| what | figure |", "| --- | ---: |"]
        lines += [f"| {what} | {value:,.2f} |" for what, value in figures.items()]
        lines.append("")
    return "\n".join(lines)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else "unknown"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        _measure(sys.argv[2])
    else:
        main(sys.argv[1:])
