"""What a setting may be changed to: the same rules at a desk and at the centre."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.numbers import write_number
from counterdesk.core.permissions import Permission
from counterdesk.core.settings import Settings, settings_from, settings_rows
from counterdesk.core.text import clean

_FIXED: Final = frozenset({"currency", "utility_public_key"})
"""Decided when the centre was made: every amount and every certificate rests on them."""

_ALERTS: Final = frozenset({"tile_limits", "alerts_from_day"})
"""What a billing manager may set, too."""

_LATEST_DAY: Final = 28
"""The last day that every month has."""

_LARGEST: Final = 10**12
"""No amount or count of an office comes near; the centre's own sums still hold it."""

_MOST_MONTHS: Final = 1_200
_LAST_PORT: Final = 65_535
_SOME_YEAR: Final = 2025

MOST_LINES: Final = 6
"""Lines of words at the head of a receipt, and at its foot."""

LONGEST_LINE: Final = 120
"""Letters of such a line, which breaks where the paper is narrower."""


LEAST_TO_CHANGE: Final = Permission.SET_ALERTS
"""Who may not even this changes no setting at all."""


def permission_to_change(name: str) -> Permission:
    """Return what a role must allow for a setting to be changed."""
    return Permission.SET_ALERTS if name in _ALERTS else Permission.CHANGE_SETTINGS


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
    """Refuse what has the right form and would stop a till.

    Raises:
        UserError: Says what is wrong with it.
    """
    for broken, why in (*_figures(read), *_lists(read), *_alerts(read)):
        if broken:
            text = _("This makes no sense: {why} Nothing was changed.")
            raise UserError(text.format(why=why))


def _figures(read: Settings) -> Iterator[tuple[bool, str]]:
    figures = (
        read.cash_rounding_minor, read.overpayment_threshold_minor, read.largest_payment_minor,
        read.over_short_limit_minor, read.drawer_move_limit_minor, read.drawer_ceiling_minor,
        read.low_change_pieces, read.copies_unasked, read.idle_lock_seconds,
        read.deposit_float_minor, read.notes_limit, read.credit_note_months,
        read.cheque_stale_days, read.cheque_fee_minor, read.cheque_hold_days,
        read.offline_credit_limit_minor, read.auto_approve_minor,
        read.credit_approval_ceiling_minor, *read.cash_notes_minor,
    )  # fmt: skip
    yield min(figures) < 0, _("It cannot be below zero.")
    yield max(figures) > _LARGEST, _("No till counts that far.")
    yield read.credit_note_months > _MOST_MONTHS, _("No credit note is good for that long.")
    yield read.largest_payment_minor == 0, _("Nothing could be paid any more.")
    notes = read.cash_notes_minor
    counted = all(type(one) is int and one > 0 for one in notes)
    yield not notes or not counted, _("There must be notes and coins.")
    yield len(set(notes)) < len(notes), _("Each note and coin stands there once.")
    yield not _is_zone(read.time_zone), _("There is no such time zone.")
    yield not 0 < read.mail.port <= _LAST_PORT, _("There is no such port.")


def _lists(read: Settings) -> Iterator[tuple[bool, str]]:
    words = {
        item.name: getattr(read, item.name)
        for item in fields(Settings) if item.name == "channels" or item.name.endswith("_reasons")
    }  # fmt: skip
    for given in words.values():
        named = all(type(one) is str and one.strip() for one in given)
        yield not given or not named, _("There must be at least one, and none without a name.")
        yield len(set(given)) < len(given), _("Each stands there once.")
    modes = read.payment_modes
    yield not modes, _("Nothing could be paid any more.")
    yield (
        not all(one.code.strip() and one.name.strip() for one in modes),
        _("Each payment mode needs a code and a name."),
    )
    yield any("+" in one.name for one in modes), _("A + stands between two payment modes.")
    for lines in (read.receipt_header, read.receipt_footer):
        yield (
            len(lines) > MOST_LINES or not all(map(_is_line, lines)),
            _("No receipt can show this."),
        )
    yield len({one.code for one in modes}) < len(modes), _("Each payment mode has its own code.")
    for form in read.number_formats.values():
        yield "{seq" not in form.pattern, _("Each number needs {seq}.")
        left = write_number(form, _SOME_YEAR, 1)
        yield "{" in left or "}" in left, _("Only {yyyy}, {yy}, {seq} and {seq:06} are filled in.")
        yield (
            form.yearly and "{yy" not in form.pattern,
            _("What starts anew each year needs {yyyy} or {yy}."),
        )
    missing = Settings().number_formats.keys() - read.number_formats.keys()
    gone = ", ".join(sorted(missing))
    yield bool(missing), _("There are no numbers for {series}.").format(series=gone)


def _alerts(read: Settings) -> Iterator[tuple[bool, str]]:
    limits = read.tile_limits
    values = [one for each in limits for one in (each.lower, each.upper) if one is not None]
    yield any(one < 0 for one in values), _("It cannot be below zero.")
    yield any(one > _LARGEST for one in values), _("No till counts that far.")
    yield (
        any(
            one.lower is not None and one.upper is not None and one.lower > one.upper
            for one in limits
        ),
        _("The lower limit lies above the upper one."),
    )
    yield len({one.tile for one in limits}) < len(limits), _("Each stands there once.")
    yield not 1 <= read.alerts_from_day <= _LATEST_DAY, _("Not every month has such a day.")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return False
    return True


def _is_line(text: str) -> bool:
    return len(text) <= LONGEST_LINE and clean(text).strip() == text != ""


def _nonsense(name: str, now: str) -> str:
    return _("This makes no sense as {name}. Nothing was changed. It is now: {now}").format(
        name=name, now=now
    )
