"""The figures that tiles show: what each counts in, and when a limit of one is crossed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Unit(StrEnum):
    """What a figure counts in."""

    MONEY = "money"
    """Minor units of the office's currency."""
    COUNT = "count"
    PERCENT = "percent"
    """Tenths of a percent."""
    DAYS = "days"
    """Tenths of a day."""


class TileName(StrEnum):
    """Every figure that a tile can show; the value names it in settings."""

    COLLECTED = "collected"
    RECEIVED_TODAY = "received_today"
    COLLECTION_RATE = "collection_rate"
    COLLECTION_DAYS = "collection_days"
    PAYMENTS = "payments"
    AVERAGE_PAYMENT = "average_payment"
    GIVEN_BACK = "given_back"
    CASH_SHARE = "cash_share"
    OTHER_CHANNELS = "other_channels"

    @property
    def unit(self) -> Unit:
        """What it counts in."""
        return _UNITS[self]

    @property
    def grows(self) -> bool:
        """Whether it only begins at nothing: a low one says little early in its period."""
        return self not in _MEANS


STANDARD: Final = (
    TileName.COLLECTED, TileName.RECEIVED_TODAY, TileName.COLLECTION_RATE,
    TileName.COLLECTION_DAYS,
)  # fmt: skip
"""The tiles of an office that chose none."""

MOST: Final = 8
"""Tiles of one window: two lines of them leave room for a list on a small screen."""

_MEANS: Final = frozenset({
    TileName.COLLECTION_DAYS, TileName.AVERAGE_PAYMENT, TileName.CASH_SHARE,
    TileName.OTHER_CHANNELS,
})  # fmt: skip
_UNITS: Final = {
    TileName.COLLECTED: Unit.MONEY, TileName.RECEIVED_TODAY: Unit.MONEY,
    TileName.COLLECTION_RATE: Unit.PERCENT, TileName.COLLECTION_DAYS: Unit.DAYS,
    TileName.PAYMENTS: Unit.COUNT, TileName.AVERAGE_PAYMENT: Unit.MONEY,
    TileName.GIVEN_BACK: Unit.MONEY, TileName.CASH_SHARE: Unit.PERCENT,
    TileName.OTHER_CHANNELS: Unit.PERCENT,
}  # fmt: skip


class Side(StrEnum):
    """Which limit a figure crossed."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class TileLimit:
    """What a figure should lie between, in what it counts in; None for no limit."""

    tile: TileName
    lower: int | None = None
    upper: int | None = None


@dataclass(frozen=True, slots=True)
class Crossed:
    """A figure beyond its limit."""

    tile: TileName
    side: Side
    value: int
    limit: int


def crossed(limit: TileLimit, value: int | None, day_of_month: int | None,
            from_day: int) -> Crossed | None:  # fmt: skip
    """Return whether a figure is beyond its limit, as far as that can be said already.

    The first days of a month say little. What begins at nothing and grows (money, payments, the
    rate) is held against its lower limit only from a day of the month on, against its upper limit
    always; means and shares against both from that day on. What came in today has no lower limit:
    every day begins with nothing.

    Args:
        limit: Of this figure.
        value: What it is; None where there is nothing to say it of.
        day_of_month: Of today, in a month that is not over; else None.
        from_day: The day of a month from which it is judged.
    """
    if value is None:
        return None
    early = day_of_month is not None and day_of_month < from_day
    if limit.upper is not None and value > limit.upper and (limit.tile.grows or not early):
        return Crossed(limit.tile, Side.ABOVE, value, limit.upper)
    low = limit.lower is not None and value < limit.lower
    if low and limit.lower is not None and not early and limit.tile is not TileName.RECEIVED_TODAY:
        return Crossed(limit.tile, Side.BELOW, value, limit.lower)
    return None
