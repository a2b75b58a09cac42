"""Receipts on their way to a mailbox: jobs of the print queue that go to an address instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from counterdesk.core.documents import Document, as_electronic
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.mail_address import mail_address, masked_address
from counterdesk.core.permissions import Permission, require
from counterdesk.core.print_states import WAITING, PrintState, mail_words_for
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Payment, PrintJob
from counterdesk.models.ref import Consumer
from counterdesk.services.people import entitled
from counterdesk.services.print_jobs import mark_sending, original_of, queue_copy
from counterdesk.store.session import ReadSession, Session

_jobs, _payments, _consumers = table_of(PrintJob), table_of(Payment), table_of(Consumer)
_waits = (_jobs.c.state.in_([state.value for state in WAITING]), _jobs.c.mail_to != "")
# What was tried least comes first: one mailbox that is full must not hold up the others.
_WAITING = (
    select(_jobs)
    .where(*_waits)
    .order_by(_jobs.c.attempts, _jobs.c.created_at_utc, _jobs.c.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class TakenMailJob:
    """A job that is committed as `sending` when its transaction is."""

    job_id: UUID
    document: str
    mail_to: str
    attempts: int
    created_at_utc: datetime


@dataclass(frozen=True, slots=True)
class MailProgress:
    """Where the newest email of a receipt stands, in words for the cashier."""

    job_id: UUID
    mail_to: str
    state: PrintState
    words: str


def mail_waits(read: ReadSession) -> bool:
    """Tell whether an email waits, without a commit that would wake everybody."""
    return bool(read.execute(select(_WAITING.exists())).scalar_one())


def next_mail_job(session: Session) -> TakenMailJob | None:
    """Take an email of which nothing was sent yet, and mark it as `sending`.

    The caller commits before it speaks to the mail server.
    """
    row = session.execute(_WAITING).one_or_none()
    if row is None:
        return None
    attempts = mark_sending(session, row)
    return TakenMailJob(row.id, row.document, row.mail_to, attempts, row.created_at_utc)


def mail_state_of(read: ReadSession, transaction_id: UUID) -> MailProgress | None:
    """Return where the newest email of a visit stands; None if there never was one."""
    newest = (
        select(_jobs.c.id, _jobs.c.mail_to, _jobs.c.state, _jobs.c.detail)
        .where(_jobs.c.transaction_id == transaction_id, _jobs.c.mail_to != "")
        .order_by(_jobs.c.created_at_utc.desc(), _jobs.c.id.desc())
        .limit(1)
    )
    row = read.execute(newest).one_or_none()
    if row is None:
        return None
    state = PrintState(row.state)
    words = f"{mail_words_for(state, row.mail_to)} {row.detail}".strip()
    return MailProgress(row.id, row.mail_to, state, words)


def known_address(read: ReadSession, transaction_id: UUID) -> str:
    """Return the email address of the first consumer of a visit who has one, else "".

    Raises:
        PermissionRefused: The person may not look at consumers.
    """
    require(read.actor, Permission.FIND_CONSUMER)
    query = (
        select(_consumers.c.email)
        .join(_payments, _payments.c.consumer_id == _consumers.c.consumer_id)
        .where(_payments.c.transaction_id == transaction_id, _consumers.c.email != "")
        .order_by(_payments.c.id)
        .limit(1)
    )
    return str(read.execute(query).scalar() or "")


def email_receipt(session: Session, transaction_id: UUID, address: str) -> MailProgress:
    """Queue an electronic copy of a receipt for an address, and record who asked for it.

    Raises:
        PermissionRefused: The person may not hand out receipts.
        UserError: That is no address, no mail server is set up, there is no receipt, or it is on
            its way there already.
    """
    actor = entitled(session, Permission.PRINT_RECEIPT)
    mail_to = mail_address(address)
    if not session.settings.mail.configured:
        raise UserError(_("No mail server is set up."), "mailAddress")
    _refuse_twice(session, transaction_id, mail_to)
    original, _state = original_of(session, transaction_id)
    document = as_electronic(original)
    session.record(
        "receipt.emailed",
        {
            "transaction_id": str(transaction_id),
            "receipt_number": document.number,
            "account_numbers": _accounts(session, transaction_id),
            "address": masked_address(mail_to),
            "user_id": str(actor.user_id),
            "user_name": actor.name,
        },
    )
    return _queue(session, transaction_id, mail_to, document)


def _refuse_twice(session: Session, transaction_id: UUID, mail_to: str) -> None:
    on_its_way = select(_jobs.c.id).where(
        _jobs.c.transaction_id == transaction_id,
        _jobs.c.mail_to == mail_to,
        _jobs.c.state.in_([state.value for state in (*WAITING, PrintState.SENDING)]),
    )
    if session.execute(on_its_way).first() is not None:
        raise UserError(_("It is on its way to this address already."), "mailAddress")


def _accounts(session: Session, transaction_id: UUID) -> list[str]:
    query = select(_payments.c.account_number).where(_payments.c.transaction_id == transaction_id)
    return sorted(set(session.execute(query).scalars()))


def _queue(
    session: Session, transaction_id: UUID, mail_to: str, document: Document
) -> MailProgress:
    before = select(func.count()).where(
        _jobs.c.transaction_id == transaction_id, _jobs.c.mail_to == mail_to
    )
    number = int(session.execute(before).scalar_one()) + 1
    job_id = queue_copy(session, transaction_id, document, number, mail_to=mail_to)
    words = mail_words_for(PrintState.QUEUED, mail_to)
    return MailProgress(job_id, mail_to, PrintState.QUEUED, words)
