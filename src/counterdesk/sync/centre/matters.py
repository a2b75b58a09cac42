"""What waits at the centre for a person to look into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

_OPEN = """
select w.item_id as id, w.kind, coalesce(c.code, '') as counter, w.seq, w.subject, w.detail,
    w.created_at as since
from cd.work_item as w left join cd.counter as c using (counter_id)
where w.state = 'open' order by w.item_id
"""


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that somebody must look at."""

    id: int
    kind: str
    counter: str
    """Code of the counter whose event it is about; "" for none."""
    seq: int | None
    subject: str
    detail: str
    since: datetime


def open_matters(connection: psycopg.Connection) -> tuple[Matter, ...]:
    """Return what is open, the oldest first."""
    return tuple(connection.cursor(row_factory=class_row(Matter)).execute(_OPEN))


def settle_matter(connection: psycopg.Connection, matter_id: int, because: str) -> bool:
    """Note what was found about a matter, and tell the counter it concerns.

    Returns:
        Whether there was such an open matter; money in suspense is placed, not settled.
    """
    answer = connection.execute("select cd.settle_matter(%s, %s)", (matter_id, because))
    return answer.fetchone() == (True,)
