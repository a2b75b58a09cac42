"""The counter's secrets, sealed in its key file; opened by the keyring, a passphrase or a code.

Three secrets are sealed together: the data key of the local files, the counter's signing key and
the pepper of its stored credentials. Beside the everyday seal lies a second one for the offline
recovery code, which is shown once, when the counter is set up.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.store.sealed import replace_file
from counterdesk.store.unlock import KeySource, RecoveryUnlock

_VERSION = 1
_ABOUT = b"counterdesk key file 1"
_NONCE_BYTES = 12
_SEALED_BYTES = _NONCE_BYTES + 3 * 32 + 16
_SEALS = ("sealed", "recovery")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only this counter knows; never printed, never logged."""

    data_key: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)
    """Seed of the counter's Ed25519 private key."""
    pepper: bytes = field(repr=False)

    @property
    def journal_key(self) -> bytes:
        """The key of the journal, derived so that one key serves one cipher only."""
        return HKDF(SHA256(), 32, salt=None, info=b"counterdesk journal").derive(self.data_key)


def create_key_file(path: Path, source: KeySource) -> tuple[Secrets, str]:
    """Make a new counter's secrets and their sealed file.

    Returns:
        The secrets, and the recovery code, which is kept nowhere: show it once.

    Raises:
        UserError: The keyring is absent, locked or unsafe, or the file cannot be written.
    """
    made = Secrets(*(secrets.token_bytes(32) for _part in range(3)))
    code, recovery = _sealed_to_a_code(made)
    how, key = source.make()
    content = {"v": _VERSION, "unlock": how, "sealed": _seal(key, made)}
    _write(path, content | {"recovery": recovery})
    return made, code


def open_key_file(path: Path, source: KeySource) -> Secrets:
    """Return the counter's secrets.

    Raises:
        UserError: The file is missing or damaged, or the source does not open it.
    """
    content = _read(path)
    if isinstance(source, RecoveryUnlock):
        return _open(source, content["recovery"], {})
    return _open(source, content["sealed"], content["unlock"])


def unlock_kind(path: Path) -> str:
    """Return what opens a key file: "keyring" or "passphrase".

    Raises:
        UserError: The file is missing or damaged.
    """
    return str(_read(path)["unlock"]["kind"])


def change_unlock(path: Path, opened: Secrets, source: KeySource) -> None:
    """Seal the secrets to another source: after a recovery, or with a new passphrase.

    Raises:
        UserError: The file is missing or damaged, or the new source cannot be used.
    """
    content = _read(path)
    how, key = source.make()
    _write(path, content | {"unlock": how, "sealed": _seal(key, opened)})


def renew_recovery_code(path: Path, opened: Secrets) -> str:
    """Seal the secrets to a new recovery code, which is kept nowhere; the one before is void.

    Raises:
        UserError: The file is missing or damaged.
    """
    content = _read(path)
    code, recovery = _sealed_to_a_code(opened)
    _write(path, content | {"recovery": recovery})
    return code


def _sealed_to_a_code(made: Secrets) -> tuple[str, str]:
    code = base64.b32encode(secrets.token_bytes(20)).decode("ascii")
    sealed = _seal(RecoveryUnlock(code).find({}), made)
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4)), sealed


def _seal(key: bytes, made: Secrets) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = made.data_key + made.signing_key + made.pepper
    return (nonce + AESGCM(key).encrypt(nonce, plain, _ABOUT)).hex()


def _open(source: KeySource, sealed: str, how: Mapping[str, Any]) -> Secrets:
    key = source.find(how)
    data = bytes.fromhex(sealed)
    try:
        plain = AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _ABOUT)
    except InvalidTag as error:
        raise UserError(source.refusal()) from error
    return Secrets(plain[:32], plain[32:64], plain[64:])


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
        complete = content["v"] == _VERSION and {"unlock", "sealed", "recovery"} <= set(content)
        sealed = all(len(bytes.fromhex(content[name])) == _SEALED_BYTES for name in _SEALS)
    except FileNotFoundError as error:
        raise UserError(
            _("The key file {name} is missing; without it this counter's data cannot be read. "
              "Put it back from where the data folder was copied.").format(name=path.name)
        ) from error  # fmt: skip
    except OSError as error:
        raise UserError(
            _("The key file {name} cannot be read: {reason}").format(
                name=path.name, reason=error.strerror
            )
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(_damaged(path)) from error
    if not complete or not sealed:
        raise UserError(_damaged(path))
    return dict(content)


def _damaged(path: Path) -> str:
    return _("The key file {name} is damaged. Put back a copy of it.").format(name=path.name)


def _write(path: Path, content: Mapping[str, Any]) -> None:
    try:
        replace_file(path, json.dumps(content, indent=1).encode())
    except OSError as error:
        raise UserError(
            _("The key file {name} cannot be written: {reason}").format(
                name=path.name, reason=error.strerror
            )
        ) from error
