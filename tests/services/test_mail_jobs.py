from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from counterdesk.core.documents import document_from_json
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.core.print_states import PrintState
from counterdesk.core.settings import MailSetting
from counterdesk.models.ledger import Event
from counterdesk.services.consumers import account_view, find_exactly
from counterdesk.services.mail_jobs import (
    TakenMailJob,
    email_receipt,
    known_address,
    mail_state_of,
    mail_waits,
    next_mail_job,
)
from counterdesk.services.payments import take_payment
from counterdesk.services.print_jobs import (
    next_print_job,
    note_print_state,
    print_state_of,
    recover_print_jobs,
    something_waits,
)
from counterdesk.services.reprints import reprint
from counterdesk.services.shifts import open_shift
from counterdesk.services.standing import standing
from counterdesk.store.session import Session
from tests.printing.counter_printers import FRONT, add_printer
from tests.services.till import ask, cash, line_of

JOHN = "john.doe@example.com"


@pytest.fixture
def visit(session: Session) -> UUID:
    """A cash payment that was just taken, where a mail server is set up."""
    session.settings = replace(
        session.settings, mail=MailSetting("mail.example.test", from_address="till@example.test")
    )
    open_shift(session, 10_000)
    hit = find_exactly(session, "10001")
    assert hit is not None
    line = line_of(account_view(session, hit.consumer_id), most=1)
    return take_payment(session, ask(line, pay=(cash(15_000),))).transaction_id


def taken(session: Session) -> TakenMailJob:
    job = next_mail_job(session)
    assert job is not None
    return job


def words(session: Session, visit: UUID) -> str:
    progress = mail_state_of(session, visit)
    return progress.words if progress else ""


@pytest.mark.req("PAY-10", "RCT-6")
def test_an_electronic_copy_is_queued_beside_the_paper(session: Session, visit: UUID) -> None:
    assert not mail_waits(session)
    email_receipt(session, visit, f" {JOHN} ")
    job = taken(session)
    document = document_from_json(job.document)
    assert (job.mail_to, job.attempts) == (JOHN, 1)
    assert (document.number, document.copy, document.marks) == ("R-5001", 0, ("ELECTRONIC COPY",))
    assert not mail_waits(session)


@pytest.mark.req("RCT-5")
def test_the_printer_gets_paper_only_and_the_mail_server_mail_only(
    session: Session, visit: UUID
) -> None:
    email_receipt(session, visit, JOHN)
    add_printer(session)
    paper = next_print_job(session, FRONT)
    assert paper is not None
    assert next_print_job(session, FRONT) is None
    note_print_state(session, paper.job_id, PrintState.PRINTED)
    assert not something_waits(session, FRONT)
    assert taken(session).job_id != paper.job_id
    progress = print_state_of(session, visit)
    assert progress is not None
    assert progress.state is PrintState.PRINTED
    assert (standing(session).print_waiting, standing(session).print_state) == (0, "printed")


def test_a_mail_does_not_count_as_a_copy_on_paper(session: Session, visit: UUID) -> None:
    email_receipt(session, visit, JOHN)
    add_printer(session)
    paper = next_print_job(session, FRONT)
    assert paper is not None
    note_print_state(session, paper.job_id, PrintState.PRINTED)
    assert reprint(session, visit, "lost").document.copy == 1


@pytest.mark.req("AUD-1")
def test_a_mail_is_an_event_that_gives_no_address_away(session: Session, visit: UUID) -> None:
    email_receipt(session, visit, JOHN)
    body = session.execute(select(Event.body).where(Event.kind == "receipt.emailed")).scalar_one()
    data = json.loads(body)["data"]
    assert data["receipt_number"] == "R-5001"
    assert data["account_numbers"] == ["WU-10001"]
    assert (data["address"], data["user_name"]) == ("j***@example.com", "Jane Smith")
    assert JOHN not in body.decode()


@pytest.mark.parametrize("state", [PrintState.QUEUED, PrintState.SENDING, PrintState.BLOCKED])
def test_what_is_on_its_way_to_an_address_is_not_sent_there_again(
    session: Session, visit: UUID, state: PrintState
) -> None:
    job_id = email_receipt(session, visit, JOHN).job_id
    if state is not PrintState.QUEUED:
        taken(session)
    if state is PrintState.BLOCKED:
        note_print_state(session, job_id, state)
    with pytest.raises(UserError, match="on its way") as refused:
        email_receipt(session, visit, JOHN)
    assert refused.value.field == "mailAddress"
    email_receipt(session, visit, "jane@example.com")


@pytest.mark.parametrize("state", [PrintState.SENT, PrintState.UNKNOWN, PrintState.FAILED])
def test_a_person_may_send_it_again_once_it_is_not_on_its_way(
    session: Session, visit: UUID, state: PrintState
) -> None:
    email_receipt(session, visit, JOHN)
    first = taken(session)
    note_print_state(session, first.job_id, state)
    assert not mail_waits(session)
    email_receipt(session, visit, JOHN)
    assert taken(session).job_id != first.job_id


@pytest.mark.req("RCT-5")
def test_what_was_tried_least_is_tried_first(session: Session, visit: UUID) -> None:
    email_receipt(session, visit, "full@example.com")
    note_print_state(session, taken(session).job_id, PrintState.BLOCKED)
    email_receipt(session, visit, JOHN)
    assert taken(session).mail_to == JOHN
    assert taken(session).mail_to == "full@example.com"


@pytest.mark.req("RCT-5")
def test_after_a_restart_a_mail_that_was_being_sent_is_a_question(
    session: Session, visit: UUID
) -> None:
    email_receipt(session, visit, JOHN)
    taken(session)
    assert recover_print_jobs(session) == 1
    assert words(session, visit) == (
        f"Did the email to {JOHN} arrive? Ask before you send it again. "
        "The program ended while this was being sent."
    )
    assert not mail_waits(session)


def test_the_state_is_told_in_words_with_its_reason(session: Session, visit: UUID) -> None:
    assert words(session, visit) == ""
    email_receipt(session, visit, JOHN)
    assert words(session, visit) == f"The email to {JOHN} waits to be sent."
    job = taken(session)
    note_print_state(session, job.job_id, PrintState.BLOCKED, "The mail server does not answer.")
    assert words(session, visit) == (f"The email to {JOHN} waits. The mail server does not answer.")


@pytest.mark.req("PAY-10")
def test_the_consumers_address_is_known(session: Session, visit: UUID) -> None:
    assert known_address(session, visit) == JOHN
    assert known_address(session, uuid4()) == ""
    session.actor = None
    with pytest.raises(PermissionRefused):
        known_address(session, visit)


@pytest.mark.req("PAY-12")
def test_what_is_no_address_is_refused(session: Session, visit: UUID) -> None:
    with pytest.raises(UserError, match="reads like") as refused:
        email_receipt(session, visit, "john.doe")
    assert refused.value.field == "mailAddress"


def test_nothing_is_sent_without_a_server_or_a_receipt(session: Session, visit: UUID) -> None:
    with pytest.raises(UserError, match="no receipt"):
        email_receipt(session, uuid4(), JOHN)
    session.settings = replace(session.settings, mail=MailSetting())
    with pytest.raises(UserError, match="No mail server"):
        email_receipt(session, visit, JOHN)


@pytest.mark.req("AUD-2")
def test_an_auditor_sends_no_receipts(session: Session, visit: UUID) -> None:
    session.actor = Actor(uuid4(), "Demo Auditor", Role.AUDITOR)
    with pytest.raises(PermissionRefused):
        email_receipt(session, visit, JOHN)
