"""Which credit notes a visit uses while it is being keyed, and how much of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from counterdesk.core.account_draft import AccountDraft
from counterdesk.core.credit import NoteNow
from counterdesk.core.settings import Settings
from counterdesk.core.visit import TenderGiven
from counterdesk.core.visit_credit import payable_by_credit


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note as the tender step shows it. Amounts in minor units."""

    note: NoteNow
    account_number: str
    chosen: bool
    amount_minor: int
    """What it pays of this visit; 0 for one that is not chosen, or not needed."""


class CreditDraft:
    """The notes that were chosen. How much of each is used follows what is ticked, unless typed."""

    def __init__(self, accounts: Sequence[AccountDraft], settings: Settings) -> None:
        """Begin with none.

        Args:
            accounts: The visit's own list, in whatever way it grows.
            settings: They say whether the office takes its notes as payment.
        """
        self._accounts = accounts
        self._mode = settings.credit_mode
        self._chosen: dict[UUID, int | None] = {}

    def rows(self) -> tuple[NoteRow, ...]:
        """Return every note that could be used, account by account, the oldest first."""
        return tuple(self._rows())

    @property
    def all_chosen(self) -> bool:
        """Whether every note that is needed is chosen already."""
        rows = self.rows()
        return bool(rows) and all(row.chosen for row in rows)

    def choose(self, note_id: UUID, *, on: bool) -> None:
        """Use a note, as much of it as the ticked charges need, or leave it."""
        self._chosen.pop(note_id, None)
        if on:
            self._chosen[note_id] = None

    def choose_all(self, *, on: bool) -> None:
        """Use all notes, the oldest first, as far as they are needed; or none."""
        self._chosen = {row.note.id: None for row in self.rows()} if on else {}

    def type_amount(self, note_id: UUID, amount_minor: int | None) -> None:
        """Use so much of a note, in minor units; None: as much as is needed."""
        self._chosen[note_id] = amount_minor

    def tenders(self) -> tuple[TenderGiven, ...]:
        """Return what the chosen notes pay."""
        if self._mode is None:
            return ()
        return tuple(
            TenderGiven(
                self._mode.code,
                row.amount_minor,
                credit_note_id=row.note.id,
                credit_note_number=row.note.number,
                credit_account=row.account_number,
                credit_remaining_minor=row.note.usable_minor,
            )
            for row in self._rows()
            if row.amount_minor or self._chosen.get(row.note.id) is not None
        )

    def _rows(self) -> Iterator[NoteRow]:
        for account in self._accounts if self._mode is not None else ():
            left = self._left_to_pay(account)
            for note in account.notes:
                amount = self._chosen.get(note.id)
                if amount is None and note.id in self._chosen:
                    amount = min(note.usable_minor, left)
                    left -= amount
                number = account.account.account_number
                yield NoteRow(note, number, note.id in self._chosen, amount or 0)

    def _left_to_pay(self, account: AccountDraft) -> int:
        """What notes without a typed amount can pay of an account's charges."""
        assert self._mode is not None  # noqa: S101 - no rows without it
        typed = (self._chosen.get(note.id) or 0 for note in account.notes)
        return max(payable_by_credit(account.line(), self._mode.code) - sum(typed), 0)
