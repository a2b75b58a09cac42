"""The office's settings at the centre: shown, and changed if they make sense."""

from __future__ import annotations

import json
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings, settings_from, settings_rows

_FIXED: Final = frozenset({"currency", "utility_public_key"})
"""Decided when the centre was made: every amount and every certificate rests on them."""


def read_office(connection: psycopg.Connection) -> dict[str, str]:
    """Return the settings as JSON texts by name."""
    return {
        name: json.dumps(value, ensure_ascii=False)
        for name, value in connection.execute("select name, value from cd.setting order by name")
    }


def change_setting(connection: psycopg.Connection, name: str, text: str) -> str:
    """Change one setting, and tell every counter.

    Args:
        connection: The administrator's open transaction.
        name: As `core.settings` declares it.
        text: JSON; a setting that is a text is also taken as it was typed.

    Returns:
        The JSON text that is kept.

    Raises:
        UserError: There is no such setting, it is fixed, or the text makes no sense.
    """
    rows = settings_rows(Settings()) | read_office(connection)
    _refuse_unknown(name, rows)
    value = _value(name, text)
    kept = _sensible(rows, name, value)
    connection.execute(
        "insert into cd.setting as s (name, value, changed_by) values (%s, %s::jsonb, session_user)"
        " on conflict (name) do update set value = excluded.value, version = s.version + 1,"
        " changed_at = clock_timestamp(), changed_by = excluded.changed_by",
        (name, kept),
    )
    connection.execute("select cd.publish(array['setting'], array[%s])", (name,))
    return kept


def _refuse_unknown(name: str, rows: dict[str, str]) -> None:
    if name not in rows:
        raise UserError(
            _("There is no setting {name}. Nothing was changed. There are: {names}").format(
                name=name, names=", ".join(sorted(rows))
            )
        )
    if name in _FIXED:
        raise UserError(_("The setting {name} was fixed when the centre was made. Nothing was "
                          "changed.").format(name=name))  # fmt: skip


def _value(name: str, text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    is_text = isinstance(getattr(Settings(), name, None), str)
    return text if is_text and not isinstance(value, str) else value


def _sensible(rows: dict[str, str], name: str, value: Any) -> str:
    try:
        read = settings_from({**rows, name: json.dumps(value)})
        kept = settings_rows(read).get(name, json.dumps(value))
        _check(read)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(_nonsense(name, rows[name])) from error
    if type(json.loads(kept)) is not type(value):
        raise UserError(_nonsense(name, rows[name]))
    return kept


def _check(read: Settings) -> None:
    """Refuse what has the right form and would stop a till."""
    amounts = (
        read.cash_rounding_minor, read.overpayment_threshold_minor, read.largest_payment_minor,
        read.notes_limit, read.credit_note_months, read.cheque_stale_days, *read.cash_notes_minor,
    )  # fmt: skip
    numbered = all(
        "{seq" in given.pattern and (not given.yearly or "{yy" in given.pattern)
        for given in read.number_formats.values()
    )
    if min(amounts) < 0 or not read.payment_modes or not read.channels or not numbered:
        raise ValueError("no till can work with this")
    try:
        ZoneInfo(read.time_zone)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(read.time_zone) from error


def _nonsense(name: str, now: str) -> str:
    return _("This makes no sense as {name}. Nothing was changed. It is now: {now}").format(
        name=name, now=now
    )
