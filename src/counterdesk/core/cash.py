"""Cash: rounding to the smallest coin, change, and which notes make it."""

from __future__ import annotations

from collections.abc import Iterable


def round_cash(amount_minor: int, step_minor: int) -> int:
    """Return an amount rounded to what can be paid in cash; halves go up.

    Args:
        amount_minor: What is due in cash, 0 or more.
        step_minor: The smallest coin in minor units; 0 or 1 where nothing needs rounding.
    """
    if step_minor <= 1:
        return amount_minor
    return (amount_minor + step_minor // 2) // step_minor * step_minor


def notes_for(amount_minor: int, notes_minor: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return the fewest-first notes and coins that make an amount, as (note, count).

    Largest first; what the smallest coin cannot make is left out.
    """
    chosen = []
    for note in sorted(notes_minor, reverse=True):
        count, amount_minor = divmod(amount_minor, note)
        if count:
            chosen.append((note, count))
    return tuple(chosen)


def is_unlikely_change(change_minor: int, notes_minor: Iterable[int]) -> bool:
    """Tell whether change is so large that a whole note of it need not have been handed over.

    Then the cash received was probably keyed wrong: an account number, or a zero too many.
    """
    return change_minor >= max(notes_minor, default=change_minor + 1)


def likely_cash(due_minor: int, notes_minor: Iterable[int], most: int = 4) -> tuple[int, ...]:
    """Return the amounts a payer is likely to hand over for what is due, smallest first.

    The exact amount comes first, then the next multiples of the office's larger notes.

    Args:
        due_minor: What is due in cash, more than 0.
        notes_minor: Notes and coins in use.
        most: How many amounts are wanted.
    """
    whole = [note for note in notes_minor if note * 50 >= due_minor]
    rounded = {-(-due_minor // note) * note for note in whole}
    return (due_minor, *sorted(rounded - {due_minor}))[:most]
