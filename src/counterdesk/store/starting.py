"""What is looked at before the first payment: the file, the chain's tail, and the journal."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from sqlalchemy import Connection, select

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.models.ledger import Event
from counterdesk.store.chain import broken_link, entries_after, read_head
from counterdesk.store.folder import Folder
from counterdesk.store.journal import Journal, JournalContent, read_tail
from counterdesk.store.opening import raw_of
from counterdesk.store.refusals import file_refusal
from counterdesk.store.session import ChainHead, JournalEntry

_log = logging.getLogger(__name__)

_TAIL = 200
"""Events whose links are checked at each start; `verify` checks them all."""

_TOGETHER = 500
"""Events in one record of the journal when many are missing."""

_QUICK_CHECK_BYTES = 8 << 20
"""Above this a whole check would be felt at start; it is left to `verify`."""


def check_ledger(connection: Connection, folder: Folder) -> None:
    """Check the ledger before anything is written to it.

    Raises:
        UserError: It is damaged.
    """
    raw = raw_of(connection)
    raw.execute("PRAGMA main.wal_checkpoint(TRUNCATE)").fetchall()
    if folder.ledger.stat().st_size <= _QUICK_CHECK_BYTES:
        found = raw.execute("PRAGMA main.quick_check(1)").fetchone()[0]
        if found != "ok":
            raise UserError(_damaged(found))
    head = read_head(connection)
    broken = broken_link(connection, max(0, head.seq - _TAIL))
    if broken is not None:
        raise UserError(_damaged(_("the chain breaks at event {seq}").format(seq=broken)))


def open_journal(connection: Connection, folder: Folder, key: bytes) -> Journal:
    """Open the journal and bring it up to the ledger.

    A torn last record is what a power cut leaves: it is written anew from the ledger, as are
    events that the journal has not got.

    Raises:
        UserError: The journal is ahead of the ledger or tells another story: the ledger lost
            what was saved, or belongs to another day. Or it cannot be written.
    """
    try:
        content = _content(folder, key)
        head = read_head(connection)
        _compare(connection, head, content.entries)
        journal = Journal(folder.journal, key, content.sound_bytes)
        folder.sync()
        last = content.entries[-1].seq if content.entries else 0
        _catch_up(journal, entries_after(connection, last))
    except OSError as error:
        raise UserError(file_refusal(folder.journal, error)) from error
    return journal


def _content(folder: Folder, key: bytes) -> JournalContent:
    """Return the journal's tail; one that cannot be read at all is set aside, not overwritten."""
    if not folder.journal.exists():
        return JournalContent((), 0, torn=False)
    content = read_tail(folder.journal, key)
    if content.torn and not content.entries:
        aside = folder.journal.with_suffix(f".{time.time_ns()}.unreadable")
        folder.journal.rename(aside)
        _log.warning("the journal cannot be read; kept as %s, written anew", aside.name)
        return JournalContent((), 0, torn=False)
    return content


def _catch_up(journal: Journal, missing: Sequence[JournalEntry]) -> None:
    for start in range(0, len(missing), _TOGETHER):
        journal.append(missing[start : start + _TOGETHER])


def _compare(connection: Connection, head: ChainHead, tail: Sequence[JournalEntry]) -> None:
    if not tail:
        return
    lost = tail[-1].seq - head.seq
    if lost > 0:
        raise UserError(
            _("The ledger has lost {count} of the acts that the journal knows (it ends at event "
              "{seq}). Take no payments. To get them back, run: counterdesk recover")
            .format(count=lost, seq=head.seq)
        )  # fmt: skip
    last = tail[-1]
    with connection.begin():
        stored = connection.execute(select(Event.hash).where(Event.seq == last.seq)).scalar()
    if stored != last.hash:
        raise UserError(
            _("The ledger and the journal tell event {seq} differently: they do not belong "
              "together. Take no payments. Put back the files that do, or call who looks after "
              "this counter.").format(seq=last.seq)
        )  # fmt: skip


def _damaged(found: str) -> str:
    return _(
        "The ledger is damaged ({found}). Take no payments. To make it whole again, run: "
        "counterdesk recover"
    ).format(found=found)
