"""Credit notes as payment: how far they go, what comes back beside them, what is refused."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.settings import Settings
from counterdesk.core.visit import PaymentRequest, Purpose, TenderGiven
from counterdesk.core.visit_sums import work_out
from tests.core.visits import TODAY, bill, card, cash, line, visit

PLAIN = Settings()


def note(amount: int, left: int | None = None, *, of: str = "WU-1", place: int = 1) -> TenderGiven:
    return TenderGiven(
        "credit", amount, credit_note_id=UUID(int=place), credit_note_number=f"CN-{place}",
        credit_account=of, credit_remaining_minor=amount if left is None else left,
    )  # fmt: skip


def refusals(request: PaymentRequest, settings: Settings = PLAIN) -> list[str]:
    return [one.message for one in work_out(request, settings, TODAY).problems]


@pytest.mark.req("MON-12", "MON-2", "PAY-5")
def test_a_note_of_60_and_100_in_cash_give_change_of_14_50() -> None:
    for tenders in ((note(6_000), cash(10_000)), (cash(10_000), note(6_000))):
        result = work_out(visit(line(bill(1, 14_550)), pay=tenders), PLAIN, TODAY)
        assert not result.problems
        assert (result.change_minor, result.credit_used_minor) == (1_450, 6_000)
        assert result.received_minor == 10_000


@pytest.mark.req("MON-12")
def test_a_note_of_200_pays_145_50_and_no_more() -> None:
    owed = line(bill(1, 14_550))
    assert not refusals(visit(owed, pay=(note(14_550, 20_000),)))
    [said, *_more] = refusals(visit(owed, pay=(note(20_000),)))
    assert said == "WU-1: credit notes can pay $145.50 of this visit, and give no change."
    assert refusals(visit(owed, pay=(note(20_000),), keep=True))[0] == said


@pytest.mark.req("MON-1")
def test_credit_pays_the_oldest_charge_first_and_cash_the_rest_of_its_own_account_alone() -> None:
    own, other = line(bill(1, 5_000), bill(2, 5_000)), line(bill(0, 5_000), number="WU-2")
    request = visit(other, own, pay=(cash(9_000), note(6_000)))
    settled = work_out(request, PLAIN, TODAY).settled
    credit = [(one.charge_id, one.amount_minor) for one in settled if one.tender == 1]
    assert credit == [(bill(1, 1).charge_id, 5_000), (bill(2, 1).charge_id, 1_000)]
    assert all(one.account_number == "WU-1" for one in settled if one.tender == 1)


@pytest.mark.req("MON-1", "MON-2")
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ((note(100, of="WU-9"),), "CN-1 is credit of WU-9, which is not part of this visit."),
        ((note(100), note(100)), "CN-1 is used twice."),
        ((note(100, 60),), "CN-1: $0.60 is all that is left of it."),
        ((note(0, 60),), "Enter an amount above zero."),
        ((TenderGiven("credit", 100),), "Choose the credit note that is used."),
        ((replace(note(100), method="cash"),), "Choose the credit note that is used."),
    ],
)
def test_what_is_wrong_with_a_note_is_said(wrong: tuple[TenderGiven, ...], sentence: str) -> None:
    assert sentence in refusals(visit(line(bill(1, 14_550)), pay=(*wrong, cash(14_550))))


@pytest.mark.req("MON-2")
def test_credit_is_for_charges_not_for_more_credit() -> None:
    [said, *_more] = refusals(visit(line(bill(1, 100), extra=50), pay=(note(150),)))
    assert said == "WU-1: credit notes can pay $1.00 of this visit, and give no change."
    assert not refusals(visit(line(bill(1, 100), extra=50), pay=(note(100), cash(50))))


@pytest.mark.req("PAY-17")
def test_a_charge_may_refuse_credit_and_an_account_of_returned_cheques_takes_it() -> None:
    choosy = bill(1, 100, refused=frozenset({"credit"}))
    [said, *_more] = refusals(visit(line(choosy, bill(2, 50)), pay=(note(80), cash(70))))
    assert said == "WU-1: credit notes can pay $0.50 of this visit, and give no change."
    assert not refusals(visit(line(bill(1, 100), cash_only=True), pay=(note(60), cash(40))))


@pytest.mark.req("MON-2")
def test_the_extra_of_a_card_is_kept_beside_a_note_that_pays_what_it_can() -> None:
    request = visit(line(bill(1, 14_550)), pay=(card(14_550), note(6_000)), keep=True)
    result = work_out(request, PLAIN, TODAY)
    assert not result.problems
    assert result.credit_minor == 6_000
    kept = [one for one in result.settled if one.purpose is Purpose.KEPT_CHANGE]
    assert [(one.tender, one.amount_minor) for one in kept] == [(0, 6_000)]


@pytest.mark.req("MON-1", "MON-2")
@given(
    owed=st.lists(st.integers(1, 30_000), min_size=1, max_size=4),
    notes=st.lists(st.integers(1, 20_000), max_size=4),
    received=st.integers(0, 60_000),
)
def test_every_cent_of_credit_pays_a_charge_whatever_comes_beside_it(
    owed: list[int], notes: list[int], received: int
) -> None:
    bills = [bill(place, amount) for place, amount in enumerate(owed)]
    tenders = [note(amount, place=place) for place, amount in enumerate(notes, 1)]
    pay = (*tenders, *([cash(received)] if received else []))
    result = work_out(visit(line(*bills), pay=pay), PLAIN, TODAY)
    if not result.problems:
        spent = [one for one in result.settled if one.tender < len(notes)]
        assert {one.purpose for one in spent} <= {Purpose.CHARGE}
        assert sum(one.amount_minor for one in spent) == sum(notes) == result.credit_used_minor
        assert sum(one.amount_minor for one in result.settled) == result.paid_minor
