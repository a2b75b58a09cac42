"""Two tills of one centre, in memory or for real, and one account whose credit both may spend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from counterdesk.core.clock import SystemClock
from counterdesk.core.credit import NoteNow
from counterdesk.core.ids import new_uuid7
from counterdesk.core.permissions import Actor
from counterdesk.core.settings import settings_rows
from counterdesk.core.visit import PaymentRequest, TenderGiven
from counterdesk.demo.sample import sample_settings
from counterdesk.services.verification import verify
from counterdesk.sync.credit_holds import HoldAnswer, HoldAsked
from counterdesk.sync.records import PastPaymentFacts
from tests.faults.memory_centre import MemoryCentre
from tests.faults.memory_link import MemoryLink
from tests.sync.centres import CentreUnderTest
from tests.sync.tills import Till, account, import_accounts, new_store, publish, till_at

JOHN = "10001"
_CONSUMER = account(10_001).consumer.consumer_id


@dataclass
class Office:
    """Two tills at a centre."""

    first: Till
    second: Till
    expire: Callable[[], None]
    """Let every note that is held be free again."""

    tell_payment: Callable[[PastPaymentFacts], None]
    """Let the centre know, or know anew, of a payment of the account that came through the net."""

    admit: Callable[[Actor], None]
    """Let the centre know what a person may do."""

    def settle(self) -> None:
        """Let both tell and hear everything."""
        for till in (self.first, self.second) * 2:
            till.sync._pace.poll_now()
            till.settle()


@contextmanager
def office_of(kind: str, centre: CentreUnderTest, folder: Path) -> Iterator[Office]:
    """Two counters with their shifts open, and an account that owes 145.50 and 90.00."""
    made = (_in_memory if kind == "memory" else _for_real)(centre, folder)
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

    def tell(facts: PastPaymentFacts) -> None:
        row = {item.name: getattr(facts, item.name) for item in fields(facts)}
        row |= {"id": row.pop("payment_id"), "number": row.pop("payment_number")}
        row |= {"consumer_id": _CONSUMER, "counter_id": UUID(int=0), "event_seq": 0}
        row["transaction_id"] = UUID(int=0)
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        centre.execute("delete from cd.payment where id = %s", (facts.payment_id,))
        centre.execute(f"insert into cd.payment ({names}) values ({marks})", tuple(row.values()))
        publish(centre, "payment", facts.payment_id)

    def admit(person: Actor) -> None:
        centre.add_person(person.user_id, person.role)

    return Office(first, second, expire, tell, admit)


def _in_memory(_centre: CentreUnderTest, folder: Path) -> Office:
    settings = replace(sample_settings(), offline_credit_own_shift=True)
    memory = MemoryCentre("USD", settings_rows(settings), SystemClock())
    memory.import_account(account(10_001, 14_550, 9_000))

    def till(code: str) -> Till:
        counter_id = new_uuid7(datetime.now(UTC))
        store = new_store(folder / code, code, counter_id)
        memory.add_counter(counter_id, store.counter.public_key, code)
        return Till(store, MemoryLink(memory, counter_id))

    def tell(facts: PastPaymentFacts) -> None:
        memory.books.payments[facts.payment_id] = (_CONSUMER, facts)
        memory.publish([("payment", facts.payment_id)])

    def admit(person: Actor) -> None:
        memory.books.people[person.user_id] = person.role

    return Office(till("C01"), till("C02"), memory.books.held.clear, tell, admit)


def _findings(till: Till) -> tuple[str, ...]:
    store = till.store
    return store.write(lambda s: verify(s, store.read_journal())).result().findings


def notes_of(till: Till) -> tuple[NoteNow, ...]:
    """Return the account's notes as a till shows them."""
    return till.view(JOHN).notes


def note_of(till: Till) -> NoteNow:
    """Return the only one."""
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
    """Return the visit after the centre held what it spends."""
    return replace(visit, held_notes=frozenset(one for one, _minor in visit.notes_spent))
