"""Who did what at this counter, and when: found, read whole, proved, and written into a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select

from counterdesk.core.errors import UserError
from counterdesk.core.events import instant_text
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission, require
from counterdesk.core.spreadsheets import harmless_cell
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Credential, Event
from counterdesk.services.acts import (
    PAGE,
    Act,
    ActsPage,
    Way,
    acknowledged_seq,
    act_of,
    newest_acts,
    way_from,
)
from counterdesk.services.people import entitled
from counterdesk.services.verified_chain import ChainPart, check_chain
from counterdesk.store.session import ReadSession, Session

_events, _people = table_of(Event), table_of(Credential)
_body = cast(_events.c.body, String)
_WHO: Final = ("$.user_id", "$.data.person_id", "$.data.approver_id")
"""Where an act names who did it, who came or went, and who allowed it."""

_TITLES: Final = (
    "No.", "Time (UTC)", "Who", "Kind", "Number", "About", "Amount (minor units)", "Hash", "Data",
)  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class ExportedActs:
    """Acts as the text of a file, and which they are."""

    text: str
    count: int
    first_seq: int
    last_seq: int
    sought: Sought


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
    query = _sought(newest_acts, sought)
    if before_seq is not None:
        query = query.where(_events.c.seq < before_seq)
    rows = read.execute(query.order_by(_events.c.seq.desc()).limit(most + 1)).all()
    acts = [_act(read, row) for row in rows[:most]]
    return ActsPage(tuple(acts), len(rows) > most)


def whole_act(read: ReadSession, seq: int) -> WholeAct:
    """Return one act with everything that it tells.

    Raises:
        PermissionRefused: The role does not allow seeing the audit.
    """
    require(read.actor, Permission.SEE_AUDIT)
    row = read.execute(newest_acts.add_columns(_events.c.hash).where(_events.c.seq == seq)).one()
    return WholeAct(_act(read, row), json.loads(row.body)["data"], row.hash)


def check_part(read: ReadSession, part: ChainPart) -> tuple[ChainPart, int]:
    """Check what of the chain follows on a part; return it with how many acts there are.

    Raises:
        PermissionRefused: The role does not allow seeing the audit.
    """
    require(read.actor, Permission.SEE_AUDIT)
    total = read.execute(select(func.count()).select_from(_events)).scalar_one()
    return check_chain(read, part), int(total)


def export_acts(read: ReadSession, sought: Sought) -> ExportedActs:
    """Return acts as CSV, the oldest first; `note_export` records that they are taken away.

    No cell is one that a spreadsheet takes for a formula.

    Raises:
        UserError: There are none.
        PermissionRefused: The role does not allow seeing the audit.
    """
    require(read.actor, Permission.SEE_AUDIT)
    query = _sought(newest_acts.add_columns(_events.c.hash), sought).order_by(_events.c.seq)
    rows = read.execute(query).all()
    if not rows:
        raise UserError(_("There is nothing to write into a file."))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_TITLES)
    writer.writerows(_cells(row) for row in rows)
    return ExportedActs(text.getvalue(), len(rows), rows[0].seq, rows[-1].seq, sought)


def note_export(session: Session, exported: ExportedActs) -> None:
    """Record that somebody takes acts away in a file.

    Raises:
        PermissionRefused: The actor may not see the audit, or no longer.
    """
    actor = entitled(session, Permission.SEE_AUDIT)
    session.record("audit.exported", {
        "count": exported.count, "first_seq": exported.first_seq, "last_seq": exported.last_seq,
        "person": actor.name, "sought": _told(exported.sought),
    })  # fmt: skip


def _act(read: ReadSession, row: Any) -> Act:
    act = act_of(row, way_from(row.seq, acknowledged_seq(read), 0, row.reason))
    # Whoever signs in is not signed in yet when it is recorded.
    comes = not act.by and act.kind.startswith("person.")
    return replace(act, by=act.of_whom) if comes else act


def _sought(query: Select[Any], sought: Sought) -> Select[Any]:
    return query.where(*_conditions(sought))


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
    if sought.text:
        wanted.append(_body.icontains(sought.text, autoescape=True))
    return wanted


def _cells(row: Any) -> list[str]:
    act, data = act_of(row, Way.SAVED), json.loads(row.body)["data"]
    texts = (
        str(act.seq), instant_text(act.at_utc), act.by, act.kind, act.subject, act.of_whom,
    )  # fmt: skip
    amount = "" if act.amount_minor is None else str(act.amount_minor)
    whole = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return [*map(harmless_cell, texts), amount, row.hash.hex(), harmless_cell(whole)]


def _told(sought: Sought) -> dict[str, Any]:
    return {
        "from_utc": sought.from_utc,
        "before_utc": sought.before_utc,
        "user_id": sought.user_id,
        "family": sought.family,
        "text": sought.text,
    }
