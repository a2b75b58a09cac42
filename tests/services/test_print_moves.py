from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.permissions import Role
from counterdesk.core.print_states import PrintState
from counterdesk.models.ledger import Event
from counterdesk.services.print_jobs import next_print_job, note_print_state, something_waits
from counterdesk.services.print_list import (
    PrintLine,
    WantedJobs,
    print_document,
    print_page,
    print_troubles,
)
from counterdesk.services.print_moves import (
    answer_for_print,
    give_up_print_job,
    move_print_job,
)
from counterdesk.services.printer_trial import print_test_page
from counterdesk.services.reprints import reprint
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from tests.conftest import hire
from tests.printing.counter_printers import FRONT, add_printer
from tests.services.plans import plans_asked
from tests.services.test_print_jobs import pay

BACK = UUID(int=0xB)


@pytest.fixture
def visit(session: Session) -> UUID:
    """A payment whose receipt waits at a counter with two printers."""
    add_printer(session)
    add_printer(session, "Back", printer_id=BACK)
    open_shift(session, 0)
    return pay(session)


def take(session: Session, printer_id: UUID = FRONT) -> UUID:
    job = next_print_job(session, printer_id)
    assert job is not None
    return job.job_id


def line(session: Session) -> PrintLine:
    return print_page(session).lines[0]


def told(session: Session, kind: str) -> dict[str, Any]:
    body = session.execute(select(Event.body).where(Event.kind == kind)).scalar_one()
    data: dict[str, Any] = json.loads(body)["data"]
    return data


@pytest.mark.req("RCT-5")
def test_a_blocked_receipt_goes_to_another_printer_and_only_there(
    session: Session, visit: UUID
) -> None:
    job = take(session)
    note_print_state(session, job, PrintState.BLOCKED, "Out of paper.")
    assert not something_waits(session, BACK)
    assert move_print_job(session, job, BACK).printer_name == "Back"
    assert not something_waits(session, FRONT)
    assert line(session).words == "Waiting for the printer."
    assert take(session, BACK) == job


@pytest.mark.req("RCT-5", "AUD-1")
def test_that_a_receipt_was_moved_is_a_fact(session: Session, visit: UUID) -> None:
    move_print_job(session, line(session).job_id, BACK)
    moved = told(session, "print.moved")
    assert (moved["receipt_number"], moved["from"], moved["to"]) == ("R-5001", "Front", "Back")


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize(
    "state", [PrintState.HELD, PrintState.UNKNOWN, PrintState.SENT, PrintState.PRINTED]
)
def test_what_may_be_on_paper_is_neither_moved_nor_given_up(
    session: Session, visit: UUID, state: PrintState
) -> None:
    job = take(session)
    for reached in (PrintState.SENDING, state):
        note_print_state(session, job, reached)
        with pytest.raises(UserError, match="may be on paper already"):
            move_print_job(session, job, BACK)
        with pytest.raises(UserError, match="may be on paper already"):
            give_up_print_job(session, job)
    assert not something_waits(session, FRONT)
    assert not something_waits(session, BACK)


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize(
    ("printed", "state"), [(True, PrintState.PRINTED), (False, PrintState.FAILED)]
)
@pytest.mark.parametrize("doubt", [PrintState.UNKNOWN, PrintState.HELD])
def test_somebody_who_looked_answers_for_a_paper_in_doubt(
    session: Session, visit: UUID, doubt: PrintState, printed: bool, state: PrintState
) -> None:
    job = take(session)
    note_print_state(session, job, doubt)
    answer_for_print(session, job, printed=printed)
    assert line(session).state is state
    assert told(session, "print.answered")["printed"] is printed
    with pytest.raises(UserError, match="known by now"):
        answer_for_print(session, job, printed=printed)
    assert reprint(session, visit, "did not come out").document.copy == 1


def test_what_is_given_up_never_prints_and_can_be_copied(session: Session, visit: UUID) -> None:
    give_up_print_job(session, line(session).job_id)
    assert not something_waits(session, FRONT)
    assert line(session).state is PrintState.CANCELLED
    copy = reprint(session, visit, "the printer is gone", BACK)
    assert take(session, BACK) == copy.job_id


@pytest.mark.req("AUD-2")
def test_who_prints_nothing_moves_nothing(session: Session, visit: UUID) -> None:
    job = line(session).job_id
    session.actor = hire(session, Role.AUDITOR)
    with pytest.raises(PermissionRefused):
        move_print_job(session, job, BACK)
    with pytest.raises(PermissionRefused):
        give_up_print_job(session, job)
    with pytest.raises(PermissionRefused):
        answer_for_print(session, job, printed=True)


@pytest.mark.req("RCT-5")
def test_the_list_shows_the_newest_first_and_what_is_open_alone(
    session: Session, visit: UUID
) -> None:
    note_print_state(session, take(session), PrintState.PRINTED)
    cashier, session.actor = session.actor, hire(session, Role.SUPERVISOR, "Chief")
    page_id = print_test_page(session, BACK)
    session.actor = cashier
    everything = print_page(session).lines
    assert [one.printer_name for one in everything] == ["Back", "Front"]
    first = print_page(session, most=1)
    assert (first.more, first.lines[0].job_id) == (True, page_id)
    (rest,) = print_page(session, after=first.lines[0]).lines
    assert rest.number == "R-5001"
    (waiting,) = print_page(session, WantedJobs.OPEN).lines
    assert (waiting.job_id, waiting.untouched) == (page_id, True)
    assert print_document(session, page_id).title == "Test page"


def test_the_list_and_the_bar_sort_no_whole_table(
    session: Session, visit: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = plans_asked(session, monkeypatch)
    first = print_page(session).lines[-1]
    print_page(session, after=first)
    assert "USE TEMP B-TREE FOR ORDER BY" not in asked
    print_troubles(session)
    assert [step for step in asked if step == "SCAN print_job"] == []
    assert any("ix_print_job_created_at_utc" in step for step in asked)


@pytest.mark.req("RCT-5")
def test_a_paper_in_doubt_wants_somebody_before_one_that_is_blocked_for_long(
    session: Session, visit: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_print_state(session, take(session), PrintState.BLOCKED, "Out of paper.")
    assert print_troubles(session) == ()
    monkeypatch.setattr("counterdesk.services.print_list._PATIENCE", timedelta(hours=-1))
    (blocked,) = print_troubles(session)
    assert (blocked.number, blocked.words) == (
        "R-5001", "Waiting: the printer is not ready. Out of paper.",
    )  # fmt: skip
    move_print_job(session, blocked.job_id, BACK)
    note_print_state(session, take(session, BACK), PrintState.UNKNOWN)
    (doubtful,) = print_troubles(session)
    assert doubtful.doubtful


@pytest.mark.req("RCT-5")
def test_a_paper_that_is_tried_again_counts_as_blocked_until_it_is_really_sent(
    session: Session, visit: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counterdesk.services.print_list._PATIENCE", timedelta(0))
    job = take(session)
    assert print_troubles(session) == ()
    note_print_state(session, job, PrintState.BLOCKED, "Out of paper.")
    before = print_troubles(session)
    take(session)
    assert print_troubles(session) == before
    monkeypatch.setattr("counterdesk.services.print_list._LONGEST_TRY", timedelta(0))
    assert print_troubles(session) == ()
