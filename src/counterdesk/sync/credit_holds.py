"""Credit notes that the centre is asked to hold while they are being spent at this counter."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from counterdesk.sync.link import CentreAway, CentreRefused, Link

HOLD_S: Final = 300
"""How long a note is held: longer than a cashier reads a review out."""


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """One visit, and how much of which notes it wants to spend, in minor units."""

    request_id: UUID
    notes: tuple[tuple[UUID, int], ...]


@dataclass(frozen=True, slots=True)
class NotHeld:
    """One note that the centre does not hold for the visit, and why."""

    note_id: UUID
    free_minor: int
    holder: str
    """Code of the counter that holds it; "" where none does."""
    until_utc: datetime | None


@dataclass(frozen=True, slots=True)
class HoldAnswer:
    """What the centre says: everything is held, or something is not, or nobody answers."""

    asked: HoldAsked
    away: bool = False
    refused: tuple[NotHeld, ...] = ()

    @property
    def held(self) -> bool:
        """Whether every note is this visit's for now."""
        return not self.away and not self.refused


_Told = Callable[[HoldAnswer], None]


class CreditHolds:
    """What the window asks of the centre about credit, one call of the link after the other.

    `ask` and `release` come from any thread, the rest from sync's: a deque needs no lock for that.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._asked: deque[tuple[HoldAsked, _Told]] = deque()
        self._released: deque[UUID] = deque()

    @property
    def waiting(self) -> bool:
        """Whether the centre is to be asked something."""
        return bool(self._asked or self._released)

    def ask(self, asked: HoldAsked, told: _Told) -> None:
        """Ask for a visit's notes."""
        self._asked.append((asked, told))

    def release(self, request_id: UUID) -> None:
        """Give back what is held for a visit, and ask no more for it."""
        for one in [one for one in self._asked if one[0].request_id == request_id]:
            self._asked.remove(one)
        self._released.append(request_id)

    def answer_one(self, *, stopped: bool) -> None:
        """Do what was asked for first.

        Args:
            stopped: Whether nothing is sent: the centre does not know how notes stand here.

        Raises:
            CentreAway: Nobody answers; who asked was told so.
            CentreRefused: The centre does not let this counter in; likewise.
        """
        if self._released:
            self._link.release_credit(self._released.popleft())
            return
        asked, told = self._asked.popleft()
        if stopped:
            told(HoldAnswer(asked, away=True))
            return
        try:
            answer = HoldAnswer(asked, refused=self._hold(asked))
        except (CentreAway, CentreRefused):
            told(HoldAnswer(asked, away=True))
            raise
        told(answer)

    def nobody_answers(self) -> None:
        """Tell everybody who waits; what was to be given back runs out by itself."""
        self._released.clear()
        while self._asked:
            asked, told = self._asked.popleft()
            told(HoldAnswer(asked, away=True))

    def _hold(self, asked: HoldAsked) -> tuple[NotHeld, ...]:
        refused = []
        for note_id, amount_minor in asked.notes:
            answer = self._link.reserve_credit(asked.request_id, note_id, amount_minor, HOLD_S)
            if not answer.held:
                refused.append(NotHeld(note_id, answer.free_minor, answer.holder, answer.until_utc))
        return tuple(refused)
