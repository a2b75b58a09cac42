"""Payments that somebody doubts: who may say so, what is refused, and who closes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from counterdesk.core.disputes import Category, Outcome
from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.permissions import Actor
from counterdesk.models.disputes import DisputeClosed, DisputeRaised
from counterdesk.models.ledger import Event, Payment
from counterdesk.services.acts import acts_page
from counterdesk.services.disputes import CloseRequest, disputes_of_consumer, open_disputes
from counterdesk.ui.tables.act_words import act_sentence
from tests.conftest import find_person
from tests.net_payments import NET_PAYMENT, net_payment, tell
from tests.services.doubting import SAID, closed, closing, doubt, of_payment, raised
from tests.services.till import Till, ask, cash, line_of


@pytest.fixture
def paid(jane: Till) -> UUID:
    """A payment of 145.50 of John Doe, taken here."""
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),)))
    own: UUID = jane.one(select(Payment.id).where(Payment.transaction_id == taken.transaction_id))
    return own


@pytest.fixture
def boss(jane: Till, supervisor: Actor) -> Till:
    return Till(jane.store, supervisor)


@pytest.mark.req("DISP-1")
def test_a_doubt_gets_a_number_and_moves_no_money(jane: Till, paid: UUID) -> None:
    before = jane.view()
    one = raised(jane, doubt(paid, 5_000))
    assert (one.number, one.receipt_number, one.account_number) == (
        "DSP-2025-000001", "R-5001", "WU-10001"
    )  # fmt: skip
    assert (one.amount_minor, one.payment_amount_minor, one.counter) == (5_000, 14_550, "C07")
    assert (one.raised_by, one.raised_on, one.open) == ("Jane Smith", date(2025, 4, 20), True)
    after = jane.view()
    assert (after.outstanding_minor, after.credit_minor) == (
        before.outstanding_minor, before.credit_minor
    )  # fmt: skip
    assert of_payment(jane, paid) == (one,)
    assert jane.findings() == ()


def test_the_same_request_twice_is_one_dispute(jane: Till, paid: UUID) -> None:
    asked = doubt(paid)
    assert raised(jane, asked) == raised(jane, asked)
    assert (jane.count(DisputeRaised), jane.one(_how_many("dispute.raised"))) == (1, 1)


@pytest.mark.parametrize(
    "other", [{"payment_id": UUID(int=5)}, {"category": Category.OTHER}, {"amount_minor": 1},
              {"words": "Something else."}],
)  # fmt: skip
def test_an_id_with_other_content_is_refused(jane: Till, paid: UUID, other: dict[str, Any]) -> None:
    asked = doubt(paid)
    raised(jane, asked)
    with pytest.raises(RequestChanged):
        raised(jane, replace(asked, **other))
    assert jane.count(DisputeRaised) == 1


@pytest.mark.parametrize(
    ("amount", "words", "said"),
    [(0, SAID, "how much"), (-1, SAID, "how much"), (14_551, SAID, r"\$145\.50"),
     (1, " \n\t ", "what the consumer says"), (1, "x" * 501, "500"),
     (1, "my card 4111 1111 1111 1111", "card")],
)  # fmt: skip
def test_an_amount_or_words_that_make_no_sense_are_refused_and_nothing_is_used_up(
    jane: Till, paid: UUID, amount: int, words: str, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        raised(jane, doubt(paid, amount, words))
    assert raised(jane, doubt(paid)).number == "DSP-2025-000001"


def test_what_is_said_is_kept_harmless(jane: Till, paid: UUID) -> None:
    said = raised(jane, doubt(paid, words=f"\x1b@twice\u202e{'x' * 490}\n")).words
    assert said == f"@twice{'x' * 490}"


@pytest.mark.req("DISP-1")
def test_a_second_open_dispute_of_a_payment_names_the_first(
    jane: Till, boss: Till, paid: UUID
) -> None:
    first = raised(jane, doubt(paid))
    with pytest.raises(UserError, match="R-5001 is disputed already: DSP-2025-000001"):
        raised(jane, doubt(paid))
    closed(boss, closing(first))
    second = raised(jane, doubt(paid))
    assert [one.number for one in of_payment(jane, paid)] == [second.number, first.number]


@pytest.mark.req("DISP-1")
def test_a_payment_of_another_counter_is_disputed_as_it_was_told(jane: Till) -> None:
    tell(jane.store, net_payment("Failed"))
    one = raised(jane, doubt(NET_PAYMENT, 9_000))
    assert (one.payment_number, one.receipt_number) == ("PAY-WEB-77", "WEB-77")
    assert (one.consumer_name, one.account_number) == ("John Doe", "WU-10001")


def test_a_payment_that_nobody_knows_is_not_disputed(jane: Till) -> None:
    with pytest.raises(UserError, match="not known here"):
        raised(jane, doubt(uuid4(), 1))


@pytest.mark.parametrize("login", ["auditor", "admin"])
def test_who_only_reads_or_sets_up_raises_none(jane: Till, paid: UUID, login: str) -> None:
    with pytest.raises(PermissionRefused):
        raised(Till(jane.store, find_person(jane.store, login)), doubt(paid))


def test_a_manager_raises_one_without_a_shift(jane: Till, paid: UUID) -> None:
    manager = Till(jane.store, find_person(jane.store, "manager"))
    assert raised(manager, doubt(paid)).raised_by == "Demo Manager"


@pytest.mark.req("DISP-1")
def test_a_supervisor_closes_it_once_however_often_it_is_sent(
    jane: Till, boss: Till, paid: UUID
) -> None:
    one = raised(jane, doubt(paid))
    asked = closing(one)
    done = closed(boss, asked)
    assert done == closed(boss, asked)
    assert done.closing is not None
    assert (done.closing.outcome, done.closing.words, done.closing.closed_by) == (
        Outcome.REJECTED, "The bank shows one payment.", boss.actor.name
    )  # fmt: skip
    assert boss.count(DisputeClosed) == 1
    with pytest.raises(RequestChanged):
        closed(boss, replace(asked, outcome=Outcome.REFUNDED))
    with pytest.raises(UserError, match="closed dispute DSP-2025-000001 before"):
        closed(boss, closing(one))
    assert boss.findings() == ()


@pytest.mark.parametrize("words", ["", " ", "x" * 501])
def test_a_dispute_is_not_closed_without_words(
    jane: Till, boss: Till, paid: UUID, words: str
) -> None:
    one = raised(jane, doubt(paid))
    with pytest.raises(UserError):
        closed(boss, closing(one, words))
    assert of_payment(boss, paid) == (one,)


@pytest.mark.parametrize("login", ["jane", "auditor", "admin"])
def test_only_who_answers_for_it_closes_it(jane: Till, paid: UUID, login: str) -> None:
    one = raised(jane, doubt(paid))
    with pytest.raises(PermissionRefused):
        closed(Till(jane.store, find_person(jane.store, login)), closing(one))


def test_what_is_not_known_is_not_closed(boss: Till) -> None:
    with pytest.raises(UserError, match="not known here"):
        closed(boss, CloseRequest(uuid4(), uuid4(), Outcome.REJECTED, "Why not."))


@pytest.mark.req("DISP-1")
def test_a_consumers_disputes_are_told_newest_first_and_the_open_ones_apart(
    jane: Till, boss: Till, paid: UUID
) -> None:
    tell(jane.store, net_payment())
    first, second = raised(jane, doubt(paid)), raised(jane, doubt(NET_PAYMENT, 100))
    first = closed(boss, closing(first))
    owner = first.consumer_id
    read = jane.store.read
    told = read(lambda r: disputes_of_consumer(r, owner), jane.actor).result()
    assert [one.number for one in told] == [second.number, first.number]
    assert read(lambda r: disputes_of_consumer(r, owner, most=1), jane.actor).result() == (second,)
    assert read(lambda r: open_disputes(r, owner), jane.actor).result() == (second,)


@pytest.mark.req("AUD-1")
def test_both_stand_in_the_audit(jane: Till, boss: Till, paid: UUID) -> None:
    closed(boss, closing(raised(jane, doubt(paid, 5_000))))
    newest, before, *_rest = boss.store.read(acts_page, boss.actor).result().acts
    assert (newest.kind, newest.subject, newest.of_whom, newest.amount_minor) == (
        "dispute.closed", "DSP-2025-000001", boss.actor.name, None
    )  # fmt: skip
    assert act_sentence(newest) == f"{boss.actor.name} closed dispute DSP-2025-000001"
    assert act_sentence(before) == "Dispute DSP-2025-000001 of John Doe was raised"
    assert (before.kind, before.subject, before.of_whom, before.amount_minor) == (
        "dispute.raised", "DSP-2025-000001", "John Doe", 5_000
    )  # fmt: skip


def _how_many(kind: str) -> object:
    return select(func.count()).select_from(Event).where(Event.kind == kind)
