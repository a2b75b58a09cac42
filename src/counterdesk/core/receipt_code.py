"""The code on a receipt: its facts, the counter's signature, and the key's certificate.

Bytes here, cryptography elsewhere: the store signs `facts_to_sign`, `services.receipt_check`
verifies. The text is base45, so that a QR code carries it in its dense alphanumeric mode.

Source: RFC 8032 for the 64 bytes of an Ed25519 signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from counterdesk.core.base45 import base45_decode, base45_encode

PREFIX: Final = "CD1:"
SIGNATURE_BYTES: Final = 64
HASH_BYTES: Final = 16
"""How much of the event's hash a receipt carries."""

_KEY_BYTES: Final = 32
_RECEIPT: Final = b"CounterDesk receipt 1\0"
_COUNTER: Final = b"CounterDesk counter 1\0"
_LONGEST: Final = 4_296
"""Most characters that one QR code holds in alphanumeric mode (version 40, level L)."""


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt states and its counter signs. Amounts in minor units of `currency`."""

    counter_code: str
    seq: int
    event_hash: bytes
    """The first 16 bytes of the hash of the payment's event."""
    receipt_number: str
    transaction_number: str
    accounts: tuple[str, ...]
    currency: str
    paid_minor: int
    """What stays with the utility: tendered less change."""
    change_minor: int
    business_date: date
    taken_at_utc: datetime
    """To the second."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The utility's word that a key belongs to a counter, from one day through another."""

    counter_id: UUID
    code: str
    public_key: bytes
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt's code taken apart; nothing of it is verified yet."""

    facts: ReceiptFacts
    signature: bytes
    certificate: bytes


def facts_to_sign(facts: ReceiptFacts) -> bytes:
    """Return the bytes that the counter signs."""
    return _RECEIPT + _pack_facts(facts)


def certificate_to_sign(certificate: Certificate) -> bytes:
    """Return the bytes that the utility signs."""
    return _COUNTER + _pack_certificate(certificate)


def certificate_bytes(certificate: Certificate, signature: bytes) -> bytes:
    """Return a certificate with the utility's signature, as the counter keeps it."""
    return _pack_certificate(certificate) + signature


def read_certificate(raw: bytes) -> tuple[Certificate, bytes]:
    """Return a certificate and the utility's signature on it, not yet verified.

    Raises:
        ValueError: These bytes are no certificate.
    """
    reader = _Reader(raw[:-SIGNATURE_BYTES])
    certificate = Certificate(
        counter_id=UUID(bytes=reader.take(16)),
        code=reader.text(),
        public_key=reader.take(_KEY_BYTES),
        valid_from=reader.day(),
        valid_until=reader.day(),
    )
    reader.must_be_done()
    return certificate, raw[-SIGNATURE_BYTES:]


def receipt_code(facts: ReceiptFacts, signature: bytes, certificate: bytes) -> str:
    """Return the text of a receipt's QR code.

    Args:
        facts: What the receipt states.
        signature: The counter's, of `facts_to_sign(facts)`.
        certificate: As made by `certificate_bytes`.
    """
    return PREFIX + base45_encode(_sized(_pack_facts(facts)) + signature + _sized(certificate))


def read_receipt_code(text: str) -> SignedReceipt:
    """Return what a receipt's code says, not yet verified.

    Raises:
        ValueError: The text is no such code, or not all of it.
    """
    if not text.startswith(PREFIX) or len(text) > _LONGEST:
        raise ValueError("no receipt code")
    reader = _Reader(base45_decode(text.removeprefix(PREFIX)))
    facts = _read_facts(reader.take(reader.number()))
    signed = SignedReceipt(facts, reader.take(SIGNATURE_BYTES), reader.take(reader.number()))
    if receipt_code(facts, signed.signature, signed.certificate) != text:
        raise ValueError("not the only way to write this code")
    return signed


def _pack_facts(facts: ReceiptFacts) -> bytes:
    return b"".join(
        (
            _text(facts.counter_code),
            _number(facts.seq),
            facts.event_hash[:HASH_BYTES],
            _text(facts.receipt_number),
            _text(facts.transaction_number),
            _number(len(facts.accounts)),
            *map(_text, facts.accounts),
            _text(facts.currency),
            _number(facts.paid_minor),
            _number(facts.change_minor),
            _number(facts.business_date.toordinal()),
            _number(int(facts.taken_at_utc.timestamp())),
        )
    )


def _read_facts(raw: bytes) -> ReceiptFacts:
    reader = _Reader(raw)
    facts = ReceiptFacts(
        counter_code=reader.text(),
        seq=reader.number(),
        event_hash=reader.take(HASH_BYTES),
        receipt_number=reader.text(),
        transaction_number=reader.text(),
        accounts=tuple(reader.text() for _ in range(reader.number())),
        currency=reader.text(),
        paid_minor=reader.number(),
        change_minor=reader.number(),
        business_date=reader.day(),
        taken_at_utc=reader.instant(),
    )
    reader.must_be_done()
    return facts


def _pack_certificate(certificate: Certificate) -> bytes:
    return b"".join(
        (
            certificate.counter_id.bytes,
            _text(certificate.code),
            certificate.public_key,
            _number(certificate.valid_from.toordinal()),
            _number(certificate.valid_until.toordinal()),
        )
    )


def _number(value: int) -> bytes:
    """Write a number of 0 or more, seven bits a byte, the lowest first."""
    if value < 0:
        raise ValueError("a receipt code has no negative numbers")
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F)
    return bytes([group | 0x80 for group in groups[:-1]] + groups[-1:])


def _sized(raw: bytes) -> bytes:
    return _number(len(raw)) + raw


def _text(text: str) -> bytes:
    return _sized(text.encode())


class _Reader:
    """Takes packed values off the front; every fault is a ValueError."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, count: int) -> bytes:
        part = self._raw[self._at : self._at + count]
        if len(part) != count:
            raise ValueError("the code ends too early")
        self._at += count
        return part

    def number(self) -> int:
        value = 0
        for shift in range(0, 63, 7):
            group = self.take(1)[0]
            value |= (group & 0x7F) << shift
            if group < 0x80:  # noqa: PLR2004 - the top bit says that more follows
                return value
        raise ValueError("a number is too large")

    def text(self) -> str:
        return self.take(self.number()).decode()

    def day(self) -> date:
        return date.fromordinal(self._small(date.max.toordinal()))

    def instant(self) -> datetime:
        return datetime.fromtimestamp(self._small(253_402_300_799), UTC)

    def must_be_done(self) -> None:
        if self._at != len(self._raw):
            raise ValueError("the code goes on after its end")

    def _small(self, most: int) -> int:
        value = self.number()
        if value > most:
            raise ValueError("a date is beyond the calendar")
        return value
