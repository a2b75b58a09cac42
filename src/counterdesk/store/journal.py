"""The journal: every event again, outside the database, appended and synced after its commit.

SQLite drops committed rows in silence when a byte of its WAL flips; a journal that is ahead of the
ledger proves such a loss. One record holds the events of one commit, so that a power cut can tear
the last record only. Layout: MAGIC, length of the sealed part (4 bytes), nonce, AES-GCM text.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counterdesk.store.session import JournalEntry

_MAGIC = b"\xf7CDJ1\r\n\x1a"
_HEAD = len(_MAGIC) + 4
_NONCE = 12
_FIXED = 8 + 32 + 64 + 4
_FIRST_TAIL = 1 << 18


@dataclass(frozen=True, slots=True)
class JournalContent:
    """What could be read of a journal."""

    entries: tuple[JournalEntry, ...]
    sound_bytes: int
    """Where the last whole record ends; what follows is torn."""
    torn: bool
    damaged_after: tuple[int, ...] = ()
    """Seq of the event before each damaged place that is followed by sound records."""


class Journal:
    """The open journal of one counter; used by the writer only."""

    def __init__(self, path: Path, key: bytes, sound_bytes: int) -> None:
        """Open the journal after its last whole record; what is torn behind it goes.

        Raises:
            OSError: It cannot be opened or written.
        """
        self._cipher = AESGCM(key)
        self._size = sound_bytes
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        os.ftruncate(self._file, sound_bytes)

    def append(self, entries: Sequence[JournalEntry]) -> None:
        """Append the events of one commit as one record, and wait until the disk has it.

        Raises:
            OSError: The disk did not take it; the next call writes over what it left behind.
        """
        record = _record(self._cipher, entries)
        os.ftruncate(self._file, self._size)
        os.lseek(self._file, self._size, os.SEEK_SET)
        written = 0
        while written < len(record):
            written += os.write(self._file, record[written:])
        os.fsync(self._file)
        self._size += len(record)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def read_journal(path: Path, key: bytes) -> JournalContent:
    """Return everything a journal holds, with what is torn or damaged.

    Raises:
        OSError: It cannot be read.
    """
    return _scan(path.read_bytes(), 0, AESGCM(key))


def read_tail(path: Path, key: bytes) -> JournalContent:
    """Return the last records of a journal, reading only as much as that takes.

    Raises:
        OSError: It cannot be read.
    """
    size = path.stat().st_size
    wanted = _FIRST_TAIL
    while True:
        start = max(0, size - wanted)
        with path.open("rb") as file:
            file.seek(start)
            content = _scan(file.read(), start, AESGCM(key))
        if content.entries or start == 0:
            return content
        wanted *= 8


def _record(cipher: AESGCM, entries: Sequence[JournalEntry]) -> bytes:
    plain = b"".join(
        entry.seq.to_bytes(8, "big")
        + entry.hash
        + entry.signature
        + len(entry.body).to_bytes(4, "big")
        + entry.body
        for entry in entries
    )
    nonce = secrets.token_bytes(_NONCE)
    sealed = nonce + cipher.encrypt(nonce, plain, _MAGIC)
    return _MAGIC + len(sealed).to_bytes(4, "big") + sealed


def _scan(data: bytes, offset: int, cipher: AESGCM) -> JournalContent:
    """Read records until the end; a damaged place is jumped over to the next whole record.

    A scan that begins inside a record starts with a jump, which is no damage.
    """
    entries: list[JournalEntry] = []
    damaged: list[int] = []
    sound = position = 0
    jumped = False
    while position < len(data):
        found = _open_record(data, position, cipher)
        if found is None:
            jumped = True
            position = data.find(_MAGIC, position + 1)
            if position < 0:
                break
            continue
        if jumped and (entries or offset == 0):
            damaged.append(entries[-1].seq if entries else 0)
        jumped = False
        entries.extend(found[0])
        sound = position = found[1]
    return JournalContent(tuple(entries), offset + sound, sound < len(data), tuple(damaged))


def _open_record(
    data: bytes, start: int, cipher: AESGCM
) -> tuple[tuple[JournalEntry, ...], int] | None:
    if data[start : start + len(_MAGIC)] != _MAGIC:
        return None
    end = start + _HEAD + int.from_bytes(data[start + len(_MAGIC) : start + _HEAD], "big")
    if end > len(data) or end < start + _HEAD + _NONCE:
        return None
    nonce, sealed = data[start + _HEAD :][:_NONCE], data[start + _HEAD + _NONCE : end]
    try:
        return tuple(_entries(cipher.decrypt(nonce, sealed, _MAGIC))), end
    except InvalidTag:
        return None


def _entries(plain: bytes) -> Iterator[JournalEntry]:
    position = 0
    while position < len(plain):
        head = plain[position : position + _FIXED]
        position += _FIXED + int.from_bytes(head[104:], "big")
        body = plain[position - int.from_bytes(head[104:], "big") : position]
        yield JournalEntry(int.from_bytes(head[:8], "big"), head[8:40], head[40:104], body)
