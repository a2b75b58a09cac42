from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterdesk.core.errors import UserError
from counterdesk.core.receipt_code import (
    Certificate,
    ReceiptFacts,
    facts_to_sign,
    read_receipt_code,
    receipt_code,
)
from counterdesk.services.receipt_check import make_certificate, verify_receipt_code

UTILITY = Ed25519PrivateKey.from_private_bytes(b"u" * 32)
COUNTER = Ed25519PrivateKey.from_private_bytes(b"c" * 32)
UTILITY_KEY = UTILITY.public_key().public_bytes_raw()
FACTS = ReceiptFacts(
    counter_code="C03",
    seq=482,
    event_hash=bytes(range(16)),
    receipt_number="R-5001",
    transaction_number="TXN-2025-008934",
    accounts=("WU-10001",),
    currency="USD",
    paid_minor=14_550,
    change_minor=450,
    business_date=date(2025, 4, 20),
    taken_at_utc=datetime(2025, 4, 20, 10, 15, 30, tzinfo=UTC),
)
PAPERS = Certificate(
    UUID(int=3),
    "C03",
    COUNTER.public_key().public_bytes_raw(),
    date(2025, 1, 1),
    date(2025, 12, 31),
)


def code_of(facts: ReceiptFacts = FACTS, papers: Certificate = PAPERS) -> str:
    signature = COUNTER.sign(facts_to_sign(facts))
    return receipt_code(facts, signature, make_certificate(UTILITY, papers))


@pytest.mark.req("RCT-1")
def test_a_genuine_receipt_is_verified_with_the_utilitys_key_alone() -> None:
    assert verify_receipt_code(code_of() + "\n", UTILITY_KEY) == FACTS


@pytest.mark.req("RCT-1")
def test_an_altered_amount_is_named() -> None:
    signed = read_receipt_code(code_of())
    more = replace(FACTS, paid_minor=94_550)
    with pytest.raises(UserError, match="altered"):
        verify_receipt_code(receipt_code(more, signed.signature, signed.certificate), UTILITY_KEY)


def test_a_counter_the_utility_never_certified_is_named() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"x" * 32).public_key().public_bytes_raw()
    with pytest.raises(UserError, match="not certified by the utility"):
        verify_receipt_code(code_of(), stranger)


def test_a_receipt_from_outside_the_certificates_days_is_named() -> None:
    late = replace(FACTS, business_date=date(2026, 1, 1))
    with pytest.raises(UserError, match="not certified on 2026-01-01"):
        verify_receipt_code(code_of(late), UTILITY_KEY)


def test_a_receipt_in_another_counters_name_is_named() -> None:
    with pytest.raises(UserError, match="names counter C04, but counter C03"):
        verify_receipt_code(code_of(replace(FACTS, counter_code="C04")), UTILITY_KEY)


@pytest.mark.parametrize(
    "code", ["", "hello", "CD1:", "CD2:ABC", code_of()[:-3], "CD1:€", "x" * 9999]
)
def test_half_a_code_is_named(code: str) -> None:
    with pytest.raises(UserError, match="not a complete"):
        verify_receipt_code(code, UTILITY_KEY)


def test_a_damaged_certificate_is_named() -> None:
    signed = read_receipt_code(code_of())
    with pytest.raises(UserError, match="certificate is damaged"):
        verify_receipt_code(receipt_code(FACTS, signed.signature, b"x" * 70), UTILITY_KEY)
