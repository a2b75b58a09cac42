"""Who may sign in at an office's counters, as the centre tells it: bytes that the utility signs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from counterdesk.core.events import canonical_bytes
from counterdesk.core.permissions import Role

VALID_FOR: Final = timedelta(hours=72)
"""How long a counter relies on it without hearing from the centre."""

SEALING_STATE: Final = "people.sealing_key"
"""Where a ledger keeps, as hex, which key the centre's service reads what is sealed with."""

VALID_UNTIL_STATE: Final = "people.valid_until"
"""Where a ledger keeps until when; there is none where no centre ever told of people."""

_VERSION: Final = 1
_ABOUT: Final = b"CounterDesk people 1\0"


@dataclass(frozen=True, slots=True)
class PersonTold:
    """A person with the hashes of their secrets: argon2id(secret, salt), 32 bytes.

    `pin_salt` and `pin_hash` are empty where the person has no PIN.
    """

    user_id: UUID
    login: str
    name: str
    role: Role
    active: bool
    password_salt: bytes
    password_hash: bytes
    pin_salt: bytes
    pin_hash: bytes
    memory_kib: int
    passes: int
    lanes: int


@dataclass(frozen=True, slots=True)
class PeopleTold:
    """Everybody who works at an office's counters ("" is every office), and until when it holds."""

    office: str
    issued_at_utc: datetime
    valid_until_utc: datetime
    people: tuple[PersonTold, ...]
    sealing_key: bytes = b""
    """What is sealed to this X25519 key, the centre's service alone can read."""


def person_mark(name: str, role: str, *, active: bool, salts: Sequence[bytes | None]) -> str:
    """Return what tells one state of a person from another: whoever changes them names it.

    Args:
        name: As it is told.
        role: The role's word.
        active: Whether they may sign in.
        salts: Of password and PIN: a new secret has a new one.
    """
    told = {"name": name, "role": role, "active": active, "salts": [one or b"" for one in salts]}
    return hashlib.sha256(canonical_bytes(told)).hexdigest()


def people_bytes(told: PeopleTold) -> bytes:
    """Return the one form of it that is signed and sent."""
    people = [asdict(person) for person in sorted(told.people, key=lambda one: one.login)]
    return canonical_bytes(
        {
            "v": _VERSION,
            "office": told.office,
            "issued_at_utc": told.issued_at_utc,
            "valid_until_utc": told.valid_until_utc,
            "people": people,
            "sealing_key": told.sealing_key,
        }
    )


def people_to_sign(body: bytes) -> bytes:
    """Return the bytes that the utility signs with its Ed25519 key."""
    return _ABOUT + body


def read_people(body: bytes) -> PeopleTold:
    """Return what `people_bytes` wrote; its signature is checked before, by whoever calls.

    Raises:
        ValueError: These bytes say something else, or are of a later version.
    """
    try:
        told = json.loads(body)
        if told["v"] != _VERSION:
            raise ValueError("people as a later version tells them")
        return PeopleTold(
            told["office"],
            datetime.fromisoformat(told["issued_at_utc"]),
            datetime.fromisoformat(told["valid_until_utc"]),
            tuple(_person(row) for row in told["people"]),
            bytes.fromhex(told["sealing_key"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not what people are told with: {error}") from error


def _person(row: dict[str, Any]) -> PersonTold:
    hashes = {
        name: bytes.fromhex(row[name])
        for name in ("password_salt", "password_hash", "pin_salt", "pin_hash")
    }
    return PersonTold(
        **{**row, **hashes, "user_id": UUID(row["user_id"]), "role": Role(row["role"])}
    )
