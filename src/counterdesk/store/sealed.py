"""Small files sealed with a key that the key file holds: replaced whole, never half-written."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.store.folder import Folder

_NONCE_BYTES = 12


def write_sealed(path: Path, key: bytes, content: Mapping[str, Any]) -> None:
    """Seal what JSON can hold into a file that takes the place of the one before.

    Args:
        path: Its name is sealed in too: one sealed file cannot stand in for another.
        key: The data key of the same folder, 32 bytes.

    Raises:
        UserError: The disk does not take it.
    """
    nonce, plain = secrets.token_bytes(_NONCE_BYTES), json.dumps(content).encode()
    sealed = AESGCM(_derived(key)).encrypt(nonce, plain, path.name.encode())
    try:
        replace_file(path, nonce + sealed)
    except OSError as error:
        raise UserError(
            _("{file} cannot be written: {reason}").format(file=path, reason=error.strerror)
        ) from error


def read_sealed(path: Path, key: bytes) -> dict[str, Any]:
    """Return what was sealed into a file.

    Raises:
        FileNotFoundError: It is not there.
        UserError: It cannot be read, is damaged, or belongs to another key.
    """
    try:
        data = path.read_bytes()
        plain = AESGCM(_derived(key)).decrypt(
            data[:_NONCE_BYTES], data[_NONCE_BYTES:], path.name.encode()
        )
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UserError(
            _("{file} cannot be read: {reason}").format(file=path, reason=error.strerror)
        ) from error
    except (InvalidTag, ValueError) as error:
        raise UserError(
            _("{file} is damaged or from another folder. Put back a copy of it.").format(file=path)
        ) from error
    return dict(json.loads(plain))


def replace_file(path: Path, data: bytes) -> None:
    """Write a file for its owner alone; it gets its name when it is on the disk whole."""
    beside = path.with_name(path.name + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    Folder(path.parent).sync()


def _derived(key: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"counterdesk sealed file").derive(key)
