from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from counterdesk.core.errors import ApprovalNeeded, PermissionRefused, UserError
from counterdesk.core.events import instant_text
from counterdesk.core.people_told import VALID_UNTIL_STATE
from counterdesk.core.permissions import Actor
from counterdesk.models.ledger import Event
from counterdesk.services.people import Attempt, begin_attempt
from counterdesk.services.print_list import print_page
from counterdesk.services.print_moves import give_up_print_job
from counterdesk.services.reprints import allow_reprint, reprint
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from tests.conftest import PASSWORD
from tests.services.test_print_jobs import pay


@pytest.fixture
def visit(session: Session) -> UUID:
    """A payment with as many copies as a cashier makes alone."""
    open_shift(session, 0)
    visit = pay(session)
    give_up_print_job(session, print_page(session).lines[0].job_id)
    for _copy in range(session.settings.copies_unasked):
        reprint(session, visit, "lost")
    return visit


def attempt_of(session: Session, login: str) -> Attempt:
    return begin_attempt(session, login)


@pytest.mark.req("RCT-3")
def test_a_further_copy_needs_a_supervisor(session: Session, visit: UUID) -> None:
    with pytest.raises(ApprovalNeeded, match="There are 2 copies"):
        reprint(session, visit, "lost")
    made = allow_reprint(session, attempt_of(session, "supervisor"), PASSWORD, visit, "lost again")
    assert (made.document.copy, made.document.marks) == (3, ("COPY 3", "lost again"))


@pytest.mark.req("RCT-3", "AUD-1")
def test_who_allowed_a_copy_is_written_down(session: Session, visit: UUID) -> None:
    allow_reprint(session, attempt_of(session, "supervisor"), PASSWORD, visit, "lost again")
    query = select(Event.body).where(Event.kind == "receipt.reprinted").order_by(Event.seq.desc())
    told = json.loads(session.execute(query.limit(1)).scalar_one())["data"]
    assert (told["user_name"], told["approver"]) == ("Jane Smith", "Demo Supervisor")


@pytest.mark.req("RCT-3")
def test_a_supervisor_needs_nobody(session: Session, visit: UUID, supervisor: Actor) -> None:
    session.actor = supervisor
    assert reprint(session, visit, "lost").document.copy == 3


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize(
    ("login", "secret", "refusal"),
    [
        ("jane", PASSWORD, PermissionRefused),
        ("manager", PASSWORD, PermissionRefused),
        ("supervisor", "wrong", UserError),
    ],
)
def test_nobody_else_allows_it(
    session: Session, visit: UUID, login: str, secret: str, refusal: type[UserError]
) -> None:
    with pytest.raises(refusal):
        allow_reprint(session, attempt_of(session, login), secret, visit, "lost")
    with pytest.raises(ApprovalNeeded):
        reprint(session, visit, "lost")


@pytest.mark.req("PAY-4", "AUD-2")
def test_nobody_allows_it_once_the_centre_has_said_nothing_of_people_for_too_long(
    session: Session, visit: UUID
) -> None:
    attempt = attempt_of(session, "supervisor")
    session.keep_state(VALID_UNTIL_STATE, instant_text(session.clock.now_utc() - timedelta(1)))
    with pytest.raises(UserError, match="Nobody can approve"):
        allow_reprint(session, attempt, PASSWORD, visit, "lost")
