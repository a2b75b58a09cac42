"""Numbers as people read them: formats from settings, filled with year and sequence."""

from __future__ import annotations

import re
from datetime import date

from counterdesk.core.settings import NumberFormat

_FIELD = re.compile(r"\{(yyyy|yy|seq(?::0(\d+))?)\}")


def write_number(form: NumberFormat, year: int, sequence: int) -> str:
    """Return the number that a format gives a place in its series.

    Args:
        form: Its pattern may hold `{yyyy}`, `{yy}`, and `{seq}` or `{seq:06}`.
        year: The year of the business date.
        sequence: The place in the series, from 1.
    """

    def fill(found: re.Match[str]) -> str:
        match found[1]:
            case "yyyy":
                return f"{year:04}"
            case "yy":
                return f"{year % 100:02}"
        return str(sequence).zfill(int(found[2] or 0))

    return _FIELD.sub(fill, form.pattern)


def fallback_format(form: NumberFormat, counter_code: str) -> NumberFormat:
    """Return the format used when the leased blocks ran out: `R-C07-000123`.

    The counter's own code keeps such numbers unique across counters.
    """
    own = f"{counter_code}-{{seq:06}}"
    return NumberFormat(re.sub(r"\{seq(?::0\d+)?\}", own, form.pattern), form.yearly)


def read_number(form: NumberFormat, number: str) -> tuple[int, int] | None:
    """Return the year (0 where the format shows none) and the sequence of a number.

    None is returned for a number that the format cannot have made.
    """
    pattern, last = "", 0
    for found in _FIELD.finditer(form.pattern):
        pattern += re.escape(form.pattern[last : found.start()])
        pattern += {"yyyy": r"(?P<y>\d{4})", "yy": r"(?P<y>\d{2})"}.get(found[1], r"(?P<s>\d+)")
        last = found.end()
    match = re.fullmatch(pattern + re.escape(form.pattern[last:]), number)
    if match is None:
        return None
    return int(match.groupdict().get("y") or 0), int(match["s"])


def series_year(form: NumberFormat, business_date: date) -> int:
    """Return the year whose sequence a series uses on a date; 0 where it never starts anew."""
    return business_date.year if form.yearly else 0
