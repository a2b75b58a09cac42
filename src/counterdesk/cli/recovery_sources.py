"""What this machine still has of a counter's acts: its ledger or a backup, and its journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from counterdesk.core.i18n import _
from counterdesk.services.verification import record_findings
from counterdesk.store.beside import LedgerBeside, LedgerUnsound
from counterdesk.store.folder import Folder
from counterdesk.store.histories import History, Witness, following
from counterdesk.store.journal import JournalContent, read_journal
from counterdesk.store.keys import Secrets
from counterdesk.store.session import JournalEntry, ReadSession
from counterdesk.sync.outbox import StoppedBy, read_outbox

_NOTHING = JournalContent((), 0, torn=True)
_NOBODY = Witness("", ())


@dataclass(slots=True)
class Kept:
    """What was found, the most trusted first."""

    journal: JournalContent
    ledger: Witness = _NOBODY
    rest: list[Witness] = field(default_factory=list)
    """Other ledgers, with those acts that go on where all the others end."""
    is_present: bool = False
    """Whether the ledger to begin with is the one in use, not a backup."""
    behind: bool = False
    """Whether the centre has said that it has more."""
    remarks: list[str] = field(default_factory=list)

    def judge(self, read: ReadSession) -> tuple[str, ...]:
        """Return what is wrong with a ledger; note whether it knows that the centre has more."""
        self.behind |= read_outbox(read).stopped is StoppedBy.BEHIND
        return record_findings(read)

    @property
    def witnesses(self) -> tuple[Witness, ...]:
        """Who tells of acts."""
        return self.ledger, Witness(_("the journal"), self.journal.entries), *self.rest

    @property
    def has_ledger(self) -> bool:
        """Whether there is a ledger to begin with."""
        return bool(self.ledger.name)

    @property
    def needs_centre(self) -> bool:
        """Whether acts may be missing here that were sent: a new one would take their place."""
        return self.behind or not self.has_ledger or not self._journal_is_whole

    def lacks_nothing_of(self, history: History) -> bool:
        """Tell whether the files in use hold all of it."""
        count = len(history.entries)
        kept = (len(self.ledger.entries), len(self.journal.entries))
        return self.is_present and self._journal_is_whole and kept == (count, count)

    @property
    def _journal_is_whole(self) -> bool:
        return not self.journal.torn and not self.journal.damaged_after


def kept_here(beside: LedgerBeside, folder: Folder, secrets: Secrets, public_key: bytes) -> Kept:
    """Return what this machine has; the ledger to begin with lies beside then.

    Raises:
        UserError: A newer version wrote the ledger.
        OSError: The disk does not take a copy, or does not give what it has.
    """
    kept = Kept(_journal(folder, secrets))
    offered: list[Witness] = []
    for ledger in _ledgers(folder):
        if kept.has_ledger:  # the newest backup may have acts that an old ledger put back has not
            offered.append(Witness(_name(ledger, folder), beside.readable_entries(ledger)))
            break
        try:
            beside.begin_with(ledger, kept.judge)
        except LedgerUnsound as error:
            kept.remarks.append(error.message)
            offered.append(Witness(_what_is_left_of(ledger), beside.readable_entries()))
            continue
        kept.is_present = ledger == folder.ledger
        kept.ledger = Witness(_name(ledger, folder), beside.entries())
    for one in offered:
        more = following(kept.witnesses, one.entries, public_key)
        kept.rest.append(Witness(one.name, more))
    return kept


def recorded_at(entry: JournalEntry) -> datetime:
    """Return when an act was recorded, as it says."""
    return datetime.fromisoformat(json.loads(entry.body)["at_utc"])


def _ledgers(folder: Folder) -> Iterator[Path]:
    """Yield the ledger in use and the backups, the newest first."""
    if folder.ledger.exists():
        yield folder.ledger
    backups = folder.backups.glob("ledger-*.db")
    yield from sorted(backups, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _journal(folder: Folder, secrets: Secrets) -> JournalContent:
    if not folder.journal.exists():
        return _NOTHING
    return read_journal(folder.journal, secrets.journal_key)


def _name(ledger: Path, folder: Folder) -> str:
    if ledger == folder.ledger:
        return _("the ledger")
    return _("the backup {name}").format(name=ledger.name)


def _what_is_left_of(ledger: Path) -> str:
    return _("what could be read of the damaged {name}").format(name=ledger.name)
