"""What the queue's worker asks of a printer, and what it hears back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from counterdesk.core.print_states import PrintState


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job, and why in words for the person at the counter."""

    state: PrintState
    detail: str = ""


class Printer(Protocol):
    """One way to one printer. Used by one thread; only `close` may come from another."""

    def send(self, job: bytes, name: str, held: Callable[[str], None], /) -> Outcome:
        """Send a whole job once.

        Args:
            job: The bytes, as they are.
            name: What the job is called: a receipt's number.
            held: Called, with the reason in words, when all was sent but the printer stopped.

        Returns:
            BLOCKED only if not one byte of the job was sent.
        """

    def open_drawer(self, kick: bytes, /) -> None:
        """Open the drawer if that works at once; it is never tried again."""

    def close(self) -> None:
        """Give up waiting for confirmations: the program ends."""
