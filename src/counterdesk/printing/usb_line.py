"""The line to a USB printer: its bulk endpoints, spoken to through libusb.

pyusb, and not the transport of python-escpos: that one tells neither how much was sent nor which
endpoints the device has. On Windows the device needs the WinUSB driver; with the maker's driver
it is a Windows printer instead.

Source: USB Device Class Definition for Printing Devices 1.1, section 4.1.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from counterdesk.core.printer_address import UsbAddress
from counterdesk.printing.pipe import PartlySent, Pipe

if TYPE_CHECKING:
    from collections.abc import Iterator

PRINTER_CLASS: Final = 7
_DIRECTION_IN: Final = 0x80
_BULK: Final = 2
_TRANSFER_TYPE: Final = 3
_CHUNK: Final = 512
"""Bytes that go out at once: the bus does not tell how many of them left before it failed."""


def usb_line(address: UsbAddress, backend: Any = None) -> Callable[[float], Pipe]:
    """Return what opens a USB printer, for this program alone.

    Args:
        address: Which device.
        backend: What speaks to the bus; None for libusb.
    """

    def open_device(_seconds: float) -> Pipe:
        with as_os_error():
            return _UsbPipe(_find(address, backend))

    return open_device


def _find(address: UsbAddress, backend: Any) -> Any:
    import usb.core  # noqa: PLC0415 - 30 ms, only where there is such a printer

    def wanted(device: Any) -> bool:
        return not address.serial or device.serial_number == address.serial

    found = usb.core.find(
        backend=backend,
        idVendor=address.vendor,
        idProduct=address.product,
        custom_match=wanted,
    )
    if found is None:
        raise OSError("the printer is not plugged in")
    return found


class _UsbPipe:
    """A claimed printer."""

    def __init__(self, device: Any) -> None:
        import usb.util  # noqa: PLC0415 - as above

        self._device, self._release = device, usb.util.dispose_resources
        interface = _printer_interface(device)
        with suppress(NotImplementedError):  # Windows and macOS have no driver in the way
            if device.is_kernel_driver_active(interface.bInterfaceNumber):
                device.detach_kernel_driver(interface.bInterfaceNumber)
        usb.util.claim_interface(device, interface.bInterfaceNumber)
        self._out = next(end for end in _bulk(interface) if not _is_in(end))
        self._in = next(filter(_is_in, _bulk(interface)), None)

    def send(self, data: memoryview, seconds: float) -> int:
        try:
            return int(self._out.write(bytes(data[:_CHUNK]), _ms(seconds)))
        except OSError as error:  # pyusb's own failures
            raise PartlySent(str(error)) from error

    def receive(self, seconds: float) -> bytes:
        from usb.core import USBTimeoutError  # noqa: PLC0415 - as above

        if self._in is None:
            return b""
        with as_os_error():
            try:
                return bytes(self._in.read(64, _ms(seconds)))
            except USBTimeoutError:
                return b""

    def close(self) -> None:
        with suppress(OSError):
            self._release(self._device)


def _printer_interface(device: Any) -> Any:
    for configuration in device:
        for interface in configuration:
            if interface.bInterfaceClass == PRINTER_CLASS:
                return interface
    return device[0][(0, 0)]  # printers of the maker's own class


def _bulk(interface: Any) -> list[Any]:
    return [end for end in interface if end.bmAttributes & _TRANSFER_TYPE == _BULK]


def _is_in(endpoint: Any) -> bool:
    return bool(endpoint.bEndpointAddress & _DIRECTION_IN)


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1_000))  # 0 would wait for ever


@contextmanager
def as_os_error() -> Iterator[None]:
    """Let a machine without libusb, and a device without endpoints, look like no printer."""
    try:
        yield
    except (ValueError, StopIteration, NotImplementedError) as error:  # NoBackendError among them
        raise OSError(str(error)) from error
