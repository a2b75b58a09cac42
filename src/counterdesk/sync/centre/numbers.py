"""The account of every number that was ever leased: where it is, and whether it all adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from counterdesk.core.i18n import _, ngettext
from counterdesk.sync.centre.number_sums import (
    Fate,
    Layers,
    Line,
    Span,
    lines_of,
    overlapping,
)

# Numbers that follow each other are one row. The newest pattern of a series that can have made a
# number says which year and place it is.
_RANGES: Final = """
with one as (@numbers@)
select series, year, coalesce(code, ''), counter, min(place), max(place), count(*),
    coalesce(min(number) filter (where place is null), '')
from (
    select one.*, read.*, read.place - row_number() over (
        partition by one.series, read.year, read.code, one.counter order by read.place) as island
    from one left join lateral (
        select case when p.yearly then part[p.year_group]::integer + p.century else 0 end as year,
            part[p.code_group] as code, part[p.code_group + 1]::bigint as place
        from cd.number_pattern as p
        cross join lateral regexp_match(one.number, p.expression) as part
        where p.series = one.series and part is not null
        order by p.kept_at desc limit 1) as read on true
) as placed
group by series, year, code, counter, island
"""

_USED: Final = """
    select u.series, u.number, coalesce(c.code, '') as counter
    from cd.number_used as u left join cd.counter as c using (counter_id)
"""

_SUSPENDED: Final = """
    select given.series, given.number, c.code as counter
    from cd.suspense as s join cd.event as e using (counter_id, seq)
    join cd.counter as c using (counter_id)
    cross join lateral (select cd.read_in_spite(e.body) -> 'data' as data) as said
    cross join lateral (
        select 'transaction' as series, said.data #>> '{transaction,number}' as number
        union all select 'receipt', said.data #>> '{transaction,receipt_number}'
        union all select 'shift', said.data ->> 'number' where s.kind = 'shift.opened'
        union all select 'dispute', said.data ->> 'number' where s.kind = 'dispute.raised'
        union all select 'payment', x #>> '{}'
            from jsonb_path_query(said.data, '$.payments[*].number') as x
        union all select 'credit_note', x #>> '{}'
            from jsonb_path_query(said.data, '$.credit_notes[*].number') as x) as given
    where s.state = 'open' and length(given.number) <= 200 and not exists (
        select from cd.number_used as u
        where u.series = given.series and u.number = given.number)
"""

_CANCELLED: Final = """
select n.series, n.year, n.first, n.last, coalesce(c.code, ''), n.reason, n.cancelled_at
from cd.number_cancelled as n left join cd.counter as c using (counter_id)
"""
_LEASED: Final = """
select l.series, l.year, l.first, l.last, coalesce(c.code, '')
from cd.number_lease as l left join cd.counter as c using (counter_id)
"""


@dataclass(frozen=True, slots=True)
class SeriesAccount:
    """Every number of one series and year, and every fallback number beside it.

    `begins` to `following - 1` is what was given out. Fallback lines are of the counters' own
    numbers (`R-C07-000123`), each counter's from 1.
    """

    series: str
    year: int
    begins: int
    following: int
    lines: tuple[Line, ...]
    fallback: tuple[Line, ...] = ()
    findings: tuple[str, ...] = ()
    """What does not add up, in sentences."""

    def count(self, fate: Fate) -> int:
        """Return how many of the numbers given out have a fate."""
        return sum(one.count for one in self.lines if one.fate is fate)


def account_for_numbers(connection: psycopg.Connection) -> tuple[SeriesAccount, ...]:
    """Return the account of every series and year, as it stands at one moment.

    Args:
        connection: The administrator's, at a centre of this version. What was read before is
            forgotten, so that all of it is read at once.
    """
    connection.rollback()
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    books = _Books(connection)
    return tuple(books.account(*key) for key in sorted(books.keys()))


class _Books:
    def __init__(self, connection: psycopg.Connection) -> None:
        self._layers: defaultdict[tuple[str, int], Layers] = defaultdict(Layers)
        self._fallback: defaultdict[tuple[str, int], defaultdict[str, Layers]] = defaultdict(
            lambda: defaultdict(Layers)
        )
        self._unread: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        rows = connection.execute("select series, year, begins, next from cd.number_series")
        self._series = {(series, year): (begins, next_) for series, year, begins, next_ in rows}
        for series, year, first, last, counter, reason, at in connection.execute(_CANCELLED):
            span = Span(first, last, counter, reason, at)
            self._layers[series, year].cancelled.append(span)
        for series, year, first, last, counter in connection.execute(_LEASED):
            self._layers[series, year].leased.append(Span(first, last, counter))
        for query in (_USED, _SUSPENDED):
            for row in connection.execute(_RANGES.replace("@numbers@", query).encode()):
                self._place(row, suspended=query is _SUSPENDED)

    def _place(self, row: tuple[Any, ...], *, suspended: bool) -> None:
        series, year, code, counter, first, last, count, example = row
        if first is None or year is None:
            self._unread[series].append((count, example))
            return
        layers = self._fallback[series, year][code] if code else self._layers[series, year]
        (layers.suspended if suspended else layers.used).append(Span(first, last, counter))

    def keys(self) -> set[tuple[str, int]]:
        known = {*self._series, *self._layers, *self._fallback}
        nowhere = self._unread.keys() - {series for series, _year in known}
        return known | {(series, 0) for series in nowhere}

    def account(self, series: str, year: int) -> SeriesAccount:
        begins, following = self._series.get((series, year), (1, 1))
        layers = self._layers[series, year]
        lines = lines_of(begins, following, layers)
        fallback = tuple(
            line
            for code, own in sorted(self._fallback[series, year].items())
            for line in _fallback_lines(code, own)
        )
        findings = (
            *_findings(begins, following, lines, layers),
            *_own_findings(fallback),
            *(_unread(*one) for one in self._unread.pop(series, ())),
        )
        return SeriesAccount(series, year, begins, following, lines, fallback, findings)


def _fallback_lines(code: str, own: Layers) -> Iterator[Line]:
    """A counter's own numbers are as good as leased to it: from 1 to the highest it used."""
    top = max(one.last for one in (*own.used, *own.suspended))
    yield from lines_of(1, top + 1, Layers(own.used, own.suspended, [], [Span(1, top, code)]))


def _findings(
    begins: int, following: int, lines: tuple[Line, ...], layers: Layers
) -> Iterator[str]:
    for line in lines:
        if line.fate is Fate.UNEXPLAINED:
            yield _("{numbers}: nobody leased, used or cancelled them.").format(
                numbers=range_text(line)
            )
        elif not begins <= line.first < following:
            yield _("{numbers}: used, though the series never came that far.").format(
                numbers=range_text(line)
            )
        if line.is_foreign:
            yield _foreign(line)
    for first in overlapping(layers.leased):
        yield _("{number} is in two leases.").format(number=first)
    for first in overlapping([*layers.used, *layers.suspended]):
        yield _("{number} was used twice.").format(number=first)


def _own_findings(lines: tuple[Line, ...]) -> Iterator[str]:
    for line in lines:
        if line.is_foreign:
            yield _foreign(line)


def _foreign(line: Line) -> str:
    used_by = line.counter or _("the centre")
    if line.leased_to is None:
        return _("{numbers}: used by {counter}, and never leased.").format(
            numbers=range_text(line), counter=used_by
        )
    return _("{numbers}: used by {counter}, and leased to {other}.").format(
        numbers=range_text(line), counter=used_by, other=line.leased_to or _("the centre")
    )


def _unread(count: int, example: str) -> str:
    return ngettext(
        "{count} number is of no pattern that the series ever had: {example}",
        "{count} numbers are of no pattern that the series ever had, such as {example}",
        count,
    ).format(count=count, example=ascii(example[:40]))  # who wrote it may mean harm


def range_text(line: Line) -> str:
    """Return the numbers of a line as people read them: 17, or 17-20."""
    return str(line.first) if line.count == 1 else f"{line.first}-{line.last}"
