from __future__ import annotations

from dataclasses import replace

import pytest

from counterdesk.core.visit import Share, TenderGiven, VisitResult
from counterdesk.core.visit_rules import holds_card_number
from counterdesk.core.visit_sums import work_out
from tests.core.visits import COINS, TODAY, bill, card, cash, line, visit


def messages(found: VisitResult) -> list[str]:
    return [problem.message for problem in found.problems]


@pytest.mark.req("PAY-7", "PAY-12")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"notes": "n" * 501}, "notesEdit"), ({"paid_by": "p" * 121}, "paidBy"),
        ({"channel": "Pigeon"}, "channelBox"), ({"change_account": "WU-2"}, "keepChange"),
    ],
)  # fmt: skip
def test_a_visit_keeps_its_limits(given: dict[str, str], field: str) -> None:
    request = replace(visit(line(bill(0, 5_000)), pay=(cash(5_000),)), **given)  # type: ignore[arg-type]
    assert [one.field for one in work_out(request, COINS, TODAY).problems] == [field]


@pytest.mark.req("PAY-5", "PAY-17")
@pytest.mark.parametrize(
    ("tender", "field"),
    [
        (replace(card(5_000), card_last_four="424"), "cardLastFour"),
        (replace(card(5_000), card_last_four="42424"), "cardLastFour"),
        (replace(card(5_000), card_last_four="\u0664242"), "cardLastFour"),
        (replace(card(5_000), reference=" "), "tenderReference"),
        (replace(card(5_000), reference="r" * 61), "tenderReference"),
        (TenderGiven("cheque", 5_000, "77", cheque_bank=" ", cheque_dated_on=TODAY), "chequeBank"),
        (TenderGiven("shells", 5_000), "methodBox"),
    ],
)  # fmt: skip
def test_a_tender_keeps_its_limits(tender: TenderGiven, field: str) -> None:
    found = work_out(visit(line(bill(0, 5_000)), pay=(tender,)), COINS, TODAY)
    assert [one.field for one in found.problems] == [field]


@pytest.mark.req("PAY-12")
def test_one_visit_pays_no_more_than_the_office_allows() -> None:
    limit = replace(COINS, largest_payment_minor=9_999)
    request = visit(line(bill(0, 5_000)), line(bill(1, 5_000), number="WU-2"), pay=(card(10_000),))
    assert messages(work_out(request, limit, TODAY)) == ["One visit can pay $99.99 at most."]


@pytest.mark.req("MON-4")
def test_a_minimum_above_what_is_open_leaves_only_the_whole() -> None:
    charge = replace(bill(0, 5_000), minimum_minor=9_000)
    part = replace(line(charge), shares=(Share(charge, 4_999),))
    assert work_out(visit(line(charge), pay=(cash(5_000),)), COINS, TODAY).problems == ()
    assert "INV-0: a part payment must be $50.00 or more." in messages(
        work_out(visit(part, pay=(card(4_999),)), COINS, TODAY)
    )


@pytest.mark.req("PAY-12")
def test_the_same_charge_on_two_lines_and_the_same_account_twice_are_refused() -> None:
    one = bill(0, 5_000)
    twice = visit(line(one), line(one, number="WU-2"), pay=(cash(10_000),))
    same = visit(line(one), line(bill(1, 5_000)), pay=(cash(10_000),))
    assert messages(work_out(twice, COINS, TODAY)) == ["INV-0 is ticked twice."]
    assert messages(work_out(same, COINS, TODAY)) == ["This account is already part of the visit."]


@pytest.mark.req("PAY-5")
@pytest.mark.parametrize(
    "typed",
    [
        "4111 1111 1111 1111 12/25", "12/25 4111111111111111", "no 7 4111111111111111",
        "4111.1111.1111.1111", "4111  1111  1111  1111", "4111_1111_1111_1111",
        "4111 - 1111 - 1111 - 1111", "4111\u200b1111\u200b1111\u200b1111",
        "4111\u20111111\u20111111\u20111111", "4111\t1111\t1111\t1111", "3782 822463 10005",
        "\u0664\u0661\u0661\u0661 1111 1111 1111", "5555555555554444",
    ],
)  # fmt: skip
def test_a_card_number_is_found_however_it_is_spaced(typed: str) -> None:
    assert holds_card_number(typed)


@pytest.mark.req("PAY-5")
@pytest.mark.parametrize(
    "typed",
    [
        "", "Jane called 555-1234", "INV-2025-001234 and INV-2025-001567", "4111 1111 1111 1112",
        "2025 0419 0000 1232", "0000000000000000", "9" * 30, "slip 77, 4242",
    ],
)  # fmt: skip
def test_what_is_no_card_number_may_be_noted(typed: str) -> None:
    assert not holds_card_number(typed)
