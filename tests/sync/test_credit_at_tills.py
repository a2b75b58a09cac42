"""Credit notes spent at two counters of one centre, in memory and for real, to the cent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from counterdesk.core.clock import SystemClock
from counterdesk.core.credit import NoteNow
from counterdesk.core.errors import UserError
from counterdesk.core.ids import new_uuid7
from counterdesk.core.settings import settings_rows
from counterdesk.core.visit import PaymentRequest, TenderGiven
from counterdesk.demo.sample import sample_settings
from counterdesk.models.ledger import Event
from counterdesk.models.ref import ExceptionItem
from counterdesk.services.collection import received
from counterdesk.services.verification import verify
from counterdesk.sync.credit_holds import HoldAnswer, HoldAsked
from counterdesk.sync.postgres_link import PostgresLink
from tests.faults.memory_centre import MemoryCentre
from tests.faults.memory_link import MemoryLink
from tests.sync.centres import CentreUnderTest
from tests.sync.tills import Till, account, import_accounts, new_store, till_at

JOHN = "10001"


@dataclass
class Office:
    """Two tills at a centre."""

    first: Till
    second: Till
    expire: Callable[[], None]
    """Let every note that is held be free again."""

    def settle(self) -> None:
        """Let both tell and hear everything."""
        for till in (self.first, self.second) * 2:
            till.sync._pace.poll_now()
            till.settle()


@pytest.fixture(params=["memory", "real"])
def office(
    request: pytest.FixtureRequest, centre: CentreUnderTest, tmp_path: Path
) -> Iterator[Office]:
    """Two counters with their shifts open, and an account that owes 145.50 and 90.00."""
    make = _in_memory if request.param == "memory" else _for_real
    made = make(centre, tmp_path)
    for till in (made.first, made.second):
        till.settle()
        till.open_shift()
    made.settle()
    yield made
    for till in (made.first, made.second):
        assert _findings(till) == ()
        till.close()


def _for_real(centre: CentreUnderTest, folder: Path) -> Office:
    centre.set_setting("offline_credit_own_shift", True)
    import_accounts(centre, [account(10_001, 14_550, 9_000)])
    first, second = (till_at(centre, folder, code) for code in ("C01", "C02"))

    def expire() -> None:
        centre.execute("update cd.reservation set held_until = now() - interval '1 second'")

    return Office(first, second, expire)


def _in_memory(_centre: CentreUnderTest, folder: Path) -> Office:
    settings = replace(sample_settings(), offline_credit_own_shift=True)
    memory = MemoryCentre("USD", settings_rows(settings), SystemClock())
    memory.import_account(account(10_001, 14_550, 9_000))

    def till(code: str) -> Till:
        counter_id = new_uuid7(datetime.now(UTC))
        store = new_store(folder / code, code, counter_id)
        memory.add_counter(counter_id, store.counter.public_key, code)
        return Till(store, MemoryLink(memory, counter_id))

    return Office(till("C01"), till("C02"), memory.books.held.clear)


def _findings(till: Till) -> tuple[str, ...]:
    store = till.store
    return store.write(lambda s: verify(s, store.read_journal())).result().findings


def notes_of(till: Till) -> tuple[NoteNow, ...]:
    return till.view(JOHN).notes


def note_of(till: Till) -> NoteNow:
    [note] = notes_of(till)
    return note


def spending(till: Till, minor: int, amount: int | None = None) -> PaymentRequest:
    """Return a visit that pays a bill, so much of it with the note and the rest in cash."""
    visit, note = till.visit(JOHN, amount), note_of(till)
    due = visit.lines[0].total_minor
    credit = TenderGiven(
        "credit", minor, credit_note_id=note.id, credit_note_number=note.number,
        credit_account=visit.lines[0].account.account_number,
        credit_remaining_minor=note.remaining_minor,
    )  # fmt: skip
    rest = (TenderGiven("cash", due - minor),) if due > minor else ()
    return replace(visit, tenders=(credit, *rest))


def hold(till: Till, visit: PaymentRequest) -> HoldAnswer:
    """Ask the centre to hold what a visit spends."""
    answers: list[HoldAnswer] = []
    asked = HoldAsked(visit.request_id, visit.notes_spent)
    till.sync.hold_credit(asked, answers.append)
    till.settle()
    [answer] = answers
    return answer


def held(visit: PaymentRequest) -> PaymentRequest:
    return replace(visit, held_notes=frozenset(one for one, _minor in visit.notes_spent))


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
