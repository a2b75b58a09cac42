"""Where the centre's server is, as the utility signs it: tills find it when it moves."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import psycopg
from cryptography.exceptions import InvalidSignature
from psycopg.conninfo import make_conninfo

from counterdesk.core.events import canonical_bytes, instant_text
from counterdesk.store.sealed import replace_file
from counterdesk.store.store import Store
from counterdesk.sync.address import ROOT, CentreAddress, keep_address, keep_roots, read_address
from counterdesk.sync.link import OfficeFacts
from counterdesk.sync.people import utility_key

_ABOUT: Final = b"CounterDesk reach 1\0"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reach:
    """How tills find the server; `ca_pem` is who vouches for it, "" without TLS."""

    host: str
    port: int
    ca_pem: str
    issued_at_utc: datetime


def reach_bytes(reach: Reach) -> bytes:
    """Return the one form of it that is signed and sent."""
    return canonical_bytes(
        {"v": 1, "host": reach.host, "port": reach.port, "ca_pem": reach.ca_pem,
         "issued_at_utc": reach.issued_at_utc}
    )  # fmt: skip


def reach_to_sign(body: bytes) -> bytes:
    """Return the bytes that the utility signs with its Ed25519 key."""
    return _ABOUT + body


def read_reach(body: bytes) -> Reach:
    """Return what `reach_bytes` wrote.

    Raises:
        ValueError: These bytes say something else, or are of a later version.
    """
    try:
        told = json.loads(body)
        if told["v"] != 1:
            raise ValueError("a place as a later version tells it")
        issued = datetime.fromisoformat(told["issued_at_utc"])
        return Reach(str(told["host"]), int(told["port"]), str(told["ca_pem"]), issued)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not what a place is told with: {error}") from error


def take_reach(store: Store, office: OfficeFacts) -> None:
    """Try the place that the utility names first from now on, and the one before after it.

    The authority of the old place is trusted until the new one was reached once.
    """
    address = read_address(store.folder, store.data_key)
    if address is None or office.reach is None:
        return
    try:
        told = _verified(store, office, *office.reach)
    except (ValueError, TypeError, InvalidSignature):
        _log.warning("a place of the centre that is not the utility's word is not taken")
        return
    if instant_text(told.issued_at_utc) > address.reach_issued:
        address = _moved(store, address, told)
    if address.other_ca not in {"", address.ca_pem} and _is_there(store, address):
        address = replace(address, other_host="", other_port=0, other_ca="")
        keep_address(store.folder, store.data_key, address)
        keep_roots(store.folder, address)


def _verified(store: Store, office: OfficeFacts, body: bytes, signature: bytes) -> Reach:
    utility_key(office, store.counter).verify(signature, reach_to_sign(body))
    return read_reach(body)


def _moved(store: Store, address: CentreAddress, told: Reach) -> CentreAddress:
    before = (address.host, address.port, address.ca_pem)
    moved = replace(address, reach_issued=instant_text(told.issued_at_utc))
    if (told.host, told.port, told.ca_pem) != before and (told.ca_pem or not address.ca_pem):
        moved = replace(
            moved, host=told.host, port=told.port, ca_pem=told.ca_pem,
            other_host=address.host, other_port=address.port, other_ca=address.ca_pem,
        )  # fmt: skip
        keep_roots(store.folder, moved)  # first: it vouches for both places
    keep_address(store.folder, store.data_key, moved)
    return moved


def _is_there(store: Store, address: CentreAddress) -> bool:
    """Tell whether the new place answers, and its own authority alone vouches for it."""
    root = store.folder.tls / f"{ROOT}.new"
    replace_file(root, address.ca_pem.encode())
    alone = replace(address, other_host="", other_port=0).conninfo(store.folder)
    try:
        psycopg.connect(make_conninfo(alone, sslrootcert=str(root))).close()
    except psycopg.OperationalError:
        return False
    finally:
        with suppress(OSError):
            root.unlink()
    return True
