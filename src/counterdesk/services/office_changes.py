"""Changing what holds for the whole office, asked for at a desk; the centre makes the change.

A change names the version that was seen. The centre makes it if that is still the newest, and the
feed brings the new value to every counter; else it returns it as an exception, and nothing changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.setting_rules import (
    LEAST_TO_CHANGE,
    checked_setting,
    permission_to_change,
)
from counterdesk.core.settings import settings_rows
from counterdesk.core.text import clean
from counterdesk.models.base import table_of
from counterdesk.models.ledger import State
from counterdesk.models.ref import ExceptionItem, SettingRow
from counterdesk.services.people import entitled
from counterdesk.store.session import ReadSession, Session

REASON_LIMIT = 500
"""Most letters of why a setting is changed."""

ASKED = "setting.asked."
"""Begins the name under which a ledger keeps which change of a setting was asked for last."""

_CHANGED = "setting.changed"
_settings, _state, _items = table_of(SettingRow), table_of(State), table_of(ExceptionItem)


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """A setting as it is known here; `version` is 0 where the centre keeps none of its own."""

    name: str
    value: Any
    """As JSON has it."""
    version: int


@dataclass(frozen=True, slots=True)
class SettingChange:
    """What somebody asks for, having seen a setting."""

    seen: ShownSetting
    after: Any
    """As JSON has it."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """A change on its way to the centre, by the event that asks for it."""

    seq: int
    name: str


def shown_setting(read: ReadSession, name: str) -> ShownSetting:
    """Return a setting as it is known here.

    Raises:
        UserError: There is no such setting.
    """
    rows = settings_rows(read.settings)
    if name not in rows:
        raise UserError(_("There is no setting {name}.").format(name=name))
    version = read.execute(select(_settings.c.version).where(_settings.c.name == name)).scalar()
    return ShownSetting(name, json.loads(rows[name]), version or 0)


def change_setting(session: Session, change: SettingChange) -> ChangeAsked:
    """Ask the centre to change a setting; here it stays as it is until the centre says so.

    Args:
        session: The write transaction; its actor is who asks.
        change: The new value, and what was seen when it was chosen.

    Raises:
        UserError: The value makes no sense or is the old one, the setting changed since it was
            shown, a change of it waits for the centre already, or the reason is too long.
        PermissionRefused: The actor may not change this setting, or no longer.
    """
    entitled(session, LEAST_TO_CHANGE)
    entitled(session, permission_to_change(change.seen.name))
    seen, reason = change.seen, clean(change.reason).strip()
    text = checked_setting(settings_rows(session.settings), seen.name, change.after)
    _check_as_seen(session, change, json.loads(text))
    if len(reason) > REASON_LIMIT:
        raise UserError(_("The reason can be {limit} letters at most.").format(limit=REASON_LIMIT))
    event = session.record(
        _CHANGED,
        {
            "name": seen.name, "seen_version": seen.version, "before": seen.value,
            "after": json.loads(text), "reason": reason,
        },
    )  # fmt: skip
    note_asked(session, seen.name, seen.version, event.seq)
    return ChangeAsked(event.seq, seen.name)


def note_asked(session: Session, name: str, seen_version: int, seq: int) -> None:
    """Remember that an act asked for a change of this version of a setting."""
    session.keep_state(ASKED + name, json.dumps([seen_version, seq]))


def waits_for_centre(read: ReadSession, seen: ShownSetting) -> bool:
    """Tell whether a change of this very version was asked for here and is not answered yet."""
    text = read.execute(select(_state.c.value).where(_state.c.name == ASKED + seen.name)).scalar()
    version, seq = json.loads(text) if text else (None, 0)
    returned = read.execute(select(_items.c.seq).where(_items.c.seq == seq)).first()
    return version == seen.version and returned is None


def _check_as_seen(session: Session, change: SettingChange, after: Any) -> None:
    now = shown_setting(session, change.seen.name)
    if now != change.seen:
        text = _("The setting {name} changed since it was shown. Look at it again.")
        raise UserError(text.format(name=now.name))
    if after == now.value:
        raise UserError(_("The setting {name} is that already.").format(name=now.name))
    if waits_for_centre(session, now):
        text = _("A change of {name} was asked for here and waits for the centre's answer.")
        raise UserError(text.format(name=now.name))
