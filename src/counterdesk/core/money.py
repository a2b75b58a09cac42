"""Money: integer minor units of a currency, read from and written for people."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale

from counterdesk.core.digits import Figures, figures_of, in_digits_of
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.text import clean

_LARGEST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency: its ISO 4217 code, how many decimals it has, and its sign."""

    code: str
    decimals: int
    symbol: str


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
    typed = unicodedata.normalize("NFKC", text).strip()
    sign = unicodedata.normalize("NFKC", currency.symbol)
    typed = typed.removeprefix(sign).removesuffix(sign).strip()
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
    figures = figures_of(locale)
    decimal, group = figures.latin_decimal, unicodedata.normalize("NFKC", figures.latin_group)
    if figures.decimal != decimal:
        typed = typed.replace(figures.decimal, decimal).replace(figures.group, group)
    point = decimal if decimal in typed or group == "." else "."
    whole, found, fraction = typed.partition(point)
    first, *groups = whole.split(group)
    digits = first + "".join(groups)
    leads = unicodedata.decimal(first[:1] or "0", 0) > 0  # "0,500" is half of one elsewhere
    well_grouped = not groups or (leads and _well_grouped(groups, figures))
    readable = _is_digits(digits) if not found else _is_digits(fraction) and _is_digits(digits, 0)
    if not readable or not well_grouped:
        example = in_digits_of(locale, f"145{figures.decimal}50")
        raise UserError(_("Use digits only, such as {example}.").format(example=example), field)
    return _latin(digits), _latin(fraction)


def _well_grouped(groups: list[str], figures: Figures) -> bool:
    *others, last = map(len, groups)
    sizes = (figures.last_group, figures.other_groups)
    return last == figures.last_group and any({*others} <= {size} for size in sizes)


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
    figures = figures_of(locale)
    sign = "-" if amount_minor < 0 else ""
    whole, fraction = divmod(abs(amount_minor), 10**currency.decimals)
    text = _grouped(str(whole), figures)
    if currency.decimals:
        text += f"{figures.decimal}{fraction:0{currency.decimals}}"
    return sign + in_digits_of(locale, text)


def format_count(count: int, locale: str) -> str:
    """Return a number of things: 1204 as "1,204"."""
    return in_digits_of(locale, _grouped(str(count), figures_of(locale)))


def _grouped(whole: str, figures: Figures) -> str:
    rest, text = whole[: -figures.last_group], whole[-figures.last_group :]
    while rest:
        text = rest[-figures.other_groups :] + figures.group + text
        rest = rest[: -figures.other_groups]
    return text


def format_amount(amount_minor: int, currency: Currency, locale: str) -> str:
    """Return an amount with its currency, on the side where the locale writes it.

    14550 is "$145.50" or "145,50 $", -450 is "-$4.50".
    """
    number = format_number(abs(amount_minor), currency, locale)
    text = _currency_pattern(locale).replace("\N{CURRENCY SIGN}", currency.symbol)
    return ("-" if amount_minor < 0 else "") + text.replace("#", number)


@lru_cache(maxsize=16)
def _currency_pattern(locale: str) -> str:
    pattern = Locale.parse(locale).currency_formats["standard"]
    return clean(f"{pattern.prefix[0]}#{pattern.suffix[0]}")
