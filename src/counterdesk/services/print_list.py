"""The jobs of the printers as a list: what waits, what is in doubt, what became of the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, func, select, tuple_

from counterdesk.core.documents import Document, document_from_json
from counterdesk.core.permissions import Permission, require
from counterdesk.core.print_states import DOUBTFUL, WAITING, PrintState, words_for
from counterdesk.core.printers import Printers
from counterdesk.models.base import table_of
from counterdesk.models.ledger import PrintJob
from counterdesk.services.printers import counter_printers
from counterdesk.store.session import ReadSession

PAGE: Final = 100
_PATIENCE: Final = timedelta(seconds=5)
"""A printer that is not ready for so long needs somebody; before, it may be waking up."""

_LONGEST_TRY: Final = timedelta(seconds=5)
"""A printer that is not ready says so sooner, or lets nobody in for so long."""

_jobs = table_of(PrintJob)
_columns = (
    _jobs.c.id,
    _jobs.c.transaction_id,
    _jobs.c.copy_number,
    _jobs.c.printer_id,
    _jobs.c.state,
    _jobs.c.detail,
    _jobs.c.created_at_utc,
    func.json_extract(_jobs.c.document, "$.number").label("number"),
    func.json_extract(_jobs.c.document, "$.title").label("title"),
    func.json_extract(_jobs.c.document, "$.kind").label("kind"),
)
_on_paper = select(*_columns).where(_jobs.c.mail_to == "")


class WantedJobs(StrEnum):
    """Which jobs to list."""

    ALL = "all"
    OPEN = "open"
    """What has not come out, as far as is known."""


_OPEN: Final = tuple(state.value for state in (*WAITING, PrintState.SENDING, *DOUBTFUL))


@dataclass(frozen=True, slots=True)
class PrintLine:
    """One job, as a line of a list."""

    job_id: UUID
    transaction_id: UUID | None
    number: str
    title: str
    copy_number: int
    printer_id: UUID | None
    """The printer it is for now; None where none is set up."""
    printer_name: str
    state: PrintState
    detail: str
    created_at_utc: datetime

    @property
    def words(self) -> str:
        """Where it stands, and why."""
        return f"{words_for(self.state)} {self.detail}".strip()

    @property
    def untouched(self) -> bool:
        """Whether nothing of it was sent: it may go to another printer."""
        return self.state in WAITING

    @property
    def doubtful(self) -> bool:
        """Whether somebody must look at the printer."""
        return self.state in DOUBTFUL


@dataclass(frozen=True, slots=True)
class PrintPage:
    """A part of the list, the newest first."""

    lines: tuple[PrintLine, ...]
    more: bool
    """Whether older ones follow."""


def print_page(
    read: ReadSession,
    wanted: WantedJobs = WantedJobs.ALL,
    *,
    after: PrintLine | None = None,
    most: int = PAGE,
) -> PrintPage:
    """Return a page of what was printed here or is to be.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    query = _of(wanted)
    place = tuple_(_jobs.c.created_at_utc, _jobs.c.id)
    if after is not None:
        query = query.where(place < (after.created_at_utc, after.job_id))
    newest = query.order_by(_jobs.c.created_at_utc.desc(), _jobs.c.id.desc()).limit(most + 1)
    printers = counter_printers(read)
    lines = [_line(row, printers) for row in read.execute(newest)]
    return PrintPage(tuple(lines[:most]), len(lines) > most)


def print_troubles(read: ReadSession) -> tuple[PrintLine, ...]:
    """Return the papers that somebody should look after: in doubt, or blocked for a while.

    One that is blocked stays so while it is tried again: what is said of it does not come and go.
    The oldest first, those in doubt before all others; none where no printer is set up.
    """
    printers = counter_printers(read)
    if not printers.all:
        return ()
    now = read.clock.now_utc()
    tried_again = (
        (_jobs.c.state == PrintState.SENDING.value)
        & (_jobs.c.detail != "")
        & (_jobs.c.changed_at_utc > now - _LONGEST_TRY)
    )
    blocked = (_jobs.c.state == PrintState.BLOCKED.value) | tried_again
    late = _jobs.c.created_at_utc <= now - _PATIENCE
    doubtful = _jobs.c.state == PrintState.UNKNOWN.value
    query = _on_paper.where(doubtful | (blocked & late)).order_by(
        doubtful.desc(), _jobs.c.created_at_utc, _jobs.c.id
    )
    lines = [_line(row, printers) for row in read.execute(query.limit(PAGE))]
    return tuple(
        replace(line, state=PrintState.BLOCKED) if line.state is PrintState.SENDING else line
        for line in lines
    )


def print_document(read: ReadSession, job_id: UUID) -> Document:
    """Return what a job prints.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    query = select(_jobs.c.document).where(_jobs.c.id == job_id)
    return document_from_json(read.execute(query).scalar_one())


def _of(wanted: WantedJobs) -> Select[Any]:
    return _on_paper.where(_jobs.c.state.in_(_OPEN)) if wanted is WantedJobs.OPEN else _on_paper


def _line(row: Row[Any], printers: Printers) -> PrintLine:
    printer = printers.find(row.printer_id)
    if printer is None and row.printer_id is None:
        printer = printers.printer_for(row.kind)
    return PrintLine(
        row.id, row.transaction_id, row.number, row.title, row.copy_number,
        printer.printer_id if printer else None, printer.name if printer else "",
        PrintState(row.state), row.detail, row.created_at_utc,
    )  # fmt: skip
