"""One counter's history put together from several places that each kept a part of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from counterdesk.core.errors import UserError
from counterdesk.core.events import GENESIS, chain_hash
from counterdesk.core.i18n import _
from counterdesk.store.session import JournalEntry


@dataclass(frozen=True, slots=True)
class Witness:
    """A place that kept acts, and those it kept; gaps are no lie."""

    name: str
    """As a sentence calls it, such as "the journal"."""
    entries: Sequence[JournalEntry]


@dataclass(frozen=True, slots=True)
class History:
    """Every act from the first on, and how many of them each witness gave."""

    entries: tuple[JournalEntry, ...]
    given: tuple[int, ...]
    """In the order of the witnesses; an act that several have is the first one's."""


def reaches(witnesses: Sequence[Witness]) -> int:
    """Return up to which act the witnesses together have every one."""
    known = {entry.seq for witness in witnesses for entry in witness.entries}
    seq = 0
    while seq + 1 in known:
        seq += 1
    return seq


def following(
    known: Sequence[Witness], offered: Sequence[JournalEntry], public_key: bytes
) -> tuple[JournalEntry, ...]:
    """Return of what a damaged file offers the acts that go on where the known ones end.

    What does not chain on, or bears no signature of this counter, is no act.
    """
    key, seq = Ed25519PublicKey.from_public_bytes(public_key), reaches(known)
    last = {entry.seq: entry.hash for witness in known for entry in witness.entries}
    prev_hash = last[seq] if seq else GENESIS
    taken: list[JournalEntry] = []
    for entry in offered:
        if entry.seq != seq + 1:
            continue
        if chain_hash(prev_hash, entry.body) != entry.hash or not _is_signed(entry, key):
            break
        taken.append(entry)
        seq, prev_hash = entry.seq, entry.hash
    return tuple(taken)


def one_history(witnesses: Sequence[Witness], public_key: bytes) -> History:
    """Return the history that all witnesses tell.

    Args:
        witnesses: The most trusted first.
        public_key: The counter's own; every act must carry its signature.

    Raises:
        UserError: Two of them tell an act differently, an act is nowhere, does not follow from
            the one before, or is not this counter's.
    """
    teller: dict[int, int] = {}
    told: dict[int, JournalEntry] = {}
    for place, witness in enumerate(witnesses):
        for entry in witness.entries:
            first = witnesses[teller.setdefault(entry.seq, place)]
            if told.setdefault(entry.seq, entry) != entry:
                raise UserError(_disagreement(entry.seq, first.name, witness.name))
    entries = tuple(told[seq] for seq in sorted(told))
    _check(entries, Ed25519PublicKey.from_public_bytes(public_key))
    order = list(teller.values())
    return History(entries, tuple(order.count(place) for place in range(len(witnesses))))


def _check(entries: Sequence[JournalEntry], public_key: Ed25519PublicKey) -> None:
    prev_hash = GENESIS
    for seq, entry in enumerate(entries, 1):
        if entry.seq != seq:
            raise UserError(_missing(seq, entry.seq - 1))
        if chain_hash(prev_hash, entry.body) != entry.hash:
            raise UserError(
                _("Act {seq} does not follow from the act before it. Nothing was changed. Call "
                  "who looks after this counter.").format(seq=seq)
            )  # fmt: skip
        if not _is_signed(entry, public_key):
            raise UserError(
                _("Act {seq} does not bear this counter's signature. Nothing was changed. Call "
                  "who looks after this counter.").format(seq=seq)
            )  # fmt: skip
        prev_hash = entry.hash


def _is_signed(entry: JournalEntry, public_key: Ed25519PublicKey) -> bool:
    try:
        public_key.verify(entry.signature, entry.hash)
        return bool(json.loads(entry.body)["seq"] == entry.seq)
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False


def _disagreement(seq: int, one: str, other: str) -> str:
    return _(
        "Act {seq} reads differently in {one} and in {other}. Nobody can tell by the files which "
        "is right, so nothing was changed. Call who looks after this counter."
    ).format(seq=seq, one=one, other=other)


def _missing(first: int, last: int) -> str:
    return _(
        "Acts {first} to {last} are nowhere to be found, and later ones are: nothing was changed. "
        "Put a newer backup into the folder backups, or let the centre be reached, and run "
        "counterdesk recover again."
    ).format(first=first, last=last)
