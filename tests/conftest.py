"""A real store with the sample data, copied for each test from a folder made once."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from pytestqt.qtbot import QtBot
from sqlalchemy import insert, select

from counterdesk.core.clock import Clock, ShiftedClock
from counterdesk.core.permissions import Actor, Role
from counterdesk.demo.sample import (
    DEMO_PASSWORD,
    DEMO_PIN,
    sample_account,
    sample_numbers,
    sample_people,
    sample_settings,
    sample_start_utc,
)
from counterdesk.models.ledger import Credential
from counterdesk.services.secret_hash import HashCost, keep_secret
from counterdesk.services.setup import NewNumbers, set_up_counter
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import NewCounter, Store
from counterdesk.store.unlock import Argon2Cost, PassphraseUnlock
from counterdesk.sync.centre.embedded import EmbeddedServer
from counterdesk.sync.reference import build_reference
from tests.folders import place_in_memory
from tests.sync.centres import CentreUnderTest, make_template
from tests.sync.offices import OfficeUnderTest
from tests.sync.pushing import Desk, put_account

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
IN_MEMORY = place_in_memory()
if IN_MEMORY is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))  # for tmp_path
settings.register_profile(
    "any machine",
    deadline=None,  # a busy one is slow, not wrong
    derandomize="CI" in os.environ,  # what lands is judged by the same examples each time
)
settings.load_profile("any machine")
gc.disable()  # what a module's fixture makes comes before the first test's own fixtures
for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitExposed):
    # A busy machine is slow, not wrong: here too.
    wait.__kwdefaults__ = {**(wait.__kwdefaults__ or {}), "timeout": 60_000}

START_UTC = sample_start_utc()
UNLOCK = PassphraseUnlock("only for tests", Argon2Cost(time=1, memory_kib=8, lanes=1))
PASSWORD, PIN = DEMO_PASSWORD, DEMO_PIN
_CHEAP = HashCost(memory_kib=8, passes=1, lanes=1)


@pytest.fixture(autouse=True)
def collected_on_the_main_thread() -> Iterator[None]:
    """Keep the garbage collector off the store's threads, as `ui/garbage.py` does."""
    gc.disable()
    yield
    gc.collect(1)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed data folder with the sample: made once, copied for each test."""
    folder = tmp_path_factory.mktemp("template") / "data"
    make_folder(folder, sample_numbers())
    return folder


def make_folder(folder: Path, numbers: Sequence[NewNumbers]) -> None:
    """Set up a till with the sample's people and consumer, and these blocks of numbers."""
    hour_before = ShiftedClock(START_UTC - timedelta(hours=1))  # no test's clock goes back
    counter = NewCounter("C07", "Counter 7", "Main office")
    store, _code = Store.create(folder, UNLOCK, counter, hour_before)
    store.write(lambda session: set_up_counter(session, sample_people(), numbers, _CHEAP)).result()
    build_reference(
        store.folder.reference, store.data_key, [sample_account()], sample_settings(),
        as_of_utc=START_UTC,
    )  # fmt: skip
    store.reload_reference()
    store.close()


@pytest.fixture
def clock() -> Clock:
    """The clock of the sample: it starts on 20 April 2025 at ten and runs."""
    return ShiftedClock(START_UTC)


@pytest.fixture
def data_folder(template: Path, tmp_path: Path) -> Path:
    """A closed data folder of this test's own."""
    folder = tmp_path / "data"
    shutil.copytree(template, folder)
    return folder


@pytest.fixture
def store(data_folder: Path, clock: Clock) -> Iterator[Store]:
    """The sample's store, open."""
    opened = Store.open(data_folder, UNLOCK, clock)
    yield opened
    opened.close()


@pytest.fixture
def cashier(store: Store) -> Actor:
    """Jane Smith, who takes payments."""
    return find_person(store, "jane")


@pytest.fixture
def supervisor(store: Store) -> Actor:
    """The person who allows what the cashier may not."""
    return find_person(store, "supervisor")


@pytest.fixture(scope="session")
def centre_server() -> Iterator[EmbeddedServer]:
    """A real PostgreSQL of this test run, with an empty centre to copy.

    Not among pytest's folders: another run closes those to the user that PostgreSQL runs as.
    """
    with TemporaryDirectory(prefix="counterdesk-", dir=IN_MEMORY) as folder:
        server = EmbeddedServer(Path(folder) / "pg")
        make_template(server)
        yield server
        server.stop()


@pytest.fixture
def centre(centre_server: EmbeddedServer) -> Iterator[CentreUnderTest]:
    """An empty centre of this test's own, with the sample's settings and no counters."""
    made = CentreUnderTest(centre_server)
    yield made
    made.drop()


@pytest.fixture
def town(centre: CentreUnderTest) -> CentreUnderTest:
    """The centre, with John Doe and his charges."""
    put_account(centre, sample_account())
    return centre


@pytest.fixture
def desk_of(town: CentreUnderTest) -> Iterator[Callable[[str], Desk]]:
    """Makes counters without tills by their codes; they hang up after the test."""
    made: list[Desk] = []

    def make(code: str) -> Desk:
        made.append(Desk(town, code))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(desk_of: Callable[[str], Desk]) -> Desk:
    """One counter without a till, C01."""
    return desk_of("C01")


@pytest.fixture(scope="session")
def office_template(
    centre_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> OfficeUnderTest:
    """A centre as `centre init` makes it, to copy; nobody stays connected to it."""
    made = OfficeUnderTest(centre_server, tmp_path_factory.mktemp("office"))
    made.found()
    return made


@pytest.fixture
def office(office_template: OfficeUnderTest, tmp_path: Path) -> Iterator[OfficeUnderTest]:
    """A centre of this test's own, with its keys and no counters."""
    made = OfficeUnderTest(office_template.server, tmp_path, like=office_template)
    yield made
    made.drop()


class _RolledBack(Exception):
    """Ends a test's transaction without a trace."""


@pytest.fixture
def session(store: Store, cashier: Actor) -> Iterator[Session]:
    """The cashier's open write transaction, rolled back after the test.

    The store's own writer waits until then: a test uses `session` or `store.write`, not both.
    """
    try:
        with store.transaction(cashier) as opened:
            yield opened
            raise _RolledBack
    except _RolledBack:
        pass


def hire(session: Session, role: Role, name: str = "Somebody") -> Actor:
    """Return a new person who may sign in here."""
    actor = Actor(session.new_id(), name, role)
    salted = keep_secret(session, PASSWORD, bytes(16), _CHEAP)
    session.execute(
        insert(Credential),
        {
            "user_id": actor.user_id, "login": name.casefold(), "name": name, "role": role.value,
            "password_salt": salted.salt, "password_hash": salted.hash,
            "memory_kib": _CHEAP.memory_kib, "passes": _CHEAP.passes, "lanes": _CHEAP.lanes,
        },
    )  # fmt: skip
    return actor


def find_person(store: Store, login: str) -> Actor:
    """Return one of the sample's people."""

    def look_up(read: ReadSession) -> Actor:
        row = read.execute(
            select(Credential.user_id, Credential.name, Credential.role).where(
                Credential.login == login
            )
        ).one()
        return Actor(row.user_id, row.name, Role(row.role))

    return store.read(look_up).result()
