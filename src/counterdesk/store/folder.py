"""The files of one data folder, by the names they have on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folder:
    """One counter's data folder."""

    path: Path

    def sync(self) -> None:
        """Wait until the disk has the names of the files, not only their content."""
        if os.name != "posix":
            return  # Windows cannot open a folder, and does not need to
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    @property
    def ledger(self) -> Path:
        """Everything this counter did."""
        return self.path / "ledger.db"

    @property
    def reference(self) -> Path:
        """What the centre told this counter; disposable."""
        return self.path / "ref.db"

    @property
    def journal(self) -> Path:
        """Every event again, outside the database."""
        return self.path / "journal.cdj"

    @property
    def keys(self) -> Path:
        """The sealed keys."""
        return self.path / "counter.key"

    @property
    def link(self) -> Path:
        """How the centre is reached, sealed; there from the first step of the enrolment."""
        return self.path / "centre.link"

    @property
    def tls(self) -> Path:
        """Files that the network's library wants to read itself: certificates, a sealed key."""
        return self.path / "tls"

    @property
    def lock(self) -> Path:
        """Held by the one running instance."""
        return self.path / "counter.lock"

    @property
    def backups(self) -> Path:
        """Verified copies of the ledger."""
        return self.path / "backups"
