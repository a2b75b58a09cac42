"""Where the key that seals the key file comes from: keyring, passphrase or recovery code."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

SERVICE = "CounterDesk"
"""Whose secrets they are, in the keyring."""

_SAFE_KEYRINGS = frozenset({
    "keyring.backends.SecretService", "keyring.backends.libsecret", "keyring.backends.kwallet",
    "keyring.backends.macOS", "keyring.backends.Windows",
})  # fmt: skip


class KeySource(Protocol):
    """The door through which the key that opens the key file comes in."""

    def make(self) -> tuple[dict[str, Any], bytes]:
        """Make a new key of 32 bytes; the record kept beside the seal says how to find it."""

    def find(self, how: Mapping[str, Any]) -> bytes:
        """Return the key that a record tells of.

        Raises:
            UserError: It cannot be had; the sentence says why.
        """

    def refusal(self) -> str:
        """Return the sentence for a key that does not open the seal."""


class Keyring(Protocol):
    """What is used of a keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return a stored secret."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a secret."""


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """What one guess at a passphrase costs; kept in the key file beside the seal."""

    time: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


class PassphraseUnlock:
    """A passphrase typed at start, for machines without a keyring."""

    def __init__(self, passphrase: str, cost: Argon2Cost | None = None) -> None:
        self._passphrase = passphrase.encode("utf-8")
        self._cost = cost or Argon2Cost()

    def make(self) -> tuple[dict[str, Any], bytes]:
        """Make a key from the passphrase and a new salt.

        Raises:
            UserError: The passphrase is empty.
        """
        if not self._passphrase:
            raise UserError(_("Enter a passphrase."), "passphrase")
        how = {
            "kind": "passphrase", "salt": secrets.token_hex(16), "time": self._cost.time,
            "memory_kib": self._cost.memory_kib, "lanes": self._cost.lanes,
        }  # fmt: skip
        return how, self.find(how)

    def find(self, how: Mapping[str, Any]) -> bytes:
        """Return the key that the passphrase and the kept salt give.

        Raises:
            UserError: The key file was sealed by a keyring.
        """
        _expect(how, "passphrase", _("This counter's key lies in the keyring of its user."))
        from argon2.low_level import (  # noqa: PLC0415 - 22 ms, needless where a keyring is
            Type,
            hash_secret_raw,
        )

        return hash_secret_raw(
            self._passphrase, bytes.fromhex(how["salt"]), how["time"], how["memory_kib"],
            how["lanes"], 32, Type.ID,
        )  # fmt: skip

    def refusal(self) -> str:
        """Return the sentence for a wrong passphrase."""
        return _("The passphrase is wrong.")


@dataclass(frozen=True, slots=True)
class RecoveryUnlock:
    """The recovery code that was printed when the counter was set up."""

    code: str = field(repr=False)

    def make(self) -> tuple[dict[str, Any], bytes]:
        """Refuse: a counter is set up with a keyring or a passphrase."""
        raise UserError(_("A recovery code opens a counter, it cannot set one up."))

    def find(self, how: Mapping[str, Any]) -> bytes:  # noqa: ARG002 - the code is all it takes
        """Return the key that the code stands for; case, spaces and hyphens do not matter.

        Raises:
            UserError: The text cannot be a recovery code.
        """
        typed = "".join(letter for letter in self.code.upper() if letter.isalnum())
        typed = typed.replace("0", "O").replace("1", "I").replace("8", "B")
        try:
            raw = base64.b32decode(typed)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.refusal(), "recovery_code") from error
        # 160 random bits need no slow hash.
        return HKDF(SHA256(), 32, salt=None, info=b"counterdesk recovery").derive(raw)

    def refusal(self) -> str:
        """Return the sentence for a wrong code."""
        return _("The recovery code is wrong.")


class KeyringUnlock:
    """The keyring of the operating system, opened when its user signs in to the machine."""

    def __init__(self, keyring: Keyring | None = None) -> None:
        self._keyring = keyring

    def make(self) -> tuple[dict[str, Any], bytes]:
        """Make a key and put it into the keyring.

        Raises:
            UserError: There is no safe keyring, or it is locked.
        """
        name, key = secrets.token_hex(16), secrets.token_bytes(32)
        keyring = self._keyring or safe_keyring()
        try:
            keyring.set_password(SERVICE, name, key.hex())
        except Exception as error:  # every backend raises its own
            raise UserError(locked_sentence()) from error
        return {"kind": "keyring", "name": name}, key

    def find(self, how: Mapping[str, Any]) -> bytes:
        """Return the key that lies in the keyring.

        Raises:
            UserError: No safe keyring, it is locked, or the key is not in it.
        """
        _expect(how, "keyring", _("This counter is opened with a passphrase."))
        keyring = self._keyring or safe_keyring()
        try:
            text = keyring.get_password(SERVICE, how["name"])
        except Exception as error:  # every backend raises its own
            raise UserError(locked_sentence()) from error
        if text is None:
            raise UserError(
                _("The keyring of this user does not hold the key of this counter. Sign in to the "
                  "machine as the user who set it up, or use the recovery code.")
            )  # fmt: skip
        return bytes.fromhex(text)

    def refusal(self) -> str:
        """Return the sentence for a key that belongs to another counter."""
        return _("The key in the keyring does not open this counter. Use the recovery code.")


def safe_keyring(found: Any = None) -> Keyring:
    """Return a keyring that keeps its secrets encrypted; others are passed over.

    Args:
        found: A backend of the `keyring` package; None asks it for the machine's own.

    Raises:
        UserError: There is none: a plaintext, failing or empty keyring is never used.
    """
    if found is None:
        import keyring  # noqa: PLC0415 - 70 ms, needless where a passphrase is used

        found = keyring.get_keyring()
    for backend in getattr(found, "backends", (found,)):
        if type(backend).__module__ in _SAFE_KEYRINGS:
            return backend  # type: ignore[no-any-return]
    raise UserError(
        _("This machine has no safe keyring. Set the counter up with a passphrase instead.")
    )


def _expect(how: Mapping[str, Any], kind: str, sentence: str) -> None:
    if how.get("kind") != kind:
        raise UserError(sentence)


def locked_sentence() -> str:
    """Return the sentence for a keyring that gives nothing away now."""
    return _("The keyring is locked or does not answer. Unlock it and start again.")
