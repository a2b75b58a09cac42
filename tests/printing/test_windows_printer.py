"""Against a stand-in for pywin32: no Windows was at hand. See counterdesk/printing/windows.py."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import pytest

from counterdesk.core.print_states import PrintState
from counterdesk.printing.printer import Outcome
from counterdesk.printing.windows import WindowsPrinter, spooler


@dataclass
class StandIn:
    """The print functions of one printer, as their documentation has them."""

    printer_status: int = 0
    job_status: list[int] = field(default_factory=lambda: [0x80])
    written: list[bytes] = field(default_factory=list)
    open_handles: int = 0

    def OpenPrinter(self, name: str) -> str:
        if name != "Front":
            raise RuntimeError("The printer name is invalid.")
        self.open_handles += 1
        return name

    def ClosePrinter(self, _handle: str) -> None:
        self.open_handles -= 1

    def GetPrinter(self, _handle: str, _level: int) -> dict[str, Any]:
        return {"Status": self.printer_status}

    def StartDocPrinter(self, _handle: str, _level: int, document: tuple[str, Any, str]) -> int:
        assert document[2] == "RAW"
        return 7

    def WritePrinter(self, _handle: str, data: bytes) -> int:
        self.written.append(data)
        return len(data)

    def StartPagePrinter(self, _handle: str) -> None: ...
    def EndPagePrinter(self, _handle: str) -> None: ...
    def EndDocPrinter(self, _handle: str) -> None: ...

    def GetJob(self, _handle: str, _number: int, _level: int) -> dict[str, Any]:
        if not self.job_status:
            raise RuntimeError("The parameter is incorrect.")
        return {"Status": self.job_status.pop(0)}


def send(api: StandIn, name: str = "Front", held: list[str] | None = None) -> Outcome:
    printer = WindowsPrinter(name, confirm_seconds=1.0, find=lambda: api)
    outcome = printer.send(b"job", "R-5001", (held if held is not None else []).append)
    assert api.open_handles == 0
    return outcome


@pytest.mark.parametrize("states", [[0x80], [0, 0x1000], []], ids=["printed", "complete", "gone"])
def test_a_job_that_is_through_was_sent(states: list[int]) -> None:
    api = StandIn(job_status=states)
    assert send(api) == Outcome(PrintState.SENT)
    assert api.written == [b"job"]


@pytest.mark.parametrize(
    ("status", "words"),
    [(0x10, "out of paper"), (0x0040_0000, "cover"), (0x80, "offline"), (1, "stopped")],
)
def test_a_printer_that_windows_knows_is_not_ready_gets_nothing(status: int, words: str) -> None:
    api = StandIn(printer_status=status)
    outcome = send(api)
    assert outcome.state is PrintState.BLOCKED
    assert words in outcome.detail
    assert api.written == []


def test_a_job_without_paper_is_held_and_one_taken_out_is_in_doubt() -> None:
    held: list[str] = []
    assert send(StandIn(job_status=[0x40] * 99), held=held).state is PrintState.HELD
    assert held == ["The printer is out of paper."]
    assert send(StandIn(job_status=[0x100])).state is PrintState.UNKNOWN


def test_a_printer_that_windows_does_not_know_gets_nothing() -> None:
    assert send(StandIn(), "Back").state is PrintState.BLOCKED
    assert WindowsPrinter("Back", find=StandIn).status().trouble


@pytest.mark.skipif(sys.platform == "win32", reason="this is Windows")
def test_without_windows_there_is_no_such_printer() -> None:
    with pytest.raises(OSError, match="no Windows"):
        spooler()
