"""The office's settings at the centre: shown, and changed if they make sense."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from counterdesk.core.setting_rules import checked_setting
from counterdesk.core.settings import Settings


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
    kept = checked_setting(read_office(connection), name, _value(name, text))
    connection.execute(
        "insert into cd.setting as s (name, value, changed_by) values (%s, %s::jsonb, session_user)"
        " on conflict (name) do update set value = excluded.value, version = s.version + 1,"
        " changed_at = clock_timestamp(), changed_by = excluded.changed_by",
        (name, kept),
    )
    connection.execute("select cd.publish(array['setting'], array[%s])", (name,))
    return kept


def _value(name: str, text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    is_text = isinstance(getattr(Settings(), name, None), str)
    return text if is_text and not isinstance(value, str) else value
