"""Whether the receipts kept with the print jobs say what was posted, and bear its own code."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Table, select
from sqlalchemy.sql.base import Executable

from counterdesk.core.documents import Align, Document, KeyValue, QrCode, document_from_json
from counterdesk.core.documents import Table as PaperTable
from counterdesk.core.i18n import _
from counterdesk.core.receipt_code import facts_to_sign, read_receipt_code
from counterdesk.core.settings import ModeKind
from counterdesk.models.base import table_of
from counterdesk.models.ledger import (
    Allocation,
    CreditNote,
    Event,
    Overpayment,
    Payment,
    PaymentTransaction,
    PrintJob,
    Tender,
)
from counterdesk.services.moved_facts import came_later
from counterdesk.services.posting import Row, VisitRows
from counterdesk.services.receipts import receipt_facts, short
from counterdesk.services.verified_chain import Checked
from counterdesk.store.session import ReadSession

_AT_ONCE = 200
_events, _payments = table_of(Event), table_of(Payment)
_transactions = table_of(PaymentTransaction)
_jobs, _tenders, _notes = table_of(PrintJob), table_of(Tender), table_of(CreditNote)
_allocations, _overpayments = table_of(Allocation), table_of(Overpayment)

_Grouped = dict[UUID, list[Row]]


@dataclass(frozen=True, slots=True)
class _Visit:
    """What was posted, and the papers that were kept of it."""

    rows: VisitRows
    event_hash: bytes
    papers: list[Row]

    @property
    def number(self) -> str:
        return str(self.rows.transaction["receipt_number"])


def document_findings(read: ReadSession) -> Checked:
    """Compare every kept receipt with its rows, and every copy with its original.

    The texts were written with the settings of their day, so that amounts are compared by their
    figures, in any order: what was posted must stand on the paper.
    """
    findings: list[str] = []
    count, told = 0, _copies_told(read)
    for visit in _visits_of(read):
        count += len(visit.papers)
        findings += _paper_findings(read, visit, told[str(visit.rows.transaction["id"])])
    return Checked(count, tuple(findings))


def _visits_of(read: ReadSession) -> Iterator[_Visit]:
    following = (
        select(_transactions, _events.c.hash.label("event_hash"))
        .outerjoin(_events, _events.c.seq == _transactions.c.event_seq)
        .order_by(_transactions.c.id)
        .limit(_AT_ONCE)
    )
    found = _rows(read, following)
    while found:
        yield from _with_parts(read, found)
        found = _rows(read, following.where(_transactions.c.id > found[-1]["id"]))


def _with_parts(read: ReadSession, transactions: list[Row]) -> Iterator[_Visit]:
    ids = [row["id"] for row in transactions]
    tenders, papers = (_of_visits(read, table, ids) for table in (_tenders, _jobs))
    payments = _grouped(
        _rows(
            read,
            select(_payments)
            .where(_payments.c.transaction_id.in_(ids), ~came_later())
            .order_by(_payments.c.id),
        )
    )
    notes = _of_visits(read, _notes, ids)
    allocations, overpayments = (
        _of_payments(read, table, ids) for table in (_allocations, _overpayments)
    )
    for row in transactions:
        key, own = row["id"], {one["id"] for one in payments[row["id"]]}
        parts = VisitRows(
            row, payments[key], [one for one in allocations[key] if one["payment_id"] in own],
            [one for one in notes[key] if one["event_seq"] == row["event_seq"]],
            [one for one in overpayments[key] if one["payment_id"] in own], tenders[key],
        )  # fmt: skip
        yield _Visit(parts, row["event_hash"] or b"", papers[key])


def _of_visits(read: ReadSession, table: Table, ids: list[UUID]) -> _Grouped:
    of = table.c.transaction_id
    return _grouped(_rows(read, select(table).where(of.in_(ids)).order_by(table.c.id)))


def _of_payments(read: ReadSession, table: Table, ids: list[UUID]) -> _Grouped:
    of = _payments.c.transaction_id
    joined = select(table, of).join(_payments, _payments.c.id == table.c.payment_id)
    return _grouped(_rows(read, joined.where(of.in_(ids)).order_by(table.c.id)))


def _rows(read: ReadSession, query: Executable) -> list[Row]:
    return [dict(row) for row in read.execute(query).mappings()]


def _grouped(rows: list[Row]) -> _Grouped:
    groups: _Grouped = defaultdict(list)
    for row in rows:
        groups[row["transaction_id"]].append(row)
    return groups


def _copies_told(read: ReadSession) -> dict[str, Counter[int]]:
    """Return how often each copy was made as the events tell, by the transaction's id; 0: email."""
    told: dict[str, Counter[int]] = defaultdict(Counter)
    kinds = ("receipt.reprinted", "receipt.emailed")
    bodies = select(_events.c.body).where(_events.c.kind.in_(kinds))
    for body in read.execute(bodies).scalars():
        try:
            data = json.loads(body)["data"]
            told[data["transaction_id"]][data.get("copy_number", 0)] += 1
        except (ValueError, KeyError, TypeError):
            continue  # the chain's check names it
    return told


def _paper_findings(read: ReadSession, visit: _Visit, told: Counter[int]) -> Iterator[str]:
    papers = {(job["mail_to"], job["copy_number"]): job["document"] for job in visit.papers}
    original = _document(papers.pop(("", 0), ""))
    if original is None:
        yield _("Receipt {number} is not kept, or cannot be read.").format(number=visit.number)
        return
    yield from _original_findings(read, visit, original)
    for (mail_to, copy), text in papers.items():
        paper, number = _document(text), 0 if mail_to else copy
        if paper is None or _unmarked(paper) != _unmarked(original) or paper.copy != number:
            yield _("{copy} of receipt {number} is not like the original.").format(
                copy=_copy_name(number), number=visit.number
            )
    kept = Counter(0 if mail_to else copy for mail_to, copy in papers)
    for copy in sorted(copy for copy in kept | told if kept[copy] != told[copy]):
        yield _("{copy} of receipt {number}: the events and the jobs disagree.").format(
            copy=_copy_name(copy), number=visit.number
        )


def _copy_name(copy: int) -> str:
    return _("Copy {copy}").format(copy=copy) if copy else _("Email")


def _document(text: str) -> Document | None:
    try:
        return document_from_json(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _unmarked(document: Document) -> Document:
    return replace(document, copy=0, marks=())


def _original_findings(read: ReadSession, visit: _Visit, paper: Document) -> Iterator[str]:
    number = visit.number
    if _amounts_posted(visit.rows) - _amounts_shown(paper):
        yield _("Receipt {number} shows other amounts than were posted.").format(number=number)
    shown = {block.value for block in paper.blocks if isinstance(block, KeyValue)}
    if paper.number != number or not _names_posted(visit.rows) <= shown:
        yield _("Receipt {number} shows other numbers or names than were posted.").format(
            number=number
        )
    if not _is_signed(read, visit, paper):
        yield _("Receipt {number} does not bear the code that this counter signed.").format(
            number=number
        )


def _amounts_posted(rows: VisitRows) -> Counter[int]:
    visit = rows.transaction
    account_of = {payment["id"]: payment["account_number"] for payment in rows.payments}
    over: Counter[str] = Counter()
    for part in rows.overpayments:
        over[account_of[part["payment_id"]]] += part["amount_minor"]
    cash = any(tender["kind"] == ModeKind.CASH for tender in rows.tenders)
    amounts = [
        visit["due_minor"],
        *([visit["change_minor"]] if cash else []),
        *filter(None, [visit["rounding_minor"]]),
        *{payment["account_number"]: payment["left_minor"] for payment in rows.payments}.values(),
        *over.values(),
        *(part["amount_minor"] for part in (*rows.allocations, *rows.tenders, *rows.credit_notes)),
        *(part["billed_minor"] for part in rows.allocations),
        *(part["outstanding_minor"] - part["amount_minor"] for part in rows.allocations),
    ]
    return Counter(map(abs, amounts))


def _amounts_shown(paper: Document) -> Counter[int]:
    figures = ("".join(filter(str.isdecimal, text)) for text in _amount_texts(paper))
    return Counter(int(digits) for digits in figures if digits)


def _amount_texts(paper: Document) -> Iterator[str]:
    for block in paper.blocks:
        if isinstance(block, KeyValue) and block.amount:
            yield block.value
        elif isinstance(block, PaperTable):
            for row in block.rows:
                cells = zip(block.columns, row, strict=True)
                yield from (text for column, text in cells if column.align is Align.END)


def _names_posted(rows: VisitRows) -> set[str]:
    visit = rows.transaction
    return {
        visit["receipt_number"],
        visit["number"],
        short(visit["user_name"]),
        short(visit["channel"]),
        *(payment["number"] for payment in rows.payments),
        *(short(payment["account_number"]) for payment in rows.payments),
        *(short(payment["consumer_name"]) for payment in rows.payments),
    }


def _is_signed(read: ReadSession, visit: _Visit, paper: Document) -> bool:
    facts = receipt_facts(read, visit.rows, visit.rows.transaction["event_seq"], visit.event_hash)
    codes = [block.data for block in paper.blocks if isinstance(block, QrCode)]
    try:
        (code,) = map(read_receipt_code, codes)
        key = Ed25519PublicKey.from_public_bytes(read.counter.public_key)
        key.verify(code.signature, facts_to_sign(facts))
    except (ValueError, InvalidSignature):
        return False
    return code.facts == facts
