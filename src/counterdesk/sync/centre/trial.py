"""A centre to try: PostgreSQL in a folder, with one counter that works at it already.

It is founded around a counter that has begun alone: the same settings, the same accounts, and
its numbers as leases. Nothing here invites or certifies; a real centre is made by `centre init`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.settings import settings_rows
from counterdesk.models.base import table_of
from counterdesk.models.ledger import NumberBlock
from counterdesk.store.session import JournalEntry
from counterdesk.store.store import Store
from counterdesk.sync.address import CentreAddress, keep_address, read_address
from counterdesk.sync.centre.embedded import EmbeddedServer
from counterdesk.sync.centre.loading import load_accounts
from counterdesk.sync.centre.logins import create_login
from counterdesk.sync.centre.migrating import COUNTERS, create_centre
from counterdesk.sync.link import CentreAway, PushAnswer
from counterdesk.sync.postgres_link import PostgresLink
from counterdesk.sync.records import AccountFacts

_DATABASE = "counterdesk"
_PORT = 5432
_blocks = table_of(NumberBlock)


@dataclass(frozen=True, slots=True)
class KeptPayment:
    """A payment as the centre keeps it."""

    receipt_number: str
    account_number: str
    amount_minor: int


class TrialCentre:
    """It can be stopped and started again, as a centre that is away and comes back."""

    def __init__(self, folder: Path) -> None:
        """Start nothing yet.

        Args:
            folder: Where its data is, or will be.
        """
        self._folder = folder
        self._server: EmbeddedServer | None = None

    def start(self) -> None:
        """Start the server; it takes a second, the first time two.

        Raises:
            UserError: PostgreSQL does not run on this machine.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._server = EmbeddedServer(self._folder / "postgres")
        except Exception as error:
            lines = str(error).strip().splitlines()
            raise UserError(
                _("PostgreSQL does not run on this machine ({reason}), so there is no centre here. "
                  "Everything else works.").format(reason=lines[0] if lines else repr(error))
            ) from error  # fmt: skip

    def stop(self) -> None:
        """Stop the server, if it runs."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError):  # its folder may be gone already
                server.stop()

    def link_for(self, store: Store, accounts: Iterable[AccountFacts]) -> PostgresLink:
        """Return the way here for a counter, which the centre is founded around if need be.

        Args:
            store: The counter's.
            accounts: What the counter knows of consumers; read only when the centre is founded.
        """
        kept = read_address(store.folder, store.data_key)
        address = kept or self._found(store, accounts)
        ahead = store.clock.now_utc() - datetime.now(UTC)
        return _LinkInItsTime(_Way(self, address, store), ahead)

    def payments(self) -> tuple[KeptPayment, ...]:
        """Return every payment that the centre keeps, by receipt."""
        with psycopg.connect(self._conninfo()) as connection:
            rows = connection.execute(
                "select receipt_number, account_number, amount_minor from cd.payment"
                " order by receipt_number, number"
            )
            return tuple(KeptPayment(*row) for row in rows)

    def _conninfo(self) -> str:
        assert self._server is not None  # noqa: S101 - started before anybody asks
        return self._server.conninfo(_DATABASE)

    def reach(self) -> tuple[str, int] | None:
        """Return where the server is now; None while it is stopped."""
        if self._server is None:
            return None
        found = conninfo_to_dict(self._server.conninfo())
        return str(found["host"]), int(found.get("port") or _PORT)

    def _found(self, store: Store, accounts: Iterable[AccountFacts]) -> CentreAddress:
        """Make the centre anew; one whose making was interrupted is thrown away."""
        assert self._server is not None  # noqa: S101 - as above
        host, port = self.reach() or ("", 0)
        role = f"cd_{store.counter.code.lower()}_{secrets.token_hex(4)}"
        address = CentreAddress(host, port, _DATABASE, role, secrets.token_hex(24))
        with psycopg.connect(self._server.conninfo(), autocommit=True) as connection:
            connection.execute(f"drop database if exists {_DATABASE} with (force)")
            connection.execute(f"create database {_DATABASE}")
            # The counter has everything; so its makers need not wait for this disk as well.
            connection.execute("alter system set fsync = off")
            connection.execute("select pg_reload_conf()")
        given = store.settings
        create_centre(
            self._conninfo(), given.utility_name, given.currency.code,
            lambda connection: _furnish(connection, store, address, accounts),
        )  # fmt: skip
        keep_address(store.folder, store.data_key, address)
        return address


class _Way:
    """Where the server is at this moment: it may come back elsewhere."""

    def __init__(self, centre: TrialCentre, address: CentreAddress, store: Store) -> None:
        self._centre, self._address, self._folder = centre, address, store.folder

    def __call__(self) -> str:
        reach = self._centre.reach()
        if reach is None:
            raise CentreAway(_("it is switched off"))
        host, port = reach
        return replace(self._address, host=host, port=port).conninfo(self._folder)


class _LinkInItsTime(PostgresLink):
    """For a counter whose clock stands elsewhere on purpose: here the centre's stands there too."""

    def __init__(self, way: _Way, ahead: timedelta) -> None:
        super().__init__(way)
        self._ahead = ahead

    def push(self, events: Sequence[JournalEntry], now_utc: datetime) -> PushAnswer:
        """Send events, told and answered in the counter's time."""
        answer = super().push(events, now_utc - self._ahead)
        return replace(answer, server_time_utc=answer.server_time_utc + self._ahead)


def _furnish(
    connection: psycopg.Connection,
    store: Store,
    address: CentreAddress,
    accounts: Iterable[AccountFacts],
) -> None:
    connection.execute(
        "update cd.site set utility_public_key = %s",
        (bytes.fromhex(store.settings.utility_public_key),),
    )
    for name, text in settings_rows(store.settings).items():
        connection.execute(
            "insert into cd.setting (name, value) values (%s, %s::jsonb)", (name, text)
        )
    _admit(connection, store, address)
    _lease(connection, store)
    load_accounts(connection, accounts)


def _admit(connection: psycopg.Connection, store: Store, address: CentreAddress) -> None:
    counter = store.counter
    create_login(connection, address.role, address.password, COUNTERS)
    connection.execute(
        "insert into cd.counter (counter_id, code, name, office, role_name, status, public_key,"
        " certificate) values (%s, %s, %s, %s, %s, 'active', %s, %s)",
        (
            counter.counter_id, counter.code, counter.name, counter.office, address.role,
            counter.public_key, counter.certificate,
        ),
    )  # fmt: skip


def _lease(connection: psycopg.Connection, store: Store) -> None:
    """Let the numbers that the counter holds be leases, and the series go on after them."""
    held = select(_blocks.c.id, _blocks.c.series, _blocks.c.year, _blocks.c.first, _blocks.c.last)
    for block in store.read(lambda read: read.execute(held).all()).result():
        if block.series not in store.settings.number_formats:
            continue  # the counter's own, for when it has none
        connection.execute(
            "insert into cd.number_lease"
            " (request_id, counter_id, series, year, first, last, next, leased_at)"
            # Before today: a day's leases have a limit, and these are a year's.
            " values (%s, %s, %s, %s, %s, %s, %s, clock_timestamp() - interval '2 days')",
            (block.id, store.counter.counter_id, *block[1:], block.first),
        )
        connection.execute(
            "insert into cd.number_series as s (series, year, begins, next) values (%s, %s, %s, %s)"
            " on conflict (series, year) do update set begins = least(s.begins, excluded.begins),"
            " next = greatest(s.next, excluded.next)",
            (block.series, block.year, block.first, block.last + 1),
        )
