from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.events import GENESIS, canonical_bytes, chain_hash

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), VALUES))
def test_the_bytes_mean_what_was_written(body: dict[str, object]) -> None:
    assert json.loads(canonical_bytes(body)) == body


@given(st.dictionaries(st.text(), VALUES))
def test_the_order_of_keys_makes_no_difference(body: dict[str, object]) -> None:
    assert canonical_bytes(dict(reversed(body.items()))) == canonical_bytes(body)


@given(st.dictionaries(st.text(), VALUES))
def test_bytes_read_and_written_again_stay_the_same(body: dict[str, object]) -> None:
    written = canonical_bytes(body)
    assert canonical_bytes(json.loads(written)) == written


def test_values_have_one_text_form_each() -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    body = {
        "when": datetime(2025, 4, 20, 15, 30, 0, 7, tzinfo=india),
        "on": date(2025, 4, 20),
        "id": UUID(int=5),
        "é": b"\x01\xff",
        "amount": 14550,
    }
    assert canonical_bytes(body).decode() == (
        '{"amount":14550,"id":"00000000-0000-0000-0000-000000000005","on":"2025-04-20",'
        '"when":"2025-04-20T10:00:00.000007Z","é":"01ff"}'
    )


@pytest.mark.parametrize("value", [145.5, float("nan"), {1, 2}, object(), {1: "one"}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_bytes({"value": value})


@pytest.mark.parametrize("value", [datetime(2025, 4, 20, 10), "\ud800"])  # noqa: DTZ001
def test_half_an_instant_and_half_a_letter_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"time zone|surrogates"):
        canonical_bytes({"value": value})


@pytest.mark.req("AUD-1")
def test_a_hash_covers_everything_before_it() -> None:
    first = chain_hash(GENESIS, b"one")
    assert first == hashlib.sha256(bytes(32) + b"one").digest()
    assert chain_hash(first, b"two") != chain_hash(chain_hash(GENESIS, b"One"), b"two")


def test_instants_are_utc() -> None:
    assert canonical_bytes({"t": datetime(2025, 1, 1, tzinfo=UTC)}) == (
        b'{"t":"2025-01-01T00:00:00.000000Z"}'
    )
