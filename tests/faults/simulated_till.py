"""A counter in a simulated network: it sells, exchanges, dies at any moment and comes back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

from counterdesk.core.clock import SystemClock
from counterdesk.core.disputes import Category, Outcome
from counterdesk.core.drawer import MoveKind
from counterdesk.core.permissions import Actor
from counterdesk.services.approvals import begin_approval
from counterdesk.services.consumers import AccountView, account_view
from counterdesk.services.disputes import (
    CloseRequest,
    RaiseRequest,
    close_dispute,
    open_disputes,
    raise_dispute,
)
from counterdesk.services.drawer_moves import MoveRequest, move_cash
from counterdesk.services.payments import take_payment
from counterdesk.services.shifts import current_shift, expected_drawer, open_shift
from counterdesk.services.undoing import undo_payment
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.counter_sync import CounterSync, Rest
from counterdesk.sync.outbox import Outbox, read_outbox
from tests.conftest import PASSWORD, UNLOCK, find_person
from tests.faults.payments_known import payments_known
from tests.faults.undone_visits import random_undo
from tests.faults.visits import random_visit
from tests.faults.weather import FaultyLink
from tests.services.counting import close_shift
from tests.sync.scripted_link import HeldClock

_copies = count(1)


@dataclass(slots=True)
class Ledger:
    """A data folder that nobody uses, and the payments that its cashier was told are saved."""

    counter_id: UUID
    folder: Path
    saved: list[UUID]


@contextmanager
def opened(ledger: Ledger) -> Iterator[Store]:
    """Open a folder for a look."""
    store = Store.open(ledger.folder, UNLOCK, SystemClock())
    try:
        yield store
    finally:
        store.close()


class SimulatedTill:
    """One data folder with the program on it."""

    def __init__(self, folder: Path, clock: HeldClock, chance: Random) -> None:
        """Start the program; its `link` leads nowhere yet."""
        self.clock = clock
        self.chance = chance
        self.link = FaultyLink(chance, self._take_image)
        self.saved: list[UUID] = []
        """Payments of which the cashier was told that they are saved."""
        self.older: Ledger | None = None
        """An image of the machine as it was once."""
        self.newer: Ledger | None = None
        """What was in use before the machine was put back to the older image."""
        self._image: Path | None = None
        self._start(folder)

    @property
    def name(self) -> str:
        """Which counter it is, and which of its folders."""
        return self.folder.name

    def _start(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store.open(folder, UNLOCK, self.clock)
        self.sync = CounterSync(self.store, self.link, self.chance)
        self._jane: Actor | None = None

    @property
    def counter_id(self) -> UUID:
        """Who the centre takes it for."""
        return self.store.counter.counter_id

    @property
    def jane(self) -> Actor:
        """Who takes the payments."""
        if self._jane is None:
            self._jane = find_person(self.store, "jane")
        return self._jane

    @property
    def outbox(self) -> Outbox:
        """How far the centre has it, as it knows."""
        return self.store.read(read_outbox).result()

    def step(self) -> Rest:
        """Let sync do one thing."""
        return self.sync.step()

    def views(self, accounts: list[UUID]) -> list[AccountView]:
        """Look accounts up."""
        return self.store.read(
            lambda read: [account_view(read, one) for one in accounts], self.jane
        ).result()

    def pay(self, accounts: list[UUID]) -> str:
        """Take a payment for some accounts; tell how it went in a few words."""
        self._be_in_shift()
        today = self.store.read(lambda read: read.today()).result()
        request = random_visit(self.views(accounts), self.store.settings, today, self.chance)
        taken = self.store.write(lambda s: take_payment(s, request), self.jane).result()
        self.saved.append(taken.transaction_id)
        return f"paid {sum(one.total_minor for one in request.lines)}"

    def undo(self, account: UUID) -> str:
        """Undo one of the payments that were saved here; what is moved goes to an account."""
        self._be_in_shift()
        if not self.saved:
            return "nothing was saved"
        asked = random_undo(self.store, self.chance.choice(self.saved), account, self.chance)
        attempt = self.store.write(lambda s: begin_approval(s, "supervisor")).result()
        self.store.write(lambda s: undo_payment(s, attempt, PASSWORD, asked), self.jane).result()
        return asked.kind.value

    def dispute(self, consumer_id: UUID) -> str:
        """Raise a dispute of a payment that is known here, or close one as somebody or other."""
        still_open = self.store.read(lambda r: open_disputes(r, consumer_id), self.jane).result()
        if still_open and self.chance.random() < 0.6:
            return self._close(self.chance.choice(still_open).id)
        known = self.store.read(lambda read: payments_known(read, consumer_id)).result()
        if not known:
            return "nothing was paid"
        payment_id, minor = self.chance.choice(known)
        asked = RaiseRequest(
            self._new_id(), payment_id, self.chance.choice(list(Category)),
            self.chance.randint(1, minor), "It was paid twice.",
        )  # fmt: skip
        self.store.write(lambda s: raise_dispute(s, asked), self.jane).result()
        return "raised"

    def _close(self, dispute_id: UUID) -> str:
        """The centre does not know the manager: then it stays open."""
        outcome = self.chance.choice(list(Outcome))
        asked = CloseRequest(self._new_id(), dispute_id, outcome, "The bank shows it.")
        login = self.chance.choice(("supervisor", "supervisor", "manager"))
        person = find_person(self.store, login)
        self.store.write(lambda s: close_dispute(s, asked), person).result()
        return f"closed by the {login}"

    def _new_id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def _be_in_shift(self) -> None:
        if self.store.read(current_shift).result() is None:
            self.change_shift()

    def change_shift(self) -> str:
        """Open the day, or close it with what lies in the drawer."""

        def turn(session: Session) -> str:
            running = current_shift(session)
            if running is None:
                open_shift(session, 1_000, pieces=((500, 2),))
                move_cash(session, MoveRequest(uuid4(), MoveKind.CHANGE_IN, 700))
                return "opened"
            move_cash(session, MoveRequest(uuid4(), MoveKind.DROP, 200, envelope="E-1"))
            close_shift(session, expected_drawer(session, running.id))
            return "closed"

        return self.store.write(turn, self.jane).result()

    def copy_files(self) -> Path:
        """Copy the folder as it lies there now, which is what a killed process leaves."""
        code = self.folder.name.split("-")[0]
        return shutil.copytree(self.folder, self.folder.with_name(f"{code}-{next(_copies)}"))

    def image(self) -> Ledger:
        """Keep everything as it is now."""
        return Ledger(self.counter_id, self.copy_files(), list(self.saved))

    def come_back(self) -> None:
        """Start again from what was there at the crash."""
        image, self._image = self._image, None
        assert image is not None, "nobody crashed"
        left = self.folder
        self._restart(image)
        shutil.rmtree(left)

    def go_on_with(self, other: Ledger) -> Ledger:
        """Start again with another folder; return what was in use."""
        left = Ledger(self.counter_id, self.folder, self.saved)
        self._restart(other.folder)
        self.saved = other.saved
        return left

    def end(self) -> list[Ledger]:
        """End for ever; return what was sold with, and throw an image away that never was."""
        self.close()
        if self.older is not None:
            shutil.rmtree(self.older.folder)
        ours = Ledger(self.counter_id, self.folder, self.saved)
        return [ours] if self.newer is None else [ours, self.newer]

    def _restart(self, folder: Path) -> None:
        self.close()
        self._start(folder)

    def _take_image(self) -> None:
        self._image = self.copy_files()

    def close(self) -> None:
        """End, without a word to the centre."""
        self.sync.close()
        self.store.close()
