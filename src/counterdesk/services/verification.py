"""Proving that the record is whole: chain, journal, rows, sums, numbers and receipts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain as together

from sqlalchemy.exc import DBAPIError

from counterdesk.core.i18n import _
from counterdesk.services.verified_chain import Checked, chain_findings, journal_findings
from counterdesk.services.verified_documents import document_findings
from counterdesk.services.verified_kept import due_findings, visit_findings
from counterdesk.services.verified_numbers import block_findings, number_findings
from counterdesk.services.verified_papers import paper_findings
from counterdesk.services.verified_past import past_findings
from counterdesk.services.verified_rows import row_findings
from counterdesk.services.verified_sums import sum_findings
from counterdesk.store.checking import file_damage
from counterdesk.store.journal import JournalContent
from counterdesk.store.session import ReadSession


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and everything that is wrong, in whole sentences."""

    events: int
    rows: int
    transactions: int
    numbers: int
    findings: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify(read: ReadSession, journal: JournalContent) -> Report:
    """Check all that this counter has recorded, from the first event on.

    Args:
        read: A snapshot of the ledger; a write transaction keeps the journal from moving on.
        journal: The whole journal, as `Store.read_journal` gives it.
    """
    damage = _file_findings(read)
    if damage:  # rows of a damaged file prove nothing
        return Report(0, 0, 0, 0, damage)
    parts = [
        _checked(check)
        for check in (
            lambda: chain_findings(read),
            lambda: journal_findings(read, journal),
            lambda: row_findings(read),
            lambda: sum_findings(read),
            lambda: number_findings(read),
            lambda: block_findings(read),
            lambda: document_findings(read),
            lambda: paper_findings(read),
            lambda: past_findings(read),
            lambda: due_findings(read),
            lambda: visit_findings(read),
        )
    ]
    chain, _kept, rows, sums, numbers, *_more = parts
    findings = together.from_iterable(part.findings for part in parts)
    return Report(chain.count, rows.count, sums.count, numbers.count, tuple(findings))


def record_findings(read: ReadSession) -> tuple[str, ...]:
    """Return what is wrong with the record itself: its file, its chain, its rows."""
    parts = (_checked(lambda: chain_findings(read)), _checked(lambda: row_findings(read)))
    return _file_findings(read) or tuple(together.from_iterable(part.findings for part in parts))


def _file_findings(read: ReadSession) -> tuple[str, ...]:
    try:
        return tuple(_damage(text) for text in file_damage(read.connection))
    except DBAPIError as error:
        return (_damage(str(error.orig)),)


def _checked(check: Callable[[], Checked]) -> Checked:
    """Run one check; rows that cannot even be read are a finding, not an end."""
    try:
        return check()
    except (DBAPIError, ValueError, TypeError, ArithmeticError) as error:
        return Checked(0, (_("Rows of the ledger cannot be read: {text}.").format(text=error),))


def _damage(text: str) -> str:
    return _("The ledger's file is damaged: {text}.").format(text=text)
