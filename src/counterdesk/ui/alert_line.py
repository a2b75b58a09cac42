"""Figures beyond their limits, as this counter knows them: since when, and who looked already."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QObject, Signal

from counterdesk.core.tiles import Crossed, TileName

_Key = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class Alert:
    """A figure beyond its limit.

    It is the same alert as long as it stays beyond the same limit in the same month or, of what
    came in today, on the same day: it is told once, and stays hidden once somebody hid it.
    """

    crossed: Crossed
    since_utc: datetime
    """When it was seen here first."""
    hidden: bool = False


class AlertLine(QObject):
    """Keeps the alerts between two looks at the figures, and between two days."""

    changed = Signal()
    """There are other alerts, or one was hidden."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.alerts: tuple[Alert, ...] = ()
        self._known: dict[_Key, tuple[datetime, bool]] = {}
        self._keep: Callable[[str], None] = _nowhere

    @property
    def open_ones(self) -> tuple[Alert, ...]:
        """Those that nobody hid."""
        return tuple(one for one in self.alerts if not one.hidden)

    def remember(self, kept: str, keep: Callable[[str], None]) -> None:
        """Go on with what was kept, and keep every change."""
        with suppress(ValueError, TypeError):
            self._known = {
                (tile, side, limit, period): (datetime.fromisoformat(since), hidden)
                for tile, side, limit, period, since, hidden in json.loads(kept or "[]")
            }
        self._keep = keep

    def tell(self, found: Iterable[Crossed], today: date, now_utc: datetime) -> None:
        """Take what is beyond a limit now; what is no more will be told anew when it is again."""
        known = {
            _key(one, today): (one, *self._known.get(_key(one, today), (now_utc, False)))
            for one in found
        }
        self._keep_known({key: (since, hidden) for key, (_one, since, hidden) in known.items()})
        self._show(tuple(Alert(*one) for one in known.values()))

    def hide(self) -> None:
        """Say nothing more of what is beyond a limit now."""
        self._keep_known({key: (since, True) for key, (since, _hidden) in self._known.items()})
        self._show(tuple(replace(one, hidden=True) for one in self.alerts))

    def forget(self) -> None:
        """Show none: nobody is signed in. What is known of them stays."""
        if self.alerts:
            self.alerts = ()
            self.changed.emit()

    def _show(self, alerts: tuple[Alert, ...]) -> None:
        if alerts == self.alerts:
            return
        self.alerts = alerts
        self.changed.emit()

    def _keep_known(self, known: dict[_Key, tuple[datetime, bool]]) -> None:
        if known == self._known:
            return
        self._known = known
        rows: list[list[Any]] = [
            [*key, since.isoformat(), hidden] for key, (since, hidden) in known.items()
        ]
        self._keep(json.dumps(rows))


def _key(one: Crossed, today: date) -> _Key:
    of_day = one.tile is TileName.RECEIVED_TODAY
    period = today.isoformat() if of_day else f"{today:%Y-%m}"
    return str(one.tile), str(one.side), one.limit, period


def _nowhere(_text: str) -> None:
    """Nothing is remembered."""
