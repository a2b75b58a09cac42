"""The lists behind the dashboard's figures: of each figure that one adds up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from counterdesk import services
from counterdesk.core.figures import month_span
from counterdesk.core.periods import Period
from counterdesk.core.settings import Settings
from counterdesk.core.tiles import TileName
from counterdesk.ui.pages.analytics_words import period_words
from counterdesk.ui.tile_words import tile_definition, tile_text, tile_title

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.dashboard import MonthFigures
    from counterdesk.services.payment_filters import PaymentFilter

_OF_MONEY: Final = {TileName.COLLECTED, TileName.RECEIVED_TODAY}
_OF_STANDING: Final = {TileName.PAYMENTS, TileName.AVERAGE_PAYMENT}
LISTED: Final = frozenset({*_OF_MONEY, *_OF_STANDING, TileName.GIVEN_BACK})
"""Figures that a list adds up to; of the others there is none that does."""


@dataclass(frozen=True, slots=True)
class TileList:
    """What is behind a figure, and how to call it."""

    title: str
    what: str
    wanted: PaymentFilter
    payments: bool
    backs: bool
    """Whether money that was given back belongs to it."""


def list_behind(tile: TileName, figures: MonthFigures, settings: Settings) -> TileList:
    """Return the list that adds up to what a tile shows; `tile` is one of `LISTED`."""
    period, back_minor = _days(tile, figures)
    days = period_words(period, settings)
    figure = tile_text(tile, figures, settings).figure
    given_back = tile is TileName.GIVEN_BACK
    chosen: dict[str, Any] = {"status": ("Posted",)} if tile in _OF_STANDING else {"counted": True}
    return TileList(
        title=f"{tile_title(tile)}, {days}",
        what=f"{figure} \u00b7 {tile_definition(tile, settings)}",
        wanted=services.payment_filters.PaymentFilter(
            first=period.first, last=period.last, **chosen
        ),
        payments=not given_back,
        backs=given_back or (tile in _OF_MONEY and back_minor != 0),
    )


def _days(tile: TileName, figures: MonthFigures) -> tuple[Period, int]:
    """Return the days that a figure counts, and what was given back on them."""
    if tile is TileName.RECEIVED_TODAY:
        return Period(figures.today, figures.today), figures.received_today.back_minor
    return Period(*month_span(figures.year, figures.month)), figures.collection.back_minor
