"""What the service does with the utility's key: counters certified, people told, events checked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from counterdesk.core.events import GENESIS, chain_hash
from counterdesk.core.people_told import (
    VALID_FOR,
    PeopleTold,
    people_bytes,
    people_to_sign,
    read_people,
)
from counterdesk.core.receipt_code import Certificate, read_certificate
from counterdesk.sync.centre.authority import certificate_ends, sign_request
from counterdesk.sync.centre.people import people_of
from counterdesk.sync.centre.service_keys import UtilityKeys
from counterdesk.sync.reach import Reach, reach_bytes, reach_to_sign, read_reach

MakeCertificate = Callable[[Certificate], bytes]
"""Returns a counter's certificate signed by the utility."""

_log = logging.getLogger(__name__)
_CERTIFIED_DAYS: Final = 3_650
_RENEW_BEFORE: Final = VALID_FOR - timedelta(hours=6)
"""A counter that loses the network may rely on people for at least this long."""

_TICK: Final = timedelta(milliseconds=1)
_DAY: Final = timedelta(days=1)
_BATCH: Final = 500

RENEW_BEFORE: Final = timedelta(days=180)
"""So that a till that is away for a season comes back in time."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """A counter that showed its key."""

    counter_id: UUID
    code: str
    role: str
    public_key: bytes
    tls_request: str | None
    certificate: bytes | None = None
    tls_certificate: str | None = None
    """What it has already."""


def certify_counters(
    connection: psycopg.Connection,
    keys: UtilityKeys,
    make_certificate: MakeCertificate,
    now_utc: datetime,
) -> list[str]:
    """Certify every counter that showed its key; each for itself.

    Args:
        connection: The service's, in autocommit.
        keys: The utility's.
        make_certificate: Signs with its key.
        now_utc: The service's clock.

    Returns:
        The codes of the new counters.
    """
    asking = connection.execute(
        "select counter_id, code, role_name, public_key, tls_request from cd.counter"
        " where status = 'enrolling' and certificate is null order by code"
    ).fetchall()
    return [
        one.code for one in (_Asking(*row) for row in asking)
        if _certify(connection, one, keys, make_certificate, now_utc)
    ]  # fmt: skip


def renew_certificates(
    connection: psycopg.Connection,
    keys: UtilityKeys,
    make_certificate: MakeCertificate,
    now_utc: datetime,
) -> list[str]:
    """Certify the same keys again of counters that work, half a year before it runs out.

    A counter fetches its own within three days: with the people that are told anew.

    Returns:
        The codes of the counters.
    """
    working = connection.execute(
        "select counter_id, code, role_name, public_key, tls_request, certificate, tls_certificate"
        " from cd.counter where status = 'active' and certificate is not null order by code"
    ).fetchall()
    return [
        one.code for one in (_Asking(*row) for row in working)
        if one.tls_request and certified_until(one.certificate, one.tls_certificate)
        < now_utc + RENEW_BEFORE and _certify(connection, one, keys, make_certificate, now_utc)
    ]  # fmt: skip


def certified_until(certificate: bytes | None, tls_certificate: str | None) -> datetime:
    """Return when the first of a counter's certificates runs out; long ago for a damaged one."""
    try:
        made, _signature = read_certificate(certificate or b"")
        ends = datetime.combine(made.valid_until, time.min, UTC)
        return ends if tls_certificate is None else min(ends, certificate_ends(tls_certificate))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _certify(
    connection: psycopg.Connection,
    one: _Asking,
    keys: UtilityKeys,
    make_certificate: MakeCertificate,
    now_utc: datetime,
) -> bool:
    # From the day before: the office's calendar may be behind this one. Receipts of the years
    # before may be printed again with the new certificate.
    begins, ends = now_utc.date() - _DAY, now_utc.date() + timedelta(days=_CERTIFIED_DAYS)
    with suppress(ValueError):
        begins = read_certificate(one.certificate or b"")[0].valid_from
    made = make_certificate(Certificate(one.counter_id, one.code, one.public_key, begins, ends))
    login = keys.login
    try:
        tls = sign_request(
            login.authority_key, login.authority, one.tls_request or "", one.role, now_utc
        )
    except ValueError:
        _log.warning("the TLS request of counter %s is no good; it is not certified", one.code)
        return False
    row = connection.execute(
        "select cd.certify(%s, %s, %s, %s)", (one.counter_id, one.public_key, made, tls)
    ).fetchone()
    return bool(row and row[0])


def tell_people(
    connection: psycopg.Connection, keys: UtilityKeys, now_utc: datetime, *, anew: bool = False
) -> list[str]:
    """Sign anew who may do what, where that changed or runs out.

    Args:
        connection: The service's, in autocommit.
        keys: The utility's.
        now_utc: The service's clock.
        anew: Whether to sign it all: a restored centre tells what is older than counters know.

    Returns:
        The offices that were told; "" is every office.
    """
    offices = connection.execute(
        "select office from cd.counter where status <> 'revoked' union select '' order by 1"
    ).fetchall()
    told, sealing_key = [], keys.sealing.public_key().public_bytes_raw()
    for (office,) in offices:
        people, before = people_of(connection, office), _told_before(connection, keys, office)
        same = before is not None and (before.people, before.sealing_key) == (people, sealing_key)
        if anew or before is None or not same or _runs_out(before, now_utc):
            # Counters take nothing that was issued before what they know, whatever clocks say.
            later = before.issued_at_utc + _TICK if before else now_utc
            _tell(connection, keys, PeopleTold(
                office, max(now_utc, later), now_utc + VALID_FOR, people,
                sealing_key))  # fmt: skip
            told.append(office)
    return told


def _tell(connection: psycopg.Connection, keys: UtilityKeys, told: PeopleTold) -> None:
    body = people_bytes(told)
    connection.execute(
        "select cd.tell_people(%s, %s, %s, %s)",
        (told.office, body, keys.signing.sign(people_to_sign(body)), told.valid_until_utc),
    )


def tell_reach(connection: psycopg.Connection, keys: UtilityKeys, now_utc: datetime) -> bool:
    """Sign where counters find the server, where that changed.

    Returns:
        Whether it was signed.
    """
    row = connection.execute(
        "select host, port, coalesce(server_ca, ''), body, signature from cd.reach"
    ).fetchone()
    if row is None:
        return False
    host, port, ca, body, signature = row
    issued = now_utc
    with suppress(InvalidSignature, ValueError):
        keys.signing.public_key().verify(signature or b"", reach_to_sign(body or b""))
        before = read_reach(body)
        if (before.host, before.port, before.ca_pem) == (host, port, ca):
            return False
        issued = max(now_utc, before.issued_at_utc + _TICK)
    body = reach_bytes(Reach(host, port, ca, issued))
    signature = keys.signing.sign(reach_to_sign(body))
    connection.execute("select cd.tell_reach(%s, %s)", (body, signature))
    return True


def _told_before(
    connection: psycopg.Connection, keys: UtilityKeys, office: str
) -> PeopleTold | None:
    """Return what is told of an office now, unless somebody changed it."""
    row = connection.execute(
        "select body, signature from cd.permission_snapshot where office = %s", (office,)
    ).fetchone()
    if row is None:
        return None
    try:
        keys.signing.public_key().verify(row[1], people_to_sign(row[0]))
        return read_people(row[0])
    except (InvalidSignature, ValueError):
        return None


def _runs_out(told: PeopleTold, now_utc: datetime) -> bool:
    """Tell whether it ends soon, or too late: then a clock was wrong when it was signed."""
    return not now_utc + _RENEW_BEFORE < told.valid_until_utc <= now_utc + VALID_FOR


def check_signatures(connection: psycopg.Connection) -> int:
    """Check one batch of each counter's events that nobody checked yet.

    A wrong one is an alarm for people and never a refusal: the money was taken.

    Returns:
        How many events were checked; 0 where nothing waits.
    """
    behind = connection.execute(
        "select counter_id, code, public_key, verified_seq from cd.counter"
        " where verified_seq < last_seq and public_key is not null"
    ).fetchall()
    return sum(_check(connection, *row) for row in behind)


def _check(
    connection: psycopg.Connection, counter_id: UUID, code: str, public_key: bytes, after: int
) -> int:
    events = connection.execute(
        "select seq, body, hash, signature from cd.event"
        " where counter_id = %s and seq >= %s order by seq limit %s",
        (counter_id, after, _BATCH + 1),
    ).fetchall()
    previous, key, bad = GENESIS, Ed25519PublicKey.from_public_bytes(public_key), []
    for seq, body, own_hash, signature in events:
        if seq > after and not _holds(key, previous, body, own_hash, signature):
            bad.append(seq)
        previous = own_hash
    last = events[-1][0]
    connection.execute("select cd.note_verified(%s, %s, %s)", (counter_id, last, bad))
    if bad:
        _log.error("counter %s: %d events are not signed by its key", code, len(bad))
    return int(last) - after


def _holds(
    key: Ed25519PublicKey, previous: bytes, body: bytes, own_hash: bytes, signature: bytes
) -> bool:
    try:
        key.verify(signature, own_hash)
    except InvalidSignature:
        return False
    return chain_hash(previous, body) == own_hash
