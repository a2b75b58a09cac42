from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.base45 import base45_encode
from counterdesk.core.receipt_code import (
    Certificate,
    ReceiptFacts,
    certificate_bytes,
    read_certificate,
    read_receipt_code,
    receipt_code,
)

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
CERTIFICATE = Certificate(UUID(int=3), "C03", b"k" * 32, date(2025, 1, 1), date(2027, 12, 31))
SIGNED = certificate_bytes(CERTIFICATE, b"u" * 64)
CODE = receipt_code(FACTS, b"s" * 64, SIGNED)

numbers = st.integers(0, 2**62)
facts = st.builds(
    ReceiptFacts,
    counter_code=st.text(max_size=6),
    seq=numbers,
    event_hash=st.binary(min_size=16, max_size=16),
    receipt_number=st.text(max_size=12),
    transaction_number=st.text(max_size=16),
    accounts=st.lists(st.text(max_size=9), max_size=3).map(tuple),
    currency=st.text(max_size=3),
    paid_minor=numbers,
    change_minor=numbers,
    business_date=st.dates(),
    taken_at_utc=st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
)


@pytest.mark.req("RCT-1")
@given(facts, st.binary(min_size=64, max_size=64))
def test_a_code_reads_back_as_the_facts_it_was_made_of(
    given_facts: ReceiptFacts, signature: bytes
) -> None:
    signed = read_receipt_code(receipt_code(given_facts, signature, SIGNED))
    assert signed.facts == given_facts
    assert signed.signature == signature
    assert read_certificate(signed.certificate) == (CERTIFICATE, b"u" * 64)


@given(facts)
def test_a_code_never_ends_in_a_space_that_copying_would_lose(given_facts: ReceiptFacts) -> None:
    code = receipt_code(given_facts, b"s" * 64, SIGNED)
    assert code.strip() == code


@given(st.integers(0, len(CODE) - 1), st.text(max_size=2))
def test_a_changed_code_is_refused_or_says_something_else(at: int, put: str) -> None:
    changed = CODE[:at] + put + CODE[at + 1 :]
    try:
        signed = read_receipt_code(changed)
    except ValueError:
        return
    assert changed == CODE or (signed.facts, signed.signature, signed.certificate) != (
        FACTS, b"s" * 64, SIGNED,
    )  # fmt: skip


@given(st.text(max_size=200) | st.binary(max_size=300).map(base45_encode))
def test_any_text_is_read_or_refused_in_order(text: str) -> None:
    for code in (text, "CD1:" + text):
        try:
            read_receipt_code(code)
        except ValueError:
            continue


@given(st.binary(max_size=200))
def test_any_bytes_are_a_certificate_or_refused(raw: bytes) -> None:
    try:
        certificate, signature = read_certificate(raw)
    except ValueError:
        return
    assert certificate_bytes(certificate, signature)


def test_negative_money_has_no_code() -> None:
    with pytest.raises(ValueError, match="negative"):
        receipt_code(replace(FACTS, change_minor=-1), b"s" * 64, SIGNED)


def test_the_sample_receipts_code_stays_small_enough_for_narrow_paper() -> None:
    assert len(CODE) < 520
