"""How a centre stands: its counters, what waits for people, whether the service is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from counterdesk.sync.centre.authority import certificate_ends
from counterdesk.sync.centre.certifying import certified_until
from counterdesk.sync.centre.server_line import server_certificate_ends
from counterdesk.sync.centre.serving import SERVICE_LOCK


@dataclass(frozen=True, slots=True)
class CounterStanding:
    """One counter as the centre sees it."""

    code: str
    name: str
    office: str
    status: str
    invited_until: datetime
    last_seen_at: datetime | None
    events: int
    verified: int
    skew_ms: int | None
    numbers_leased: int
    app_version: str
    certificate: bytes | None = None
    tls_certificate: str | None = None

    @property
    def certified_until(self) -> datetime | None:
        """When the first of its certificates runs out; None where it has none."""
        if self.certificate is None or self.status != "active":
            return None
        return certified_until(self.certificate, self.tls_certificate)


@dataclass(frozen=True, slots=True)
class CentreStanding:
    """The whole centre. Money in suspense in minor units, by currency."""

    name: str
    currency: str
    revision: str
    now: datetime
    counters: tuple[CounterStanding, ...]
    work_items: Mapping[str, int]
    """Open ones, by kind."""
    suspended: int
    suspense_minor: Mapping[str, int]
    people: int
    people_valid_until: datetime | None
    service_runs: bool
    service_seen_at: datetime | None
    server_until: datetime | None = None
    authority_until: datetime | None = None
    """When the certificates run out of the server and of who vouches for it, where there is TLS."""


_COUNTERS = """
select code, name, office, status, invited_until, last_seen_at, last_seq as events,
    verified_seq as verified, clock_skew_ms as skew_ms, app_version, certificate, tls_certificate,
    (select coalesce(sum(last - first + 1), 0)::bigint from cd.number_lease as l
        where l.counter_id = c.counter_id) as numbers_leased
from cd.counter as c order by code
"""

# What could not be read as totals counts as nothing here; its bytes are kept.
_TENDERS = r"""
select coalesce(currency, ''), sum(value::bigint)::bigint
from cd.suspense, jsonb_each_text(case jsonb_typeof(tenders) when 'object' then tenders end)
where state = 'open' and value ~ '^-?\d{1,17}$'
group by 1 order by 1
"""

_SITE = """
select name, currency, (select version_num from cd.schema_version), clock_timestamp(),
    (select count(*) from cd.suspense where state = 'open'),
    (select count(*) from cd.person where active),
    (select min(valid_until) from cd.permission_snapshot),
    exists (select from pg_locks where locktype = 'advisory' and objid = %s and objsubid = 1
        and classid = 0 and granted
        and database = (select oid from pg_database where datname = current_database())),
    (select seen_at from cd.service)
from cd.site
"""


def centre_standing(connection: psycopg.Connection) -> CentreStanding:
    """Return how the centre stands now."""
    counters = connection.cursor(row_factory=class_row(CounterStanding)).execute(_COUNTERS)
    items = "select kind, count(*) from cd.work_item where state = 'open' group by kind order by 1"
    site = connection.execute(_SITE, (SERVICE_LOCK,)).fetchone()
    assert site is not None  # noqa: S101 - a centre has one
    name, currency, revision, now, suspended, people, valid_until, runs, seen_at = site
    return CentreStanding(
        name, currency, revision, now, tuple(counters), _pairs(connection.execute(items)),
        suspended, _pairs(connection.execute(_TENDERS)), people, valid_until, runs, seen_at,
        *_server(connection),
    )  # fmt: skip


def _server(connection: psycopg.Connection) -> tuple[datetime | None, datetime | None]:
    reach = connection.execute("select host, port, server_ca from cd.reach").fetchone()
    if reach is None or reach[2] is None:
        return None, None
    host, port, authority = reach
    return server_certificate_ends(host, port), certificate_ends(authority)


def _pairs(cursor: psycopg.Cursor[Any]) -> dict[str, int]:
    return {str(key): int(value) for key, value in cursor}
