from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, insert

from counterdesk.models.ledger import NumberBlock
from counterdesk.services.numbering import next_number
from counterdesk.store.session import Session

TODAY = date(2025, 4, 20)


def lease(session: Session, *blocks: tuple[int, int], year: int = 0) -> None:
    """Let the counter have these blocks of receipt numbers and no others."""
    session.execute(delete(NumberBlock).where(NumberBlock.series == "receipt"))
    for first, last in blocks:
        row = {"id": session.new_id(), "series": "receipt", "year": year}
        session.execute(insert(NumberBlock), {**row, "first": first, "last": last, "next": first})


@pytest.mark.req("NUM-2")
def test_every_number_of_every_block_is_drawn_once_and_in_order(session: Session) -> None:
    lease(session, (20, 22), (7, 8), (9, 9))
    drawn = [next_number(session, "receipt", TODAY) for _ in range(8)]
    own = f"R-{session.counter.code}"
    assert drawn == [
        "R-7", "R-8", "R-9", "R-20", "R-21", "R-22", f"{own}-000001", f"{own}-000002",
    ]  # fmt: skip


@pytest.mark.req("NUM-2")
def test_a_new_block_is_used_as_soon_as_it_comes(session: Session) -> None:
    lease(session, (7, 7))
    assert [next_number(session, "receipt", TODAY) for _ in range(2)][1].startswith("R-C07-")
    row = {"id": session.new_id(), "series": "receipt", "year": 0}
    session.execute(insert(NumberBlock), {**row, "first": 90, "last": 91, "next": 90})
    assert next_number(session, "receipt", TODAY) == "R-90"
