"""Why a shift cannot be closed yet, each with what mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select

from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission, require
from counterdesk.core.print_states import PrintState
from counterdesk.core.text import clean
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Draft, PaymentTransaction, PrintJob
from counterdesk.services.shifts import OpenShift
from counterdesk.store.session import ReadSession

_jobs, _visits, _drafts = table_of(PrintJob), table_of(PaymentTransaction), table_of(Draft)


class BlockerKind(StrEnum):
    """What is still open."""

    RECEIPT_UNKNOWN = "receipt_unknown"
    RECEIPT_WAITS = "receipt_waits"
    RECEIPT_FAILED = "receipt_failed"
    VISIT_OPEN = "visit_open"


_OF_STATE = {
    PrintState.UNKNOWN: BlockerKind.RECEIPT_UNKNOWN,
    PrintState.BLOCKED: BlockerKind.RECEIPT_WAITS,
    PrintState.FAILED: BlockerKind.RECEIPT_FAILED,
}


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that keeps a shift from being closed."""

    kind: BlockerKind
    words: str
    """What is open, a sentence."""
    fix: str
    """What to do about it, a sentence."""
    transaction_id: UUID | None = None
    """The visit it is about, where its receipt is open."""
    job_id: UUID | None = None


def close_blockers(read: ReadSession, shift: OpenShift) -> tuple[Blocker, ...]:
    """Return what must be settled before a shift can be closed, in the order it happened.

    Raises:
        PermissionRefused: The role has nothing to do with shifts.
    """
    require(read.actor, Permission.OPEN_SHIFT)
    return (*_receipts(read, shift), *_visit_open(read))


def _receipts(read: ReadSession, shift: OpenShift) -> Iterator[Blocker]:
    newest = (
        select(_jobs.c.transaction_id, func.max(_jobs.c.copy_number).label("copy"))
        .join(_visits, _visits.c.id == _jobs.c.transaction_id)
        .where(_visits.c.shift_id == shift.id, _jobs.c.mail_to == "")
        .group_by(_jobs.c.transaction_id)
        .subquery()
    )
    query = (
        select(_jobs.c.id, _jobs.c.transaction_id, _jobs.c.state, _visits.c.receipt_number)
        .join(
            newest,
            (newest.c.transaction_id == _jobs.c.transaction_id)
            & (newest.c.copy == _jobs.c.copy_number),
        )
        .join(_visits, _visits.c.id == _jobs.c.transaction_id)
        .where(_jobs.c.mail_to == "", _jobs.c.state.in_([state.value for state in _OF_STATE]))
        .order_by(_visits.c.event_seq)
    )
    for row in read.execute(query):
        kind = _OF_STATE[PrintState(row.state)]
        words, fix = _receipt_words(kind)
        number = clean(row.receipt_number)
        yield Blocker(kind, words.format(number=number), fix, row.transaction_id, row.id)


def _receipt_words(kind: BlockerKind) -> tuple[str, str]:
    return {
        BlockerKind.RECEIPT_UNKNOWN: (
            _("Nobody knows whether receipt {number} came out."),
            _("Look at the printer: say that it printed, or print a copy."),
        ),
        BlockerKind.RECEIPT_WAITS: (
            _("Receipt {number} waits for the printer."),
            _("See to the printer; it prints by itself then."),
        ),
        BlockerKind.RECEIPT_FAILED: (
            _("Receipt {number} could not be printed."),
            _("Print a copy."),
        ),
    }[kind]


def _visit_open(read: ReadSession) -> Iterator[Blocker]:
    row = read.execute(select(_drafts.c.request_id).limit(1)).first()
    if row is not None:
        yield Blocker(
            BlockerKind.VISIT_OPEN,
            _("A visit is on Review and not confirmed."),
            _("Go to the payment (F2): confirm it, or leave it."),
        )
