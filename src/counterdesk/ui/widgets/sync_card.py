"""How things stand with the centre, on one card: in words, in figures, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar

from counterdesk.core.i18n import _, ngettext
from counterdesk.core.settings import Settings
from counterdesk.core.skew import TOLD_MS, skew_sentence
from counterdesk.ui import standing_words, sync_words
from counterdesk.ui.centre_line import CentreLine
from counterdesk.ui.moments import age, moment
from counterdesk.ui.status_badge import show_status
from counterdesk.ui.theme import SPACE_M, SPACE_S
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.changing import Changing, facts
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import badge, wrapped_label

if TYPE_CHECKING:
    from datetime import datetime

    from counterdesk.sync.status import SyncStatus


class SyncCard(QFrame):
    """Told from outside; asks for another try, or for a fill to be stopped."""

    try_asked = Signal()
    """Somebody wants the centre asked now."""

    stop_asked = Signal()
    """Somebody wants the first fill stopped."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._state = named(badge("", "info"), "syncState")
        self._how = wrapped_label(name="syncHow")
        self._do = wrapped_label(name="syncToDo")
        self._progress = named(QProgressBar(textVisible=False), "syncProgress")
        self._figures = Changing()
        self._try = key_button(_("Try now"), "Ctrl+T", "syncTry", "")
        self._stop = key_button(_("Cancel"), "Alt+C", "syncCancel", "")
        self._build()
        self._try.clicked.connect(self.try_asked)
        self._stop.clicked.connect(self.stop_asked)

    def show_centre(self, centre: CentreLine, acts: int, now_utc: datetime) -> None:
        """Show how things stand now.

        Args:
            centre: What sync told.
            acts: How many are saved here.
            now_utc: What ages are counted from.
        """
        status = centre.status
        show_status(self._state, *standing_words.sync_words(centre, acts, self._settings))
        self._how.setText(sync_words.headline(status))
        self._do.setText(sync_words.what_to_do(status))
        self._show_progress(status)
        self._try.setVisible(centre.worker is not None)
        self._figures.show_content(facts(self._facts(status, centre.skew_ms, now_utc)))

    def _build(self) -> None:
        frame, inside = card("syncCard")
        for part in (self._how, self._do, self._progress):
            inside.addWidget(part)
        inside.addSpacing(SPACE_S)
        inside.addWidget(self._figures)
        inside.insertLayout(0, row(self._state, None, self._stop, self._try, spacing=SPACE_M))
        outside = row(frame)
        outside.setContentsMargins(0, 0, 0, 0)
        self.setLayout(outside)

    def _show_progress(self, status: SyncStatus | None) -> None:
        fills = status is not None and status.state == "filling" and not status.reason
        self._progress.setVisible(fills)
        self._stop.setVisible(fills)
        if status is not None and fills:
            self._progress.setRange(0, status.fill_total)  # 0 to 0 is a bar that only moves
            self._progress.setValue(min(status.fill_done, status.fill_total))

    def _facts(
        self, status: SyncStatus | None, skew_ms: int, now_utc: datetime
    ) -> list[tuple[str, str]]:
        if status is None or status.state == "alone":
            return []
        found = [(_("Waiting"), self._waiting(status, now_utc))]
        if status.last_contact_utc is not None:
            found.append((_("Last answer"), self._when(status.last_contact_utc, now_utc)))
        if status.as_of_utc is not None:
            found.append((_("Figures as of"), self._when(status.as_of_utc, now_utc)))
        if abs(skew_ms) > TOLD_MS:
            found.append((_("Clock"), skew_sentence(skew_ms)))
        return found

    def _waiting(self, status: SyncStatus, now_utc: datetime) -> str:
        if not status.waiting:
            return _("nothing")
        count = ngettext("{count} act", "{count} acts", status.waiting).format(count=status.waiting)
        if status.oldest_waiting_since_utc is None:
            return count
        return _("{count}, the oldest since {time}").format(
            count=count, time=self._when(status.oldest_waiting_since_utc, now_utc)
        )

    def _when(self, instant_utc: datetime, now_utc: datetime) -> str:
        time = moment(instant_utc, now_utc, self._settings)
        return f"{time} ({age(instant_utc, now_utc)})"
