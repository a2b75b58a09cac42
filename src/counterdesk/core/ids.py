"""Identifiers made at the counter: UUID version 7, ordered by time."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID


def new_uuid7(now_utc: datetime) -> UUID:
    """Return a fresh UUIDv7 for an instant.

    Source: RFC 9562, section 5.7: 48 bits of Unix milliseconds, then version, variant and
    74 random bits.

    Args:
        now_utc: A timezone-aware instant; its milliseconds become the leading bits.
    """
    milliseconds = int(now_utc.timestamp() * 1000) & (1 << 48) - 1
    value = milliseconds << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
