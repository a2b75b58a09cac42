"""The bytes of an event, and the chain that ties each one to all before it.

The same act must give the same bytes on every machine, for ever: they are hashed, signed, stored
and sent as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

EVENT_VERSION = 1
"""What `v` says in the events that this version writes."""

GENESIS = bytes(32)
"""The hash that the first event of a counter follows."""


def canonical_bytes(body: Mapping[str, Any]) -> bytes:
    """Return a mapping as its one canonical JSON text: sorted keys, compact, UTF-8.

    Ids, dates and instants get fixed text forms, bytes are written as hex.

    Args:
        body: Text keys; values of text, integers, booleans, None, ids, dates, aware instants,
            bytes, and mappings and sequences of these.

    Raises:
        TypeError: A value has no canonical form; floats have none, money is whole minor units.
        ValueError: An instant without a time zone, or text that is not Unicode.
    """
    text = json.dumps(
        _plain(body), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode("utf-8")


def chain_hash(prev_hash: bytes, body: bytes) -> bytes:
    """Return the hash of an event: SHA-256 over the hash before it and its own bytes."""
    return hashlib.sha256(prev_hash + body).digest()


def instant_text(instant: datetime) -> str:
    """Return an aware instant as UTC text with microseconds: 2025-04-20T10:00:00.000000Z."""
    if instant.tzinfo is None:
        raise ValueError(f"instant without a time zone: {instant!r}")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain_value(value: Any) -> Any:
    """Return a single value the way `canonical_bytes` writes it.

    Raises:
        TypeError: The value has no canonical form.
    """
    match value:
        case None | bool() | str():
            return value
        case int():
            return int(value)
        case UUID():
            return str(value)
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
    raise TypeError(f"no canonical form for {type(value).__name__}: {value!r}")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(f"keys must be text: {list(value)!r}")
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return plain_value(value)
