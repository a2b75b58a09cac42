"""Taking a payment: everything of one visit in one transaction, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select

from counterdesk.core.documents import Document, document_to_json
from counterdesk.core.errors import RequestChanged, UserError
from counterdesk.core.events import canonical_bytes
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.settings import ModeKind
from counterdesk.core.text import clean
from counterdesk.core.visit import (
    AccountLine,
    PaymentRequest,
    Problem,
    TenderGiven,
    VisitResult,
)
from counterdesk.core.visit_sums import work_out
from counterdesk.models.base import table_of
from counterdesk.models.ledger import (
    Allocation,
    CreditNote,
    Draft,
    Overpayment,
    Payment,
    PaymentTransaction,
    PrintJob,
    Settlement,
    Tender,
)
from counterdesk.services.account_standing import open_charges
from counterdesk.services.approvals import find_approval
from counterdesk.services.consumers import account_refs
from counterdesk.services.drawer import ask_drawer
from counterdesk.services.late_capture import check_late
from counterdesk.services.people import entitled
from counterdesk.services.posting import Posting, VisitRows, visit_rows
from counterdesk.services.receipts import receipt_document
from counterdesk.services.shifts import OpenShift, current_shift
from counterdesk.services.taken import PaymentTaken, find_taken, taken_from
from counterdesk.store.session import RecordedEvent, Session

_transactions = table_of(PaymentTransaction)
_drafts = table_of(Draft)
_known = select(_transactions.c.request_hash).where(_transactions.c.id == bindparam("request"))
_forget_draft = delete(_drafts).where(_drafts.c.request_id == bindparam("request"))


def take_payment(session: Session, request: PaymentRequest) -> PaymentTaken:
    """Record one visit's payments and everything that must stand or fall with them.

    Written in the caller's transaction. The same request sent twice is recorded once.

    Args:
        session: The write transaction; its actor is the cashier.
        request: The visit as the cashier saw it on Review.

    Raises:
        UserError: The visit breaks a rule, a charge changed since it was shown, no shift is
            open, or an approval does not cover it. Nothing is saved.
        PermissionRefused: The actor may not take payments, or no longer.
        RequestChanged: The id is known with other content.
    """
    actor = entitled(session, Permission.TAKE_PAYMENT)
    request_hash = hash_of(request)
    known = session.execute(_known, {"request": request.request_id}).scalar()
    if known is not None:
        return _saved_before(session, request.request_id, same=known == request_hash)
    shift = _own_shift(session, actor)
    result = work_out(request, session.settings, shift.business_date)
    _refuse(result.problems)
    owed = _check_as_seen(session, request)
    _check_approval(session, request, result, actor)
    check_late(session, request, actor)
    posting = Posting(session, request, result, shift, actor, session.clock.now_utc(), owed)
    return _save(posting, visit_rows(posting, request_hash))


def hash_of(request: PaymentRequest) -> bytes:
    """Return the SHA-256 of all that a request asks for."""
    return hashlib.sha256(canonical_bytes(_plain(request))).digest()


def _plain(request: PaymentRequest) -> Mapping[str, Any]:
    return {
        "channel": request.channel,
        "lines": [_plain_line(line) for line in request.lines],
        "tenders": [_plain_tender(tender) for tender in request.tenders],
        "keep_change": request.keep_change,
        "change_account": request.change_account,
        "paid_by": clean(request.paid_by),
        "notes": clean(request.notes),
        "paper": [request.paper.number, request.paper.written_on] if request.paper else [],
    }


def _plain_tender(tender: TenderGiven) -> Mapping[str, Any]:
    named = {name: getattr(tender, name) for name in tender.__slots__}
    return {k: clean(item) if isinstance(item, str) else item for k, item in named.items()}


def _plain_line(line: AccountLine) -> Mapping[str, Any]:
    return {
        "account": line.account.account_number,
        "shares": [[share.charge.charge_id, share.amount_minor] for share in line.shares],
        "extra": line.extra_minor,
    }


def _saved_before(session: Session, transaction_id: UUID, *, same: bool) -> PaymentTaken:
    if not same:
        raise RequestChanged(
            _("This visit was saved already, with other content. Look at its receipt first.")
        )
    return find_taken(session, transaction_id)


def _own_shift(session: Session, actor: Actor) -> OpenShift:
    shift = current_shift(session)
    if shift is None:
        raise UserError(_("No shift is open. Open one first (F7)."), "shift")
    if shift.user_id != actor.user_id:
        text = _("This shift belongs to {name}. Only its cashier takes payments in it.")
        raise UserError(text.format(name=shift.user_name), "shift")
    return shift


def _refuse(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        raise UserError(problem.message, problem.field, problem.account_number)


def _check_as_seen(session: Session, request: PaymentRequest) -> dict[str, int]:
    """What the cashier pays must still be as it was shown: the sums were made from it.

    Returns what each account owes now, by account number: another of its charges may have come or
    gone since, which is no reason to refuse money.
    """
    known = account_refs(session, [line.account.consumer_id for line in request.lines])
    owed = {}
    for line in request.lines:
        number = line.account.account_number
        if known.get(line.account.consumer_id) != line.account:
            text = _("{account} is not known as it was shown. Choose the consumer again.")
            raise UserError(text.format(account=number), "consumerSearch")
        charges = open_charges(session, line.account.consumer_id)
        now = {charge.charge_id: charge for charge in charges}
        for charge in (share.charge for share in line.shares):
            found = now.get(charge.charge_id)
            if found != charge:
                open_minor = found.outstanding_minor if found else 0
                raise _changed(session, charge.number, open_minor, number)
        owed[number] = sum(charge.outstanding_minor for charge in charges)
    return owed


def _changed(session: Session, number: str, open_minor: int, account_number: str) -> UserError:
    settings = session.settings
    text = _("{charge} changed since it was shown: {open} is open now. Look at it again.")
    amount = format_amount(open_minor, settings.currency, settings.locale)
    return UserError(text.format(charge=number, open=amount), "chargesTable", account_number)


def _check_approval(
    session: Session, request: PaymentRequest, result: VisitResult, actor: Actor
) -> None:
    """Another person's yes covers one account of one visit, up to the amount they saw."""
    limit = session.settings.overpayment_threshold_minor
    over = [credit for credit in result.credits if credit.amount_minor > limit]
    if not over:
        return
    granted = request.approval and find_approval(session, request.approval.event_id)
    if granted and granted.approver_id == actor.user_id:
        granted = None
    for credit in over:
        number = credit.account.account_number
        if not granted or not granted.covers(request.request_id, number, credit.amount_minor):
            text = _("A supervisor has not allowed this overpayment on {account}.")
            raise UserError(text.format(account=number), "amountToPay", number)


def _save(posting: Posting, rows: VisitRows) -> PaymentTaken:
    session = posting.session
    event = session.record(
        "payment.taken",
        rows.facts(),
        business_date=posting.shift.business_date,
        cash_delta_minor=_cash_delta(rows),
        tender_totals=_tender_totals(rows),
    )
    _insert(session, rows, event)
    document = receipt_document(session, rows, event)
    _queue_original(posting, document)
    session.execute(_forget_draft, {"request": posting.request.request_id})
    return taken_from(rows, event, document)


def _cash_delta(rows: VisitRows) -> int:
    cash = [row for row in rows.tenders if row["kind"] == ModeKind.CASH]
    return sum(row["amount_minor"] - row["change_minor"] for row in cash)


def _tender_totals(rows: VisitRows) -> dict[str, int]:
    totals: dict[str, int] = {}
    for row in rows.tenders:
        kept = row["amount_minor"] - row["change_minor"]
        totals[row["method"]] = totals.get(row["method"], 0) + kept
    return totals


def _insert(session: Session, rows: VisitRows, event: RecordedEvent) -> None:
    seq = {"event_seq": event.seq}
    session.execute(_INSERTS[PaymentTransaction], [{**rows.transaction, **seq}])
    for model, made in (
        (Payment, rows.payments),
        (Allocation, [{**row, **seq} for row in rows.allocations]),
        (CreditNote, [{**row, **seq} for row in rows.credit_notes]),
        (Overpayment, rows.overpayments),
        (Tender, rows.tenders),
        (Settlement, rows.settlements),
    ):
        if made:
            session.execute(_INSERTS[model], made)


_INSERTS = {
    model: insert(table_of(model))
    for model in (
        PaymentTransaction, Payment, Allocation, CreditNote, Overpayment, Tender, Settlement,
        PrintJob,
    )
}  # fmt: skip


def _queue_original(posting: Posting, document: Document) -> None:
    session = posting.session
    modes = [session.settings.mode(given.method) for given in posting.request.tenders]
    if any(mode.opens_drawer for mode in modes if mode):
        ask_drawer(session)
    session.execute(
        _INSERTS[PrintJob],
        [
            {
                "id": session.new_id(),
                "transaction_id": posting.request.request_id,
                "document": document_to_json(document),
                "mail_to": "",
                "copy_number": 0,
                "printer_id": None,
                "state": "queued",
                "detail": "",
                "attempts": 0,
                "created_at_utc": posting.taken_at_utc,
                "changed_at_utc": posting.taken_at_utc,
            }
        ],
    )
