"""Money: integer minor units of a currency, read from and written for people."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

_LARGEST_DIGITS = 12
_GROUP = 3


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency: its ISO 4217 code, how many decimals it has, and its sign."""

    code: str
    decimals: int
    symbol: str


@dataclass(frozen=True, slots=True)
class _Marks:
    decimal: str
    group: str


@lru_cache(maxsize=16)
def _marks(locale: str) -> _Marks:
    symbols = Locale.parse(locale).number_symbols["latn"]
    return _Marks(str(symbols["decimal"]), str(symbols["group"]))


def parse_amount(text: str, currency: Currency, locale: str, field: str = "") -> int:
    """Return the minor units that a person's typing means: "150" is 150.00.

    Digits of any script and the locale's own marks are understood; a point is taken as the
    decimal mark where the locale does not group with it.

    Args:
        text: What was typed.
        currency: Decides how many decimals are allowed.
        locale: Decides the decimal and the grouping mark, such as "en_US".
        field: Object name of the widget that a refusal belongs to.

    Raises:
        UserError: Empty, not a number, negative, too many decimals, or absurdly large.
    """
    typed = unicodedata.normalize("NFKC", text).strip().removeprefix(currency.symbol).strip()
    if not typed:
        raise UserError(_("Enter an amount."), field)
    if typed[0] in "-\u2212":
        raise UserError(_("An amount cannot be negative."), field)
    whole, fraction = _split(typed, locale, field)
    if len(fraction) > currency.decimals:
        raise UserError(_too_many_decimals(currency), field)
    if len(whole.lstrip("0")) > _LARGEST_DIGITS:
        raise UserError(_("This amount is too large."), field)
    digits = whole.lstrip("0") + fraction.ljust(currency.decimals, "0")
    return int(digits or "0")  # int() refuses thousands of digits, leading zeros included


def _split(typed: str, locale: str, field: str) -> tuple[str, str]:
    marks = _marks(locale)
    point = marks.decimal if marks.decimal in typed or marks.group == "." else "."
    whole, found, fraction = typed.partition(point)
    first, *groups = whole.split(unicodedata.normalize("NFKC", marks.group))
    digits = first + "".join(groups)
    leads = unicodedata.decimal(first[:1] or "0", 0) > 0  # "0,500" is half of one elsewhere
    well_grouped = not groups or (leads and all(len(group) == _GROUP for group in groups))
    readable = _is_digits(digits) if not found else _is_digits(fraction) and _is_digits(digits, 0)
    if not readable or not well_grouped:
        example = f"145{marks.decimal}50"
        raise UserError(_("Use digits only, such as {example}.").format(example=example), field)
    return _latin(digits), _latin(fraction)


def _is_digits(text: str, least: int = 1) -> bool:
    numeric = all(unicodedata.decimal(letter, None) is not None for letter in text)
    return numeric and len(text) >= least


def _latin(text: str) -> str:
    return "".join(str(unicodedata.decimal(letter)) for letter in text)


def _too_many_decimals(currency: Currency) -> str:
    if currency.decimals == 0:
        return _("{currency} has no decimals.").format(currency=currency.code)
    return _("Use at most {count} decimals.").format(count=currency.decimals)


def format_number(amount_minor: int, currency: Currency, locale: str) -> str:
    """Return an amount without its sign of currency: 123456 as "1,234.56"."""
    marks = _marks(locale)
    sign = "-" if amount_minor < 0 else ""
    whole, fraction = divmod(abs(amount_minor), 10**currency.decimals)
    text = f"{whole:,}".replace(",", marks.group)
    if currency.decimals:
        text += f"{marks.decimal}{fraction:0{currency.decimals}}"
    return sign + text


def format_amount(amount_minor: int, currency: Currency, locale: str) -> str:
    """Return an amount with its currency: 14550 as "$145.50", -450 as "-$4.50"."""
    number = format_number(abs(amount_minor), currency, locale)
    return f"{'-' if amount_minor < 0 else ''}{currency.symbol}{number}"
