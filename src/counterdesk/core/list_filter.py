"""What a list is narrowed to, as a person chose it: asked for, shown as chips, kept by a name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from counterdesk.core.periods import Period, last_days, last_month, month_so_far


class UsualDays(StrEnum):
    """Days that a person means by a word: what they are moves on with the calendar."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this week"
    THIS_MONTH = "this month"
    LAST_MONTH = "last month"

    def period(self, today: date, first_weekday: int = 0) -> Period:
        """Return the days.

        Args:
            today: The office's calendar date.
            first_weekday: 0 where weeks begin with Monday, 6 where they begin with Sunday.
        """
        match self:
            case UsualDays.TODAY:
                return Period(today, today)
            case UsualDays.YESTERDAY:
                return Period(today - timedelta(1), today - timedelta(1))
            case UsualDays.THIS_WEEK:
                return last_days(today, (today.weekday() - first_weekday) % 7 + 1)
            case UsualDays.THIS_MONTH:
                return month_so_far(today)
        return last_month(today)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """A search, some days, an amount and any values of a list's columns, all at once.

    What is empty lets everything through.
    """

    search: str = ""
    usual: UsualDays | None = None
    first: date | None = None
    """The first day, where the days are not usual ones."""
    last: date | None = None
    least_minor: int | None = None
    most_minor: int | None = None
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Some values of columns, by the column's name."""

    def days(self, today: date, first_weekday: int = 0) -> tuple[date | None, date | None]:
        """Return the first and the last day that are let through."""
        if self.usual is None:
            return self.first, self.last
        period = self.usual.period(today, first_weekday)
        return period.first, period.last

    def of(self, name: str) -> tuple[str, ...]:
        """Return the values of a column that are let through; none where all are."""
        return self.values.get(name, ())

    def with_values(self, name: str, chosen: tuple[str, ...]) -> ListFilter:
        """Return it with other values of a column."""
        others = {each: kept for each, kept in self.values.items() if each != name}
        return replace(self, values=others | ({name: chosen} if chosen else {}))

    def to_text(self) -> str:
        """Return it as text that `from_text` reads."""
        told = {
            "search": self.search, "usual": self.usual,
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "least": self.least_minor, "most": self.most_minor, "values": dict(self.values),
        }  # fmt: skip
        return json.dumps({name: value for name, value in told.items() if value is not None})

    @classmethod
    def from_text(cls, text: str) -> ListFilter:
        """Return what `to_text` wrote.

        Raises:
            ValueError: This version cannot read it.
        """
        try:
            return cls._from_told(json.loads(text))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(text) from error

    @classmethod
    def _from_told(cls, told: Mapping[str, Any]) -> ListFilter:
        usual, first, last = (told.get(name) for name in ("usual", "first", "last"))
        least, most = (told.get(name) for name in ("least", "most"))
        return cls(
            _text(told["search"]),
            usual and UsualDays(usual),
            first and date.fromisoformat(first),
            last and date.fromisoformat(last),
            None if least is None else int(least),
            None if most is None else int(most),
            {name: tuple(map(_text, chosen)) for name, chosen in told["values"].items()},
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
