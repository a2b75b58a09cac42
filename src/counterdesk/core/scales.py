"""Round steps for the axis of a chart."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_compact_decimal

from counterdesk.core.digits import in_digits_of
from counterdesk.core.money import Currency
from counterdesk.core.text import clean

_ROUND = (1, 2, 5, 10)


def round_steps(least: int, most: int, lines: int = 4) -> range:
    """Return values for the lines of an axis: round, evenly apart, around all that is shown.

    Args:
        least: The lowest value shown, 0 or below.
        most: The highest value shown, 0 or above.
        lines: About how many steps there are from the lowest to the highest.
    """
    apart = max((most - least + lines - 1) // lines, 1)
    tens = 10 ** (len(str(apart)) - 1)
    step = next(tens * part for part in _ROUND if tens * part >= apart)
    return range(least // step * step, -(-max(most, 1) // step) * step + 1, step)


def write_roughly(amount_minor: int, currency: Currency, locale: str) -> str:
    """Return an amount as short as an axis has room for: "30K"."""
    value = Decimal(amount_minor).scaleb(-currency.decimals)
    return in_digits_of(
        locale, clean(format_compact_decimal(value, locale=locale, fraction_digits=1))
    )
