"""Acts that were lost here, put back with every row they made.

An act's own bytes tell its facts. What they do not tell is decided here:

- People: an act never holds a secret. Who may sign in stays as the ledger has it, until the centre
  tells it anew.
- Numbers: each row draws its number again from the blocks as they were leased, in the order of the
  acts; so the next number is the one after the last that was used.
- Papers: receipts, their copies and emails, vouchers and Z reports are written again, and nothing
  is sent: it may have come out before the loss, so a person is asked.
- What was on Review, tries at a sign-in, how far the centre is: what an older ledger says of them
  stands, but for a draft, which a later payment ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, LargeBinary, Table, Uuid, delete, func, insert, select, update

from counterdesk.core.documents import Document, as_copy, as_electronic, document_to_json
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.print_states import WAITING, PrintState
from counterdesk.models.base import UtcInstant, table_of
from counterdesk.models.cash_office import Deposit, DepositCheque, DepositPiece, DepositShift
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.disputes import DisputeRaised
from counterdesk.models.drawer import DrawerMove, ShiftMethod
from counterdesk.models.ledger import (
    Allocation,
    CreditNote,
    Draft,
    NumberBlock,
    Overpayment,
    Payment,
    PaymentTransaction,
    PrintJob,
    Settlement,
    Shift,
    ShiftClosed,
    Tender,
)
from counterdesk.models.undoing import OwnCharge, Undo, UndoneSettlement, UndoTender
from counterdesk.services.consumers import account_refs
from counterdesk.services.credit_printing import credit_paper_again
from counterdesk.services.deposit_slip import deposit_slip
from counterdesk.services.numbering import next_number
from counterdesk.services.office_changes import note_asked
from counterdesk.services.people_changes import note_person_asked
from counterdesk.services.posting import Row, VisitRows
from counterdesk.services.print_jobs import original_of
from counterdesk.services.printers import put_printers_back
from counterdesk.services.receipts import receipt_document
from counterdesk.services.refund_vouchers import refund_voucher
from counterdesk.services.shift_reports import voucher, z_report
from counterdesk.services.shifts import shift_of
from counterdesk.services.undo_papers import undo_slip
from counterdesk.services.verified_rows import rows_told
from counterdesk.store.session import CounterIdentity, JournalEntry, RecordedEvent, Session

_jobs = table_of(PrintJob)
_Rows = list[tuple[Table, Row]]


def put_back(session: Session, lost: Sequence[JournalEntry]) -> None:
    """Put acts back into the ledger they were lost from, with their rows.

    Args:
        session: A transaction on that ledger, or on an older copy of it.
        lost: What follows on its last act; their signatures were checked.

    Raises:
        UserError: One is of a kind that this version does not know.
        ValueError: One is not the act that follows.
    """
    for entry in lost:
        _put_one_back(session, entry)
    _doubt_papers(session)


def _put_one_back(session: Session, entry: JournalEntry) -> None:
    body = json.loads(entry.body)
    kind, data = body["kind"], body["data"]
    if kind not in KINDS:
        raise UserError(
            _("Act {seq} is of a kind that this version of CounterDesk does not know ({kind}). "
              "Nothing was changed. Install the newest version first.")
            .format(seq=entry.seq, kind=kind)
        )  # fmt: skip
    event = session.put_back(entry)
    rows = [(table, _typed(table, told, entry.seq)) for table, told in rows_told(kind, data)]
    for table, row in rows:
        session.execute(insert(table), row)
    KINDS[kind](session, event, data, rows)


def who_was_set_up(first: JournalEntry, public_key: bytes) -> CounterIdentity:
    """Return who a counter without a centre is, as its first act tells; its certificate is lost.

    Raises:
        UserError: The act tells nothing of it.
    """
    body = json.loads(first.body)
    if body["kind"] != "counter.set_up":
        raise UserError(
            _("No act tells who this counter is, and there is no backup. Nothing was changed.")
        )
    data = body["data"]
    names = data["code"], data["name"], data["office"]
    return CounterIdentity(UUID(data["counter_id"]), *names, public_key, b"")


def _doubt_papers(session: Session) -> None:
    """What waited when the ledger's copy was made may have come out since: a person is asked."""
    under_way = [state.value for state in (*WAITING, PrintState.SENDING, PrintState.HELD)]
    session.execute(
        update(_jobs)
        .where(_jobs.c.state.in_(under_way))
        .values(state=PrintState.UNKNOWN.value, detail=_may_be_out())
    )


def _may_be_out() -> str:
    return _("This counter's data was recovered: it may have come out before.")


def _nothing(_session: Session, _event: RecordedEvent, _data: Row, _rows: _Rows) -> None:
    """Done: the act is all there is, or it made only the rows it tells."""


def _blocks_of_set_up(session: Session, _event: RecordedEvent, data: Row, _rows: _Rows) -> None:
    for block in data["number_blocks"]:
        _add_block(session, session.new_id(), block)


def _leased(session: Session, _event: RecordedEvent, data: Row, _rows: _Rows) -> None:
    _add_block(session, UUID(data["id"]), data)


def _opened(session: Session, _event: RecordedEvent, _data: Row, rows: _Rows) -> None:
    (shift,) = _of(rows, Shift)
    next_number(session, "shift", shift["business_date"])


def _moved(session: Session, event: RecordedEvent, _data: Row, rows: _Rows) -> None:
    (move,) = _of(rows, DrawerMove)
    _keep_paper(session, None, voucher(session, move), event.recorded_at_utc)


def _closed(session: Session, event: RecordedEvent, _data: Row, rows: _Rows) -> None:
    (closed,) = _of(rows, ShiftClosed)
    shift, methods = shift_of(session, closed["shift_id"]), _of(rows, ShiftMethod)
    document = z_report(session, shift, closed, methods, event)
    _keep_paper(session, None, document, event.recorded_at_utc)


def _deposited(session: Session, event: RecordedEvent, _data: Row, rows: _Rows) -> None:
    (deposit,) = _of(rows, Deposit)
    shifts, pieces = _of(rows, DepositShift), _of(rows, DepositPiece)
    slip = deposit_slip(session, deposit, shifts, pieces, _of(rows, DepositCheque), event)
    _keep_paper(session, None, slip, event.recorded_at_utc)


def _taken(session: Session, event: RecordedEvent, _data: Row, rows: _Rows) -> None:
    (transaction,) = _of(rows, PaymentTransaction)
    visit = VisitRows(
        transaction, _of(rows, Payment), _of(rows, Allocation), _of(rows, CreditNote),
        _of(rows, Overpayment), _of(rows, Tender), _of(rows, Settlement),
    )  # fmt: skip
    visit.addresses.update(_addresses(session, visit))
    series = ["transaction", "receipt", *("payment" for _one in visit.payments)]
    for name in (*series, *("credit_note" for _one in visit.credit_notes)):
        next_number(session, name, transaction["business_date"])
    document = receipt_document(session, visit, event)
    _keep_paper(session, transaction["id"], document, transaction["taken_at_utc"])
    session.execute(delete(Draft))


def _credited(session: Session, event: RecordedEvent, _data: Row, rows: _Rows) -> None:
    for note in _of(rows, CreditNote):
        next_number(session, "credit_note", note["created_on"])
    for change in _of(rows, CreditNoteChange):
        if change["method"]:
            _keep_paper(
                session, None, refund_voucher(session, change, event), event.recorded_at_utc
            )


def _disputed(session: Session, _event: RecordedEvent, _data: Row, rows: _Rows) -> None:
    (dispute,) = _of(rows, DisputeRaised)
    next_number(session, "dispute", dispute["business_date"])


def _credit_printed(session: Session, event: RecordedEvent, data: Row, _rows: _Rows) -> None:
    paper = credit_paper_again(session, data, event)
    if paper is not None:
        number = data["copy_number"]
        _keep_paper(session, None, paper, event.recorded_at_utc, number)


def _reprinted(session: Session, event: RecordedEvent, data: Row, _rows: _Rows) -> None:
    transaction_id, number = UUID(data["transaction_id"]), data["copy_number"]
    original, _state = original_of(session, transaction_id)
    copy = as_copy(original, number, data["reason"])
    _keep_paper(session, transaction_id, copy, event.recorded_at_utc, number)


def _emailed(session: Session, event: RecordedEvent, data: Row, _rows: _Rows) -> None:
    """The act names the address masked; so does what is put back."""
    transaction_id, mail_to = UUID(data["transaction_id"]), data["address"]
    original, _state = original_of(session, transaction_id)
    before = select(func.count()).where(
        _jobs.c.transaction_id == transaction_id, _jobs.c.mail_to == mail_to
    )
    number = int(session.execute(before).scalar_one()) + 1
    mail = as_electronic(original)
    _keep_paper(session, transaction_id, mail, event.recorded_at_utc, number, mail_to)


def _printers_changed(session: Session, _event: RecordedEvent, data: Row, _rows: _Rows) -> None:
    put_printers_back(session, data["after"])


def _asked(session: Session, event: RecordedEvent, data: Row, _rows: _Rows) -> None:
    note_asked(session, data["name"], data["seen_version"], event.seq)


def _undone(session: Session, event: RecordedEvent, data: Row, rows: _Rows) -> None:
    (undo,) = _of(rows, Undo)
    told: dict[str, Any] = {
        "undo": undo, "undone": _of(rows, UndoneSettlement),
        "tenders_back": _of(rows, UndoTender), "charges": _of(rows, OwnCharge),
    }  # fmt: skip
    for name, model, series in (
        ("payments", Payment, "payment"),
        ("allocations", Allocation, ""),
        ("credit_notes", CreditNote, "credit_note"),
    ):
        if name in data:
            told[name] = _of(rows, model)
            for _one in told[name] if series else ():
                next_number(session, series, undo["business_date"])
    _keep_paper(session, None, undo_slip(session, told, event), event.recorded_at_utc)


def _person_asked(session: Session, event: RecordedEvent, data: Row, _rows: _Rows) -> None:
    note_person_asked(session, UUID(data["user_id"]), data["seen"], event.seq)


KINDS: Final[Mapping[str, Callable[[Session, RecordedEvent, Row, _Rows], None]]] = {
    "approval.granted": _nothing,
    "late.allowed": _nothing,
    "counter.certified": _nothing,  # the certificate itself comes from the centre again
    "counter.set_up": _blocks_of_set_up,
    "credit.allowed": _nothing,
    "credit_note.changed": _credited,
    "credit_note.printed": _credit_printed,
    "credit_note.raised": _credited,
    "deposit.made": _deposited,
    "deposit.validated": _nothing,
    "difference.settled": _nothing,
    "dispute.closed": _nothing,
    "dispute.raised": _disputed,
    "drawer.counted": _nothing,
    "drawer.moved": _moved,
    "drawer.opened": _nothing,
    "handover.refused": _nothing,
    "list.export_begun": _nothing,
    "list.exported": _nothing,
    "list.not_exported": _nothing,
    "numbers.leased": _leased,
    "payment.taken": _taken,
    "payment.verified": _nothing,
    "people.told": _nothing,
    "person.returned": _nothing,
    "person.signed_in": _nothing,
    "person.signed_out": _nothing,
    "person.tried": _nothing,
    "person.unlocked": _nothing,
    "print.answered": _nothing,  # every paper is in doubt after a recovery
    "print.given_up": _nothing,
    "print.moved": _nothing,
    "printers.changed": _printers_changed,
    "receipt.emailed": _emailed,
    "receipt.reprinted": _reprinted,
    "setting.changed": _asked,
    "shift.closed": _closed,
    "shift.exported": _nothing,
    "shift.handed_over": _nothing,
    "shift.opened": _opened,
    "shift.reported": _nothing,
    "statement.made": _nothing,  # whoever wants one has it made anew
    "turn_in.answered": _nothing,
    "turn_in.offered": _nothing,
    "transaction.undone": _undone,
    "user.changed": _person_asked,
}
"""What each kind of act writes besides the rows that it tells of: every kind that is recorded."""


def _add_block(session: Session, block_id: UUID, told: Mapping[str, Any]) -> None:
    block = {name: told[name] for name in ("series", "year", "first", "last")}
    session.execute(insert(NumberBlock), {"id": block_id, "next": told["first"], **block})


def _addresses(session: Session, visit: VisitRows) -> dict[str, str]:
    """Return the service addresses for the receipt, of those accounts that are known still."""
    known = account_refs(session, list({row["consumer_id"] for row in visit.payments}))
    return {one.account_number: one.service_address for one in known.values()}


def _keep_paper(
    session: Session,
    transaction_id: UUID | None,
    document: Document,
    at_utc: datetime,
    copy_number: int = 0,
    mail_to: str = "",
) -> None:
    row = {
        "id": session.new_id(),
        "transaction_id": transaction_id,
        "document": document_to_json(document),
        "mail_to": mail_to,
        "copy_number": copy_number,
        "printer_id": None,
        "state": PrintState.UNKNOWN.value,
        "detail": _may_be_out(),
        "attempts": 0,
        "created_at_utc": at_utc,
        "changed_at_utc": at_utc,
    }
    session.execute(insert(_jobs), row)


def _of(rows: _Rows, model: type[Any]) -> list[Row]:
    wanted = table_of(model)
    return [row for table, row in rows if table is wanted]


def _typed(table: Table, told: Mapping[str, Any], seq: int) -> Row:
    """Return a row as its table takes it, from how `canonical_bytes` wrote it."""
    columns = [column for column in table.columns if column.name in told]
    row = {column.name: _value(column.type, told[column.name]) for column in columns}
    return row | ({"event_seq": seq} if "event_seq" in table.columns else {})


def _value(kind: Any, told: Any) -> Any:
    if told is None:
        return None
    match kind:
        case Uuid():
            return UUID(told)
        case UtcInstant():
            return datetime.fromisoformat(told)
        case Date():
            return date.fromisoformat(told)
        case LargeBinary():
            return bytes.fromhex(told)
    return told
