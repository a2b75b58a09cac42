"""Numbers, drawn inside the transaction that uses them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, insert, select, update

from counterdesk.core.numbers import fallback_format, series_year, write_number
from counterdesk.models.base import table_of
from counterdesk.models.ledger import NumberBlock
from counterdesk.store.session import Session

_blocks = table_of(NumberBlock)
FALLBACK_LAST = 999_999
"""The end of the series that is used when the leased blocks ran out."""

_open_block = (
    select(_blocks.c.id)
    .where(
        _blocks.c.series == bindparam("wanted"),
        _blocks.c.year == bindparam("of_year"),
        _blocks.c.next <= _blocks.c.last,
    )
    .order_by(_blocks.c.first)
    .limit(1)
    .scalar_subquery()
)
_draw = (
    update(_blocks)
    .where(_blocks.c.id == _open_block)
    .values(next=_blocks.c.next + 1)
    .returning(_blocks.c.next)
)


def next_number(session: Session, series: str, business_date: date) -> str:
    """Return the next number of a series, used up by the caller's transaction.

    From the blocks leased to this counter; when they are used up money is not refused: the
    number then carries the counter's code (`R-C07-000123`), from a series of its own.

    Args:
        session: The transaction that writes the row which carries the number.
        series: A name of `settings.number_formats`, such as "receipt".
        business_date: Its year decides the sequence of a yearly series.
    """
    form = session.settings.number_formats[series]
    year = series_year(form, business_date)
    drawn = _drawn(session, series, year)
    if drawn is None:
        form = fallback_format(form, session.counter.code)
        drawn = _drawn(session, f"{series}/{session.counter.code}", year)
    if drawn is None:
        _open_fallback(session, f"{series}/{session.counter.code}", year)
        drawn = 1
    return write_number(form, business_date.year, drawn)


def _drawn(session: Session, series: str, year: int) -> int | None:
    following = session.execute(_draw, {"wanted": series, "of_year": year}).scalar()
    return None if following is None else following - 1


def _open_fallback(session: Session, series: str, year: int) -> None:
    session.execute(
        insert(_blocks),
        {
            "id": session.new_id(),
            "series": series,
            "year": year,
            "first": 1,
            "last": FALLBACK_LAST,
            "next": 2,
        },
    )
