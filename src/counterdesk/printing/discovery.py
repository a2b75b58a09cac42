"""Printers that this machine knows of: its print queues, USB printers and serial ports.

Nothing is looked for on the network: an office's network is full of other people's machines.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from counterdesk.core.printers import Way
from counterdesk.printing.cups import queues
from counterdesk.printing.ipp import PrintServer
from counterdesk.printing.usb_line import PRINTER_CLASS, as_os_error
from counterdesk.printing.windows import spooler

_log = logging.getLogger(__name__)
_HERE: Final = PrintServer("localhost", 631, 2.0)
_LOCAL_AND_SHARED: Final = 2 | 4
"""PRINTER_ENUM_LOCAL and PRINTER_ENUM_CONNECTIONS."""


@dataclass(frozen=True, slots=True)
class FoundPrinter:
    """A printer that may be set up; `address` is as its way writes it."""

    way: Way
    address: str
    name: str


def discover(server: PrintServer = _HERE, backend: Any = None) -> tuple[FoundPrinter, ...]:
    """Return what this machine knows of; takes some seconds.

    Args:
        server: The print server whose queues are listed.
        backend: What speaks to the USB bus; None for libusb.
    """
    looks: tuple[Callable[[], Iterable[FoundPrinter]], ...] = (
        lambda: _queues(server),
        lambda: _on_usb(backend),
        _on_serial_ports,
        _of_windows,
    )
    return tuple(found for look in looks for found in _safely(look))


def _safely(look: Callable[[], Iterable[FoundPrinter]]) -> list[FoundPrinter]:
    try:
        return list(look())
    except OSError:
        return []  # no such bus here, or nobody may look
    except Exception:  # noqa: BLE001 - a driver that fails must not hide the other printers
        _log.exception("some printers could not be looked for")
        return []


def _queues(server: PrintServer) -> Iterator[FoundPrinter]:
    for queue, description in queues(server):
        yield FoundPrinter(Way.CUPS, queue, description or queue)


def _on_usb(backend: Any) -> Iterator[FoundPrinter]:
    import usb.core  # noqa: PLC0415 - 30 ms, only when somebody looks

    with as_os_error():
        for device in usb.core.find(find_all=True, backend=backend, custom_match=_is_printer):
            address = f"{device.idVendor:04x}:{device.idProduct:04x}"
            yield FoundPrinter(Way.USB, address, _name_of(device) or address)


def _is_printer(device: Any) -> bool:
    return any(
        interface.bInterfaceClass == PRINTER_CLASS
        for configuration in device
        for interface in configuration
    )


def _name_of(device: Any) -> str:
    try:
        return " ".join(filter(None, (device.manufacturer, device.product)))
    except (OSError, ValueError):
        return ""  # not ours to open, though we may see it


def _on_serial_ports() -> Iterator[FoundPrinter]:
    from serial.tools.list_ports import comports  # noqa: PLC0415 - only when somebody looks

    for port in comports():
        yield FoundPrinter(Way.SERIAL, port.device, port.description or port.device)


def _of_windows() -> Iterator[FoundPrinter]:
    for _flags, _description, name, _comment in spooler().EnumPrinters(_LOCAL_AND_SHARED):
        yield FoundPrinter(Way.WINDOWS, name, name)
