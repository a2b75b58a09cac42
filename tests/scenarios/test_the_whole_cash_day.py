"""A whole cash day, from the morning's float to the bank's number: nothing stays unexplained.

The same day with the line up and without it; and as the centre has it in the evening.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from sqlalchemy import func, select

from counterdesk.core.differences import Cause
from counterdesk.core.drawer import MoveKind, Pieces
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.cash_office import Deposit
from counterdesk.models.ledger import ShiftClosed, Tender
from counterdesk.services.cash_room import undeposited
from counterdesk.services.deposit_list import deposits
from counterdesk.services.settling import open_differences
from counterdesk.store.store import Store
from tests.conftest import hire
from tests.scenarios.cash_day import Clerk, causes, cheque
from tests.services.till import card, cash
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import push, put_account
from tests.ui.neighbours import account, fill

FLOAT: Pieces = ((2_000, 3), (1_000, 3), (100, 8), (25, 8))
"""100.00"""

FOR_THE_BANK: Pieces = (
    (10_000, 2), (5_000, 1), (1_000, 1), (500, 1), (100, 3), (50, 1), (10, 2),
)  # fmt: skip
"""268.70: 301.00 in cash, less 20.00 refunded, postage of 7.80, and 4.50 that are short."""

NEIGHBOURS = (
    account("WU-20001", "Ann Ash", 8_000), account("WU-20002", "Bo Birch", 9_990),
    account("WU-20003", "Cy Cole", 6_000, 5_000), account("WU-20004", "Di Dale", 4_550),
)  # fmt: skip


@dataclass(frozen=True)
class Day:
    """Who is there, and the centre far away."""

    jane: Clerk
    bob: Clerk
    boss: Clerk
    town: CentreUnderTest
    goes_home: Callable[[], None]
    """The line comes up in the evening at the latest."""


@pytest.fixture(params=["online", "offline"])
def day(
    request: pytest.FixtureRequest,
    store: Store,
    cashier: Actor,
    supervisor: Actor,
    town: CentreUnderTest,
) -> Iterator[Day]:
    """The counter in the morning, once with the line up and once without."""
    fill(store, *NEIGHBOURS)
    for one in NEIGHBOURS:
        put_account(town, one)
    bob = store.write(lambda s: hire(s, Role.CASHIER, "Bob")).result()
    own = json.loads(store.read_journal().entries[0].body)["counter_id"]
    with psycopg.connect(town.add_counter("C07", own).conninfo, autocommit=True) as line:
        sent = [0]

        def send() -> None:
            entries = store.read_journal().entries
            assert push(line, entries[sent[0] :])["status"] == "OK"
            sent[0] = len(entries)

        each = send if request.param == "online" else lambda: None
        yield Day(
            Clerk(store, cashier, "jane", each), Clerk(store, bob, "bob", each),
            Clerk(store, supervisor, "supervisor", each), town, send,
        )  # fmt: skip


@pytest.mark.req("PAY-17", "PAY-19", "PAY-20", "CN-5", "MON-8")
@pytest.mark.req("CASH-1", "CASH-2", "CASH-3", "CASH-4", "CASH-5", "CASH-7", "MON-11", "AUD-1")
def test_the_whole_cash_day(day: Day) -> None:
    jane, bob, boss = day.jane, day.bob, day.boss

    # The morning: the float is counted. Cy has a receipt written by hand, from yesterday's outage.
    first = jane.opens_with(FLOAT)
    jane.captures("A-17", "WU-20003", cash(6_000), by=boss)
    john = jane.takes("WU-10001", cash(15_000))
    ann = jane.takes("WU-20001", cheque(8_000, "000123"))
    jane.takes("WU-20002", card(9_990))
    jane.moves(MoveKind.CHANGE_IN, 2_000)
    jane.moves(MoveKind.PAID_OUT, 780, "Postage")

    # Di's bill is taken and she changes her mind; John was billed 20.00 too much.
    jane.voids(jane.takes("WU-20004", cash(5_000)))
    jane.gives_back(john, 2_000, "meter read wrongly", by=boss)

    # Too much lies in the drawer: 150.00 go to the safe, written down as 105.00 and put right.
    wrong = jane.moves(MoveKind.DROP, 10_500, envelope="E-17")
    jane.takes_back(wrong, "digits swapped: 150.00")
    jane.moves(MoveKind.DROP, 15_000, envelope="E-17")
    jane.makes_an_x_report()

    # Noon: Bob does not take what was counted wrongly; counted again, he does.
    in_haste = jane.counts(((2_000, 4), (1_000, 3), (500, 3), (100, 2), (10, 7)), ((8_000, 1),))
    assert in_haste.methods[0].difference_minor == -2_000
    assert Cause.PIECE_MISCOUNTED in causes(in_haste)["cash"]
    jane.is_refused_by(bob, in_haste, "I count another sum")
    rightly = jane.counts(((2_000, 5), (1_000, 3), (500, 3), (100, 2), (10, 7)), ((8_000, 1),))
    assert [one.difference_minor for one in rightly.methods] == [0, 0]
    jane.hands_over(rightly, to=bob)
    second = bob.shift

    # The afternoon: Bob's drawer goes on with Jane's cash; the change for Di goes out twice.
    bob.takes("WU-20003", cash(5_000))
    twice = bob.takes("WU-20004", cash(5_000))

    # The evening: he is 4.50 short, the count says why, and he says so.
    counted = bob.counts(
        ((10_000, 1), (5_000, 1), (2_000, 3), (1_000, 2), (500, 1), (100, 3), (10, 7))
    )
    assert counted.methods[0].difference_minor == -450
    assert Cause.CHANGE_TWICE in causes(counted)["cash"]
    bob.closes(counted, {"cash": f"the change of {twice.receipt_number} was given twice"})

    # Both turn in what they have; nothing is the supervisor's until it is counted and signed for.
    jane.turns_in(first)
    boss.takes_over(first, from_=jane)
    bob.turns_in(second)
    boss.sends_back(second, bob, "the wrapper of the twenties is torn: count it again")
    bob.turns_in(second)
    boss.takes_over(second, from_=bob)

    # One slip for both; the float and the change fund stay. Then the bank confirms it.
    made = boss.deposits(FOR_THE_BANK, first, second)
    boss.hears_from_the_bank(made, "B-4711")

    # Ann's cheque comes back from the bank: she owes her bill again. Di brings the 4.50 back.
    jane.hears_that_it_bounced(ann)
    assert boss.settles("Di Dale brought the change back") == -450

    evening(day)
    day.goes_home()
    at_the_centre(day)


def evening(day: Day) -> None:
    """What an auditor asks here: is every cent somewhere, and every difference settled?"""
    till, look = day.boss.till, day.boss.till.store.read
    assert look(undeposited, till.actor).result() == ()
    assert look(open_differences, till.actor).result() == ()
    [slip] = look(deposits, till.actor).result()
    assert (slip.cash_minor, slip.cheques_minor, slip.bank_number) == (26_870, 8_000, "B-4711")
    assert slip.mix == ("S-2025-00002: $4.50 less cash than received.",)
    kept = select(func.sum(Tender.amount_minor - Tender.change_minor))
    in_cash = till.one(kept.where(Tender.kind == "cash"))
    off = till.one(select(func.sum(ShiftClosed.counted_minor - ShiftClosed.expected_minor)))
    voided, refunded = 4_550, 2_000
    assert in_cash - voided - refunded - 780 + off == till.one(select(Deposit.cash_minor)) == 26_870
    assert till.findings() == ()


def at_the_centre(day: Day) -> None:
    """The same day, as the office sees it from afar: nothing waits, and it comes to the same."""
    town = day.town
    assert town.value("select count(*) from cd.suspense") == 0
    drawers = "select expected_minor, cd.expected_drawer(shift_id) from cd.shift_closed"
    assert [here == there for here, there in town.execute(drawers)] == [True, True]
    assert town.execute(
        "select f.number, t.number, h.cash_minor from cd.shift_handover as h"
        " join cd.shift as f on f.id = h.from_shift_id join cd.shift as t on t.id = h.to_shift_id"
    ) == [("S-2025-00001", "S-2025-00002", 14_770)]
    banked = "select cash_minor, cheques_minor, bank_number from cd.deposit left join"
    assert town.execute(f"{banked} cd.deposit_validated on deposit_id = id") == [
        (26_870, 8_000, "B-4711")
    ]  # fmt: skip
    still_open = (
        "select coalesce(sum(counted_minor - expected_minor), 0)::bigint"
        " - (select coalesce(sum(amount_minor), 0)::bigint from cd.difference_settled)"
        " from cd.shift_method"
    )
    assert town.value(still_open) == 0
