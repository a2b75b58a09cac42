"""The figures of a month on top of the landing page."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.dates import months_later, write_month
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.permissions import Permission
from counterdesk.core.tiles import MOST, STANDARD, Crossed, TileName
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.tile_lists import LISTED, list_behind
from counterdesk.ui.theme import SPACE_M, SPACE_S
from counterdesk.ui.tile_words import (
    alert_words,
    badge_words,
    tile_definition,
    tile_text,
    tile_title,
    where_from,
)
from counterdesk.ui.widgets.banner import Answer, Banner
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import ElidedLabel, plain_label
from counterdesk.ui.widgets.tile import Tile
from counterdesk.ui.widgets.tile_grid import TileGrid

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.dashboard import MonthFigures
    from counterdesk.store.session import ReadSession

_Found = tuple["MonthFigures", dict[TileName, Crossed]]
"""The figures of a month, and those of them that are beyond a limit."""

_NAMES = {
    TileName.COLLECTED: "kpiTotalCollected", TileName.RECEIVED_TODAY: "kpiReceivedToday",
    TileName.COLLECTION_RATE: "kpiCollectionRate",
    TileName.COLLECTION_DAYS: "kpiAvgCollectionTime", TileName.PAYMENTS: "kpiPayments",
    TileName.AVERAGE_PAYMENT: "kpiAveragePayment", TileName.GIVEN_BACK: "kpiGivenBack",
    TileName.CASH_SHARE: "kpiCashShare", TileName.OTHER_CHANNELS: "kpiOtherChannels",
}  # fmt: skip


class DashboardTiles(QWidget):
    """Which month it is, and what it came to."""

    tiles_chosen = Signal(str)
    """Other tiles are wanted at this counter: their names in order, with blanks between."""

    list_asked = Signal(object)
    """Somebody wants to see what is behind a figure: a `TileList`."""

    list_renewed = Signal(object)
    """What is behind the figure that was asked for last, as it stands now: a `TileList`."""

    limits_asked = Signal()
    """Somebody wants to set the limits of figures."""

    def __init__(self, jobs: Jobs, beside: QWidget) -> None:
        """Make the tiles without figures.

        Args:
            jobs: Reads the figures.
            beside: The landing page's one big button, on the line of the month.
        """
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._chosen: date | None = None
        """The first day of a month gone by; None for the one that runs."""
        self._shown: MonthFigures | None = None
        self._listed: TileName | None = None
        self._build(beside)
        self._connect()
        self.show_tiles("")

    def show_tiles(self, names: str) -> None:
        """Show tiles by their names, with blanks between; those of the standard where none is."""
        known = [TileName(name) for name in names.split() if name in set(TileName)]
        self._wanted = tuple(dict.fromkeys(known))[:MOST] or STANDARD
        self._grid.show_tiles([self.tiles[name] for name in self._wanted])

    def refresh(self) -> None:
        """Read the figures anew, for who may see them."""
        actor, chosen = self._jobs.actor, self._chosen
        if actor is None or not actor.may(Permission.SEE_DASHBOARD):
            return
        self._jobs.read(self, partial(_figures, chosen), partial(self._show_figures, chosen))

    def _build(self, beside: QWidget) -> None:
        self.month = plain_label("", "h1", name="dashboardMonth")
        self._where_from = ElidedLabel("", "muted")
        self._where_from.setObjectName("dashboardWhereFrom")
        back, on = ("\u25c0", "Alt+Left"), ("\u25b6", "Alt+Right")
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            back, on = on, back
        self._earlier = _arrow(*back, "monthEarlier", _("Month before"))
        self._later = _arrow(*on, "monthLater", _("Month after"))
        self._now = key_button(_("This month"), "Alt+Home", "monthNow")
        self._choose = key_button(_("Tiles"), "Ctrl+Shift+T", "chooseTiles")
        self.tiles = {
            name: Tile(_NAMES[name], tile_title(name), tile_definition(name, self._settings))
            for name in TileName
        }
        self._grid = TileGrid(self.tiles.values())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        ways = row(self.month, self._earlier, self._later, self._now, self._choose)
        head = row(ways, self._where_from, beside, spacing=SPACE_M)
        head.setStretch(1, 1)
        layout.addLayout(head)
        layout.addWidget(self._grid)
        self.banner = Banner("alerts")
        layout.addWidget(self.banner)

    def _connect(self) -> None:
        self._earlier.clicked.connect(lambda: self._go(-1))
        self._later.clicked.connect(lambda: self._go(1))
        self._now.clicked.connect(self._go_to_now)
        self._choose.clicked.connect(self._ask_tiles)
        self.banner.chosen.connect(self._act)
        self._jobs.alerts.changed.connect(self._show_alerts)
        for name in LISTED:
            self.tiles[name].lead_on()
            self.tiles[name].opened.connect(partial(self._open_list, name))
        limits = QAction(_("Set limits"), self)
        limits.triggered.connect(self.limits_asked)
        if self._may_limit():
            for tile in self.tiles.values():
                tile.addAction(limits)
                tile.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._show_alerts()

    def _go(self, months: int) -> None:
        shown = self._shown
        if shown is not None:
            wanted = months_later(date(shown.year, shown.month, 1), months)
            if shown.first_month <= wanted <= shown.today:
                over = wanted < shown.today.replace(day=1)
                self._chosen = wanted if over else None
                self.refresh()

    @Slot()
    def _go_to_now(self) -> None:
        self._chosen = None
        self.refresh()

    @Slot()
    def _ask_tiles(self) -> None:
        from counterdesk.ui.dialogs.tile_choice import TileChoice  # noqa: PLC0415 - start-up

        dialog = TileChoice(self._wanted, self._settings, self, may_limit=self._may_limit())
        dialog.chosen.connect(self._take_tiles)
        dialog.limits_asked.connect(self.limits_asked)
        dialog.open()

    @Slot(str)
    def _take_tiles(self, names: str) -> None:
        self.show_tiles(names)
        self.tiles_chosen.emit(names)

    def _open_list(self, name: TileName) -> None:
        self._listed = name
        if self._shown is not None:
            self.list_asked.emit(list_behind(name, self._shown, self._settings))

    def _may_limit(self) -> bool:
        actor = self._jobs.actor
        return actor is not None and actor.may(Permission.SET_ALERTS)

    @Slot()
    def _show_alerts(self) -> None:
        alerts = self._jobs.alerts.open_ones
        if not alerts:
            self.banner.hide()
            return
        title = ngettext("{count} alert", "{count} alerts", len(alerts)).format(count=len(alerts))
        text = "\n".join(alert_words(alert, self._settings) for alert in alerts)
        ways = [Answer("hide", _("Hide until it changes"), "Alt+H")]
        if self._may_limit():
            ways.append(Answer("limits", _("Limits"), "Alt+L"))
        self.banner.say("warn", title, text, *ways)

    @Slot(str)
    def _act(self, choice: str) -> None:
        if choice == "hide":
            self._jobs.alerts.hide()
        else:
            self.limits_asked.emit()

    def _show_figures(self, asked: date | None, found: _Found) -> None:
        figures, beyond = found
        if asked != self._chosen:
            return  # somebody went on to another month meanwhile
        self._shown = figures
        self.month.setText(write_month(figures.year, figures.month, self._settings.locale))
        self._where_from.say(where_from(figures, self._settings))
        first = date(figures.year, figures.month, 1)
        self._earlier.setVisible(first > figures.first_month)
        for way in (self._later, self._now):
            way.setVisible(not figures.in_progress)
        for name, tile in self.tiles.items():
            said = tile_text(name, figures, self._settings)
            tile.show_figure(said.figure, said.change, said.tone)
            one = beyond.get(name)
            tile.show_alert("" if one is None else badge_words(one, self._settings))
        if self._listed is not None:
            self.list_renewed.emit(list_behind(self._listed, figures, self._settings))


def _figures(chosen: date | None, read: ReadSession) -> _Found:
    month = chosen or read.today()
    figures = services.dashboard.month_figures(read, month.year, month.month)
    beyond = services.alerts.alerts_of(figures, read.settings)
    return figures, {one.tile: one for one in beyond}


def _arrow(text: str, key: str, name: str, spoken: str) -> KeyButton:
    button = key_button(text, key, name)
    button.setAccessibleName(spoken)
    button.setToolTip(spoken)
    return button
