"""What lies in a drawer: counts by denomination, which notes to give, when change runs low.

Which notes lie there while a shift runs is a likely guess: nobody keys each. Their sum is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from counterdesk.core.cash import notes_for
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

MOST_PIECES = 100_000
"""Of one denomination, in one count."""

Pieces = tuple[tuple[int, int], ...]
"""Face value in minor units and how many of it, the largest first."""


class MoveKind(StrEnum):
    """Why cash moves."""

    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    DROP = "drop"
    CHANGE_IN = "change_in"
    CHANGE_OUT = "change_out"
    UNDONE = "undone"


INTO_THE_DRAWER = (MoveKind.PAID_IN, MoveKind.CHANGE_IN)


def total_of(pieces: Iterable[tuple[int, int]]) -> int:
    """Return what pieces are worth together."""
    return sum(face * count for face, count in pieces)


def checked_pieces(
    pieces: Iterable[tuple[int, int]], notes_minor: Iterable[int], field: str
) -> Pieces:
    """Return a count by denomination in its one order, without what there is none of.

    Raises:
        UserError: A count is negative or absurd, or of a denomination that is not in use, or one
            stands there twice.
    """
    given, faces = list(pieces), set(notes_minor)
    if len({face for face, _count in given}) < len(given) or any(
        face not in faces or not 0 <= count <= MOST_PIECES for face, count in given
    ):
        raise UserError(_("Count each note and coin once, as a whole number."), field)
    return tuple(sorted(((face, count) for face, count in given if count), reverse=True))


def notes_to_give(amount_minor: int, available: Mapping[int, int]) -> Pieces | None:
    """Return which notes and coins of a drawer make an amount, large ones first; None if none do.

    Args:
        amount_minor: 0 or more.
        available: How many there are of each denomination.
    """
    faces = tuple(sorted((face for face, count in available.items() if count > 0), reverse=True))

    @cache
    def rest(place: int, left: int) -> Pieces | None:
        if left == 0:
            return ()
        if place == len(faces):
            return None
        face = faces[place]
        for count in range(min(left // face, available[face]), -1, -1):
            more = rest(place + 1, left - count * face)
            if more is not None:
                return (((face, count),) if count else ()) + more
        return None

    if amount_minor > total_of(available.items()):
        return None
    return rest(0, amount_minor)


@dataclass(frozen=True, slots=True)
class LikelyDrawer:
    """What probably lies in a drawer. Its total is exact, how it is made up is a guess."""

    pieces: Mapping[int, int]
    unsure_minor: int = 0
    """Money of which not even a guess says in which notes it lies; may be below zero."""

    @property
    def total_minor(self) -> int:
        """What lies in the drawer."""
        return total_of(self.pieces.items()) + self.unsure_minor

    def with_in(self, amount_minor: int, notes_minor: Iterable[int]) -> LikelyDrawer:
        """Return the drawer after money came in, likely in as few notes as make it."""
        came = notes_for(amount_minor, notes_minor)
        pieces = dict(self.pieces)
        for face, count in came:
            pieces[face] = pieces.get(face, 0) + count
        return LikelyDrawer(pieces, self.unsure_minor + amount_minor - total_of(came))

    def with_out(self, amount_minor: int) -> LikelyDrawer:
        """Return the drawer after money went out, in the notes that a person would give."""
        gone = notes_to_give(amount_minor, self.pieces)
        if gone is None:
            return LikelyDrawer(self.pieces, self.unsure_minor - amount_minor)
        pieces = dict(self.pieces)
        for face, count in gone:
            pieces[face] -= count
        return LikelyDrawer(pieces, self.unsure_minor)


def running_low(
    float_pieces: Pieces, now: Mapping[int, int], notes_minor: Iterable[int], least: int
) -> Pieces:
    """Return the small notes and coins of which few are left, the largest first.

    Small is the lower half of what is in use; what the float had few of is not missed.

    Args:
        float_pieces: What the shift began with.
        now: What is likely there now.
        notes_minor: Notes and coins in use.
        least: Below so many pieces they are few.
    """
    in_use = sorted(notes_minor, reverse=True)
    small = in_use[len(in_use) // 2 :]
    began = dict(float_pieces)
    return tuple(
        (face, now.get(face, 0)) for face in small if began.get(face, 0) >= least > now.get(face, 0)
    )


def move_word(kind: str) -> str:
    """Return what a kind of move is called."""
    return _WORDS[MoveKind(kind)]()


_WORDS: dict[MoveKind, Callable[[], str]] = {
    MoveKind.PAID_IN: lambda: _("Paid in"),
    MoveKind.PAID_OUT: lambda: _("Paid out"),
    MoveKind.DROP: lambda: _("Drop to the safe"),
    MoveKind.CHANGE_IN: lambda: _("Change from safe"),
    MoveKind.CHANGE_OUT: lambda: _("Change to safe"),
    MoveKind.UNDONE: lambda: _("Taken back"),
}
