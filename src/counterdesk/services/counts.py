"""The rows of one count of a drawer, as an event tells of them and as the tables hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from counterdesk.core.drawer import Pieces
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.settings import ModeKind, PaymentMode, Settings
from counterdesk.models.base import table_of
from counterdesk.models.drawer import CountedPiece, DrawerCount
from counterdesk.services.people import entitled
from counterdesk.store.session import ReadSession, RecordedEvent, Session

Row = dict[str, Any]
_counts, _pieces = table_of(DrawerCount), table_of(CountedPiece)


def cash_method(settings: Settings) -> PaymentMode:
    """Return the method that what lies in the drawer is counted under."""
    cash = (mode for mode in settings.payment_modes if mode.kind is ModeKind.CASH)
    return next(cash, PaymentMode("cash", _("Cash"), ModeKind.CASH))


def count_rows(
    session: Session,
    shift_id: UUID,
    purpose: str,
    counted: Mapping[str, Pieces],
    count_id: UUID | None = None,
) -> dict[str, list[Row]]:
    """Return the rows of one count, by their name in an event: none where nothing was counted.

    Args:
        session: Its actor counted.
        shift_id: Whose drawer it is.
        purpose: "float" or "close".
        counted: Pieces by method. A float of which nothing was counted has no count.
        count_id: The id of the count, where who asks for it made one.
    """
    if purpose == "float" and not any(counted.values()):
        return {"counts": [], "pieces": []}
    actor = entitled(session, Permission.OPEN_SHIFT)
    count = {
        "id": count_id or session.new_id(),
        "shift_id": shift_id,
        "purpose": purpose,
        "counted_at_utc": session.clock.now_utc(),
        "user_id": actor.user_id,
        "user_name": actor.name,
    }
    pieces = [
        {
            "id": session.new_id(),
            "count_id": count["id"],
            "method": method,
            "face_minor": face,
            "pieces": many,
        }
        for method, some in counted.items()
        for face, many in some
    ]
    return {"counts": [count], "pieces": pieces}


def write_count(session: Session, rows: Mapping[str, list[Row]], event: RecordedEvent) -> None:
    """Insert the rows of a count after the event that tells of them."""
    for count in rows["counts"]:
        session.execute(insert(_counts), {**count, "event_seq": event.seq})
    if rows["pieces"]:
        session.execute(insert(_pieces), rows["pieces"])


def float_pieces(read: ReadSession, shift_id: UUID) -> Pieces:
    """Return what a shift began with by denomination; nothing where it came in a sealed bag."""
    count = select(_counts.c.id).where(_counts.c.shift_id == shift_id, _counts.c.purpose == "float")
    return pieces_of(read, read.execute(count).scalar()).get(cash_method(read.settings).code, ())


def counts_made(read: ReadSession, shift_id: UUID) -> int:
    """Return how often the end of a shift was counted."""
    query = select(func.count()).where(_counts.c.shift_id == shift_id, _counts.c.purpose == "close")
    return int(read.execute(query).scalar_one())


def pieces_of(read: ReadSession, count_id: UUID | None) -> dict[str, Pieces]:
    """Return what was counted, by method, the largest first."""
    query = (
        select(_pieces.c.method, _pieces.c.face_minor, _pieces.c.pieces)
        .where(_pieces.c.count_id == count_id)
        .order_by(_pieces.c.face_minor.desc())
    )
    counted: dict[str, Pieces] = {}
    for row in read.execute(query):
        counted[row.method] = (*counted.get(row.method, ()), (row.face_minor, row.pieces))
    return counted
