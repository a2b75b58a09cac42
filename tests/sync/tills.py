"""Tills at one real centre: each with a store and a line of its own, and a cashier who pays in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from counterdesk.core.clock import Clock, SystemClock
from counterdesk.core.ids import new_uuid7
from counterdesk.core.permissions import Actor
from counterdesk.core.receipt_code import Certificate
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.demo.sample import sample_people
from counterdesk.models.ledger import Event
from counterdesk.services.consumers import AccountView, account_view, find_exactly
from counterdesk.services.payments import take_payment
from counterdesk.services.receipt_check import make_certificate
from counterdesk.services.secret_hash import HashCost
from counterdesk.services.setup import set_up_counter
from counterdesk.services.shifts import open_shift
from counterdesk.services.taken import PaymentTaken
from counterdesk.store.session import ReadSession
from counterdesk.store.store import NewCounter, Store
from counterdesk.sync.centre.migrating import close_to_the_public
from counterdesk.sync.counter_sync import CounterSync
from counterdesk.sync.link import Link
from counterdesk.sync.postgres_link import PostgresLink
from counterdesk.sync.records import AccountFacts, ChargeFacts, ConsumerFacts
from counterdesk.sync.status import SyncStatus
from tests.conftest import UNLOCK, find_person
from tests.sync.centres import CentreUnderTest, CounterLogin

UTILITY_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_CHEAP = HashCost(memory_kib=8, passes=1, lanes=1)
_OWNED = {
    "charge": "charges", "plan": "plans", "payment": "payments", "credit_note": "credits",
}  # fmt: skip


def new_store(
    folder: Path, code: str, counter_id: UUID | None = None, clock: Clock | None = None
) -> Store:
    """A new counter's store: its people, no numbers, and nothing from the centre."""
    clock = clock or SystemClock()

    def certify(counter: UUID, public_key: bytes) -> bytes:
        today = clock.now_utc().date()
        until = today + timedelta(days=365)
        return make_certificate(UTILITY_KEY, Certificate(counter, code, public_key, today, until))

    new = NewCounter(code, f"Counter {code}", "Main office", counter_id, certify)
    store, _recovery_code = Store.create(folder, UNLOCK, new, clock)
    store.write(lambda s: set_up_counter(s, sample_people(), (), _CHEAP)).result()
    return store


class Till:
    """A counter of a centre, as its cashier and its sync see it."""

    def __init__(self, store: Store, link: Link) -> None:
        self.store = store
        self.link = link
        self.told: list[SyncStatus] = []
        self.sync = CounterSync(store, link, Random(7), self.told.append)

    @property
    def jane(self) -> Actor:
        """Who takes the payments."""
        return find_person(self.store, "jane")

    @property
    def status(self) -> SyncStatus:
        """What was told last."""
        return self.told[-1]

    def settle(self) -> None:
        """Go on until there is nothing to do, or the centre is away."""
        for _turn in range(500):
            if self.sync.step().seconds > 0:
                return
        raise AssertionError("sync never comes to rest")

    def hear(self, seconds: float = 5.0) -> None:
        """Wait for the feed, then do what it asks for."""
        self.sync.listen(seconds)
        self.settle()

    def open_shift(self) -> None:
        """Begin the day."""
        self.store.write(lambda s: open_shift(s, 10_000), self.jane).result()

    def view(self, number: str) -> AccountView:
        """Look an account up."""

        def look_up(read: ReadSession) -> AccountView:
            hit = find_exactly(read, number)
            assert hit is not None, number
            return account_view(read, hit.consumer_id)

        return self.store.read(look_up, self.jane).result()

    def owed(self, number: str) -> int:
        """What the window says that an account owes."""
        return sum(one.outstanding_minor for one in self.view(number).charges)

    def pay(self, number: str, amount: int | None = None, handed: int = 0) -> PaymentTaken:
        """Take cash for the first open charge of an account; what is handed over is kept."""
        return self.take(self.visit(number, amount, handed))

    def visit(self, number: str, amount: int | None = None, handed: int = 0) -> PaymentRequest:
        """Return what a cashier asks for who pays the first open charge of an account."""
        view = self.view(number)
        charge = view.charges[0]
        share = Share(charge, charge.outstanding_minor if amount is None else amount)
        line = AccountLine(view.account, (share,), 0, view.charges)
        return PaymentRequest(
            uuid4(), "Walk-in", (line,), (TenderGiven("cash", handed or share.amount_minor),),
            keep_change=bool(handed),
        )  # fmt: skip

    def take(self, visit: PaymentRequest) -> PaymentTaken:
        """Take a payment."""
        return self.store.write(lambda s: take_payment(s, visit), self.jane).result()

    def close(self) -> None:
        """End as the program does."""
        self.sync.close()
        self.store.close()


def ledger_bytes(till: Till) -> list[bytes]:
    """Return what a till did, as it stands in its ledger."""
    query = select(Event.body).order_by(Event.seq)
    return list(till.store.read(lambda r: r.execute(query).scalars().all()).result())


def centre_bytes(centre: CentreUnderTest, till: Till) -> list[bytes]:
    """Return what the centre keeps of a till."""
    rows = "select body from cd.event where counter_id = %s order by seq"
    return [bytes(body) for (body,) in centre.execute(rows, (till.store.counter.counter_id,))]


def till_at(centre: CentreUnderTest, folder: Path, code: str) -> Till:
    """A new counter that the centre knows."""
    counter_id = new_uuid7(datetime.now(UTC))
    store = new_store(folder / code, code, counter_id)
    login = centre.add_counter(code, counter_id, store.counter.public_key)
    return Till(store, PostgresLink(login.conninfo))


def login_of(centre: CentreUnderTest, store: Store) -> CounterLogin:
    """Let the centre know a store's counter."""
    return centre.add_counter(
        store.counter.code, store.counter.counter_id, store.counter.public_key
    )


def account(place: int, *amounts: int) -> AccountFacts:
    """An account with a bill of each amount, the oldest first: twelve a year from 2025."""
    bills = tuple(_bill(place, number, amount) for number, amount in enumerate(amounts, 1))
    consumer = ConsumerFacts(
        UUID(int=place << 32), f"WU-{place}", f"Nóra Number {place}", f"{place} Main Street",
        f"(555) 100-{place}",
    )  # fmt: skip
    return AccountFacts(consumer, bills)


def _bill(place: int, number: int, amount: int) -> ChargeFacts:
    year, month = 2025 + (number - 1) // 12, (number - 1) % 12 + 1
    return ChargeFacts(
        UUID(int=place << 32 | 1 << 24 | number), "Bill", f"INV-{place:03}{number:02}",
        date(year, month, 1), date(year, month, 15), amount, period=f"{year}-{month:02}",
    )  # fmt: skip


def import_accounts(centre: CentreUnderTest, accounts: Iterable[AccountFacts]) -> None:
    """Write accounts into the centre and tell them in its feed."""
    for one in accounts:
        _insert(centre, "consumer", one.consumer)
        publish(centre, "consumer", one.consumer.consumer_id)
        for charge in one.charges:
            _insert(centre, "charge", charge, consumer_id=one.consumer.consumer_id)
            publish(centre, "charge", charge.charge_id)


def publish(centre: CentreUnderTest, kind: str, key: Any) -> None:
    """Tell a change in the feed."""
    centre.execute("select cd.publish(array[%s], array[%s])", (kind, str(key)))


def _insert(centre: CentreUnderTest, table: str, facts: Any, **more: Any) -> None:
    row = {item.name: getattr(facts, item.name) for item in fields(facts)} | more
    row.pop("applied_through", None)
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    centre.execute(f"insert into cd.{table} ({names}) values ({marks})", tuple(row.values()))


def restored(
    centre: CentreUnderTest, tills: Iterable[Till], *, happens: Callable[[], None]
) -> None:
    """Put the centre back to where it stood before something happened, as from a backup."""
    backup = f"{centre.database}_backup"
    _copy(centre, tills, centre.database, backup)
    happens()
    _copy(centre, tills, backup, centre.database)


def _copy(centre: CentreUnderTest, tills: Iterable[Till], source: str, target: str) -> None:
    for till in tills:
        till.link.close()
    centre._connection.close()
    with psycopg.connect(centre._server.conninfo(), autocommit=True) as server:
        server.execute(f"drop database if exists {target} with (force)")
        server.execute(f"create database {target} template {source}")
    centre._connection = psycopg.connect(centre.conninfo, autocommit=True)
    close_to_the_public(centre._connection)
