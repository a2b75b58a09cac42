"""Where a dispute stands when the centre tells of it, too: nothing twice, nothing lost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from counterdesk.core.disputes import Category, Outcome
from counterdesk.core.errors import UserError
from counterdesk.core.permissions import Actor
from counterdesk.models.disputes import DisputeClosed
from counterdesk.services.consumer_sheet import ConsumerSheet, consumer_sheet
from counterdesk.services.payment_details import PaymentDetails, payment_details
from counterdesk.services.payment_history import PaymentEvent
from counterdesk.store.session import ACKNOWLEDGED, ReadSession
from counterdesk.sync.records import ExceptionFacts
from counterdesk.ui.payment_telling import event_words
from tests.net_payments import NET_PAYMENT
from tests.services.crediting import pay
from tests.services.doubting import (
    closed,
    closing,
    doubt,
    elsewhere,
    of_payment,
    raised,
    tell_disputes,
    told,
)
from tests.services.till import Till, ask, cash, line_of
from tests.services.undo_till import payments_of, undo, void

AT = datetime(2025, 4, 20, 8, 0, tzinfo=UTC)
CLOSED = {"outcome": "refunded", "closed_words": "Paid back.", "closed_at_utc": AT,
          "closed_by": "Olga Other"}  # fmt: skip


@pytest.fixture
def boss(jane: Till, supervisor: Actor) -> Till:
    return Till(jane.store, supervisor)


def details(till: Till, payment_id: UUID) -> PaymentDetails:
    return till.store.read(lambda r: payment_details(r, payment_id), till.actor).result()


def sheet(till: Till) -> ConsumerSheet:
    who = till.view().account.consumer_id
    return till.store.read(lambda r: consumer_sheet(r, who), till.actor).result()


@pytest.mark.req("DISP-1")
def test_one_that_was_raised_here_and_is_told_stands_once(jane: Till) -> None:
    one = raised(jane, doubt(pay(jane)))
    tell_disputes(jane, told(one))
    assert of_payment(jane, one.payment_id) == (one,)


@pytest.mark.req("DISP-1")
def test_one_that_another_counter_closed_is_closed_here(jane: Till) -> None:
    one = raised(jane, doubt(pay(jane)))
    tell_disputes(jane, told(one, **CLOSED))
    [now] = of_payment(jane, one.payment_id)
    assert now.closing is not None
    assert (now.closing.outcome, now.closing.closed_by) == (Outcome.REFUNDED, "Olga Other")
    second = raised(jane, doubt(one.payment_id))
    assert [each.open for each in of_payment(jane, one.payment_id)] == [True, False]
    assert second.number != one.number


@pytest.mark.req("DISP-1")
def test_one_of_another_counter_is_told_and_closed_here_until_the_centre_answers(
    jane: Till, boss: Till
) -> None:
    tell_disputes(jane, elsewhere(NET_PAYMENT))
    [there] = of_payment(jane, NET_PAYMENT)
    assert (there.counter, there.raised_by, there.open) == ("C02", "Otto Other", True)
    with pytest.raises(UserError, match="WEB-77 is disputed already: DSP-2025-000901"):
        raised(jane, doubt(NET_PAYMENT, 100))
    here = closed(boss, closing(there))
    assert here.closing is not None
    assert here.closing.closed_by == boss.actor.name
    tell_disputes(jane, elsewhere(NET_PAYMENT, **CLOSED))
    [after] = of_payment(jane, NET_PAYMENT)
    assert after.closing is not None
    assert after.closing.closed_by == "Olga Other"


def test_a_closing_that_the_centre_gave_back_leaves_it_open_to_be_closed_again(
    jane: Till, boss: Till
) -> None:
    one = raised(jane, doubt(pay(jane)))
    closed(boss, closing(one))
    seq = boss.one(select(DisputeClosed.event_seq))
    tell_disputes(jane, told(one), answers=(ExceptionFacts(seq, "who closed it may not"),))
    assert of_payment(boss, one.payment_id) == (one,)
    assert closed(boss, closing(one)).closing is not None
    assert boss.count(DisputeClosed) == 2
    assert boss.findings() == ()


def test_a_closing_that_waits_there_to_be_placed_stands_here(jane: Till, boss: Till) -> None:
    one = closed(boss, closing(raised(jane, doubt(pay(jane)))))
    seq = boss.one(select(DisputeClosed.event_seq))
    waits = ExceptionFacts(seq, "no such dispute", suspended=True)
    tell_disputes(jane, answers=(waits,))
    assert of_payment(jane, one.payment_id) == (one,)


@pytest.mark.parametrize(("acknowledged", "stands"), [(True, False), (False, True)])
def test_one_that_is_long_past_and_told_no_more_was_closed_elsewhere(
    jane: Till, monkeypatch: pytest.MonkeyPatch, *, acknowledged: bool, stands: bool
) -> None:
    one = raised(jane, doubt(pay(jane)))
    if acknowledged:
        jane.act(lambda s: s.keep_state(ACKNOWLEDGED, str(s.head.seq)))
    monkeypatch.setattr(ReadSession, "today", lambda _read: date(2026, 5, 20))
    assert of_payment(jane, one.payment_id) == (one,)
    monkeypatch.setattr(ReadSession, "today", lambda _read: date(2026, 5, 21))
    assert of_payment(jane, one.payment_id) == ((one,) if stands else ())


@pytest.mark.req("DISP-1")
def test_a_payment_that_is_voided_keeps_its_dispute(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),)))
    [payment_id] = payments_of(jane, taken)
    one = raised(jane, doubt(payment_id))
    undo(jane, void(taken))
    seen = details(jane, payment_id)
    assert (seen.status, seen.disputes) == ("Voided", (one,))


def test_a_payment_that_does_not_stand_is_disputed_all_the_same(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),)))
    undo(jane, void(taken))
    assert raised(jane, doubt(payments_of(jane, taken)[0])).open


@pytest.mark.req("SRCH-3", "SRCH-4", "DISP-1")
def test_the_account_counts_open_disputes_beside_disputed_charges_and_warns(
    jane: Till, boss: Till
) -> None:
    before = jane.view()
    one = raised(jane, doubt(pay(jane)))
    tell_disputes(jane, elsewhere(NET_PAYMENT))
    seen = jane.view()
    assert seen.open_disputes == before.open_disputes + 2
    assert [each.number for each in seen.disputes] == [one.number, "DSP-2025-000901"]
    assert seen.warnings[-2:] == (
        "Payment R-5001 is disputed (DSP-2025-000001: Charged twice).",
        "Payment WEB-77 is disputed (DSP-2025-000901: Payment failed).",
    )
    closed(boss, closing(one))
    assert [each.number for each in jane.view().disputes] == ["DSP-2025-000901"]
    assert [each.open for each in sheet(jane).disputes] == [False, True]


@pytest.mark.req("VIEW-5", "DISP-1")
def test_the_payment_tells_its_disputes_and_how_far_each_act_came(jane: Till, boss: Till) -> None:
    first = closed(boss, closing(raised(jane, doubt(pay(jane), 5_000))))
    seen = details(jane, first.payment_id)
    assert seen.disputes == (first,)
    doubted, over = (one for one in seen.history if one.kind.startswith("dispute."))
    assert (doubted.kind, doubted.by, doubted.detail, doubted.amount_minor, doubted.counter) == (
        "dispute.raised", "Jane Smith", "DSP-2025-000001", 5_000, ""
    )  # fmt: skip
    assert (over.kind, over.by, over.detail) == (
        "dispute.rejected", boss.actor.name, "DSP-2025-000001"
    )  # fmt: skip
    assert doubted.way == over.way == "saved"
    assert event_words(doubted) == "Dispute DSP-2025-000001 raised"
    assert event_words(over) == "Dispute DSP-2025-000001 closed: rejected"


def test_what_other_counters_did_is_told_without_a_way_of_its_own(jane: Till) -> None:
    tell_disputes(jane, elsewhere(NET_PAYMENT, **CLOSED))
    doubted, over = (
        one for one in details(jane, NET_PAYMENT).history if one.kind.startswith("dispute.")
    )
    assert (doubted.by, doubted.counter, doubted.way) == ("Otto Other", "C02", None)
    assert (over.kind, over.by, over.way) == ("dispute.refunded", "Olga Other", None)


def test_both_closings_are_told_where_two_closed_it_apart(jane: Till, boss: Till) -> None:
    one = closed(boss, closing(raised(jane, doubt(pay(jane)))))
    tell_disputes(jane, told(one, **CLOSED))
    kinds = [each.kind for each in details(jane, one.payment_id).history]
    assert {"dispute.refunded", "dispute.rejected"} <= {*kinds}
    assert kinds.count("dispute.raised") == 1


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_words_in_the_history(outcome: Outcome) -> None:
    kind = f"dispute.{outcome}"
    assert event_words(PaymentEvent(kind, AT, detail="DSP-1")).startswith("Dispute DSP-1 closed: ")


@pytest.mark.req("AUD-4")
def test_what_other_counters_wrote_is_made_harmless(jane: Till) -> None:
    odd = "\x1b[2JPaid\u202e twice\n"
    told_so = {"words": odd, "closed_words": odd, "raised_by": odd, "closed_by": odd}
    tell_disputes(jane, elsewhere(NET_PAYMENT, **CLOSED | told_so))
    [one] = of_payment(jane, NET_PAYMENT)
    assert one.closing is not None
    said = {one.words, one.raised_by, one.closing.words, one.closing.closed_by}
    assert said == {" [2JPaid twice "}


def test_what_only_a_newer_centre_knows_is_no_reason_to_stop(jane: Till) -> None:
    news = {"category": "stolen", "outcome": "appealed"}
    tell_disputes(jane, elsewhere(NET_PAYMENT, **CLOSED | news))
    [one] = of_payment(jane, NET_PAYMENT)
    assert one.category is Category.OTHER
    assert not one.open
