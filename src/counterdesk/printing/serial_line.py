"""The line to a printer on a serial port, also one that USB or Bluetooth only imitates."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from counterdesk.core.printer_address import SerialAddress
from counterdesk.printing.pipe import PartlySent, Pipe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serial import Serial

_CHUNK: Final = 256
"""Bytes that go out at once: the port does not tell how many of them left before it failed."""


def serial_line(address: SerialAddress) -> Callable[[float], Pipe]:
    """Return what opens a serial port, for this program alone."""

    def open_port(_seconds: float) -> Pipe:
        import serial  # noqa: PLC0415 - 15 ms, only where there is such a printer

        with _as_os_error():
            return _SerialPipe(serial.Serial(address.port, address.baud, exclusive=True))

    return open_port


class _SerialPipe:
    """An open port."""

    def __init__(self, port: Serial) -> None:
        self._port = port

    def send(self, data: memoryview, seconds: float) -> int:
        try:
            with _as_os_error():
                self._port.write_timeout = seconds
                return int(self._port.write(bytes(data[:_CHUNK])) or 0)
        except OSError as error:
            raise PartlySent(str(error)) from error

    def receive(self, seconds: float) -> bytes:
        with _as_os_error():
            self._port.timeout = seconds
            first = self._port.read(1)
            return bytes(first + self._port.read(self._port.in_waiting)) if first else b""

    def close(self) -> None:
        with suppress(OSError), _as_os_error():
            self._port.close()


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Let a port that was pulled out look like any line that is gone."""
    try:
        yield
    except OSError:  # pyserial's own failures, too
        raise
    except Exception as error:
        # termios.error is none of them, and its module is missing on Windows.
        if type(error).__module__ != "termios":
            raise
        raise OSError(str(error)) from error
