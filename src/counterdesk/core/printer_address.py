"""Where a printer is, as a person writes it: one line for each way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.printers import Way

ADDRESS_FIELD: Final = "printerAddress"
_PORT: Final = 9100
_IPP_PORT: Final = 631
_LARGEST_PORT: Final = 65_535
_BAUD: Final = 9_600
_BAUDS: Final = (1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200)
_USB: Final = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.+))?")
_QUEUE: Final = re.compile(r"(?:(?P<host>[^/]*)/)?(?P<queue>[^\s/#?]+)")


@dataclass(frozen=True, slots=True)
class UsbAddress:
    """One device; `serial` is "" where any of its kind will do."""

    vendor: int
    product: int
    serial: str = ""


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A serial port and its speed."""

    port: str
    baud: int


@dataclass(frozen=True, slots=True)
class QueueAddress:
    """A queue of a print server; `host` is "" for the one of this machine."""

    queue: str
    host: str = ""
    port: int = _IPP_PORT


def check_address(way: Way, address: str) -> None:
    """Refuse an address that cannot be one of its way.

    Raises:
        UserError: The sentence says how it is written.
    """
    match way:
        case Way.NETWORK:
            host_and_port(address)
        case Way.USB:
            usb_address(address)
        case Way.SERIAL:
            serial_address(address)
        case Way.CUPS:
            queue_address(address)
        case Way.WINDOWS | Way.FILE if not address.strip():
            raise UserError(_("Say where the printer is."), ADDRESS_FIELD)


def host_and_port(address: str, port: int = _PORT) -> tuple[str, int]:
    """Return host and port of `host`, `host:port` or `[::1]:port`.

    Raises:
        UserError: It is neither.
    """
    host, colon, digits = address.strip().rpartition(":")
    if not colon:
        host = digits
    elif digits.isascii() and digits.isdigit() and 0 < int(digits) <= _LARGEST_PORT:
        port = int(digits)
    else:
        host = ""
    if not host or any(letter.isspace() or letter == "/" for letter in host):
        raise UserError(_("Write the printer's address as host:port."), ADDRESS_FIELD)
    return host.removeprefix("[").removesuffix("]"), port


def usb_address(address: str) -> UsbAddress:
    """Return the device of `vendor:product` or `vendor:product:serial number`.

    Raises:
        UserError: It is neither.
    """
    found = _USB.fullmatch(address.strip())
    if found is None:
        raise UserError(
            _("Write a USB printer as vendor:product, in hexadecimal, such as 04b8:0202."),
            ADDRESS_FIELD,
        )
    vendor, product, serial = found.groups()
    return UsbAddress(int(vendor, 16), int(product, 16), serial or "")


def serial_address(address: str) -> SerialAddress:
    """Return port and speed of `port` or `port@speed`, such as COM3@19200.

    Raises:
        UserError: It is neither, or no speed that serial ports have.
    """
    port, _at, baud = address.strip().partition("@")
    speed = int(baud) if baud.isascii() and baud.isdigit() else (0 if baud else _BAUD)
    if not port or speed not in _BAUDS:
        raise UserError(_("Write a serial port as port@speed, such as COM3@19200."), ADDRESS_FIELD)
    return SerialAddress(port, speed)


def queue_address(address: str) -> QueueAddress:
    """Return the queue of `queue`, `host/queue` or `host:port/queue`.

    Raises:
        UserError: It is none of these.
    """
    found = _QUEUE.fullmatch(address.strip())
    if found is None:
        raise UserError(_("Write a print queue as queue, or host/queue."), ADDRESS_FIELD)
    host = found["host"]
    if not host:
        return QueueAddress(found["queue"])
    return QueueAddress(found["queue"], *host_and_port(host, _IPP_PORT))
