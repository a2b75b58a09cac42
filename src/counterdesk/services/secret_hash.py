"""Passwords and PINs as they are kept: argon2id under the counter's pepper."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from counterdesk.core.passwords import secret_bytes
from counterdesk.store.session import Session

SALT_BYTES = 16
_HASH_BYTES = 32
_MEANINGLESS = bytes(SALT_BYTES)


@dataclass(frozen=True, slots=True)
class HashCost:
    """What one guess costs. It is kept with each credential, so that it can be raised."""

    memory_kib: int
    passes: int
    lanes: int


COST = HashCost(memory_kib=65_536, passes=3, lanes=4)
"""Source: RFC 9106, section 4, second recommended choice; above the least of OWASP's list."""


@dataclass(frozen=True, slots=True)
class KeptSecret:
    """A password or PIN as it is kept: its salt and its peppered hash."""

    salt: bytes
    hash: bytes


def hash_secret(secret: str, salt: bytes, cost: HashCost = COST) -> bytes:
    """Return argon2id(secret, salt), 32 bytes; the centre keeps the very same."""
    from argon2.low_level import Type, hash_secret_raw  # noqa: PLC0415 - 22 ms of start-up

    return hash_secret_raw(
        secret_bytes(secret),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=_HASH_BYTES,
        type=Type.ID,
    )


def keep_secret(session: Session, secret: str, salt: bytes, cost: HashCost = COST) -> KeptSecret:
    """Return a secret as this counter keeps it."""
    return KeptSecret(salt, session.pepper(hash_secret(secret, salt, cost)))


def secret_matches(
    session: Session, secret: str, kept: KeptSecret | None, cost: HashCost = COST
) -> bool:
    """Tell whether a secret is the kept one; as slow for None as for a wrong secret."""
    salt = kept.salt if kept else _MEANINGLESS
    tried = session.pepper(hash_secret(secret, salt, cost))
    return kept is not None and hmac.compare_digest(tried, kept.hash)
