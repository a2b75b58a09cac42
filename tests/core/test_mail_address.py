from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.errors import UserError
from counterdesk.core.mail_address import mail_address, masked_address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("john.doe@example.com", "john.doe@example.com"),
        ("  j+water@mail.example.co.uk \n", "j+water@mail.example.co.uk"),
        ("o'neil_2@EXAMPLE.com", "o'neil_2@EXAMPLE.com"),
        ("info@bücher.example", "info@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_taken_as_it_is(typed: str, address: str) -> None:
    assert mail_address(typed) == address


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter an email address"),
        ("   ", "Enter an email address"),
        ("john.doe", "reads like"),
        ("@example.com", "reads like"),
        ("john@", "reads like"),
        ("a@example.com, b@example.com", "one address only"),
        ("a@example.com;b@example.com", "one address only"),
        ("john doe@example.com", "one address only"),
        ("a@example.com\r\nBcc: b@example.com", "one address only"),
        ("john..doe@example.com", "before the @"),
        (".john@example.com", "before the @"),
        ("jöhn@example.com", "before the @"),
        ("<john>@example.com", "before the @"),
        (f"{'j' * 65}@example.com", "before the @"),
        ("john@example", "after the @"),
        ("john@example..com", "after the @"),
        ("john@-example.com", "after the @"),
        ("john@example.com>", "after the @"),
        (f"john@{'a.' * 130}com", "after the @"),
    ],
)
def test_what_is_no_address_is_refused_in_words(typed: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as refused:
        mail_address(typed)
    assert refused.value.field == "mailAddress"


@pytest.mark.req("AUD-4")
@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_an_address_is_one_plain_word(before: str, after: str) -> None:
    try:
        address = mail_address(f"{before}@{after}")
    except UserError:
        return
    assert address.isascii()
    assert address.isprintable()
    assert not set(address) & set(' \t\r\n,;:<>()[]"\\')
    assert mail_address(address) == address


@pytest.mark.parametrize(
    ("address", "masked"),
    [("john.doe@example.com", "j***@example.com"), ("j@example.com", "j***@example.com")],
)
def test_a_masked_address_hides_the_mailbox(address: str, masked: str) -> None:
    assert masked_address(address) == masked
