"""Payments that are disputed at two counters of one centre, in memory and for real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from counterdesk.core.disputes import Category, Dispute, Outcome
from counterdesk.models.ledger import Payment
from counterdesk.services.disputes import (
    CloseRequest,
    RaiseRequest,
    close_dispute,
    disputes_of_consumer,
    raise_dispute,
)
from tests.conftest import find_person
from tests.sync.centres import CentreUnderTest
from tests.sync.test_credit_at_tills import exceptions
from tests.sync.test_verifying_at_tills import PAYMENT as ONLINE
from tests.sync.test_verifying_at_tills import counted, pending
from tests.sync.tills import Till, account, import_accounts, restored, till_at
from tests.sync.two_tills import JOHN, Office, office_of

pytestmark = pytest.mark.req("DISP-1", "SYNC-3")


@pytest.fixture(params=["memory", "real"])
def office(
    request: pytest.FixtureRequest, centre: CentreUnderTest, tmp_path: Path
) -> Iterator[Office]:
    with office_of(request.param, centre, tmp_path) as made:
        for till in (made.first, made.second):
            made.admit(find_person(till.store, "supervisor"))
        yield made


def paid(till: Till) -> UUID:
    """Take John's next bill; return the payment."""
    taken = till.pay(JOHN)
    one = select(Payment.id).where(Payment.transaction_id == taken.transaction_id)
    found: UUID = till.store.read(lambda read: read.execute(one).scalar_one()).result()
    return found


def doubt(till: Till, payment_id: UUID, amount_minor: int = 9_000) -> Dispute:
    """Let the cashier of a till write down what the consumer says."""
    asked = RaiseRequest(uuid4(), payment_id, Category.DUPLICATE, amount_minor, "Charged twice.")
    return till.store.write(lambda s: raise_dispute(s, asked), till.jane).result()


def close(
    till: Till, dispute: Dispute, outcome: Outcome = Outcome.REFUNDED, login: str = "supervisor"
) -> Dispute:
    """Let somebody at a till close a dispute."""
    asked = CloseRequest(uuid4(), dispute.id, outcome, "The bank shows it.")
    person = find_person(till.store, login)
    return till.store.write(lambda s: close_dispute(s, asked), person).result()


def seen(till: Till) -> list[Dispute]:
    """Return John's disputes as a till shows them, the newest first."""
    consumer = account(10_001).consumer.consumer_id
    return list(
        till.store.read(lambda read: disputes_of_consumer(read, consumer), till.jane).result()
    )


def test_raised_at_one_counter_closed_at_the_other_and_seen_at_both(office: Office) -> None:
    raised = doubt(office.first, paid(office.first))
    assert seen(office.first) == [raised]
    assert seen(office.second) == []  # until the centre has heard
    office.settle()
    assert seen(office.first) == seen(office.second) == [raised]
    done = close(office.second, raised)
    assert seen(office.second) == [done]
    assert seen(office.first) == [raised]
    office.settle()
    assert seen(office.first) == seen(office.second) == [done]
    assert done == replace(raised, closing=done.closing)
    assert exceptions(office.first) == exceptions(office.second) == []


def test_what_another_counter_took_and_what_came_through_the_net_is_disputed_too(
    office: Office,
) -> None:
    taken = paid(office.first)
    office.tell_payment(replace(pending(), taken_at_utc=datetime.now(UTC).replace(microsecond=0)))
    office.settle()
    before = counted(office.first), counted(office.second)
    raised = [doubt(office.second, ONLINE), doubt(office.second, taken)]
    office.settle()
    assert {one.number for one in raised} == {one.number for one in seen(office.first)}
    assert seen(office.first) == seen(office.second)
    assert {one.counter for one in seen(office.first)} == {"C02"}
    assert before == (counted(office.first), counted(office.second))


def test_the_first_of_two_closings_counts_and_both_are_well(office: Office) -> None:
    raised = doubt(office.first, paid(office.first))
    office.settle()
    first = close(office.first, raised, Outcome.REJECTED)
    close(office.second, raised, Outcome.REFUNDED)
    office.settle()
    assert seen(office.first) == seen(office.second) == [first]
    assert exceptions(office.first) == exceptions(office.second) == []


def test_two_counters_apart_may_both_doubt_a_payment(office: Office) -> None:
    taken = paid(office.first)
    office.settle()
    both = [doubt(till, taken) for till in (office.first, office.second)]
    office.settle()
    assert {one.number for one in both} == {one.number for one in seen(office.second)}
    assert seen(office.first) == seen(office.second)


@pytest.mark.req("DISP-2")
def test_whoever_may_not_at_the_centre_closes_nothing(office: Office) -> None:
    raised = doubt(office.first, paid(office.first))
    close(office.first, raised, login="manager")  # whom the centre does not know
    office.settle()
    assert seen(office.first) == seen(office.second) == [raised]
    [wrong] = exceptions(office.first)
    assert f"dispute {raised.number} was closed, and stays open" in wrong
    done = close(office.first, raised)
    office.settle()
    assert seen(office.first) == seen(office.second) == [done]


@pytest.mark.req("SYNC-2")
def test_a_restored_centre_is_told_again(centre: CentreUnderTest, tmp_path: Path) -> None:
    import_accounts(centre, [account(10_001, 14_550)])
    first, second = tills = [till_at(centre, tmp_path, code) for code in ("C01", "C02")]
    office = Office(first, second, lambda: None, lambda _told: None, lambda _who: None)
    boss = find_person(second.store, "supervisor")
    centre.add_person(boss.user_id, boss.role)
    for till in tills:
        till.settle()
        till.open_shift()
    office.settle()
    done: list[Dispute] = []

    def happens() -> None:
        raised = doubt(first, paid(first))
        office.settle()
        done.append(close(second, raised))
        office.settle()

    restored(centre, tills, happens=happens)
    assert centre.value("select count(*) from cd.dispute") == 0
    office.settle()
    assert centre.value("select count(*) from cd.suspense where state = 'open'") == 0
    assert seen(first) == seen(second) == done
    newcomer = till_at(centre, tmp_path, "C03")
    newcomer.settle()
    assert seen(newcomer) == done
    for till in (*tills, newcomer):
        till.close()
