"""A credit note prints once as itself and then as copies, as every paper does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from counterdesk.core.credit import NoteNow
from counterdesk.core.documents import Document, KeyValue, Text, document_from_json
from counterdesk.core.errors import ApprovalNeeded, PermissionRefused, UserError
from counterdesk.core.permissions import Role
from counterdesk.models.ledger import Event, PrintJob
from counterdesk.services import credit_printing
from tests.conftest import hire
from tests.services.crediting import active, allowed, as_person, pay, raise_note
from tests.services.till import Till


def printed(jane: Till, note: NoteNow, reason: str = "") -> Document:
    made: Document = jane.act(lambda s: credit_printing.print_credit_note(s, note.id, reason))
    return made


@pytest.mark.req("RCT-4", "CN-7")
def test_a_note_on_paper_says_what_it_is_worth_and_bears_the_system_s_stamp(jane: Till) -> None:
    note = active(jane, 5_000)
    paper = printed(jane, note)
    told = {block.key: block.value for block in paper.blocks if isinstance(block, KeyValue)}
    assert told["Credit note"] == note.number == paper.number
    assert (told["Credit"], told["Remaining"]) == ("$50.00", "$50.00")
    assert told["Reason"] == "Billing error"
    assert told["Created by"] == "Jane Smith"
    assert told["Approved by"] == note.approved_by
    event = jane.one(select(Event.hash).where(Event.kind == "credit_note.printed"))
    lines = [block.text for block in paper.blocks if isinstance(block, Text)]
    assert any(event.hex()[:8] in line for line in lines)
    assert (paper.kind, paper.copy, paper.marks) == ("credit_note", 0, ())


@pytest.mark.req("RCT-3")
def test_after_the_original_come_copies_with_count_and_reason(jane: Till) -> None:
    note = active(jane)
    printed(jane, note)
    with pytest.raises(UserError, match="Give the reason"):
        printed(jane, note)
    copies = [printed(jane, note, "lost") for _time in range(2)]
    assert [one.marks for one in copies] == [("COPY 1", "lost"), ("COPY 2", "lost")]
    with pytest.raises(ApprovalNeeded, match="There are 2 copies"):
        printed(jane, note, "lost")
    work = credit_printing.allow_credit_note_copy
    third = allowed(jane, lambda s, a, p: work(s, a, p, note.id, "lost"), "supervisor")
    assert third.marks == ("COPY 3", "lost")
    jobs = jane.store.read(lambda r: r.execute(select(PrintJob.document)
        .where(PrintJob.transaction_id.is_(None))).scalars().all()).result()  # fmt: skip
    assert [document_from_json(one).copy for one in jobs] == [0, 1, 2, 3]


@pytest.mark.req("RCT-6")
def test_a_file_of_a_note_says_that_it_is_an_electronic_copy(jane: Till) -> None:
    note = active(jane)
    made = jane.act(lambda s: credit_printing.electronic_credit_note(s, note.id))
    assert made.marks == ("ELECTRONIC COPY",)
    assert printed(jane, note).marks == ()  # no paper was made before


@pytest.mark.req("CN-3")
def test_there_is_no_paper_of_what_nobody_approved(jane: Till) -> None:
    note = raise_note(jane, pay(jane))
    with pytest.raises(UserError, match="Pending approval"):
        printed(jane, note)
    assert jane.count(PrintJob) == 1  # the receipt


@pytest.mark.req("AUD-2")
def test_who_may_not_print_prints_no_note(jane: Till) -> None:
    note = active(jane)
    auditor = jane.act(lambda s: hire(s, Role.AUDITOR, "other"))
    with pytest.raises(PermissionRefused):
        printed(as_person(jane, auditor), note)
