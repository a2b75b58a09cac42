"""Which secrets may be chosen, and what typing of them means."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from counterdesk.core.errors import UserError
from counterdesk.core.passwords import (
    check_new_password,
    check_new_pin,
    is_pin,
    plain_login,
    secret_bytes,
)


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("password", ["", "seven77", "12345678901", "x" * 257])
def test_poor_password_is_refused(password: str) -> None:
    with pytest.raises(UserError) as refused:
        check_new_password(password, "newPassword")
    assert refused.value.field == "newPassword"


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("pin", ["", "73510", "1" * 6, "123456", "987654", "12345a", "7" * 17])
def test_poor_pin_is_refused(pin: str) -> None:
    with pytest.raises(UserError):
        check_new_pin(pin)


@pytest.mark.req("AUD-2")
def test_sound_secrets_are_accepted() -> None:
    check_new_password("eight088")
    check_new_pin("735102")


@given(st.text())
@example("0" * 63 + " 0")
def test_any_text_has_bytes_and_a_login(text: str) -> None:
    assert secret_bytes(text) == secret_bytes(unicodedata.normalize("NFC", text))
    assert plain_login(plain_login(text)) == plain_login(text)


@given(st.integers(0, 10**15), st.sampled_from([0x30, 0x660, 0x6F0, 0x966, 0xFF10]))
def test_digits_of_every_script_are_one_pin(number: int, zero: int) -> None:
    typed = "".join(chr(zero + int(digit)) for digit in str(number))
    assert is_pin(typed)
    assert secret_bytes(typed) == str(number).encode()


def test_composed_and_decomposed_letters_are_one_password() -> None:
    assert secret_bytes("caf\u00e9 au lait") == secret_bytes("cafe\u0301 au lait")
