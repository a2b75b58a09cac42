"""The printer simulator `emupos` (PyPI, Apache-2.0) as a judge that nobody here wrote.

It is no dependency of the project and asks for Python 3.13; `make test` puts it into `.oracle`.
Its few spellings newer than 3.11 are rewritten while it is imported; nothing on disk is changed.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

ORACLE = Path(__file__).resolve().parents[2] / ".oracle"
_ALIAS = re.compile(r"^type (\w+) =", re.MULTILINE)
_GENERIC = re.compile(r"^((?:async )?def \w+)\[T\]\(", re.MULTILINE)
_FIRST_IMPORT = re.compile(r"^(?:import|from) (?!__future__)", re.MULTILINE)
_PROFILE = """
type: printer
name: Test 80mm
dpi: 203
width_dots: {dots}
font_a: {{width: 12, height: 24}}
font_b: {{width: 9, height: 17}}
code_pages: {{0: PC437, 2: PC850, 16: WPC1252, 17: PC866, 18: PC852, 19: PC858}}
default_code_page: 0
drawer_sensor_open_level: high
serial: {{baud: 9600, data_bits: 8, parity: none, stop_bits: 1}}
"""


@dataclass(frozen=True)
class Judged:
    """What the simulator printed: text, picture, events such as a drawer, bytes unknown to it."""

    text: str
    png: bytes
    events: tuple[str, ...]
    unknown: tuple[bytes, ...]


def judge(job: bytes, folder: Path, columns: int = 48) -> Judged:
    """Let the simulator print one job, on paper of so many letters."""
    device = simulated(folder, columns)
    out = device.open_connection("c1", 0.0) + device.receive("c1", job, 0.0)
    out += device.close_connection("c1", 1.0)
    (receipt,) = out.receipts
    events = tuple(str(event.type) for event in out.events)
    unknown = (event.data["bytes"] for event in out.events if "bytes" in event.data)
    return Judged(receipt.text, receipt.png, events, tuple(map(bytes.fromhex, unknown)))


def simulated(folder: Path, columns: int = 48) -> Any:
    """Return a printer that the simulator keeps, to be fed byte by byte."""
    (folder / "profile.yaml").write_text(_PROFILE.format(dots=columns * 12))
    config, printer = _emupos()
    profile = config._load_profile("./profile.yaml", "printer", folder)
    return printer.Printer("front", profile, sensor_open_level="high", job_idle_timeout_ms=2000)


def fault(name: str) -> Any:
    """Return a fault of the simulator by its name: "paper-out", "cover-open", "offline" ..."""
    return _emupos()[1].PrinterFault(name)


def _emupos() -> tuple[Any, Any]:
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.path.append(str(ORACLE))
        sys.meta_path.insert(0, _Finder())
    names = ("emupos.config", "emupos.printer.printer")
    config, printer = (importlib.import_module(name) for name in names)
    return config, printer


class _Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        source = self.get_data(path).decode()
        return compile(_older(source), path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] != "emupos":
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def _older(source: str) -> str:
    """Return a source with its type aliases, generics and f-strings as Python 3.11 reads them."""
    source = _ALIAS.sub(r"\1 =", source)
    source = source.replace("""value.replace("'", "''")""", "value.replace(chr(39), chr(39) * 2)")
    if _GENERIC.search(source) and (first := _FIRST_IMPORT.search(source)):
        head = "from typing import TypeVar\nT = TypeVar('T')\n"
        source = source[: first.start()] + head + source[first.start() :]
    return _GENERIC.sub(r"\1(", source)
