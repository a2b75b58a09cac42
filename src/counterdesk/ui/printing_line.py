"""How the printers do: told by their workers' threads, looked at by the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from counterdesk.core.printers import Paper, Printers

if TYPE_CHECKING:
    from counterdesk.printing.discovery import FoundPrinter

_USUAL_COLUMNS = 48


class Prints(Protocol):
    """What the window may ask of the printers' workers, from any thread."""

    def retry(self) -> None:
        """Try what is blocked again at once."""

    def discover(self, found: Callable[[tuple[FoundPrinter, ...]], None]) -> None:
        """Look for printers of this machine."""


class PrintingLine(QObject):
    """Which printers there are, what each said last, and the way to ask for more."""

    changed = Signal()
    """A printer said something else, or is set up in another way."""

    found = Signal(object)
    """The printers that were found on this machine: a tuple of `FoundPrinter`."""

    _told = Signal(object, str)
    _discovered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.printers = Printers()
        """As they were read last."""
        self.worker: Prints | None = None
        self._words: dict[UUID, str] = {}
        self._told.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._discovered.connect(self.found, Qt.ConnectionType.QueuedConnection)

    @property
    def columns(self) -> int:
        """Letters across the paper that receipts are printed on."""
        printer = self.printers.printer_for(Paper.RECEIPT)
        return printer.columns if printer is not None else _USUAL_COLUMNS

    def words_of(self, printer_id: UUID) -> str:
        """Return what is to be known of a printer; "" while there is nothing."""
        return self._words.get(printer_id, "")

    @property
    def words(self) -> str:
        """What is to be known of the printer that receipts go to."""
        printer = self.printers.printer_for(Paper.RECEIPT)
        return self.words_of(printer.printer_id) if printer is not None else ""

    def show_printers(self, printers: Printers) -> None:
        """Take the printers as they were read from the ledger."""
        if printers != self.printers:
            self.printers = printers
            self.changed.emit()

    def tell(self, printer_id: UUID, words: str) -> None:
        """Take what a printer says, from any thread."""
        if isValid(self):  # the window may be gone before a worker's thread has ended
            self._told.emit(printer_id, words)

    @Slot()
    def retry(self) -> None:
        """Try what is blocked again at once."""
        if self.worker is not None:
            self.worker.retry()

    @Slot()
    def discover(self) -> None:
        """Look for printers of this machine; `found` follows."""
        if self.worker is not None:
            self.worker.discover(self._tell_found)

    def _tell_found(self, found: tuple[FoundPrinter, ...]) -> None:
        if isValid(self):
            self._discovered.emit(found)

    @Slot(object, str)
    def _take(self, printer_id: UUID, words: str) -> None:
        if self._words.get(printer_id, "") != words:
            self._words[printer_id] = words
            self.changed.emit()
