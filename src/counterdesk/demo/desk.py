"""The demo's data folder: a counter, its people, the town, and Jane's open shift."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterdesk.core.clock import Clock
from counterdesk.core.permissions import Actor, Role
from counterdesk.core.printers import PrinterSetting, Way
from counterdesk.core.receipt_code import Certificate
from counterdesk.demo.invented import KNOWN_CLOSELY, invented_accounts, invented_strangers
from counterdesk.demo.rich import rich_account
from counterdesk.demo.sample import (
    DEMO_PASSWORD,
    earlier_numbers,
    sample,
    sample_account,
    sample_numbers,
    sample_people,
    sample_settings,
    sample_today,
)
from counterdesk.demo.taken import MOST_TAKEN, SetBackClock, Told, take_payments
from counterdesk.services.printers import save_printer
from counterdesk.services.receipt_check import make_certificate
from counterdesk.services.secret_hash import HashCost
from counterdesk.services.setup import set_up_counter
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import NewCounter, Store
from counterdesk.store.unlock import Argon2Cost, KeySource, PassphraseUnlock
from counterdesk.sync.records import AccountFacts
from counterdesk.sync.reference import Progress, build_reference

FLOAT_MINOR = 20_000
_PRINTED = "printed"
_CHEAP = HashCost(memory_kib=1_024, passes=1, lanes=1)
"""Nothing real is behind the demo's passwords, and its start should not wait for them."""

_CHEAP_SEAL = Argon2Cost(time=1, memory_kib=1_024, lanes=1)


@dataclass(frozen=True, slots=True)
class DemoDesk:
    """An open demo counter with its cashier signed in and the shift open."""

    store: Store
    cashier: Actor
    utility_public_key: bytes

    @property
    def printed(self) -> Path:
        """The folder that receipts are printed into."""
        return self.store.folder.path / _PRINTED


def demo_unlock() -> PassphraseUnlock:
    """Return what opens a demo's folder: its passphrase is the demo's password."""
    return PassphraseUnlock(DEMO_PASSWORD, _CHEAP_SEAL)


def open_demo_desk(
    folder: Path,
    unlock: KeySource,
    clock: Clock,
    *,
    consumers: int = KNOWN_CLOSELY,
    payments: int = 0,
    progress: Progress | None = None,
    taken: Told | None = None,
) -> DemoDesk:
    """Set up a demo counter in an empty folder.

    Args:
        folder: Where its files go.
        unlock: What will open them again.
        clock: Usually one that starts on the sample's day.
        consumers: How many invented ones stand beside John Doe.
        payments: How many are invented; a tenth of them at this counter, some thousands at most.
        progress: Called now and then with the consumers written so far.
        taken: Called now and then with the payments taken at this counter so far, and of how many.

    Raises:
        UserError: The folder holds a counter already, or cannot be written.
    """
    utility_key = Ed25519PrivateKey.generate()
    public_key = utility_key.public_key().public_bytes_raw()
    utility = sample()["utility"]
    counter = NewCounter(
        utility["counter_code"], utility["counter_name"], utility["office"],
        certify=_certifier(utility_key),
    )  # fmt: skip
    payers = invented_strangers(consumers, min(payments // 10, MOST_TAKEN))
    held = SetBackClock(clock)
    if payers:
        held.hold(_month_began())
    store, _recovery_code = Store.create(folder, unlock, counter, held)
    numbers = (*earlier_numbers(len(payers)), *sample_numbers())
    actors = store.write(
        lambda session: set_up_counter(session, sample_people(), numbers, _CHEAP)
    ).result()
    told = town(consumers, payments - len(payers))
    _fill(store, told, public_key, clock.now_utc(), progress)
    chief = next(actor for actor in actors if actor.role is Role.ADMINISTRATOR)
    store.write(partial(_add_printer, store.folder.path), chief).result()
    if payers:
        staff = [one for one in actors if one.role in (Role.CASHIER, Role.SUPERVISOR)]
        take_payments(store, held, staff, payers, sample_today(), taken or _nobody_watches)
    cashier = next(actor for actor in actors if actor.role is Role.CASHIER)
    store.write(lambda session: open_shift(session, FLOAT_MINOR), cashier).result()
    return DemoDesk(store, cashier, public_key)


def _add_printer(folder: Path, session: Session) -> None:
    printed = str(folder / _PRINTED)
    save_printer(session, PrinterSetting(session.new_id(), "Receipts", Way.FILE, printed))


def _certifier(utility_key: Ed25519PrivateKey) -> Callable[[UUID, bytes], bytes]:
    code, since = sample()["utility"]["counter_code"], sample_today().replace(day=1)

    def certify(counter_id: UUID, public_key: bytes) -> bytes:
        until = since + timedelta(days=3_650)
        return make_certificate(
            utility_key, Certificate(counter_id, code, public_key, since, until)
        )

    return certify


def _month_began() -> datetime:
    return datetime.combine(sample_today().replace(day=1), time(7), UTC)


def _nobody_watches(_done: int, _of: int) -> None:
    """Nobody waits for the payments of the past."""


def _fill(
    store: Store,
    accounts: Iterable[AccountFacts],
    public_key: bytes,
    as_of_utc: datetime,
    progress: Progress | None,
) -> None:
    beside = store.folder.reference.with_name("town.db")
    build_reference(
        beside,
        store.data_key,
        accounts,
        sample_settings(public_key),
        as_of_utc=as_of_utc,
        progress=progress,
    )
    store.replace_reference(beside)


def town(consumers: int, payments: int = 0) -> Iterator[AccountFacts]:
    """Yield so many invented accounts, with so many payments, one of a whole year, the sample's."""
    return chain(invented_accounts(consumers, payments), (rich_account(), sample_account()))
