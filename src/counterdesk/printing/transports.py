"""Which printer a setting means; and the one that is a folder of files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from counterdesk.core import printer_address
from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.core.printers import PrinterSetting, Way
from counterdesk.printing.cups import CupsPrinter
from counterdesk.printing.direct import DirectPrinter
from counterdesk.printing.network import network_line
from counterdesk.printing.printer import Outcome, Printer, Status
from counterdesk.printing.serial_line import serial_line
from counterdesk.printing.usb_line import usb_line
from counterdesk.printing.windows import WindowsPrinter


def printer_from(setting: PrinterSetting) -> Printer:
    """Return the way to the printer that a setting names.

    Raises:
        UserError: Its address is not one of its way.
    """
    address, answers = setting.address, setting.answers
    match setting.way:
        case Way.NETWORK:
            line = network_line(*printer_address.host_and_port(address))
        case Way.SERIAL:
            line = serial_line(printer_address.serial_address(address))
        case Way.USB:
            line = usb_line(printer_address.usb_address(address))
        case Way.CUPS:
            return CupsPrinter(printer_address.queue_address(address))
        case Way.WINDOWS:
            return WindowsPrinter(address)
        case Way.FILE:
            return FilePrinter(Path(address))
    return DirectPrinter(line, answers=answers)


class FilePrinter:
    """A folder: each job becomes a file there, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, job: bytes, name: str, _held: Callable[[str], None]) -> Outcome:
        """Write a job into the folder; a file of the same name is the same job."""
        try:
            self._write(job, re.sub(r"[^\w.-]", "_", name) + ".bin")
        except OSError as error:
            reason = error.strerror or str(error)
            return Outcome(
                PrintState.BLOCKED,
                _("The folder for receipts cannot be written: {reason}").format(reason=reason),
            )
        return Outcome(PrintState.PRINTED)

    def _write(self, job: bytes, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = self._folder / f".{name}.part"
        with beside.open("wb") as file:
            file.write(job)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._folder / name)

    def status(self) -> Status:
        """Say nothing: a folder takes files or not."""
        return Status(answers=False)

    def open_drawer(self, kick: bytes) -> None:
        """Do nothing: no drawer hangs on a folder."""

    def close(self) -> None:
        """Do nothing: a file is written or not."""
