"""Blocks of numbers, leased ahead, so that a counter can go on for days alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select

from counterdesk.core.numbers import series_year
from counterdesk.core.settings import NumberFormat
from counterdesk.models.base import table_of
from counterdesk.models.ledger import NumberBlock, State
from counterdesk.store.session import ReadSession, Session
from counterdesk.sync.link import Lease

BLOCKS_HELD = 2
"""So many blocks of a series are held: the one in use, and one for when it runs out offline."""

NUMBERS_OF_A_BLOCK = 500
_FEW = {"shift": 20, "dispute": 20, "credit_note": 50}
"""Blocks of series that a till uses up slowly: an auditor asks for every number not used."""

_NEXT_YEAR_FROM = (12, 15)
"""Month and day from which the next year's numbers are held too."""

_blocks, _state = table_of(NumberBlock), table_of(State)


@dataclass(frozen=True, slots=True)
class WantedBlock:
    """A block that is missing; year 0 for a series that never starts anew."""

    series: str
    year: int

    @property
    def count(self) -> int:
        """How many numbers to ask for."""
        return _FEW.get(self.series, NUMBERS_OF_A_BLOCK)

    @property
    def state_name(self) -> str:
        """Where the ledger remembers that it was asked for."""
        return f"sync.lease/{self.series}/{self.year}"


def wanted_blocks(read: ReadSession) -> tuple[WantedBlock, ...]:
    """Return of which series and years fewer blocks are held than should be."""
    query = (
        select(_blocks.c.series, _blocks.c.year, func.count().label("held"))
        .where(_blocks.c.next <= _blocks.c.last)
        .group_by(_blocks.c.series, _blocks.c.year)
    )
    held = {(row.series, row.year): int(row.held) for row in read.execute(query)}
    return tuple(
        WantedBlock(series, year)
        for series, form in sorted(read.settings.number_formats.items())
        for year in _years(form, read.today())
        if held.get((series, year), 0) < BLOCKS_HELD
    )


def _years(form: NumberFormat, today: date) -> Iterator[int]:
    yield series_year(form, today)
    if form.yearly and (today.month, today.day) >= _NEXT_YEAR_FROM:
        yield today.year + 1


def lease_request(session: Session, wanted: WantedBlock) -> UUID:
    """Return the id to ask with, remembered before anything is asked.

    So a reply that was lost is had again: the centre gives the same block for the same id.
    """
    row = select(_state.c.value).where(_state.c.name == wanted.state_name)
    asked_before = session.execute(row).scalar()
    if asked_before is not None:
        return UUID(asked_before)
    request_id = uuid4()
    session.keep_state(wanted.state_name, str(request_id))
    return request_id


def take_lease(session: Session, lease: Lease) -> None:
    """Write a leased block into the ledger, with the event of it.

    A centre that was put back to an earlier day may give out what is held here already: such a
    lease is forgotten, and the next one asks for other numbers.
    """
    wanted = WantedBlock(lease.series, lease.year)
    session.execute(delete(_state).where(_state.c.name == wanted.state_name))
    if _is_held(session, lease):
        return
    block = {"series": lease.series, "year": lease.year, "first": lease.first, "last": lease.last}
    session.execute(insert(_blocks), {"id": lease.request_id, "next": lease.first, **block})
    session.record("numbers.leased", {"id": lease.request_id, **block})


def _is_held(read: ReadSession, lease: Lease) -> bool:
    overlapping = select(_blocks.c.id).where(
        _blocks.c.series == lease.series,
        _blocks.c.year == lease.year,
        _blocks.c.first <= lease.last,
        _blocks.c.last >= lease.first,
    )
    return read.execute(overlapping).first() is not None
