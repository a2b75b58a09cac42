"""What a setting may be changed to: the same rules at a desk and at the centre."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings, settings_from, settings_rows
from counterdesk.core.text import clean

_FIXED: Final = frozenset({"currency", "utility_public_key"})
"""Decided when the centre was made: every amount and every certificate rests on them."""

_LARGEST: Final = 10**12
"""No amount or count of an office comes near; the centre's own sums still hold it."""

_MOST_MONTHS: Final = 1_200

MOST_LINES: Final = 6
"""Lines of words at the head of a receipt, and at its foot."""

LONGEST_LINE: Final = 120
"""Letters of such a line, which breaks where the paper is narrower."""


def checked_setting(kept: Mapping[str, str], name: str, value: Any) -> str:
    """Return the JSON text of a setting's new value, if it makes sense.

    Args:
        kept: All settings as JSON texts by name, as the centre keeps them.
        name: As `core.settings` declares it.
        value: As JSON has it.

    Raises:
        UserError: There is no such setting, it is fixed, or the value makes no sense.
    """
    rows = settings_rows(Settings()) | dict(kept)
    _refuse_unknown(name, rows)
    try:
        given = json.dumps(value, allow_nan=False)  # the centre's JSON has no infinity
        read = settings_from({**rows, name: given})
        text = settings_rows(read).get(name, given)
        _check(read)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UserError(_nonsense(name, rows[name])) from error
    if type(json.loads(text)) is not type(value):
        raise UserError(_nonsense(name, rows[name]))
    return text


def _refuse_unknown(name: str, rows: Mapping[str, str]) -> None:
    if name not in rows:
        raise UserError(
            _("There is no setting {name}. Nothing was changed. There are: {names}").format(
                name=name, names=", ".join(sorted(rows))
            )
        )
    if name in _FIXED:
        raise UserError(_("The setting {name} was fixed when the centre was made. Nothing was "
                          "changed.").format(name=name))  # fmt: skip


def _check(read: Settings) -> None:
    """Refuse what has the right form and would stop a till."""
    amounts = (
        read.cash_rounding_minor, read.overpayment_threshold_minor, read.largest_payment_minor,
        read.deposit_float_minor, read.notes_limit, read.credit_note_months,
        read.cheque_stale_days, read.cheque_fee_minor, read.cheque_hold_days,
        read.offline_credit_limit_minor, read.auto_approve_minor,
        read.credit_approval_ceiling_minor, *read.cash_notes_minor,
    )  # fmt: skip
    numbered = all(
        "{seq" in given.pattern and (not given.yearly or "{yy" in given.pattern)
        for given in read.number_formats.values()
    )
    if min(amounts) < 0 or max(amounts) > _LARGEST or read.credit_note_months > _MOST_MONTHS:
        raise ValueError("no till can count with this")
    named = bool(read.channels) and all(type(one) is str and one for one in read.channels)
    if not read.payment_modes or not named or not numbered:
        raise ValueError("no till can work with this")
    for lines in (read.receipt_header, read.receipt_footer):
        if len(lines) > MOST_LINES or not all(map(_is_line, lines)):
            raise ValueError("no receipt can show this")
    try:
        ZoneInfo(read.time_zone)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(read.time_zone) from error


def _is_line(text: str) -> bool:
    return len(text) <= LONGEST_LINE and clean(text).strip() == text != ""


def _nonsense(name: str, now: str) -> str:
    return _("This makes no sense as {name}. Nothing was changed. It is now: {now}").format(
        name=name, now=now
    )
