from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from counterdesk.core.clock import office_date
from counterdesk.core.dates import months_later, write_date, write_days, write_instant, write_month


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2025, 4, 20), 12, date(2026, 4, 20)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 10, 31), 1, date(2025, 11, 30)),
    ],
)
@pytest.mark.req("CN-4")
def test_months_later_is_the_same_day_or_the_last_one(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then


def test_dates_are_written_as_the_office_writes_them() -> None:
    assert write_date(date(2025, 4, 20), "en_US") == "Apr 20, 2025"
    assert write_date(date(2025, 4, 20), "de_DE") == "20.04.2025"
    assert write_date(date(2025, 4, 20), "ar_EG") == "٢٠/٠٤/٢٠٢٥"
    assert write_date(date(2025, 4, 20), "hi_IN") == "20 अप्रैल 2025"
    assert write_month(2025, 3, "en_US") == "Mar 2025"
    assert write_days(date(2025, 3, 1), date(2025, 3, 20), "en_US") == "Mar 1 \u2013 20"
    assert write_days(date(2025, 3, 1), date(2025, 3, 20), "de_DE") == "1.\u201320. M\u00e4rz"
    assert write_month(2025, 3, "zh_CN") == "2025年3月"


def test_the_office_date_is_that_of_its_time_zone() -> None:
    late = datetime(2025, 4, 20, 20, 0, tzinfo=UTC)
    assert office_date(late, "Asia/Kolkata") == date(2025, 4, 21)
    assert write_instant(late, "en_US", "Asia/Kolkata") == "Apr 21, 2025 01:30"
