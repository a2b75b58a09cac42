"""Dates and times as the office writes them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, parse_date

from counterdesk.core.digits import in_digits_of
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.text import clean


@lru_cache(maxsize=512)
def write_date(day: date, locale: str) -> str:
    """Return a date in the office's format: "Apr 20, 2025"."""
    return in_digits_of(locale, clean(format_date(day, "medium", locale)))


def write_instant(instant_utc: datetime, locale: str, time_zone: str) -> str:
    """Return an instant as the office's date and time of day: "Apr 20, 2025 10:02"."""
    local = instant_utc.astimezone(ZoneInfo(time_zone))
    time = in_digits_of(locale, write_time(instant_utc, time_zone))
    return f"{write_date(local.date(), locale)} {time}"


def write_time(instant_utc: datetime, time_zone: str) -> str:
    """Return an instant's time of day in the office: "10:02"."""
    return instant_utc.astimezone(ZoneInfo(time_zone)).strftime("%H:%M")


@lru_cache(maxsize=512)
def write_day(day: date, locale: str) -> str:
    """Return a day of its year in the office's format: "Apr 20"."""
    return in_digits_of(locale, clean(format_skeleton("MMMd", day, locale=locale)))


@lru_cache(maxsize=128)
def write_days(first: date, last: date, locale: str) -> str:
    """Return a span of days without its year in the office's format: "Mar 1 – 20"."""
    span = str(format_interval(first, last, "MMMd", locale=locale))
    return in_digits_of(locale, clean(span.replace("\u2009", " ")))


@lru_cache(maxsize=128)
def write_month(year: int, month: int, locale: str) -> str:
    """Return a month in the office's format: "Mar 2025"."""
    return in_digits_of(locale, format_skeleton("yMMM", date(year, month, 1), locale=locale))


def read_date(text: str, locale: str, field: str = "") -> date:
    """Return the date that a person's typing means: ISO, or figures in the locale's order.

    Raises:
        UserError: It is no date; `field` is the widget it was typed into.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        pass
    try:
        return parse_date(text, locale=locale, format="short")
    except (ValueError, IndexError) as error:
        example = format_date(date(2025, 4, 20), "short", locale)
        sentence = _("Enter a date such as {example}.").format(example=example)
        raise UserError(sentence, field) from error


@lru_cache(maxsize=16)
def first_weekday(locale: str) -> int:
    """Return the day that weeks begin with: 0 for Monday, 6 for Sunday."""
    return Locale.parse(locale).first_week_day


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
