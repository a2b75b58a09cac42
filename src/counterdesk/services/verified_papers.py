"""Whether the Z report that is kept of each closed shift says what was counted and expected."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from counterdesk.core.documents import Document, KeyValue, document_from_json
from counterdesk.core.i18n import _
from counterdesk.models.base import table_of
from counterdesk.models.drawer import ShiftMethod
from counterdesk.models.ledger import PrintJob, ShiftClosed
from counterdesk.services.verified_chain import Checked
from counterdesk.store.session import ReadSession

_jobs, _closed, _methods = table_of(PrintJob), table_of(ShiftClosed), table_of(ShiftMethod)


def paper_findings(read: ReadSession) -> Checked:
    """Compare every kept Z report with the rows of its close, by their figures."""
    papers = {paper.number: paper for paper in _papers(read) if paper.kind == "shift_report"}
    findings = []
    for closed in read.execute(select(_closed).order_by(_closed.c.event_seq)).all():
        rows = read.execute(select(_methods).where(_methods.c.shift_id == closed.shift_id)).all()
        booked = {
            abs(amount)
            for one in rows
            for amount in (
                one.counted_minor, one.expected_minor, one.counted_minor - one.expected_minor
            )
        }  # fmt: skip
        paper = papers.get(closed.z_number)
        if paper is None:
            findings.append(_("Z report {name} is not kept.").format(name=closed.z_number))
        elif booked - {0} - _shown(paper):
            text = _("Z report {name} shows other amounts than were booked.")
            findings.append(text.format(name=closed.z_number))
    return Checked(len(papers), tuple(findings))


def _papers(read: ReadSession) -> Iterator[Document]:
    for text in read.execute(select(_jobs.c.document).where(_jobs.c.transaction_id.is_(None))):
        try:
            yield document_from_json(text.document)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # it is missing then


def _shown(paper: Document) -> set[int]:
    lines = [one.value for one in paper.blocks if isinstance(one, KeyValue) and one.amount]
    figures = ("".join(filter(str.isdecimal, text)) for text in lines)
    return {int(digits) for digits in figures if digits}
