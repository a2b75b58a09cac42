from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

if sys.platform == "win32":
    pytest.skip("a pseudo-terminal stands in for the cable", allow_module_level=True)

from counterdesk.core.print_states import PrintState
from counterdesk.core.printer_address import SerialAddress
from counterdesk.printing.direct import DirectPrinter, Timeouts
from counterdesk.printing.printer import Outcome
from counterdesk.printing.serial_line import serial_line
from tests.printing.printer_on_a_cable import SerialPrinter
from tests.printing.printer_on_a_wire import WirePrinter

JOB = b"\x1b@Receipt R-5001\n" + bytes(range(256)) * 8 + b"\x1dVB\x00"


@pytest.fixture
def wire() -> Iterator[WirePrinter]:
    printer = WirePrinter()
    yield printer
    printer.close()


@pytest.fixture
def cable(wire: WirePrinter) -> Iterator[SerialPrinter]:
    serial = SerialPrinter(wire)
    yield serial
    serial.close()


def send(port: str, held: list[str] | None = None) -> Outcome:
    line = serial_line(SerialAddress(port, 19_200))
    printer = DirectPrinter(line, timeouts=Timeouts(1.0, 0.5, 2.0, 5.0))
    return printer.send(JOB, "R-5001", (held if held is not None else []).append)


@pytest.mark.req("RCT-5")
def test_every_byte_arrives_over_a_serial_port_and_is_confirmed(
    wire: WirePrinter, cable: SerialPrinter
) -> None:
    assert send(cable.port) == Outcome(PrintState.PRINTED)
    assert wire.jobs == [JOB]


@pytest.mark.req("RCT-5")
def test_a_serial_printer_without_paper_gets_nothing(
    wire: WirePrinter, cable: SerialPrinter
) -> None:
    wire.paper_out = True
    assert send(cable.port) == Outcome(PrintState.BLOCKED, "The printer is out of paper.")
    assert wire.jobs == [b""]


@pytest.mark.req("RCT-5")
def test_a_serial_port_that_is_not_there_or_in_use_gets_nothing(cable: SerialPrinter) -> None:
    unreachable = Outcome(PrintState.BLOCKED, "The printer cannot be reached.")
    assert send("/dev/no-such-port") == unreachable
    pipe = serial_line(SerialAddress(cable.port, 9_600))(1.0)
    assert send(cable.port) == unreachable
    pipe.close()
