"""The one-time code that makes a till a counter: where its centre is, and how to know it again."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

_VERSION: Final = 1
_CHECK_BYTES: Final = 4
_LARGEST_CA: Final = 1_000
"""A certificate of more bytes does not travel in the code; its fingerprint does."""


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """What the code says. It is worth nothing once its password was changed by the till."""

    host: str
    """A name, an address, or the folder of a socket on this machine."""
    port: int
    database: str
    role: str
    password: str = field(repr=False)
    utility_key_hash: bytes
    """SHA-256 of the utility's public key: who the centre must prove to be."""
    ca_hash: bytes = b""
    """SHA-256 of the certificate (DER) that vouches for the server; empty where TLS is not used."""
    ca: bytes = b""
    """That certificate, if it is small."""


def code_text(code: EnrolmentCode) -> str:
    """Return the code as one word of capital letters and digits."""
    ca = code.ca if len(code.ca) <= _LARGEST_CA else b""
    texts = (code.host, str(code.port), code.database, code.role, code.password)
    parts = (*(text.encode() for text in texts), code.utility_key_hash, code.ca_hash, ca)
    packed = bytes([_VERSION]) + b"".join(len(part).to_bytes(2) + part for part in parts)
    return base64.b32encode(packed + _check(packed)).decode().rstrip("=")


def read_code(text: str) -> EnrolmentCode:
    """Return what a code says; case, spaces, hyphens and line ends do not matter.

    Raises:
        UserError: It is no code, not all of one, or of a later version.
    """
    packed = _unwrapped(text)
    if packed[0] != _VERSION:
        raise UserError(_("This code is for a newer CounterDesk. Upgrade this one, try again."))
    try:
        host, port, database, role, password, key_hash, ca_hash, ca = _parts(packed[1:])
        found = EnrolmentCode(
            host.decode(), int(port), database.decode(), role.decode(), password.decode(),
            key_hash, ca_hash, ca,
        )  # fmt: skip
    except ValueError as error:
        raise UserError(_incomplete()) from error
    if not found.ca_hash and not is_this_machine(found.host):
        raise UserError(
            _("This code leads over the network without encryption, which is never done. Nothing "
              "was changed. Ask for a code of a centre with TLS.")
        )  # fmt: skip
    return found


def is_this_machine(host: str) -> bool:
    """Tell whether a host is a socket's folder or the loopback: no network, so no TLS."""
    if host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _unwrapped(text: str) -> bytes:
    plain = "".join(letter for letter in text.upper() if letter.isalnum())
    try:
        raw = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except (binascii.Error, ValueError) as error:
        raise UserError(_incomplete()) from error
    packed, check = raw[:-_CHECK_BYTES], raw[-_CHECK_BYTES:]
    if not packed or check != _check(packed):
        raise UserError(_incomplete())
    return packed


def _parts(packed: bytes) -> list[bytes]:
    found = []
    while packed:
        size = int.from_bytes(packed[:2])
        found.append(packed[2 : 2 + size])
        packed = packed[2 + size :]
    return found


def _check(packed: bytes) -> bytes:
    return hashlib.sha256(packed).digest()[:_CHECK_BYTES]


def _incomplete() -> str:
    return _("This is not a complete enrolment code. Nothing was changed. Copy the whole of it: "
             "centre add-counter printed it.")  # fmt: skip
