from __future__ import annotations

import pytest

from counterdesk.core.print_states import PrintState
from counterdesk.core.printer_address import UsbAddress
from counterdesk.core.printers import Way
from counterdesk.printing.direct import DirectPrinter, Timeouts
from counterdesk.printing.discovery import FoundPrinter, discover
from counterdesk.printing.ipp import PrintServer
from counterdesk.printing.printer import Outcome
from counterdesk.printing.usb_line import usb_line
from tests.printing.usb_bus import PRODUCT, SERIAL, VENDOR, UsbBus

JOB = b"\x1b@" + b"Receipt R-5001\n" * 100 + b"\x1dVB\x00"
NOBODY = PrintServer("127.0.0.1", 1, 0.1)


@pytest.fixture
def bus() -> UsbBus:
    """A bus with a printer that is ready."""
    return UsbBus()


def send(bus: UsbBus, serial: str = "") -> Outcome:
    line = usb_line(UsbAddress(VENDOR, PRODUCT, serial), bus)
    printer = DirectPrinter(line, timeouts=Timeouts(1.0, 0.1, 0.1, 1.0))
    return printer.send(JOB, "R-5001", print)


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize("serial", ["", SERIAL])
def test_a_usb_printer_gets_every_byte_and_confirms(bus: UsbBus, serial: str) -> None:
    assert send(bus, serial) == Outcome(PrintState.PRINTED)
    assert bus.printed == JOB


@pytest.mark.req("RCT-5")
def test_a_usb_printer_that_is_not_plugged_in_gets_nothing(bus: UsbBus) -> None:
    unreachable = Outcome(PrintState.BLOCKED, "The printer cannot be reached.")
    assert send(bus, "ANOTHER") == unreachable
    bus.gone = True
    assert send(bus) == unreachable
    assert bus.printed == b""


@pytest.mark.req("RCT-5")
def test_a_usb_printer_without_paper_gets_nothing(bus: UsbBus) -> None:
    bus.status = 0x12 | 0x60
    assert send(bus) == Outcome(PrintState.BLOCKED, "The printer is out of paper.")
    assert bus.printed == b""


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize("stops_after", [0, 600])
def test_a_cable_pulled_out_in_a_receipt_leaves_a_question(bus: UsbBus, stops_after: int) -> None:
    bus.stops_after = stops_after
    assert send(bus).state is PrintState.UNKNOWN
    assert len(bus.printed) <= stops_after


def test_a_usb_printer_is_found_by_its_class(bus: UsbBus) -> None:
    found = FoundPrinter(Way.USB, "04b8:0202", "EPSON TM-T20III")
    assert found in discover(NOBODY, bus)
