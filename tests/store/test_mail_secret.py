from __future__ import annotations

import pytest

from counterdesk.core.errors import UserError
from counterdesk.store.mail_secret import keep_mail_password, mail_password
from tests.store.test_keys import MemoryKeyring

HOST, LOGIN = "mail.example.test", "till"


@pytest.mark.req("AUD-3")
def test_the_password_comes_back_for_its_login_and_server_only() -> None:
    keyring = MemoryKeyring()
    keep_mail_password(HOST, LOGIN, "secret", keyring)
    assert mail_password(HOST, LOGIN, keyring) == "secret"
    for host, login in ((HOST, "other"), ("other.example.test", LOGIN)):
        with pytest.raises(UserError, match="does not hold"):
            mail_password(host, login, keyring)


def test_an_empty_password_is_not_kept() -> None:
    with pytest.raises(UserError, match="Enter the password"):
        keep_mail_password(HOST, LOGIN, "", MemoryKeyring())


def test_a_locked_keyring_is_told_in_words() -> None:
    keyring = MemoryKeyring()
    keyring.locked = True
    with pytest.raises(UserError, match="locked"):
        keep_mail_password(HOST, LOGIN, "secret", keyring)
    with pytest.raises(UserError, match="locked"):
        mail_password(HOST, LOGIN, keyring)


@pytest.mark.req("AUD-3")
def test_without_a_safe_keyring_nothing_is_kept() -> None:
    with pytest.raises(UserError, match="no safe keyring"):
        keep_mail_password(HOST, LOGIN, "secret")
