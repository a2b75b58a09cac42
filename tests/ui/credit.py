"""John Doe's credit, as the centre tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from counterdesk.demo.sample import sample_account, sample_settings
from counterdesk.store.store import Store
from counterdesk.sync.records import PastCreditFacts
from counterdesk.sync.reference import build_reference
from tests.conftest import START_UTC

OLDER, NEWER = UUID(int=60), UUID(int=200)


def note(note_id: UUID, number: str, left: int, day: int) -> PastCreditFacts:
    return PastCreditFacts(
        note_id, number, left, left, reason="Overpayment", created_on=date(2025, 1, day),
        expires_on=date(2026, 1, day),
    )  # fmt: skip


def tell(store: Store, **settings: object) -> None:
    """Let the centre tell of two notes: 60.00 and 200.00."""
    notes = (note(NEWER, "CN-46125", 20_000, 9), note(OLDER, "CN-46120", 6_000, 2))
    account = replace(sample_account(), credits=notes)
    build_reference(
        store.folder.reference, store.data_key, [account],
        replace(sample_settings(), **settings), as_of_utc=START_UTC,  # type: ignore[arg-type]
    )  # fmt: skip
    store.reload_reference()
