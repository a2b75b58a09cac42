"""The figures of the month on top of the landing page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.dates import write_month
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages import dashboard_figures
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.labels import plain_label
from counterdesk.ui.widgets.tile import Tile

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.dashboard import MonthFigures
    from counterdesk.store.session import ReadSession


class DashboardTiles(QWidget):
    """Which month it is, and what it came to."""

    def __init__(self, jobs: Jobs, beside: QWidget) -> None:
        """Make the tiles without figures.

        Args:
            jobs: Reads the figures.
            beside: The landing page's one big button, on the line of the month.
        """
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._build(beside)

    def refresh(self) -> None:
        """Read the figures anew, for who may see them."""
        actor = self._jobs.actor
        if actor is not None and actor.may(Permission.SEE_DASHBOARD):
            self._jobs.read(self, _figures, self._show_figures)

    def _build(self, beside: QWidget) -> None:
        self.month = plain_label("", "h1", name="dashboardMonth")
        self._where_from = plain_label("", "muted", name="dashboardWhereFrom")
        self.tiles = {
            "collected": Tile("kpiTotalCollected", _("Total collected")),
            "received_today": Tile("kpiReceivedToday", _("Received today")),
            "collection_rate": Tile("kpiCollectionRate", _("Collection rate")),
            "collection_days": Tile("kpiAvgCollectionTime", _("Average collection time")),
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addLayout(row(self.month, self._where_from, None, beside, spacing=SPACE_M))
        tiles = row(*self.tiles.values(), spacing=SPACE_M)
        for place in range(tiles.count()):
            tiles.setStretch(place, 1)
        layout.addLayout(tiles)

    def _show_figures(self, figures: MonthFigures) -> None:
        self.month.setText(write_month(figures.year, figures.month, self._settings.locale))
        self._where_from.setText(dashboard_figures.where_from(figures, self._settings))
        for name, tile in self.tiles.items():
            said = getattr(dashboard_figures, name)(figures, self._settings)
            tile.show_figure(said.figure, said.change, said.tone)


def _figures(read: ReadSession) -> MonthFigures:
    today = read.today()
    return services.dashboard.month_figures(read, today.year, today.month)
