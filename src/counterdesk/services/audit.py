"""Who did what at this counter, and when: found, read whole, and proved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select

from counterdesk.core.events import instant_text
from counterdesk.core.permissions import Permission, require
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Credential, Event
from counterdesk.services.acts import (
    PAGE,
    Act,
    ActsPage,
    acknowledged_seq,
    act_of,
    newest_acts,
    way_from,
)
from counterdesk.services.verified_chain import ChainPart, check_chain
from counterdesk.store.session import ReadSession

_events, _people = table_of(Event), table_of(Credential)
_body = cast(_events.c.body, String)
_WHO: Final = ("$.user_id", "$.data.person_id", "$.data.approver_id")
"""Where an act names who did it, who came or went, and who allowed it."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; what is not given leaves everything in."""

    from_utc: datetime | None = None
    before_utc: datetime | None = None
    user_id: UUID | None = None
    family: str = ""
    """What kinds of act begin with, such as "payment"."""
    text: str = ""
    """Anything that stands in the act."""
    up_to_seq: int | None = None
    """The newest act that counts: what is listed is exported, and not that it is exported."""


@dataclass(frozen=True, slots=True)
class AuditChoices:
    """What there is to choose from."""

    people: tuple[tuple[UUID, str], ...]
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WholeAct:
    """One act with everything that it tells."""

    act: Act
    data: Mapping[str, Any]
    hash: bytes


def audit_choices(read: ReadSession) -> AuditChoices:
    """Return who works here and which families of acts there are.

    Raises:
        PermissionRefused: The role does not allow seeing the audit.
    """
    require(read.actor, Permission.SEE_AUDIT)
    known = read.execute(select(_people.c.user_id, _people.c.name).order_by(_people.c.name))
    kinds = read.execute(select(_events.c.kind).distinct()).scalars()
    families = sorted({kind.partition(".")[0] for kind in kinds})
    return AuditChoices(tuple((row.user_id, row.name) for row in known), tuple(families))


def audit_page(
    read: ReadSession, sought: Sought, *, before_seq: int | None = None, most: int = PAGE
) -> ActsPage:
    """Return a page of what was done here, the newest first.

    Args:
        read: A snapshot; its actor must be allowed to see the audit.
        sought: Which acts.
        before_seq: The last one of the page before; None for the newest.
        most: At most so many.

    Raises:
        PermissionRefused: The role does not allow seeing the audit.
    """
    require(read.actor, Permission.SEE_AUDIT)
    rows, sent = _rows(read, newest_acts, sought, before_seq, most), acknowledged_seq(read)
    return ActsPage(tuple(_act(row, sent) for row in rows[:most]), len(rows) > most)


def whole_acts(
    read: ReadSession, sought: Sought, *, before_seq: int | None = None, most: int = PAGE
) -> tuple[tuple[WholeAct, ...], bool]:
    """Return a page of acts with everything that they tell, and whether more follow.

    Arguments and errors as for `audit_page`.
    """
    require(read.actor, Permission.SEE_AUDIT)
    query = newest_acts.add_columns(_events.c.hash)
    rows, sent = _rows(read, query, sought, before_seq, most), acknowledged_seq(read)
    return tuple(_whole(row, sent) for row in rows[:most]), len(rows) > most


def acts_count(read: ReadSession, sought: Sought) -> int:
    """Return how many acts are looked for.

    Raises:
        PermissionRefused: The role does not allow seeing the audit.
    """
    require(read.actor, Permission.SEE_AUDIT)
    query = select(func.count()).select_from(_events).where(*_conditions(sought))
    return int(read.execute(query).scalar_one())


def whole_act(read: ReadSession, seq: int) -> WholeAct:
    """Return one act with everything that it tells.

    Raises:
        PermissionRefused: The role does not allow seeing the audit.
    """
    require(read.actor, Permission.SEE_AUDIT)
    row = read.execute(newest_acts.add_columns(_events.c.hash).where(_events.c.seq == seq)).one()
    return _whole(row, acknowledged_seq(read))


def check_part(read: ReadSession, part: ChainPart) -> tuple[ChainPart, int]:
    """Check what of the chain follows on a part; return it with how many acts there are.

    Raises:
        PermissionRefused: The role does not allow seeing the audit.
    """
    require(read.actor, Permission.SEE_AUDIT)
    total = read.execute(select(func.count()).select_from(_events)).scalar_one()
    return check_chain(read, part), int(total)


def _rows(
    read: ReadSession, query: Select[Any], sought: Sought, before_seq: int | None, most: int
) -> Sequence[Any]:
    """Return the newest acts of a query, one more than wanted where there is one."""
    wanted = _conditions(sought)
    if before_seq is not None:
        wanted.append(_events.c.seq < before_seq)
    return read.execute(query.where(*wanted).order_by(_events.c.seq.desc()).limit(most + 1)).all()


def _whole(row: Any, sent: int) -> WholeAct:
    return WholeAct(_act(row, sent), json.loads(row.body)["data"], row.hash)


def _act(row: Any, sent: int) -> Act:
    act = act_of(row, way_from(row.seq, sent, 0, row.reason))
    # Whoever signs in is not signed in yet when it is recorded.
    comes = not act.by and act.kind.startswith("person.")
    return replace(act, by=act.of_whom) if comes else act


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    at = func.json_extract(_body, "$.at_utc")
    if sought.from_utc is not None:
        wanted.append(at >= instant_text(sought.from_utc))
    if sought.before_utc is not None:
        wanted.append(at < instant_text(sought.before_utc))
    if sought.user_id is not None:
        wanted.append(or_(*(func.json_extract(_body, at) == str(sought.user_id) for at in _WHO)))
    if sought.family:
        wanted.append(_events.c.kind.startswith(f"{sought.family}.", autoescape=True))
    if sought.up_to_seq is not None:
        wanted.append(_events.c.seq <= sought.up_to_seq)
    if sought.text:
        wanted.append(_body.icontains(sought.text, autoescape=True))
    return wanted
