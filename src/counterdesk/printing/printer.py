"""What the queue's worker asks of a printer, and what it hears back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job, and why in words for the person at the counter."""

    state: PrintState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What a printer says about itself; `trouble` is "" while it can print."""

    answers: bool
    trouble: str = ""
    near_end: bool = False
    """Whether the paper is nearly at its end."""

    @property
    def words(self) -> str:
        """What is to be known, "" while there is nothing."""
        return self.trouble or (_("The paper is nearly at its end.") if self.near_end else "")


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

    def status(self) -> Status:
        """Ask how it does, at a time when nothing is printed; never raises."""

    def open_drawer(self, kick: bytes, /) -> None:
        """Open the drawer if that works at once; it is never tried again."""

    def close(self) -> None:
        """Give up waiting for confirmations: the program ends."""
