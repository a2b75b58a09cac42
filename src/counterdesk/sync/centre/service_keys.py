"""The folder beside the centre's service: the utility's key and what the service signs and is."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.store.keys import (
    Secrets,
    create_key_file,
    open_key_file,
    renew_recovery_code,
    unlock_kind,
)
from counterdesk.store.sealed import read_sealed, replace_file, write_sealed
from counterdesk.store.sealed_box import sealing_key
from counterdesk.store.unlock import KeySource
from counterdesk.sync.centre.authority import make_authority

_KEY, _SERVICE, _AUTHORITY = "utility.key", "service.sealed", "counters-ca.pem"


@dataclass(frozen=True, slots=True)
class ServiceLogin:
    """How the service logs in, and the authority that signs TLS certificates; kept sealed."""

    role: str
    password: str = field(repr=False)
    authority_key: str = field(repr=False)
    authority: str
    centre: str = ""
    """The utility's name, once its centre stands."""


@dataclass(frozen=True, slots=True)
class UtilityKeys:
    """The folder, opened."""

    signing: Ed25519PrivateKey = field(repr=False)
    login: ServiceLogin

    @property
    def sealing(self) -> X25519PrivateKey:
        """What counters seal to, such as a new password's hash; made from the signing key."""
        return sealing_key(self.signing.private_bytes_raw())

    @property
    def public_key(self) -> bytes:
        """The utility's public key, 32 bytes."""
        return self.signing.public_key().public_bytes_raw()


def make_utility_keys(folder: Path, unlock: KeySource, name: str) -> tuple[UtilityKeys, str]:
    """Make the keys of a new centre, or take up those of one that did not come to stand.

    Returns:
        The keys, and the recovery code, which is kept nowhere: show it once.

    Raises:
        UserError: The folder holds the keys of a centre, or cannot be written.
    """
    made, recovery_code = _secrets(folder, unlock)
    role, password = f"cd_service_{secrets.token_hex(4)}", secrets.token_urlsafe(24)
    login = ServiceLogin(role, password, *make_authority(name))
    write_sealed(folder / _SERVICE, made.data_key, asdict(login))
    replace_file(folder / _AUTHORITY, login.authority.encode())
    return _keys(made, login), recovery_code


def note_founded(folder: Path, unlock: KeySource, name: str) -> None:
    """Note that the centre of these keys stands: they are not given to another one."""
    made = open_key_file(folder / _KEY, unlock)
    login = ServiceLogin(**read_sealed(folder / _SERVICE, made.data_key))
    write_sealed(folder / _SERVICE, made.data_key, asdict(replace(login, centre=name)))


def open_utility_keys(folder: Path, unlock: KeySource) -> UtilityKeys:
    """Return the keys of a centre.

    Raises:
        UserError: They are not there, not opened by this, or damaged.
    """
    if not (folder / _KEY).exists():
        raise UserError(_missing(folder))
    made = open_key_file(folder / _KEY, unlock)
    try:
        return _keys(made, ServiceLogin(**read_sealed(folder / _SERVICE, made.data_key)))
    except FileNotFoundError as error:
        raise UserError(_missing(folder)) from error


def keys_kind(folder: Path) -> str:
    """Return what opens the keys: "keyring" or "passphrase"; "" where there are none yet.

    Raises:
        UserError: The key file is damaged.
    """
    return unlock_kind(folder / _KEY) if (folder / _KEY).exists() else ""


def authority_file(folder: Path) -> Path:
    """Return where the certificate of the utility's authority lies: PostgreSQL needs it."""
    return folder / _AUTHORITY


def key_hash(public_key: bytes) -> bytes:
    """Return what a counter is told to know the utility's key by."""
    return hashlib.sha256(public_key).digest()


def _secrets(folder: Path, unlock: KeySource) -> tuple[Secrets, str]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            _("The folder {folder} cannot be made: {reason}").format(
                folder=folder, reason=error.strerror
            )
        ) from error
    if not (folder / _KEY).exists():
        return create_key_file(folder / _KEY, unlock)
    made = open_key_file(folder / _KEY, unlock)
    _refuse_founded(folder, made)
    return made, renew_recovery_code(folder / _KEY, made)


def _refuse_founded(folder: Path, made: Secrets) -> None:
    with suppress(FileNotFoundError):
        centre = read_sealed(folder / _SERVICE, made.data_key)["centre"]
        if centre:
            raise UserError(
                _("The folder {folder} already holds the keys of {centre}. Nothing was changed. "
                  "Choose another one with --keys.").format(folder=folder, centre=centre)
            )  # fmt: skip


def _keys(made: Secrets, login: ServiceLogin) -> UtilityKeys:
    return UtilityKeys(Ed25519PrivateKey.from_private_bytes(made.signing_key), login)


def _missing(folder: Path) -> str:
    return _("The keys of the utility are not in {folder}. They lie where centre init was run, or "
             "where --keys said.").format(folder=folder)  # fmt: skip
