from __future__ import annotations

import json
from pathlib import Path

import pytest

from counterdesk.core.errors import UserError
from counterdesk.store.keys import change_unlock, create_key_file, open_key_file
from counterdesk.store.unlock import (
    Argon2Cost,
    KeyringUnlock,
    PassphraseUnlock,
    RecoveryUnlock,
    safe_keyring,
)

CHEAP = Argon2Cost(time=1, memory_kib=8, lanes=1)
RIGHT = PassphraseUnlock("right", CHEAP)


class MemoryKeyring:
    """Stands where the machine's keyring would."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._answer()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._answer()
        self.kept[service, username] = password

    def _answer(self) -> None:
        if self.locked:
            raise RuntimeError("locked")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "counter.key"


@pytest.mark.req("AUD-3")
def test_the_passphrase_opens_what_it_sealed(path: Path) -> None:
    made, _code = create_key_file(path, RIGHT)
    assert open_key_file(path, RIGHT) == made
    assert len({made.data_key, made.signing_key, made.pepper, made.journal_key}) == 4


def test_a_wrong_passphrase_is_refused_in_words(path: Path) -> None:
    create_key_file(path, RIGHT)
    with pytest.raises(UserError, match="passphrase is wrong"):
        open_key_file(path, PassphraseUnlock("wrong", CHEAP))


def test_an_empty_passphrase_sets_nothing_up(path: Path) -> None:
    with pytest.raises(UserError, match="Enter a passphrase"):
        create_key_file(path, PassphraseUnlock("", CHEAP))
    assert not path.exists()


@pytest.mark.req("AUD-3")
def test_the_key_in_the_keyring_opens_the_file(path: Path) -> None:
    keyring = MemoryKeyring()
    made, _code = create_key_file(path, KeyringUnlock(keyring))
    assert open_key_file(path, KeyringUnlock(keyring)) == made


def test_a_keyring_without_the_key_is_named(path: Path) -> None:
    create_key_file(path, KeyringUnlock(MemoryKeyring()))
    with pytest.raises(UserError, match="does not hold the key"):
        open_key_file(path, KeyringUnlock(MemoryKeyring()))


def test_a_keyring_with_another_key_is_named(path: Path) -> None:
    keyring = MemoryKeyring()
    create_key_file(path, KeyringUnlock(keyring))
    keyring.kept = dict.fromkeys(keyring.kept, "00" * 32)
    with pytest.raises(UserError, match="does not open this counter"):
        open_key_file(path, KeyringUnlock(keyring))


def test_a_locked_keyring_is_named(path: Path) -> None:
    keyring = MemoryKeyring()
    create_key_file(path, KeyringUnlock(keyring))
    keyring.locked = True
    with pytest.raises(UserError, match="keyring is locked"):
        open_key_file(path, KeyringUnlock(keyring))


@pytest.mark.parametrize(
    "module", ["keyring.backends.fail", "keyring.backends.null", "keyrings.alt.file"]
)
def test_a_keyring_that_keeps_plain_text_or_nothing_is_never_used(module: str) -> None:
    unsafe = type("Keyring", (MemoryKeyring,), {"__module__": module})()
    with pytest.raises(UserError, match="no safe keyring"):
        safe_keyring(unsafe)


def test_a_safe_keyring_is_found_among_others() -> None:
    unsafe = type("Keyring", (MemoryKeyring,), {"__module__": "keyrings.alt.file"})()
    safe = type("Keyring", (MemoryKeyring,), {"__module__": "keyring.backends.macOS"})()
    chain = type("ChainerBackend", (), {"backends": [unsafe, safe]})()
    assert safe_keyring(chain) is safe


def test_passphrase_and_keyring_are_not_taken_for_each_other(path: Path) -> None:
    create_key_file(path, RIGHT)
    with pytest.raises(UserError, match="opened with a passphrase"):
        open_key_file(path, KeyringUnlock(MemoryKeyring()))
    create_key_file(path, KeyringUnlock(MemoryKeyring()))
    with pytest.raises(UserError, match="keyring of its user"):
        open_key_file(path, RIGHT)


def test_the_recovery_code_opens_the_file_however_it_is_typed(path: Path) -> None:
    made, code = create_key_file(path, RIGHT)
    assert open_key_file(path, RecoveryUnlock(code)) == made
    assert open_key_file(path, RecoveryUnlock(f" {code.lower().replace('-', ' ')} ")) == made


@pytest.mark.parametrize("code", ["", "nonsense", "A" * 32, "é"])
def test_another_recovery_code_is_refused(path: Path, code: str) -> None:
    create_key_file(path, RIGHT)
    with pytest.raises(UserError, match="recovery code is wrong"):
        open_key_file(path, RecoveryUnlock(code))


def test_after_a_recovery_a_new_passphrase_opens_and_the_code_still_does(path: Path) -> None:
    made, code = create_key_file(path, RIGHT)
    change_unlock(path, made, PassphraseUnlock("new", CHEAP))
    assert open_key_file(path, PassphraseUnlock("new", CHEAP)) == made
    assert open_key_file(path, RecoveryUnlock(code)) == made
    with pytest.raises(UserError, match="passphrase is wrong"):
        open_key_file(path, RIGHT)


def test_a_missing_key_file_is_named(path: Path) -> None:
    with pytest.raises(UserError, match=r"counter\.key is missing"):
        open_key_file(path, RIGHT)


@pytest.mark.parametrize(
    "content", ["", "not json", "[]", "{}", '{"v": 2}', '{"v": 1, "sealed": "zz"}', "\xff"]
)
def test_a_damaged_key_file_is_named(path: Path, content: str) -> None:
    path.write_text(content, encoding="latin-1")
    with pytest.raises(UserError, match=r"counter\.key is damaged"):
        open_key_file(path, RIGHT)


@pytest.mark.req("AUD-3")
def test_no_secret_lies_open(path: Path) -> None:
    made, code = create_key_file(path, RIGHT)
    text = path.read_text().lower()
    for secret in (made.data_key, made.signing_key, made.pepper):
        assert secret.hex() not in text
        assert secret.hex() not in repr(made)
    assert code.lower() not in text
    assert "right" not in text
    assert path.stat().st_mode & 0o077 == 0
    assert set(json.loads(text)) == {"v", "unlock", "sealed", "recovery"}
