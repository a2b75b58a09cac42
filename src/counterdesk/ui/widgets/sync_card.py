"""How things stand with the centre, on one card: in words, in figures, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from counterdesk.core.i18n import _, ngettext
from counterdesk.core.settings import Settings
from counterdesk.ui import standing_words, sync_words
from counterdesk.ui.centre_line import CentreLine
from counterdesk.ui.moments import age, moment
from counterdesk.ui.status_badge import show_status
from counterdesk.ui.theme import SPACE_L, SPACE_M, SPACE_S
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.changing import Changing
from counterdesk.ui.widgets.fill_bar import FillBar
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import badge, plain_label, wrapped_label

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
        self._progress = FillBar("syncProgress")
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
        self._do.setText(sync_words.what_to_do(status, centre.skew_ms))
        fills = self._progress.show_fill(status)
        self._stop.setVisible(fills)
        self._try.setVisible(centre.worker is not None and not fills)
        self._figures.show_content(_side_by_side(self._facts(status, now_utc)))

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

    def _facts(self, status: SyncStatus | None, now_utc: datetime) -> list[tuple[str, str]]:
        if status is None or status.state == "alone":
            return []
        found = [(_("Waiting"), self._waiting(status, now_utc))]
        if status.last_contact_utc is not None:
            found.append((_("Last answer"), self._when(status.last_contact_utc, now_utc)))
        if status.as_of_utc is not None:
            found.append((_("Figures as of"), self._when(status.as_of_utc, now_utc)))
        return found

    def _waiting(self, status: SyncStatus, now_utc: datetime) -> str:
        if not status.waiting:
            return _("nothing")
        count = ngettext("{count} act", "{count} acts", status.waiting).format(
            count=sync_words.whole(status.waiting, self._settings)
        )
        if status.oldest_waiting_since_utc is None:
            return count
        return _("{count}, the oldest since {time}").format(
            count=count, time=self._when(status.oldest_waiting_since_utc, now_utc)
        )

    def _when(self, instant_utc: datetime, now_utc: datetime) -> str:
        time = moment(instant_utc, now_utc, self._settings)
        return f"{time} ({age(instant_utc, now_utc)})"


def _side_by_side(pairs: list[tuple[str, str]]) -> QWidget:
    """Return figures in a row, each beneath its caption."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_L)
    grid.setVerticalSpacing(0)
    for column, (caption, value) in enumerate(pairs):
        grid.addWidget(plain_label(caption, "muted"), 0, column)
        grid.addWidget(wrapped_label(value), 1, column, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(column, 1)
    return made
