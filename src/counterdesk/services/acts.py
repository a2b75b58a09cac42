"""What this counter did, act by act, and how far each came on its way to the centre."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select

from counterdesk.core.permissions import Permission, require
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event, State
from counterdesk.models.ref import ExceptionItem
from counterdesk.store.session import ACKNOWLEDGED, ReadSession

PAGE = 100
"""Acts that are read at once."""

_events, _state, _items = table_of(Event), table_of(State), table_of(ExceptionItem)
_acknowledged = select(_state.c.value).where(_state.c.name == ACKNOWLEDGED)
_open_items = select(_items.c.seq).where(_items.c.state == "open")
newest_acts = select(_events.c.seq, _events.c.kind, _events.c.body, _items.c.reason).outerjoin(
    _items, (_items.c.seq == _events.c.seq) & (_items.c.state == "open")
)


class Way(StrEnum):
    """How far an act came."""

    SAVED = "saved"
    SENT = "sent"
    """It was in a push that nobody has answered."""
    ACKNOWLEDGED = "acknowledged"
    EXCEPTION = "exception"
    """The centre keeps it, and could not place it."""


class Wanted(StrEnum):
    """Which acts to list."""

    ALL = "all"
    WAITING = "waiting"
    EXCEPTIONS = "exceptions"


@dataclass(frozen=True, slots=True)
class Act:
    """One event of this counter, as a line of a list."""

    seq: int
    at_utc: datetime
    kind: str
    subject: str
    """Number or name that tells it from others of its kind; "" where there is none."""
    of_whom: str
    """The consumer, or the person it is about."""
    amount_minor: int | None
    way: Way
    reason: str
    """Why the centre could not place it, in its own words; else ""."""
    detail: str = ""
    """What kind of act it is, where its kind alone does not tell: "credit_note.refunded"."""
    by: str = ""
    """Who was signed in; "" for nobody."""


@dataclass(frozen=True, slots=True)
class ActsPage:
    """A part of the list, the newest first."""

    acts: tuple[Act, ...]
    more: bool
    """Whether older ones follow."""


@dataclass(frozen=True, slots=True)
class ActCounts:
    """How many acts there are to look at."""

    saved: int
    waiting: int
    exceptions: int


def acts_page(
    read: ReadSession,
    wanted: Wanted = Wanted.ALL,
    *,
    before_seq: int | None = None,
    sent_through: int = 0,
    most: int = PAGE,
) -> ActsPage:
    """Return a page of what this counter did.

    Args:
        read: A snapshot; its actor must be allowed to see payments.
        wanted: Which acts.
        before_seq: The last one of the page before; None for the newest.
        sent_through: Up to this act everything was in a push.
        most: At most so many.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    acknowledged = acknowledged_seq(read)
    query = _of(wanted, acknowledged)
    if before_seq is not None:
        query = query.where(_events.c.seq < before_seq)
    rows = read.execute(query.order_by(_events.c.seq.desc()).limit(most + 1)).all()
    acts = [act_of(row, way_from(row.seq, acknowledged, sent_through, row.reason)) for row in rows]
    return ActsPage(tuple(acts[:most]), len(acts) > most)


def count_acts(read: ReadSession) -> ActCounts:
    """Return how many acts wait for the centre, and how many it could not place."""
    head = int(read.execute(select(func.max(_events.c.seq))).scalar() or 0)
    items = read.execute(select(func.count()).select_from(_open_items.subquery())).scalar_one()
    return ActCounts(head, max(0, head - acknowledged_seq(read)), int(items))


def way_of(read: ReadSession, seq: int, sent_through: int = 0) -> Way:
    """Return how far one act came."""
    reason = read.execute(
        select(_items.c.reason).where(_items.c.seq == seq, _items.c.state == "open")
    ).scalar()
    return way_from(seq, acknowledged_seq(read), sent_through, reason)


def acknowledged_seq(read: ReadSession) -> int:
    """Return the last act that the centre has."""
    return int(read.execute(_acknowledged).scalar() or 0)


def _of(wanted: Wanted, acknowledged: int) -> Select[Any]:
    match wanted:
        case Wanted.WAITING:
            return newest_acts.where(_events.c.seq > acknowledged)
        case Wanted.EXCEPTIONS:
            return newest_acts.where(_events.c.seq.in_(_open_items))
    return newest_acts


def way_from(seq: int, acknowledged: int, sent_through: int, reason: str | None) -> Way:
    """Return how far an act came, by how far the centre and the last push have."""
    if seq <= acknowledged:
        return Way.EXCEPTION if reason is not None else Way.ACKNOWLEDGED
    return Way.SENT if seq <= sent_through else Way.SAVED


def act_of(row: Any, way: Way) -> Act:
    """Return a row of `newest_acts` as a line of a list."""
    body = json.loads(row.body)
    subject, of_whom, amount_minor = _particulars(row.kind, body["data"])
    return Act(
        row.seq, datetime.fromisoformat(body["at_utc"]), row.kind, subject, of_whom,
        amount_minor, way, row.reason or "" if way is Way.EXCEPTION else "",
        f"credit_note.{body['data']['change']['kind']}" if row.kind == _CHANGED else "",
        body.get("user_name") or "",
    )  # fmt: skip


_CHANGED = "credit_note.changed"
_OF_SHIFTS = {
    "shift.opened": "float_minor",
    "shift.closed": "counted_minor",
    "shift.reported": "",
    "shift.exported": "",
    "drawer.moved": "delta_minor",
    "drawer.counted": "",
    "shift.handed_over": "cash_minor",
    "handover.refused": "",
    "deposit.made": "cash_minor",
    "deposit.validated": "",
    "difference.settled": "amount_minor",
    "turn_in.offered": "",
    "turn_in.answered": "",
}
"""Acts about a shift's cash, and what their amount is called; "" for those that have none."""


_Particulars = tuple[str, str, int | None]


def _particulars(kind: str, data: Mapping[str, Any]) -> _Particulars:
    """Return number, name and amount of an act, as far as its kind has them."""
    if kind in _OF_SHIFTS:
        return data["number"], data.get("user_name", ""), data.get(_OF_SHIFTS[kind])
    if kind.startswith("credit_note."):
        note = data.get("change") or data.get("credit_note") or data
        return note["number"], note["consumer_name"], note.get("amount_minor")
    return _OF_KIND.get(kind, _whatever)(data)


def _taken(data: Mapping[str, Any]) -> _Particulars:
    visit = data["transaction"]
    names = dict.fromkeys(one["consumer_name"] for one in data["payments"])
    return visit["receipt_number"], ", ".join(names), visit["due_minor"]


def _undone(data: Mapping[str, Any]) -> _Particulars:
    back = sum(one["delta_minor"] for one in data["tenders_back"])
    return data["undo"]["receipt_number"], data["undo"]["approver_name"], back or None


def _credit_allowed(data: Mapping[str, Any]) -> _Particulars:
    numbers = dict.fromkeys(one["account_number"] for one in data["notes"])
    return ", ".join(numbers), data["approver"], data["amount_minor"]


def _whatever(data: Mapping[str, Any]) -> _Particulars:
    told = (data.get(one) for one in ("receipt_number", "paper_number", "login", "name"))
    subject = next(filter(None, told), "")
    return str(subject), str(data.get("person") or data.get("user_name", "")), None


_OF_KIND: Mapping[str, Callable[[Mapping[str, Any]], _Particulars]] = {
    "payment.taken": _taken,
    "payment.verified": lambda data: (
        data["receipt_number"], data["consumer_name"], data["amount_minor"]
    ),
    "dispute.raised": lambda data: (
        data["number"], data["consumer_name"], data["amount_minor"]
    ),
    "dispute.closed": lambda data: (data["number"], data["user_name"], None),
    "transaction.undone": _undone,
    "approval.granted": lambda data: (
        data["account_number"], data["approver"], data["extra_minor"]
    ),
    "credit.allowed": _credit_allowed,
    "statement.made": lambda data: (
        data["account_number"], data["consumer_name"], data["closing_minor"]
    ),
    "numbers.leased": lambda data: (f"{data['first']}\u2013{data['last']}", data["series"], None),
}  # fmt: skip
