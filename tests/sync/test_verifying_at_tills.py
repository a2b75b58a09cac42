"""Online payments that are verified at two counters of one centre, in memory and for real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from counterdesk.core.clock import SystemClock
from counterdesk.core.errors import UserError
from counterdesk.models.base import table_of
from counterdesk.models.ref import PastPayment
from counterdesk.services.collected import collected
from counterdesk.services.collection import received
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import payments_page
from counterdesk.services.verify_payment import Verified, VerifyRequest, verify_payment
from counterdesk.store.session import ReadSession
from counterdesk.sync.receipt_questions import PaymentAnswer
from counterdesk.sync.records import PastPaymentFacts
from tests.conftest import find_person
from tests.sync.centres import CentreUnderTest
from tests.sync.test_credit_at_tills import exceptions
from tests.sync.tills import Till
from tests.sync.two_tills import Office, office_of

pytestmark = pytest.mark.req("ONL-2")

PAYMENT = UUID(int=0x0E1)
_past = table_of(PastPayment)


@pytest.fixture(params=["memory", "real"])
def office(
    request: pytest.FixtureRequest, centre: CentreUnderTest, tmp_path: Path
) -> Iterator[Office]:
    with office_of(request.param, centre, tmp_path) as made:
        made.admit(find_person(made.first.store, "supervisor"))
        made.tell_payment(pending())
        made.settle()
        yield made


def pending() -> PastPaymentFacts:
    """Two days ago somebody paid through the net, and the bank has not said so yet."""
    taken = datetime.now(UTC) - timedelta(days=2)
    return PastPaymentFacts(
        PAYMENT, "WEB-77", SystemClock().now_utc().date(), "Bill", "Card", 14_550, "Pending",
        "PAY-WEB-77", "TXN-WEB-77", "Online", "WEB", "System", "Nóra Number 10001", "WU-10001",
        taken.replace(microsecond=0), 14_550,
    )  # fmt: skip


def verify(till: Till, payment_id: UUID = PAYMENT) -> Verified:
    """Let the supervisor of a till vouch for it."""
    boss, asked = find_person(till.store, "supervisor"), VerifyRequest(uuid4(), payment_id)
    return till.store.write(lambda s: verify_payment(s, asked), boss).result()


def told(till: Till) -> tuple[str, str]:
    """Return how a till was told of it: status, and who verified it."""
    query = select(_past.c.status, _past.c.verified_by).where(_past.c.payment_id == PAYMENT)
    [row] = till.store.read(lambda read: read.execute(query).all()).result()
    return row.status, row.verified_by


def counted(till: Till) -> int:
    """Return what a till says was received today: by its tiles, its charts and its list alike."""

    def look(read: ReadSession) -> int:
        today = read.today()
        tile = received(read, today, today).amount_minor
        chart = sum(one.taken_minor for one in collected(read, today, today).days)
        posted = PaymentFilter(today, today, counted=True)
        listed = sum(one.collected_minor for one in payments_page(read, posted).payments)
        assert tile == chart == listed
        return tile

    return till.store.read(look, till.jane).result()


def test_a_verified_payment_counts_everywhere_and_once(office: Office) -> None:
    done = verify(office.first)
    assert told(office.first) == ("Pending", "")  # until the centre has heard
    assert counted(office.first) == 0
    office.settle()
    assert told(office.first) == told(office.second) == ("Posted", done.by)
    assert counted(office.first) == counted(office.second) == 14_550


def test_two_counters_apart_may_both_verify_it(office: Office) -> None:
    verify(office.first)
    verify(office.second)
    office.settle()
    assert told(office.first) == told(office.second)
    assert told(office.first)[0] == "Posted"
    assert counted(office.second) == 14_550
    assert exceptions(office.first) == exceptions(office.second) == []


def test_nobody_verifies_twice_at_one_counter(office: Office) -> None:
    verify(office.first)
    with pytest.raises(UserError, match="verified it here before"):
        verify(office.first)
    office.settle()
    with pytest.raises(UserError, match="not pending any more"):
        verify(office.first)


def test_what_failed_meanwhile_does_not_count_and_is_told_in_words(office: Office) -> None:
    verify(office.first)
    office.tell_payment(replace(pending(), status="Failed"))
    office.settle()
    assert told(office.first) == told(office.second) == ("Failed", "")
    [wrong] = exceptions(office.first)
    assert "PAY-WEB-77 was verified, and does not count by it: it is Failed" in wrong
    assert counted(office.second) == 0


def test_whoever_may_not_at_the_centre_changes_nothing(office: Office) -> None:
    manager = find_person(office.first.store, "manager")
    asked = VerifyRequest(uuid4(), PAYMENT)
    office.first.store.write(lambda s: verify_payment(s, asked), manager).result()
    office.settle()
    assert told(office.second) == ("Pending", "")
    assert "whoever verified it may not" in exceptions(office.first)[0]
    verify(office.first)  # somebody who may can do it after all
    office.settle()
    assert told(office.second)[0] == "Posted"


def test_a_payment_that_the_centre_has_no_more_waits_for_it(office: Office) -> None:
    done = verify(office.first)
    office.tell_payment(replace(pending(), amount_minor=14_551, collected_minor=14_551))
    office.settle()
    assert told(office.first) == ("Pending", "")
    assert "another one here" in exceptions(office.first)[0]
    assert done.event_seq > 0


@pytest.mark.req("PAY-20")
def test_no_counter_takes_back_what_came_through_the_net(office: Office) -> None:
    verify(office.first)
    answers: list[PaymentAnswer] = []
    office.second.sync.ask_payment("WEB-77", answers.append)
    office.settle()
    [answer] = answers
    assert answer.payment is None
    assert told(office.second)[0] == "Posted"
