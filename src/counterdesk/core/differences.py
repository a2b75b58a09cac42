"""Why a count may differ from what is expected: what in the shift would explain it to the cent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings

_MOST = 5
"""So many explanations are read; more would be guessing."""


class Cause(StrEnum):
    """One way in which a count comes to differ."""

    CHANGE_TWICE = "change_twice"
    CHANGE_KEPT = "change_kept"
    OTHER_METHOD = "other_method"
    DIGITS_SWAPPED = "digits_swapped"
    MOVE_MISSING = "move_missing"
    MOVE_TOO_MUCH = "move_too_much"
    DROP_MISSING = "drop_missing"
    PIECE_MISCOUNTED = "piece_miscounted"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What would explain a difference exactly."""

    cause: Cause
    amount_minor: int
    """The amount a person looks for: the change, the tender, the note. Above 0."""
    name: str = ""
    """Receipt or voucher it is about."""
    method_name: str = ""
    """The other method, where money came another way."""


@dataclass(frozen=True, slots=True)
class TenderSeen:
    """A tender of the shift, as its receipt has it."""

    receipt_number: str
    method: str
    method_name: str
    amount_minor: int
    change_minor: int = 0

    @property
    def kept_minor(self) -> int:
        """What stayed here."""
        return self.amount_minor - self.change_minor


@dataclass(frozen=True, slots=True)
class MoveSeen:
    """Money that was put into the drawer or taken out of it; out is below 0."""

    number: str
    delta_minor: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a shift when a difference is looked into."""

    tenders: tuple[TenderSeen, ...] = ()
    moves: tuple[MoveSeen, ...] = ()
    notes_minor: tuple[int, ...] = ()
    float_minor: int = 0
    differences: Mapping[str, int] = field(default_factory=dict)
    """Counted less expected of every method that is counted, in minor units."""


def explain(method: str, evidence: Evidence, *, drawer: bool) -> tuple[Explanation, ...]:
    """Return what would explain the difference of one method to the cent, the likeliest first.

    Each explains the whole, but for a tender that another count shows to be booked wrongly: it
    explains its own amount, and what follows it explains the rest.

    Args:
        method: A method of `evidence.differences`.
        evidence: The shift.
        drawer: Whether this is the cash: only there are change, moves and notes.
    """
    off = evidence.differences[method]
    if not off:
        return ()
    found = dict.fromkeys(_explanations(off, method, evidence, drawer=drawer))
    found = found or dict.fromkeys(_two_mistakes(off, method, evidence, drawer=drawer))
    return tuple(found)[:_MOST]


def _two_mistakes(
    off: int, method: str, evidence: Evidence, *, drawer: bool
) -> Iterator[Explanation]:
    """A tender booked under the wrong method, and something else besides in one of the two."""
    for other, other_off in evidence.differences.items():
        short, moved = (method if off < 0 else other), min(abs(off), abs(other_off))
        if other == method or off * other_off >= 0:
            continue
        for one in evidence.tenders:
            if one.method != short or one.kept_minor != moved:
                continue
            yield Explanation(Cause.OTHER_METHOD, moved, one.receipt_number, one.method_name)
            if abs(off) > moved:
                alone = replace(evidence, differences={})
                yield from _explanations(off + other_off, method, alone, drawer=drawer)


def _explanations(
    off: int, method: str, evidence: Evidence, *, drawer: bool
) -> Iterator[Explanation]:
    yield from _other_method(off, method, evidence)
    if drawer:
        yield from _change(off, method, evidence)
        yield from _moves(off, evidence)
    yield from _swapped(off, method, evidence, drawer=drawer)
    if drawer:
        yield from _drop(off, evidence)
        yield from _piece(off, evidence)


def _other_method(off: int, method: str, evidence: Evidence) -> Iterator[Explanation]:
    """A tender of just that amount which is booked here and came another way, or the reverse.

    What another count says is believed: it must miss, or have too much of, the same.
    """
    for one in evidence.tenders:
        if one.kept_minor != abs(off) or (one.method == method) != (off < 0):
            continue
        others = evidence.differences if off < 0 else [one.method]
        for other in others:
            if other != method and evidence.differences.get(other, -off) == -off:
                yield Explanation(
                    Cause.OTHER_METHOD, one.kept_minor, one.receipt_number, one.method_name
                )


def _change(off: int, method: str, evidence: Evidence) -> Iterator[Explanation]:
    cause = Cause.CHANGE_TWICE if off < 0 else Cause.CHANGE_KEPT
    for one in evidence.tenders:
        if one.method == method and one.change_minor == abs(off):
            yield Explanation(cause, one.change_minor, one.receipt_number)


def _moves(off: int, evidence: Evidence) -> Iterator[Explanation]:
    for move in evidence.moves:
        if move.delta_minor in (off, -off):
            cause = Cause.MOVE_MISSING if move.delta_minor == off else Cause.MOVE_TOO_MUCH
            yield Explanation(cause, abs(off), move.number)


def _swapped(off: int, method: str, evidence: Evidence, *, drawer: bool) -> Iterator[Explanation]:
    if off % 9:  # swapping two digits always moves a number by a multiple of nine
        return
    keyed = [(one.receipt_number, one.kept_minor) for one in evidence.tenders
             if one.method == method]  # fmt: skip
    if drawer:
        keyed += [(move.number, move.delta_minor) for move in evidence.moves]
        keyed.append(("", evidence.float_minor))
    for name, amount_minor in keyed:
        sign = -1 if amount_minor < 0 else 1
        for meant in _with_digits_swapped(abs(amount_minor)):
            if (meant - abs(amount_minor)) * sign == off:
                yield Explanation(Cause.DIGITS_SWAPPED, meant, name)


def _with_digits_swapped(amount_minor: int) -> Iterator[int]:
    """Yield an amount with each two neighbouring digits in the other order."""
    digits = str(amount_minor)
    for place in range(len(digits) - 1):
        first, second = digits[place], digits[place + 1]
        if first != second:
            yield int(digits[:place] + second + first + digits[place + 2 :])


def _drop(off: int, evidence: Evidence) -> Iterator[Explanation]:
    """A round sum in large notes that is gone at once went to the safe rather than to a payer."""
    large = sorted(evidence.notes_minor, reverse=True)[: len(evidence.notes_minor) // 2]
    if large and off <= -large[0] and off % large[-1] == 0:
        yield Explanation(Cause.DROP_MISSING, -off)


def _piece(off: int, evidence: Evidence) -> Iterator[Explanation]:
    if abs(off) in evidence.notes_minor:
        yield Explanation(Cause.PIECE_MISCOUNTED, abs(off))


def explanation_words(one: Explanation, settings: Settings) -> str:
    """Return an explanation as a sentence: what to look for."""
    text = {
        Cause.CHANGE_TWICE: _("The change of {amount} on {name} may have been given twice."),
        Cause.CHANGE_KEPT: _("The change of {amount} on {name} may not have been given."),
        Cause.OTHER_METHOD: _(
            "{amount} on {name} is booked as {method}, and may have come another way."
        ),
        Cause.DIGITS_SWAPPED: _("Two digits of {name} may be swapped: {amount} was meant."),
        Cause.MOVE_MISSING: _("{name} may have been done a second time: {amount} more."),
        Cause.MOVE_TOO_MUCH: _("{name} of {amount} may be written down, but not done."),
        Cause.DROP_MISSING: _("A drop to the safe of {amount} may not be written down."),
        Cause.PIECE_MISCOUNTED: _("One note or coin of {amount} may be miscounted."),
    }[one.cause]
    amount = format_amount(one.amount_minor, settings.currency, settings.locale)
    return text.format(amount=amount, name=one.name or _("the float"), method=one.method_name)
