"""The office's settings as a person looks at them, and several changed at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.permissions import Permission, require
from counterdesk.core.setting_rules import LEAST_TO_CHANGE
from counterdesk.core.settings import settings_rows
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event, State
from counterdesk.models.ref import ExceptionItem, SettingRow
from counterdesk.services.office_changes import (
    ASKED,
    ChangeAsked,
    SettingChange,
    ShownSetting,
    change_setting,
)
from counterdesk.services.people import entitled
from counterdesk.store.session import ReadSession, Session

_settings, _state = table_of(SettingRow), table_of(State)
_events, _items = table_of(Event), table_of(ExceptionItem)
_newest_asked: Final = select(_state.c.name, _state.c.value).where(_state.c.name.startswith(ASKED))


@dataclass(frozen=True, slots=True)
class AskedHere:
    """The newest change of a setting that was asked for at this counter."""

    after: Any
    """As JSON has it."""
    by: str
    at_utc: datetime
    returned: str | None
    """Why the centre returned it; None while it waits."""


@dataclass(frozen=True, slots=True)
class KnownSetting:
    """A setting, with a change of this version of it that was asked for here."""

    shown: ShownSetting
    asked: AskedHere | None = None

    @property
    def waits(self) -> bool:
        """Whether a change waits for the centre's answer."""
        return self.asked is not None and self.asked.returned is None


def office_settings(read: ReadSession) -> Mapping[str, KnownSetting]:
    """Return every setting by its name.

    Raises:
        PermissionRefused: The role does not allow seeing settings.
    """
    require(read.actor, Permission.SEE_SETTINGS)
    kept = read.execute(select(_settings.c.name, _settings.c.version))
    versions: dict[str, int] = {row.name: row.version for row in kept}
    asked = {
        row.name.removeprefix(ASKED): json.loads(row.value) for row in read.execute(_newest_asked)
    }
    known = {}
    for name, text in settings_rows(read.settings).items():
        shown = ShownSetting(name, json.loads(text), versions.get(name, 0))
        version, seq = asked.get(name, (None, 0))
        known[name] = KnownSetting(shown, _asked(read, seq) if version == shown.version else None)
    return known


def change_settings(session: Session, changes: Sequence[SettingChange]) -> tuple[ChangeAsked, ...]:
    """Ask the centre for several settings: for all of them or, where one is refused, for none.

    Raises:
        UserError: As `change_setting` does; its field is the name of the setting.
        PermissionRefused: The actor may not change one of these settings, or no longer.
    """
    entitled(session, LEAST_TO_CHANGE)
    return tuple(_change(session, change) for change in changes)


def _change(session: Session, change: SettingChange) -> ChangeAsked:
    try:
        return change_setting(session, change)
    except UserError as error:
        error.field = change.seen.name
        raise


def _asked(read: ReadSession, seq: int) -> AskedHere | None:
    row = read.execute(
        select(_events.c.body, _items.c.reason)
        .outerjoin(_items, _items.c.seq == _events.c.seq)
        .where(_events.c.seq == seq)
    ).one_or_none()
    if row is None:
        return None
    body = json.loads(row.body)
    return AskedHere(
        body["data"]["after"], body["user_name"] or "",
        datetime.fromisoformat(body["at_utc"]), row.reason,
    )  # fmt: skip
