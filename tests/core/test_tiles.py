"""When a figure is beyond its limit, and when it is too early to say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.tiles import Crossed, Side, TileLimit, TileName, crossed

FROM_DAY = 10
MEANS = [tile for tile in TileName if not tile.grows]


@pytest.mark.req("KPI-3")
def test_a_figure_at_its_limit_is_within_it() -> None:
    limit = TileLimit(TileName.COLLECTED, 100, 200)
    assert crossed(limit, 100, None, FROM_DAY) is None
    assert crossed(limit, 200, None, FROM_DAY) is None
    assert crossed(limit, 99, None, FROM_DAY) == Crossed(TileName.COLLECTED, Side.BELOW, 99, 100)
    assert crossed(limit, 201, None, FROM_DAY) == Crossed(TileName.COLLECTED, Side.ABOVE, 201, 200)


@pytest.mark.req("KPI-3")
@pytest.mark.parametrize("tile", [TileName.COLLECTION_RATE, TileName.COLLECTED, TileName.PAYMENTS])
def test_on_the_first_of_a_month_nothing_is_too_low(tile: TileName) -> None:
    limit = TileLimit(tile, 900)
    assert crossed(limit, 12, 1, FROM_DAY) is None
    assert crossed(limit, 12, FROM_DAY - 1, FROM_DAY) is None
    assert crossed(limit, 12, FROM_DAY, FROM_DAY) is not None
    assert crossed(limit, 12, None, FROM_DAY) is not None  # the month is over


@pytest.mark.req("KPI-3")
def test_what_is_too_much_is_said_on_the_first_day() -> None:
    assert crossed(TileLimit(TileName.GIVEN_BACK, upper=5), 6, 1, FROM_DAY) is not None
    assert crossed(TileLimit(TileName.RECEIVED_TODAY, upper=5), 6, 1, FROM_DAY) is not None


@pytest.mark.req("KPI-3")
@pytest.mark.parametrize("tile", MEANS)
def test_a_mean_of_few_payments_is_not_judged(tile: TileName) -> None:
    for value in (1, 1_000):
        assert crossed(TileLimit(tile, 10, 20), value, 2, FROM_DAY) is None
        assert crossed(TileLimit(tile, 10, 20), value, 20, FROM_DAY) is not None


@pytest.mark.req("KPI-3")
def test_every_day_begins_with_nothing_received() -> None:
    assert crossed(TileLimit(TileName.RECEIVED_TODAY, 1_000), 0, 25, FROM_DAY) is None


@pytest.mark.req("KPI-3")
@given(
    st.sampled_from(TileName), st.none() | st.integers(0, 9), st.none() | st.integers(0, 9),
    st.none() | st.integers(0, 9), st.none() | st.integers(1, 31),
)  # fmt: skip
def test_an_alert_names_a_limit_that_is_truly_crossed(
    tile: TileName, lower: int | None, upper: int | None, value: int | None, day: int | None
) -> None:
    found = crossed(TileLimit(tile, lower, upper), value, day, FROM_DAY)
    if found is not None:
        assert found.value == value
        assert (found.side, found.limit) in {(Side.BELOW, lower), (Side.ABOVE, upper)}
        assert (found.value < found.limit) is (found.side is Side.BELOW)
        assert found.value != found.limit
    elif value is not None and day is None and tile is not TileName.RECEIVED_TODAY:
        assert lower is None or value >= lower
        assert upper is None or value <= upper
