"""What is told as soon as it is keyed, while half of the visit is still missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.visit import PaymentRequest, Problem, Share, TenderGiven
from counterdesk.core.visit_settling import refusals
from counterdesk.core.visit_sums import work_out
from tests.core.visits import COINS, TODAY, bill, card, cash, line, transfer, visit

NO_CARD = frozenset({"card"})
BARE_CARD = TenderGiven("card", 5_000)


def early(request: PaymentRequest) -> list[tuple[str, str]]:
    found: tuple[Problem, ...] = work_out(request, COINS, TODAY).problems
    return [(problem.field, problem.message) for problem in found if problem.early]


@pytest.mark.req("PAY-17", "PAY-12")
def test_a_refused_method_is_told_before_its_reference_is_typed() -> None:
    request = visit(line(bill(0, 5_000, refused=NO_CARD)), pay=(BARE_CARD,))
    assert early(request) == [("methodBox", "INV-0 does not accept Card.")]


@pytest.mark.req("PAY-17", "SRCH-3")
def test_a_cash_only_account_is_told_before_anything_is_typed() -> None:
    request = visit(line(bill(0, 5_000), cash_only=True), pay=(BARE_CARD,))
    assert early(request) == [("methodBox", "WU-1 takes cash only.")]


@pytest.mark.req("PAY-17")
def test_what_a_method_can_pay_of_the_visit_is_told_beside_its_amount() -> None:
    both = line(bill(0, 5_000, refused=NO_CARD), bill(1, 3_000))
    assert early(visit(both, pay=(card(8_000),))) == [
        ("tenderAmount", "INV-0 does not accept Card. $30.00 at most can be paid by Card.")
    ]
    assert early(visit(both, pay=(card(3_000),))) == []


@pytest.mark.req("MON-2")
@pytest.mark.parametrize("keep", [False, True])
def test_a_cheque_above_what_is_due_is_told_as_typed_unless_the_rest_is_kept(keep: bool) -> None:
    cheque = TenderGiven("cheque", 5_001)
    told = early(visit(line(bill(0, 5_000)), pay=(cheque,), keep=keep))
    only = ("tenderAmount", "Only $50.00 is due, and only cash gives change.")
    assert told == ([] if keep else [only])


@pytest.mark.req("MON-4")
def test_a_share_under_the_minimum_is_told_with_its_account() -> None:
    charge = replace(bill(0, 5_000), minimum_minor=2_000)
    part = replace(line(charge, number="WU-2"), shares=(Share(charge, 1_999),))
    found = work_out(visit(line(bill(1, 1_000)), part, pay=()), COINS, TODAY).problems
    assert [(one.account_number, one.message) for one in found if one.early] == [
        ("WU-2", "INV-0: a part payment must be $20.00 or more.")
    ]


def test_what_is_only_missing_so_far_is_not_told_early() -> None:
    assert early(visit(line(bill(0, 5_000)), pay=(TenderGiven("cheque", 4_000),))) == []
    assert early(visit(line(), pay=())) == []


@pytest.mark.req("PAY-17", "SRCH-3")
def test_what_refuses_which_methods_is_known_before_one_is_chosen() -> None:
    request = visit(
        line(bill(0, 5_000, refused=frozenset({"card", "cheque"})), bill(1, 3_000)),
        line(bill(2, 3_000, refused=NO_CARD), number="WU-2", cash_only=True),
        pay=(),
    )
    first, second = refusals(request, COINS)
    assert first.sentence == "INV-0 does not accept Card, Cheque."
    assert first.methods == {"card", "cheque"}
    assert second.sentence == "WU-2 takes cash only."
    assert second.methods == {mode.code for mode in COINS.payment_modes} - {"cash", "credit"}


@pytest.mark.req("PAY-17", "MON-1")
@given(
    st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=4),
    st.integers(1, 60), st.integers(0, 60), st.integers(0, 300),
)  # fmt: skip
def test_a_visit_without_problems_is_settled_to_the_last_cent(
    charges: list[tuple[int, bool]], by_card: int, wired: int, received: int
) -> None:
    bills = (
        bill(place, amount, refused=NO_CARD if strict else frozenset())
        for place, (amount, strict) in enumerate(charges)
    )
    tenders = [card(by_card), *([transfer(wired)] if wired else [])]
    tenders += [cash(5 * received)] if received else []
    found = work_out(visit(line(*bills), pay=tuple(tenders)), COINS, TODAY)
    paid = found.tendered_minor - found.change_minor
    assert found.problems or sum(part.amount_minor for part in found.settled) == paid
