"""A till and a centre whose certificates are made anew."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from random import Random

from counterdesk.core.clock import SystemClock
from counterdesk.store.store import Store
from counterdesk.sync.address import read_address
from counterdesk.sync.counter_sync import CounterSync
from counterdesk.sync.postgres_link import PostgresLink
from tests.sync.offices import UNLOCK, OfficeUnderTest

TEN_YEARS = timedelta(days=3_650)
"""How long certificates are good."""


def told_by_the_centre(path: Path) -> None:
    """Let a till fetch what the centre tells, as it does by itself."""
    store = Store.open(path, UNLOCK, SystemClock())
    address = read_address(store.folder, store.data_key)
    assert address is not None
    link = PostgresLink(address.conninfo(store.folder))
    sync = CounterSync(store, link, Random(7))
    while sync.step().seconds == 0:
        pass
    sync.close()
    store.close()


def made_anew(office: OfficeUnderTest, code: str, ahead: timedelta = timedelta()) -> None:
    """Run the service until it has renewed what is due."""
    before = office.counter(code)["tls_certificate"]
    with office.served(ahead):
        ends = time.monotonic() + 30
        while office.counter(code)["tls_certificate"] == before:
            assert time.monotonic() < ends
            time.sleep(0.05)
