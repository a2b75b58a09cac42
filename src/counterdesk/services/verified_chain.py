"""Whether the chain of events is unbroken, signed by this counter, and equal to its journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from counterdesk.core.events import GENESIS, canonical_bytes, chain_hash
from counterdesk.core.i18n import _
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event
from counterdesk.store.journal import JournalContent
from counterdesk.store.session import ReadSession

_AT_ONCE = 500
_events = table_of(Event)


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was checked, and what is wrong with it."""

    count: int
    findings: tuple[str, ...]


def stored_events(read: ReadSession) -> Iterator[Any]:
    """Yield the rows of the event table in the order of the chain."""
    following = select(_events).order_by(_events.c.seq).limit(_AT_ONCE)
    wanted = following
    while True:
        rows = read.execute(wanted).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        wanted = following.where(_events.c.seq > rows[-1].seq)


@dataclass(frozen=True, slots=True)
class ChainPart:
    """How far a chain was checked, and what is wrong so far."""

    count: int = 0
    expected: int = 1
    """The place that follows."""
    prev_hash: bytes = GENESIS
    findings: tuple[str, ...] = ()
    through: int | None = None
    """The last place that was looked at; None before the first."""
    ended: bool = False


def chain_findings(read: ReadSession) -> Checked:
    """Check each event: its place, its link, its hash, its signature, its bytes."""
    part = ChainPart()
    while not part.ended:
        part = check_chain(read, part)
    return Checked(part.count, part.findings)


def check_chain(read: ReadSession, part: ChainPart) -> ChainPart:
    """Check the events that follow on a part that was checked before."""
    public_key = Ed25519PublicKey.from_public_bytes(read.counter.public_key)
    counter_id = str(read.counter.counter_id)
    following = select(_events).order_by(_events.c.seq).limit(_AT_ONCE)
    if part.through is not None:
        following = following.where(_events.c.seq > part.through)
    rows = read.execute(following).all()
    findings = list(part.findings)
    count, expected, prev_hash = part.count, part.expected, part.prev_hash
    for row in rows:
        if row.seq < 1:
            findings.append(_("Event {seq} stands before the first one.").format(seq=row.seq))
            continue
        if row.seq != expected:
            findings.append(_gap(expected, row.seq - 1))
        elif row.prev_hash != prev_hash:
            findings.append(_("Event {seq} does not follow from event {before}.").format(
                seq=row.seq, before=row.seq - 1))  # fmt: skip
        findings.extend(_event_findings(row, public_key, counter_id))
        count, expected, prev_hash = count + 1, row.seq + 1, row.hash
    through = rows[-1].seq if rows else part.through
    ended = len(rows) < _AT_ONCE
    return ChainPart(count, expected, prev_hash, tuple(findings), through, ended)


def journal_findings(read: ReadSession, journal: JournalContent) -> Checked:
    """Compare the journal with the ledger, event by event."""
    findings = [_damaged_place(seq) for seq in journal.damaged_after]
    if journal.torn:
        findings.append(_("The journal's last record is torn."))
    kept = {entry.seq: entry for entry in journal.entries}
    for row in stored_events(read):
        entry = kept.pop(row.seq, None)
        if entry is None:
            findings.append(_("Event {seq} is missing in the journal.").format(seq=row.seq))
        elif (entry.hash, entry.signature, entry.body) != (row.hash, row.signature, row.body):
            findings.append(_("Event {seq} reads differently in the journal.").format(seq=row.seq))
    findings += [
        _("Event {seq} stands in the journal, but not in the ledger.").format(seq=seq)
        for seq in sorted(kept)
    ]
    return Checked(len(journal.entries), tuple(findings))


def _event_findings(row: Any, public_key: Ed25519PublicKey, counter_id: str) -> Iterator[str]:
    if not all(isinstance(part, bytes) for part in (row.body, row.prev_hash, row.signature)):
        yield _("Event {seq} cannot be read.").format(seq=row.seq)
        return
    if chain_hash(row.prev_hash, row.body) != row.hash:
        yield _("Event {seq} was changed after it was recorded.").format(seq=row.seq)
    try:
        public_key.verify(row.signature, row.hash)
    except InvalidSignature:
        yield _("Event {seq} does not bear this counter's signature.").format(seq=row.seq)
    try:
        body = json.loads(row.body)
        same = canonical_bytes(body) == row.body
        said = (body["seq"], body["event_id"], body["kind"], body["counter_id"])
    except (ValueError, KeyError, TypeError):
        yield _("Event {seq} cannot be read.").format(seq=row.seq)
        return
    if not same or said != (row.seq, str(row.event_id), row.kind, counter_id):
        yield _("Event {seq} says something else than its row.").format(seq=row.seq)


def _gap(first: int, last: int) -> str:
    if first == last:
        return _("Event {seq} is missing.").format(seq=first)
    return _("Events {first} to {last} are missing.").format(first=first, last=last)


def _damaged_place(seq: int) -> str:
    return _("The journal is damaged after event {seq}.").format(seq=seq)
