"""What a file of the utility may hold: its columns, and how the text of a cell becomes a value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache, partial

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import Currency, parse_amount
from counterdesk.core.text import clean

Value = str | int | bool | date
Read = Callable[[str], Value]

_LONGEST_NUMBER = 60
_LONGEST_TEXT = 1_000
_LONGEST_AMOUNT = 40
_YEARS = range(1900, 2200)
_KINDS = {word.casefold(): word for word in ("Bill", "Service", "Installment")}
_PLAN_STATES = {word.casefold(): word for word in ("On track", "Late", "Broken")}
_YES = frozenset({"yes", "y", "true", "1", "x"})
_NO = frozenset({"", "no", "n", "false", "0"})
_PARTS = {"YYYY": r"(?P<year>\d{4})", "MM": r"(?P<month>\d{1,2})", "DD": r"(?P<day>\d{1,2})"}


class Kind(StrEnum):
    """What the lines of a file are."""

    CONSUMER = "consumer"
    CHARGE = "charge"


@dataclass(frozen=True, slots=True)
class Rules:
    """How a file writes what can be written in several ways, and what the office knows.

    `dates` is made of YYYY, MM, DD and what stands between them; `decimal_mark` is a point or a
    comma; `methods` are the codes of the office's payment modes.
    """

    currency: Currency
    dates: str = "YYYY-MM-DD"
    decimal_mark: str = "."
    methods: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name here, where it is kept while a file comes in, how its text is read.

    A line must fill a field that is `needed`; a line that cancels, only the `always` ones.
    """

    name: str
    read: Read
    column: str = ""
    """Of the waiting table; "" is one that is only looked at."""
    needed: bool = False
    always: bool = False


def fields_of(kind: Kind, rules: Rules) -> tuple[Field, ...]:
    """Return the columns that a file of this kind may have."""
    return _consumer_fields() if kind is Kind.CONSUMER else _charge_fields(rules)


def _consumer_fields() -> tuple[Field, ...]:
    texts = ("service_address", "phone", "email", "preferences", "circumstances")
    return (
        Field("account_number", read_number, "account_number", needed=True, always=True),
        Field("name", read_text, "name", needed=True),
        *(Field(name, read_text, name) for name in texts),
        *(Field(name, read_flag, name) for name in ("cash_only", "disconnected")),
    )


def _charge_fields(rules: Rules) -> tuple[Field, ...]:
    day, amount = _day_reader(rules.dates), partial(read_amount, rules=rules)
    flags = ("disputed", "online_pending", "replaced_by_plan", "cancelled")
    return (
        Field("number", read_number, "number", needed=True, always=True),
        Field("account_number", read_number, "account_number", needed=True, always=True),
        Field("kind", _read_kind, "kind", needed=True),
        Field("charged_on", day, "charged_on", needed=True),
        Field("due_on", day, "due_on", needed=True),
        Field("amount", partial(_read_positive, rules=rules), "amount_minor", needed=True),
        Field("currency", partial(_read_currency, rules=rules)),
        Field("description", read_text, "description"),
        Field("period", _read_period, "period"),
        Field("plan_number", read_number, "plan_number"),
        Field("plan_status", _read_plan_status, "plan_status"),
        Field("installment", _read_installment, "installment"),
        Field("minimum", amount, "minimum_minor"),
        Field("refused_methods", partial(_read_methods, known=rules.methods), "refused_methods"),
        *(Field(name, read_flag, name) for name in flags),
    )


EMPTY: Mapping[str, Value | None] = {
    "service_address": "", "phone": "", "email": "", "preferences": "", "circumstances": "",
    "description": "", "period": "", "plan_number": "", "refused_methods": "", "minimum": 0,
    "installment": 0,
}  # fmt: skip
"""What an empty cell means where it means something; elsewhere it leaves things as they are."""


def read_text(text: str) -> str:
    """Return a text on one line, with nothing in it that could not be shown."""
    if "\0" in text:
        raise UserError(_("This is no text: it holds a zero byte."))
    if len(text) > _LONGEST_TEXT:
        raise UserError(_("At most {count} characters.").format(count=_LONGEST_TEXT))
    return " ".join(clean(text).split())


def read_number(text: str) -> str:
    """Return an account's, a charge's or a plan's number: what cannot be seen is refused."""
    number = unicodedata.normalize("NFC", text.strip())
    if len(number) > _LONGEST_NUMBER:
        raise UserError(_("At most {count} characters.").format(count=_LONGEST_NUMBER))
    if clean(number) != number:
        raise UserError(_("It holds characters that cannot be seen."))
    return number


def read_flag(text: str) -> bool:
    """Return whether a cell says yes."""
    word = text.strip().casefold()
    if word not in _YES and word not in _NO:
        raise UserError(_("Write yes or no."))
    return word in _YES


def read_amount(text: str, *, rules: Rules) -> int:
    """Return minor units of digits and one decimal mark; nothing groups the thousands.

    So "1,500" is never taken for fifteen hundred by one file and for one and a half by another.
    """
    if len(text) > _LONGEST_AMOUNT:
        raise UserError(_("This amount is too large."))
    plain = unicodedata.normalize("NFKC", text).strip()
    other = "," if rules.decimal_mark == "." else "."
    if other in plain:
        example = f"1450{rules.decimal_mark}50"
        raise UserError(
            _("Write amounts with no mark but the decimal one: {example}.").format(example=example)
        )
    return parse_amount(plain.replace(rules.decimal_mark, "."), rules.currency, "en")


def _read_positive(text: str, *, rules: Rules) -> int:
    amount_minor = read_amount(text, rules=rules)
    if amount_minor == 0:
        raise UserError(_("An amount must be more than zero."))
    return amount_minor


def _day_reader(pattern: str) -> Callable[[str], date]:
    """Return what reads days written like this.

    Raises:
        UserError: The pattern does not name a whole day.
    """
    if any(pattern.count(part) != 1 for part in _PARTS):
        raise UserError(_("Dates are described with YYYY, MM and DD, such as DD/MM/YYYY."))
    shape = re.escape(pattern)
    for part, meant in _PARTS.items():
        shape = shape.replace(part, meant)
    return lru_cache(maxsize=4096)(partial(_read_day, shape=re.compile(shape), pattern=pattern))


def _read_day(text: str, *, shape: re.Pattern[str], pattern: str) -> date:
    found = shape.fullmatch(text.strip())
    try:
        if found and int(found["year"]) in _YEARS:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        pass  # the thirtieth of February
    raise UserError(_("This is no date written {pattern}.").format(pattern=pattern))


def _read_kind(text: str) -> str:
    return _one_of(_KINDS, text)


def _read_plan_status(text: str) -> str:
    return _one_of(_PLAN_STATES, text)


def _one_of(words: Mapping[str, str], text: str) -> str:
    try:
        return words[" ".join(text.casefold().split())]
    except KeyError:
        choices = ", ".join(words.values())
        raise UserError(_("Write one of: {choices}.").format(choices=choices)) from None


def _read_period(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text.strip()):
        raise UserError(_("A period is a month such as 2025-04."))
    return text.strip()


def _read_installment(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text.strip()):
        raise UserError(_("An installment is a whole number."))
    return int(text)


def _read_currency(text: str, *, rules: Rules) -> str:
    if text.strip().upper() != rules.currency.code:
        raise UserError(_("The centre takes {currency}.").format(currency=rules.currency.code))
    return rules.currency.code


def _read_methods(text: str, *, known: frozenset[str]) -> str:
    codes = sorted({code.strip() for code in text.split(",")} - {""})
    for code in codes:
        if code not in known:
            raise UserError(_("There is no payment mode {code}.").format(code=code[:20]))
    return ",".join(codes)
