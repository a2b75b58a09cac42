from __future__ import annotations

import pytest

from counterdesk.core.base45 import base45_decode, base45_encode


@pytest.mark.parametrize(
    ("raw", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581")]
)
def test_base45_of_the_standards_own_examples(raw: bytes, text: str) -> None:
    assert base45_encode(raw) == text
    assert base45_decode(text) == raw


@pytest.mark.parametrize("text", ["GGW", ":::", "a", "A", "AAAA", "bb8", "::"])
def test_what_is_not_base45_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base45"):
        base45_decode(text)
