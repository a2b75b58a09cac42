from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from counterdesk.core.errors import UserError
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import PaymentRequest
from counterdesk.models.ledger import (
    CreditNote,
)
from counterdesk.services.approvals import allow_over_threshold
from counterdesk.services.people import begin_attempt
from counterdesk.services.shifts import open_shift
from counterdesk.store.opening import raw_of
from tests.conftest import PASSWORD
from tests.services.counting import close_shift
from tests.services.till import COIN, Till, ask, card, cash, line_of


def over(jane: Till, extra: int = 10_001) -> PaymentRequest:
    """A visit over the limit, with the yes of a supervisor."""
    line = line_of(jane.view(), extra, most=1)
    request = ask(line, pay=(cash(-(-line.total_minor // COIN) * COIN),))
    return replace(request, approval=allowed(jane, request, extra))


def allowed(jane: Till, request: PaymentRequest, extra: int) -> Any:
    attempt = jane.act(lambda session: begin_attempt(session, "supervisor"))
    return jane.act(lambda session: allow_over_threshold(
        session, attempt, PASSWORD, request_id=request.request_id,
        account_number=request.lines[0].account.account_number, extra_minor=extra,
        limit_minor=session.settings.overpayment_threshold_minor,
    ))  # fmt: skip


@pytest.mark.req("PAY-4")
def test_an_approval_is_good_for_one_visit(jane: Till) -> None:
    request = over(jane)
    jane.take(request)
    line = line_of(jane.view(), 10_001, most=0)
    again = replace(request, request_id=uuid4(), lines=(line,), tenders=(card(10_001),))
    with pytest.raises(UserError, match="has not allowed"):
        jane.take(again)
    assert jane.count(CreditNote) == 1


@pytest.mark.req("PAY-4")
def test_an_approval_does_not_stretch_to_more_or_to_another_account(jane: Till) -> None:
    request = over(jane)
    more = replace(request, lines=(replace(request.lines[0], extra_minor=10_002),))
    other = line_of(jane.view("WU-20005"), 10_001, most=0)
    both = replace(request, lines=(*request.lines, other),
                   tenders=(card(10_001), *request.tenders))  # fmt: skip
    kept = replace(request, keep_change=True, tenders=(cash(24_600),))
    only = replace(kept, lines=(replace(request.lines[0], extra_minor=0),))
    for stretched in (replace(more, tenders=(cash(24_555),)), both, kept, only):
        with pytest.raises(UserError, match="has not allowed"):
            jane.take(stretched)


@pytest.mark.req("PAY-4", "AUD-2")
def test_who_allowed_a_visit_cannot_take_it_themselves(jane: Till, supervisor: Actor) -> None:
    request = over(jane)
    jane.act(lambda session: close_shift(session, 10_000))
    alone = Till(jane.store, supervisor)
    alone.act(lambda session: open_shift(session, 0))
    with pytest.raises(UserError, match="has not allowed"):
        alone.take(request)


@pytest.mark.req("PAY-4", "AUD-1")
@pytest.mark.parametrize("seq", [0, -7])
def test_an_approval_forged_beside_the_chain_does_not_go_unseen(jane: Till, seq: int) -> None:
    def forge(statement: str) -> None:
        jane.store._writer.outside_transaction(lambda one: raw_of(one).execute(statement))

    forge(
        "insert into event select "
        f"{seq}, '{'7' * 32}', 'approval.granted', body, prev_hash, x'00', signature "
        "from event order by seq desc limit 1"
    )
    assert f"Event {seq} stands before the first one." in jane.findings()
    forge(f"delete from event where seq = {seq}")
