"""Which printer the settings mean; and the one that is a folder of files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.core.settings import PrinterSetting
from counterdesk.printing.network import NetworkPrinter
from counterdesk.printing.printer import Outcome, Printer

_PORT = 9100
_LARGEST_PORT = 65_535


def printer_from(setting: PrinterSetting) -> Printer | None:
    """Return the printer that a setting names; None where receipts wait for one.

    Raises:
        UserError: The setting names no printer that this program can reach.
    """
    match setting.kind:
        case "none":
            return None
        case "file" if setting.address:
            return FilePrinter(Path(setting.address))
        case "network" if setting.address:
            return NetworkPrinter(*_host_and_port(setting.address))
    raise UserError(_("The printer's settings are not complete."))


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon:
        return address, _PORT
    if not host or not port.isascii() or not port.isdigit() or int(port) > _LARGEST_PORT:
        raise UserError(_("Write the printer's address as host:port."))
    return host.removeprefix("[").removesuffix("]"), int(port)


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

    def open_drawer(self, kick: bytes) -> None:
        """Do nothing: no drawer hangs on a folder."""

    def close(self) -> None:
        """Do nothing: a file is written or not."""
