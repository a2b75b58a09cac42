"""Receipts written by hand are captured later, with a supervisor's yes, none twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.visit import Approval, PaperReceipt, PaymentRequest
from counterdesk.services.late_capture import allow_late
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import payments_page
from counterdesk.services.taken import PaymentTaken
from tests.conftest import PASSWORD
from tests.services.guessing import try_of
from tests.services.till import Till, ask, cash, line_of

ON = date(2025, 4, 19)


def visit(jane: Till) -> PaymentRequest:
    line = line_of(jane.view(), most=1)
    return ask(line, pay=(cash(line.total_minor),))


def allow(
    jane: Till,
    request: PaymentRequest,
    number: str = "a-17 ",
    on: date = ON,
    by: str = "supervisor",
    paid: int = 14_550,
) -> PaperReceipt:
    attempt = try_of(jane.store, by)
    told: PaperReceipt = jane.act(
        lambda s: allow_late(s, attempt, PASSWORD, request.request_id, number, on, paid)
    )
    return told


def capture(jane: Till, **more: Any) -> PaymentTaken:
    request = visit(jane)
    taken: PaymentTaken = jane.take(replace(request, paper=allow(jane, request, **more)))
    return taken


@pytest.mark.req("PAY-19")
def test_the_paper_stands_on_the_receipt_and_in_the_list(jane: Till) -> None:
    taken = capture(jane)
    assert any("A-17, Apr 19, 2025" in str(block) for block in taken.document.blocks)
    page = jane.store.read(lambda read: payments_page(read, PaymentFilter()), jane.actor).result()
    rows = page.payments
    assert [row.paper_number for row in rows if row.transaction_id] == ["A-17"]


@pytest.mark.req("PAY-19")
def test_no_paper_is_captured_twice(jane: Till) -> None:
    capture(jane)
    for number in ("A-17", " a-17"):
        with pytest.raises(UserError, match="captured before, as receipt R-5001") as refused:
            capture(jane, number=number)
        assert refused.value.field == "paperNumber"


@pytest.mark.req("PAY-19", "AUD-2")
def test_a_yes_is_for_one_visit_one_paper_and_of_another_person(jane: Till) -> None:
    request = visit(jane)
    with pytest.raises(PermissionRefused, match="Somebody other"):
        allow(jane, request, by="jane")
    with pytest.raises(PermissionRefused):
        allow(jane, request, by="manager")
    paper = allow(jane, request)
    with pytest.raises(UserError, match="has not allowed"):
        jane.take(replace(request, paper=allow(jane, request, paid=14_500)))
    forged = Approval(uuid4(), "Demo Supervisor")
    for wrong in (
        replace(request, request_id=uuid4(), paper=paper),
        replace(request, paper=replace(paper, number="A-18")),
        replace(request, paper=replace(paper, written_on=ON - timedelta(days=1))),
        replace(request, paper=replace(paper, approval=forged)),
    ):
        with pytest.raises(UserError, match="has not allowed"):
            jane.take(wrong)
    jane.take(replace(request, paper=paper))


@pytest.mark.req("PAY-19")
def test_a_paper_has_a_number_and_a_date_that_was(jane: Till) -> None:
    request = visit(jane)
    with pytest.raises(UserError, match="number that stands on the paper"):
        allow(jane, request, " ")
    with pytest.raises(UserError, match="future"):
        allow(jane, request, on=ON + timedelta(days=2))
    with pytest.raises(UserError, match="card"):
        allow(jane, request, "4242424242424242")
