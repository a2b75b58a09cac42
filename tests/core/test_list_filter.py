"""Filters of lists: usual days move on with the calendar, and what is kept is read back whole."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.dates import first_weekday
from counterdesk.core.list_filter import ListFilter, UsualDays
from counterdesk.core.periods import Period

SUNDAY = date(2025, 4, 20)


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize(
    ("usual", "first", "last"),
    [
        (UsualDays.TODAY, SUNDAY, SUNDAY),
        (UsualDays.YESTERDAY, date(2025, 4, 19), date(2025, 4, 19)),
        (UsualDays.THIS_WEEK, date(2025, 4, 14), SUNDAY),
        (UsualDays.THIS_MONTH, date(2025, 4, 1), SUNDAY),
        (UsualDays.LAST_MONTH, date(2025, 3, 1), date(2025, 3, 31)),
    ],
)
def test_usual_days_are_those_of_the_calendar(usual: UsualDays, first: date, last: date) -> None:
    assert usual.period(SUNDAY) == Period(first, last)


@pytest.mark.parametrize(("locale", "first"), [("en_US", SUNDAY), ("de_DE", date(2025, 4, 14))])
def test_a_week_begins_where_the_office_begins_it(locale: str, first: date) -> None:
    assert UsualDays.THIS_WEEK.period(SUNDAY, first_weekday(locale)).first == first


def test_usual_days_win_over_dates_and_move_on() -> None:
    wanted = ListFilter(usual=UsualDays.TODAY)
    assert wanted.days(SUNDAY) == (SUNDAY, SUNDAY)
    assert wanted.days(date(2025, 4, 21)) == (date(2025, 4, 21), date(2025, 4, 21))
    assert ListFilter(first=SUNDAY).days(date(2025, 5, 1)) == (SUNDAY, None)


def test_values_of_one_column_leave_the_others_alone() -> None:
    wanted = ListFilter().with_values("method", ("Cash",)).with_values("type", ("Bill",))
    assert wanted.of("method") == ("Cash",)
    assert wanted.with_values("method", ()) == ListFilter(values={"type": ("Bill",)})


_DAYS = st.none() | st.dates()
_AMOUNTS = st.none() | st.integers(0, 10**12)
_FILTERS = st.builds(
    ListFilter, st.text(max_size=9), st.none() | st.sampled_from(UsualDays), _DAYS, _DAYS,
    _AMOUNTS, _AMOUNTS,
    st.dictionaries(st.text(max_size=4), st.lists(st.text(), min_size=1).map(tuple), max_size=3),
)  # fmt: skip


@given(_FILTERS)
def test_a_filter_is_read_back_as_it_was(wanted: ListFilter) -> None:
    assert ListFilter.from_text(wanted.to_text()) == wanted
