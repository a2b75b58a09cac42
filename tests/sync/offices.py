"""A whole centre of a test's own: founded, with its keys, and its service when it is wanted."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from counterdesk.core.money import Currency
from counterdesk.core.settings import Settings
from counterdesk.services.receipt_check import make_certificate
from counterdesk.store.unlock import Argon2Cost, PassphraseUnlock
from counterdesk.sync.centre.counters import Invitation, add_counter
from counterdesk.sync.centre.embedded import EmbeddedServer
from counterdesk.sync.centre.founding import NewCentre, found_centre
from counterdesk.sync.centre.migrating import close_to_the_public
from counterdesk.sync.centre.opening import open_centre
from counterdesk.sync.centre.service_keys import open_utility_keys
from counterdesk.sync.centre.serving import CentreService
from counterdesk.sync.enrolling import Progress, Step, enroll
from counterdesk.sync.enrolment_code import EnrolmentCode, read_code

UNLOCK = PassphraseUnlock("only for tests", Argon2Cost(time=1, memory_kib=8, lanes=1))
SETTINGS = Settings(utility_name="Test Water", currency=Currency("EUR", 2, "€"))


class OfficeUnderTest:
    """A centre as `centre init` makes it, in a database of the test run's PostgreSQL."""

    def __init__(
        self, server: EmbeddedServer, folder: Path, like: OfficeUnderTest | None = None
    ) -> None:
        """Make an empty database, or a copy of another office."""
        self.database = f"office_{secrets.token_hex(4)}"
        self.keys = folder / "keys"
        self.server = server
        self.conninfo = server.conninfo(self.database)
        if like is None:
            server.ensure_database(self.database)
            return
        self._as_superuser(f"create database {self.database} template {like.database}")
        with psycopg.connect(self.conninfo) as connection:
            close_to_the_public(connection)
        shutil.copytree(like.keys, self.keys)

    def found(self, **more: Any) -> str:
        return found_centre(self.conninfo, NewCentre(SETTINGS, **more), self.keys, UNLOCK)

    def execute(self, statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def value(self, statement: str, parameters: Any = None) -> Any:
        [(value,)] = self.execute(statement, parameters)
        return value

    def counter(self, code: str) -> Mapping[str, Any]:
        names = "status", "certificate", "tls_certificate", "role_name", "counter_id", "public_key"
        [row] = self.execute(f"select {', '.join(names)} from cd.counter where code = %s", (code,))
        return dict(zip(names, row, strict=True))

    def invite(self, name: str = "Till", office: str = "", code: str = "") -> Invitation:
        with open_centre(self.conninfo) as connection:
            return add_counter(connection, name, office, code)

    def invited(self) -> EnrolmentCode:
        return read_code(self.invite().enrolment_code)

    def service(self, ahead: timedelta = timedelta()) -> CentreService:
        """Return the service; its clock may be ahead."""
        keys = open_utility_keys(self.keys, UNLOCK)
        make = partial(make_certificate, keys.signing)
        return CentreService(self.conninfo, keys, make, lambda: datetime.now(UTC) + ahead)

    @contextmanager
    def served(self, ahead: timedelta = timedelta()) -> Iterator[CentreService]:
        service = self.service(ahead)
        failed: list[BaseException] = []

        def run() -> None:
            try:
                service.run()
            except BaseException as error:  # noqa: BLE001 - shown by the test's own thread
                failed.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield service
        finally:
            service.stop()
            thread.join(30)
            assert not thread.is_alive()
            assert not failed, failed

    def drop(self) -> None:
        roles = [role for (role,) in self.execute("select role_name from cd.counter")]
        self._as_superuser(f"drop database {self.database} with (force)")
        for role in roles:
            self._as_superuser(f'drop role "{role}"')

    def _as_superuser(self, statement: str) -> None:
        with psycopg.connect(self.server.conninfo(), autocommit=True) as connection:
            connection.execute(statement)


class Watched:
    """Follows an enrolment, and can break it off at a step as a plug that is pulled does."""

    def __init__(self, pulled_at: Step | None = None, wait_seconds: float = 30.0) -> None:
        self.steps: list[Step] = []
        self.recovery_codes: list[str] = []
        self._pulled_at = pulled_at
        self.progress = Progress(self.recovery_codes.append, self._told, wait_seconds)

    def _told(self, step: Step) -> None:
        self.steps.append(step)
        if step is self._pulled_at:
            raise PlugPulled(step)


class PlugPulled(BaseException):
    """Nothing after this runs."""


def enroll_till(folder: Path, code: EnrolmentCode, watched: Watched | None = None) -> Watched:
    watched = watched or Watched()
    enroll(folder, UNLOCK, code, watched.progress)
    return watched
