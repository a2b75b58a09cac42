from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from counterdesk.core.settings import Settings
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.core.visit_sums import work_out
from counterdesk.models.ledger import Draft, PrintJob
from counterdesk.services.consumers import account_view, find_exactly
from counterdesk.services.payments import take_payment
from counterdesk.services.shifts import open_shift
from counterdesk.services.startup import drop_draft, keep_draft, last_payment, mark_receipt_seen
from counterdesk.store.session import Session
from tests.printing.counter_printers import add_printer


@pytest.fixture
def request_of_john(session: Session) -> PaymentRequest:
    open_shift(session, 0)
    hit = find_exactly(session, "10001")
    assert hit is not None
    view = account_view(session, hit.consumer_id)
    march = view.charges[0]
    line = AccountLine(view.account, (Share(march, march.outstanding_minor),), 0, view.charges)
    return PaymentRequest(uuid4(), "Walk-in", (line,), (TenderGiven("cash", 15_000),))


def reach_review(session: Session, request: PaymentRequest) -> None:
    keep_draft(session, request, work_out(request, Settings(), session.today()))


@pytest.mark.req("PAY-18")
def test_a_till_that_took_no_payment_has_nothing_to_tell(session: Session) -> None:
    assert last_payment(session) is None


@pytest.mark.req("PAY-18")
def test_a_payment_that_stopped_on_review_is_told_as_not_saved(
    session: Session, request_of_john: PaymentRequest
) -> None:
    reach_review(session, request_of_john)
    told = last_payment(session)
    assert told is not None
    assert (told.saved, told.consumer_name, told.amount_minor, told.change_minor) == (
        False, "John Doe", 14_550, 450,
    )  # fmt: skip
    assert "take this payment anew" in told.safe_next_step


@pytest.mark.req("PAY-18")
@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("queued", "waits for the printer"),
        ("failed", "Print a copy"),
        ("unknown", "Look whether the receipt came out"),
        ("printed", "Nothing to do"),
    ],
)
def test_a_payment_whose_receipt_nobody_saw_is_told_as_saved(
    session: Session, request_of_john: PaymentRequest, state: str, step: str
) -> None:
    reach_review(session, request_of_john)
    take_payment(session, request_of_john)
    session.execute(update(PrintJob).values(state=state))
    add_printer(session)
    told = last_payment(session)
    assert told is not None
    assert (told.saved, told.receipt_number, told.printed) == (True, "R-5001", state)
    assert "again" in told.safe_next_step or state == "queued"
    assert step in told.safe_next_step


@pytest.mark.req("PAY-18")
def test_a_receipt_waits_for_no_printer_where_there_is_none(
    session: Session, request_of_john: PaymentRequest
) -> None:
    take_payment(session, request_of_john)
    told = last_payment(session)
    assert told is not None
    assert "Nothing to do" in told.safe_next_step


@pytest.mark.req("PAY-18")
def test_abandoning_one_visit_keeps_the_story_of_another(
    session: Session, request_of_john: PaymentRequest
) -> None:
    reach_review(session, request_of_john)
    drop_draft(session, uuid4())
    assert last_payment(session) is not None


@pytest.mark.req("PAY-18")
def test_a_receipt_that_was_seen_leaves_nothing_to_tell(
    session: Session, request_of_john: PaymentRequest
) -> None:
    reach_review(session, request_of_john)
    taken = take_payment(session, request_of_john)
    mark_receipt_seen(session, taken.transaction_id)
    assert last_payment(session) is None


@pytest.mark.req("PAY-18")
def test_a_draft_that_comes_after_its_commit_is_not_kept(
    session: Session, request_of_john: PaymentRequest
) -> None:
    taken = take_payment(session, request_of_john)
    reach_review(session, request_of_john)
    mark_receipt_seen(session, taken.transaction_id)
    assert last_payment(session) is None


@pytest.mark.req("PAY-18")
def test_one_draft_is_kept_and_can_be_forgotten(
    session: Session, request_of_john: PaymentRequest
) -> None:
    reach_review(session, request_of_john)
    later = replace(request_of_john, request_id=uuid4())
    reach_review(session, later)
    assert session.execute(select(func.count()).select_from(Draft)).scalar_one() == 1
    drop_draft(session, later.request_id)
    assert last_payment(session) is None


@pytest.mark.req("PAY-18")
def test_looking_at_an_older_receipt_again_brings_no_story_back(
    session: Session, request_of_john: PaymentRequest
) -> None:
    first = take_payment(session, request_of_john)
    view = account_view(session, request_of_john.lines[0].account.consumer_id)
    owed = view.charges[0]
    line = AccountLine(view.account, (Share(owed, owed.outstanding_minor),), 0, view.charges)
    given = (TenderGiven("cash", owed.outstanding_minor),)
    second = take_payment(session, PaymentRequest(uuid4(), "Walk-in", (line,), given))
    for taken in (second, first):
        mark_receipt_seen(session, taken.transaction_id)
    assert last_payment(session) is None
