"""The first fill of a counter from a real PostgreSQL: a million consumers with a bill each."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from uuid import UUID

from counterdesk.sync.centre.embedded import EmbeddedServer
from counterdesk.sync.filling import ACCOUNTS_OF_A_PAGE
from tests.sync.centres import CentreUnderTest, make_template
from tests.sync.tills import Till, till_at

_CONSUMERS = 1_000_000
_SAID = "first fill of a million consumers"

_MAKE_CONSUMERS = """insert into cd.consumer
    (consumer_id, account_number, name, service_address, phone)
    select lpad(to_hex(n), 32, '0')::uuid, 'WU-' || 20000 + n,
        (array['Mira', 'John', 'Aisha', 'José', 'Chen', 'Olga', 'Tom', 'Nadia'])[1 + n %% 8] || ' '
            || (array['Doe', 'Okafor', 'Silva', 'Weber', 'Rossi', 'Ito', 'Khan'])[1 + n %% 7]
            || ' ' || n %% 977,
        1 + n %% 240 || ' ' || (array['Cistern', 'Mill', 'Harbour', 'Spring'])[1 + n %% 4]
            || ' Road',
        '(555) ' || lpad((n / 10000 %% 1000)::text, 3, '0') || '-'
            || lpad((n %% 10000)::text, 4, '0')
    from generate_series(1, %s) as n"""
_MAKE_CHARGES = """insert into cd.charge
    (charge_id, consumer_id, kind, number, charged_on, due_on, amount_minor, period)
    select lpad(to_hex(n + (1::bigint << 40)), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid,
        'Bill', 'INV-2025-' || lpad(n::text, 7, '0'), '2025-04-01', '2025-04-15',
        2135 + n %% 2682 * 5, '2025-03'
    from generate_series(1, %s) as n"""


def figures(consumers: int = _CONSUMERS) -> dict[str, float]:
    """Return the seconds of a first fill and of its parts."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "pg")
        try:
            make_template(server)
            centre = CentreUnderTest(server)
            centre.execute(_MAKE_CONSUMERS, (consumers,))
            centre.execute(_MAKE_CHARGES, (consumers,))
            centre.execute("vacuum analyze cd.consumer, cd.charge")
            till = till_at(centre, Path(folder), "C01")
            try:
                return _filled(till)
            finally:
                till.close()
                centre.drop()
        finally:
            server.stop()


def _filled(till: Till) -> dict[str, float]:
    fetching = _fetch_alone(till)
    began, busy = time.perf_counter(), time.process_time()
    till.settle()
    whole, busy = time.perf_counter() - began, time.process_time() - busy
    return {
        f"{_SAID}, s": whole,
        "of it this process computing, s": busy,
        "of it fetching alone, s": fetching,
        "ref.db, MB": till.store.folder.reference.stat().st_size / 1e6,
    }


def _fetch_alone(till: Till) -> float:
    """Fetch every page and write none."""
    began, after = time.perf_counter(), None
    while page := till.link.accounts_page(after, ACCOUNTS_OF_A_PAGE).consumers:
        after = UUID(page[-1][0])
    return time.perf_counter() - began


if __name__ == "__main__":
    for name, figure in figures().items():
        print(f"{figure:10.2f}  {name}")
