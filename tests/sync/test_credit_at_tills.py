"""Credit notes spent at two counters of one centre, in memory and for real, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.models.ledger import Event
from counterdesk.models.ref import ExceptionItem
from counterdesk.services.collection import received
from counterdesk.sync.postgres_link import PostgresLink
from tests.sync.centres import CentreUnderTest
from tests.sync.tills import Till
from tests.sync.two_tills import JOHN, Office, held, hold, note_of, notes_of, office_of, spending


@pytest.fixture(params=["memory", "real"])
def office(
    request: pytest.FixtureRequest, centre: CentreUnderTest, tmp_path: Path
) -> Iterator[Office]:
    with office_of(request.param, centre, tmp_path) as made:
        yield made


def exceptions(till: Till) -> list[str]:
    query = select(ExceptionItem.reason).where(ExceptionItem.state == "open")
    return list(till.store.read(lambda read: read.execute(query).scalars().all()).result())


@pytest.mark.req("MON-12", "CN-5", "MON-6")
def test_a_note_made_at_one_counter_is_spent_at_the_other(office: Office) -> None:
    office.first.pay(JOHN, 5_000, handed=11_000)  # 60.00 too much
    office.settle()
    visit = spending(office.second, 6_000, 9_550)
    assert hold(office.second, visit).held
    taken = office.second.take(held(visit))
    assert taken.paid_minor == 9_550
    assert note_of(office.second).remaining_minor == 0
    assert note_of(office.first).remaining_minor == 6_000, "not told yet"
    office.settle()
    for till in (office.first, office.second):
        assert (note_of(till).status, note_of(till).used_tenths) == ("Applied", 1_000)
        assert till.owed(JOHN) == 9_000
        assert exceptions(till) == []


@pytest.mark.req("MON-12", "MON-5", "MON-6")
def test_two_counters_one_bill_and_the_note_of_it_pays_the_next_bill(office: Office) -> None:
    for till in (office.first, office.second):
        till.pay(JOHN)
    office.settle()
    assert note_of(office.first).remaining_minor == 14_550
    visit = spending(office.first, 9_000)
    assert hold(office.first, visit).held
    office.first.take(held(visit))
    office.settle()
    for till in (office.first, office.second):
        assert (note_of(till).remaining_minor, till.owed(JOHN)) == (5_550, 0)
    today = office.first.store.clock.now_utc().date()
    assert _collected(office.first, today) == 29_100, "spent credit is not collected again"


def _collected(till: Till, today: object) -> int:
    got = till.store.read(lambda read: received(read, today, today), till.jane)  # type: ignore[arg-type]
    return got.result().amount_minor


@pytest.mark.req("MON-6")
def test_of_two_counters_that_want_a_note_one_is_told_who_has_it(office: Office) -> None:
    office.first.pay(JOHN, 5_000, handed=11_000)
    office.settle()
    mine, theirs = spending(office.first, 6_000, 9_550), spending(office.second, 6_000, 9_550)
    assert hold(office.first, mine).held
    [refused] = hold(office.second, theirs).refused
    assert (refused.holder, refused.free_minor) == ("C01", 0)
    assert refused.until_utc is not None
    with pytest.raises(UserError, match="The centre cannot be asked now"):
        office.second.take(theirs)
    office.first.sync.release_credit(mine.request_id)
    office.first.settle()
    assert hold(office.second, theirs).held


@pytest.mark.req("MON-6")
def test_what_a_counter_holds_and_never_spends_runs_out(office: Office) -> None:
    office.first.pay(JOHN, 5_000, handed=11_000)
    office.settle()
    assert hold(office.first, spending(office.first, 6_000, 9_550)).held
    theirs = spending(office.second, 6_000, 9_550)
    assert not hold(office.second, theirs).held
    office.expire()
    assert hold(office.second, theirs).held


@pytest.mark.req("MON-6", "SYNC-1", "SYNC-3")
def test_a_note_spent_at_two_counters_all_the_same_is_overspent_and_looked_at(
    office: Office,
) -> None:
    office.first.pay(JOHN, 5_000, handed=11_000)
    office.settle()
    office.first.take(spending(office.first, 6_000, 9_550))  # made in this shift, and no centre
    theirs = spending(office.second, 5_000, 9_550)
    assert hold(office.second, theirs).held
    office.second.take(held(theirs))
    office.settle()
    assert exceptions(office.first) == []
    [said] = exceptions(office.second)
    assert "5000" in said
    for till in (office.first, office.second):
        # The second payment of the bill is credit again, held until somebody has looked at it.
        notes = {(one.amount_minor, one.remaining_minor, one.status) for one in notes_of(till)}
        assert notes == {(6_000, 0, "Applied"), (9_550, 9_550, "Held")}
        assert (till.owed(JOHN), till.view(JOHN).credit_minor) == (9_000, 0)


@pytest.mark.req("MON-6", "SYNC-1")
def test_a_note_that_waits_to_be_sent_is_sent_before_it_is_held(office: Office) -> None:
    office.first.pay(JOHN, 5_000, handed=11_000)
    visit = spending(office.first, 6_000, 9_550)
    assert hold(office.first, visit).held
    kinds = office.first.store.read(
        lambda read: read.execute(select(Event.kind)).scalars().all()
    ).result()
    assert "payment.taken" in kinds


@pytest.mark.req("SYNC-1")
def test_a_centre_that_goes_away_while_it_is_asked_counts_as_away(office: Office) -> None:
    office.first.pay(JOHN, 5_000, handed=11_000)
    office.settle()
    visit, sync = spending(office.first, 6_000, 9_550), office.first.sync
    office.first.link.close()
    sync._link = sync._exchange._link = sync._holds._link = PostgresLink("host=127.0.0.1 port=1")
    assert hold(office.first, visit).away
    assert hold(office.first, visit).away, "and it is not asked again"
    office.first.take(visit)
    assert note_of(office.first).remaining_minor == 0
