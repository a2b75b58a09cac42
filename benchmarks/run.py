"""Measure everything that has a figure, each in a process of its own, and write RESULTS.md.

Figures are never asserted in tests: they depend on the machine, which the page names.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]
from benchmarks.demo_base import remove_bases  # noqa: E402 - found by the line above

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all, and write what they found into the results page.

    The figures of those that fail, or were not asked for, stay as they were.

    Args:
        names: Module names such as "store_bench"; empty for all of them.
    """
    chosen = names or sorted(path.stem for path in HERE.glob("*_bench.py"))
    remove_bases()
    try:
        fresh = {name.removesuffix("_bench"): _in_own_process(name) for name in chosen}
    finally:
        remove_bases()
    found = {name: text for name, text in fresh.items() if text}
    for name, text in found.items():
        print(f"## {name}\n{text}")
    page = RESULTS.read_text(encoding="utf-8")
    if not names or _machine() in page:
        RESULTS.write_text(_page(_sections(page) | found), encoding="utf-8")
    else:
        print("The page is of another machine: a part of it is not written.", file=sys.stderr)
    if len(found) < len(chosen):
        sys.exit("Some could not be measured: see above.")


def _in_own_process(name: str) -> str:
    """Return the section of what a benchmark measured; "" where it failed, and has said why."""
    print(f"{name} ...", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, __file__, "--measure", name], check=False, stdout=subprocess.PIPE
    )
    return "" if done.returncode else _section(*json.loads(done.stdout.splitlines()[-1]))


def _measure(name: str) -> None:
    sys.path[:0] = [str(HERE), str(HERE.parent)]  # the benchmarks, and what tests lend them
    module = import_module(name)
    print(json.dumps([module.figures(), getattr(module, "AIMS", {})]))


def _section(figures: dict[str, float], aims: dict[str, str]) -> str:
    """Return what stands under a benchmark's name; a figure has an aim where one was set."""
    heads = ("| what | figure |", "| --- | ---: |")
    rows = [f"| {what} | {value:,.2f} |" for what, value in figures.items()]
    if aims:
        heads = (f"{heads[0]} aim |", f"{heads[1]} --- |")
        rows = [f"{row} {aims.get(what, '')} |" for row, what in zip(rows, figures, strict=True)]
    return "\n".join(["", f"Measured on {datetime.now(UTC):%Y-%m-%d}.", "", *heads, *rows, ""])


def _sections(page: str) -> dict[str, str]:
    """Return what stands under each heading of the page, that of the faults too."""
    parts = (one.partition("\n") for one in page.split("\n## ")[1:])
    return {name: f"{text.rstrip()}\n" for name, _newline, text in parts}


def _page(sections: dict[str, str]) -> str:
    head = f"# Results\n\nWritten by `make bench`. Machine: {_machine()}.\n"
    measured = sorted(name for name in sections if (HERE / f"{name}_bench.py").is_file())
    others = [name for name in sections if name not in measured]
    return head + "".join(f"\n## {name}\n{sections[name]}" for name in [*measured, *others])


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
