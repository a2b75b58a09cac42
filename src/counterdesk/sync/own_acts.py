"""What a counter that lost its data asks the centre for: its own acts, its name, the settings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg.rows import dict_row

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.store.folder import Folder
from counterdesk.store.reference import create_empty_reference, open_reference
from counterdesk.store.session import CounterIdentity, JournalEntry
from counterdesk.sync.address import CentreAddress
from counterdesk.sync.joining import certified_identity
from counterdesk.sync.link import CentreAway, Link, OfficeFacts
from counterdesk.sync.postgres_line import open_line
from counterdesk.sync.reference_rows import INSERT_SETTING

_PAGE = 500


def own_acts(link: Link, now_utc: datetime, known: int) -> tuple[JournalEntry, ...]:
    """Return this counter's acts as the centre keeps them, from the last one that both have.

    That one is the witness: what comes before it is the same if its hash is.

    Args:
        link: The way to the centre.
        now_utc: This machine's time, for the greeting.
        known: Up to this act the history is known here without a gap.

    Raises:
        CentreAway: It did not answer, or not with all that it has.
        CentreRefused: It does not let this counter in.
    """
    answer = link.push((), now_utc)
    after = max(0, min(known, answer.last_seq) - 1)
    acts: list[JournalEntry] = []
    while page := link.my_events(after, _PAGE):
        acts.extend(page)
        after = page[-1].seq
    if after < answer.last_seq:
        raise CentreAway(f"it told acts to {after} of {answer.last_seq}")
    return tuple(acts)


def own_name(folder: Folder, address: CentreAddress, public_key: bytes) -> CounterIdentity:
    """Return who the utility says this counter is, with its certificate.

    Raises:
        CentreAway: It did not answer.
        CentreRefused: It does not let this counter in.
        UserError: What it tells is not signed by the utility, or is another counter's.
    """
    line = open_line(address.conninfo(folder), lambda: None)
    try:
        row: dict[str, Any] | None = (
            line.cursor(row_factory=dict_row).execute("select * from cd.my_counter").fetchone()
        )
    finally:
        line.close()
    if row is None or not row["certificate"]:
        raise UserError(_("The centre has not certified this counter. Enrol it again."))
    return certified_identity(row, public_key, bytes.fromhex(address.utility_public_key))


def create_reference_of_settings(path: Path, key: bytes, office: OfficeFacts) -> None:
    """Write a `ref.db` that knows the office's settings and waits for everything else.

    Args:
        path: Where it is to lie.
        key: The raw data key.
        office: As the centre tells it.
    """
    create_empty_reference(path, key)
    rows = [(name, text, office.versions.get(name, 0)) for name, text in office.settings.items()]
    _change(path, key, INSERT_SETTING, rows)


def ask_for_everything_anew(path: Path, key: bytes) -> None:
    """Let the next exchange fetch everything, people too: the ledger may not know who they are."""
    _change(path, key, "delete from ref.refreshed where one = ?", [(1,)])


def _change(path: Path, key: bytes, statement: str, rows: list[Any]) -> None:
    connection = open_reference(path, key)
    try:
        connection.execute("begin")
        connection.executemany(statement, rows)
        connection.execute("commit")
    finally:
        connection.close()
