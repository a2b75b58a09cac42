from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from counterdesk.core.documents import Document, document_from_json
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.core.print_states import PrintState
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.models.ledger import Event, PrintJob
from counterdesk.services.consumers import account_view, find_exactly
from counterdesk.services.payments import take_payment
from counterdesk.services.print_jobs import (
    TakenPrintJob,
    kept_receipt,
    next_print_job,
    note_print_state,
    print_state_of,
    recover_print_jobs,
    something_waits,
)
from counterdesk.services.reprints import REASON_FIELD, reprint
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from tests.printing.counter_printers import FRONT, add_printer


@pytest.fixture
def visit(session: Session) -> UUID:
    """A cash payment that was just taken; its receipt waits for the one printer."""
    add_printer(session)
    open_shift(session, 10_000)
    return pay(session)


def pay(session: Session, charge: int = 0) -> UUID:
    hit = find_exactly(session, "10001")
    assert hit is not None
    view = account_view(session, hit.consumer_id)
    owed = view.charges[charge]
    line = AccountLine(view.account, (Share(owed, owed.outstanding_minor),), 0, view.charges)
    given = (TenderGiven("cash", owed.outstanding_minor),)
    return take_payment(session, PaymentRequest(uuid4(), "Walk-in", (line,), given)).transaction_id


def taken(session: Session) -> TakenPrintJob:
    job = next_print_job(session, FRONT)
    assert job is not None
    return job


def printed(session: Session) -> None:
    note_print_state(session, taken(session).job_id, PrintState.PRINTED)


def state_of(session: Session, transaction_id: UUID) -> PrintState:
    progress = print_state_of(session, transaction_id)
    assert progress is not None
    return progress.state


@pytest.mark.req("RCT-5")
def test_a_job_is_taken_once_and_marked_before_it_is_sent(session: Session, visit: UUID) -> None:
    assert something_waits(session, FRONT)
    job = taken(session)
    assert job.attempts == 1
    assert state_of(session, visit) is PrintState.SENDING
    assert not something_waits(session, FRONT)
    assert next_print_job(session, FRONT) is None


def test_the_oldest_job_is_first(session: Session, visit: UUID) -> None:
    second = pay(session, 1)
    taken(session)
    assert state_of(session, visit) is PrintState.SENDING
    assert state_of(session, second) is PrintState.QUEUED


@pytest.mark.req("RCT-5")
def test_a_blocked_job_is_taken_again(session: Session, visit: UUID) -> None:
    note_print_state(session, taken(session).job_id, PrintState.BLOCKED, "Out of paper.")
    assert taken(session).attempts == 2


@pytest.mark.parametrize("state", [PrintState.HELD, PrintState.UNKNOWN, PrintState.SENT])
def test_what_may_be_on_paper_is_never_taken_again(
    session: Session, visit: UUID, state: PrintState
) -> None:
    job = taken(session)
    note_print_state(session, job.job_id, state)
    assert next_print_job(session, FRONT) is None
    for back in (PrintState.QUEUED, PrintState.BLOCKED, PrintState.SENDING):
        with pytest.raises(ValueError, match="cannot become"):
            note_print_state(session, job.job_id, back)


@pytest.mark.req("RCT-5")
def test_after_a_restart_what_was_being_sent_is_a_question(session: Session, visit: UUID) -> None:
    second = pay(session, 1)
    taken(session)
    assert recover_print_jobs(session) == 1
    assert state_of(session, visit) is PrintState.UNKNOWN
    assert state_of(session, second) is PrintState.QUEUED
    assert recover_print_jobs(session) == 0


def test_the_state_is_told_in_words_with_its_reason(session: Session, visit: UUID) -> None:
    note_print_state(session, taken(session).job_id, PrintState.BLOCKED, "Out of paper.")
    progress = print_state_of(session, visit)
    assert progress is not None
    assert progress.words == "Waiting: the printer is not ready. Out of paper."


def test_without_a_printer_the_words_say_so(session: Session, visit: UUID) -> None:
    session.keep_state("printers", "")
    progress = print_state_of(session, visit)
    assert progress is not None
    assert progress.words == "Not printed: no printer is set up."
    assert print_state_of(session, uuid4()) is None


@pytest.mark.req("RCT-3", "RCT-7")
def test_a_copy_is_what_was_printed_with_its_count_and_reason(
    session: Session, visit: UUID
) -> None:
    job = taken(session)
    original = document_from_json(job.document)
    note_print_state(session, job.job_id, PrintState.PRINTED)
    first = reprint(session, visit, " paper jam ")
    job = taken(session)
    assert job.job_id == first.job_id
    assert document_from_json(job.document) == first.document
    assert first.document == replace(original, copy=1, marks=("COPY 1", "paper jam"))
    note_print_state(session, job.job_id, PrintState.PRINTED)
    assert reprint(session, visit, "lost").document.copy == 2


@pytest.mark.req("RCT-3", "AUD-1")
def test_a_copy_is_an_event(session: Session, visit: UUID) -> None:
    printed(session)
    reprint(session, visit, "paper jam")
    body = session.execute(select(Event.body).where(Event.kind == "receipt.reprinted")).scalar_one()
    told = json.dumps(json.loads(body))
    for part in ("R-5001", "paper jam", "Jane Smith", str(visit)):
        assert part in told


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_copy_needs_a_reason(session: Session, visit: UUID, reason: str) -> None:
    printed(session)
    with pytest.raises(UserError, match="Say why"):
        reprint(session, visit, reason)


@pytest.mark.req("PAY-5")
def test_a_reason_is_no_place_for_a_card_number(session: Session, visit: UUID) -> None:
    printed(session)
    with pytest.raises(UserError, match="full card number") as refused:
        reprint(session, visit, "paid with 4111 1111 1111 1111")
    assert refused.value.field == REASON_FIELD


@pytest.mark.parametrize("state", [PrintState.QUEUED, PrintState.BLOCKED, PrintState.SENDING])
def test_there_is_no_copy_while_the_original_waits(
    session: Session, visit: UUID, state: PrintState
) -> None:
    session.execute(update(PrintJob).values(state=state.value))
    with pytest.raises(UserError, match="still waiting") as refused:
        reprint(session, visit, "paper jam")
    assert refused.value.field == REASON_FIELD


def test_where_no_printer_is_set_up_the_copy_is_refused_for_that(
    session: Session, visit: UUID
) -> None:
    session.keep_state("printers", "")
    with pytest.raises(UserError, match="No printer is set up"):
        reprint(session, visit, "paper jam")


def test_there_is_no_copy_of_what_was_never_printed(session: Session) -> None:
    with pytest.raises(UserError, match="no receipt"):
        reprint(session, uuid4(), "paper jam")


@pytest.mark.req("VIEW-3")
def test_an_old_receipt_is_kept_as_it_was_printed(session: Session, visit: UUID) -> None:
    original = document_from_json(taken(session).document)
    kept = kept_receipt(session, visit)
    assert kept.document == original
    assert kept.print_words == "Printing ..."
    session.actor = None
    with pytest.raises(PermissionRefused):
        kept_receipt(session, visit)


def test_a_receipt_of_elsewhere_is_not_kept(session: Session) -> None:
    with pytest.raises(UserError, match="no receipt"):
        kept_receipt(session, uuid4())


@pytest.mark.req("AUD-2")
def test_an_auditor_prints_no_copies(session: Session, visit: UUID) -> None:
    printed(session)
    session.actor = Actor(uuid4(), "Demo Auditor", Role.AUDITOR)
    with pytest.raises(PermissionRefused):
        reprint(session, visit, "paper jam")


def test_a_document_survives_the_queue(session: Session, visit: UUID) -> None:
    document = document_from_json(taken(session).document)
    assert isinstance(document, Document)
    assert (document.number, document.copy) == ("R-5001", 0)
