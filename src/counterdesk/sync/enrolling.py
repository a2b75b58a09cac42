"""A till becomes a counter of the centre. Interrupted at any step, it is simply run again.

The order is what makes that true: secrets are on the disk before the centre hears of them, the
certificates are on the disk before the centre asks for them, and the ledger, which makes the
folder a counter's, comes last.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from ssl import DER_cert_to_PEM_cert, PEM_cert_to_DER_cert

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.store.folder import Folder
from counterdesk.store.making import FolderInMaking, make_folder
from counterdesk.store.sealed import replace_file
from counterdesk.store.session import CounterIdentity
from counterdesk.store.unlock import KeySource
from counterdesk.sync import address as kept
from counterdesk.sync.address import CentreAddress, keep_address, read_address
from counterdesk.sync.centre.authority import key_pem, make_request
from counterdesk.sync.enrolment_code import EnrolmentCode
from counterdesk.sync.joining import Joining

_WAIT_SECONDS = 600.0


class Step(StrEnum):
    """What is done; told as it happens."""

    KEYS = "keys"
    """The till's own secrets lie sealed on its disk."""
    REACHED = "reached"
    """The centre answered and is the utility's."""
    SHOWN = "shown"
    """The centre knows this till's key, and the code is worth nothing any more."""
    CERTIFIED = "certified"
    STORED = "stored"
    """The certificates lie on the disk."""
    ACTIVE = "active"
    """The centre counts this till among its counters."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How the one who enrols follows it."""

    show_recovery_code: Callable[[str], None]
    """Gets the code that opens the till when its key is lost: to be written down now."""
    told: Callable[[Step], None]
    wait_seconds: float = _WAIT_SECONDS
    """How long to wait for the centre's service."""


def enroll(
    path: Path, unlock: KeySource, code: EnrolmentCode, progress: Progress, ca_pem: str = ""
) -> CounterIdentity:
    """Make an empty data folder a counter's.

    Args:
        path: The data folder.
        unlock: What will open it again.
        code: From `centre add-counter`.
        progress: Told of every step.
        ca_pem: Who vouches for the server, where the code names it by its fingerprint only.

    Raises:
        UserError: The sentence says what is wrong, what is safe, and what to do.
    """
    ca_pem = _trusted(code, ca_pem)
    with make_folder(path, unlock) as making:
        address = _address(making, code, ca_pem)
        progress.told(Step.KEYS)
        counter = _join(making, address, code, progress)
        progress.show_recovery_code(making.recovery_code)  # while there is no way back to it
        making.finish(counter)
    return counter


def _join(
    making: FolderInMaking, address: CentreAddress, code: EnrolmentCode, progress: Progress
) -> CounterIdentity:
    signing = Ed25519PrivateKey.from_private_bytes(making.secrets.signing_key)
    with Joining(making.folder, address) as joining:
        utility = joining.utility_public_key(code.utility_key_hash)
        progress.told(Step.REACHED)
        joining.take_over_login()
        joining.show_key(signing.public_key().public_bytes_raw())
        progress.told(Step.SHOWN)
        counter, tls = joining.wait_for_certificates(utility, progress.wait_seconds)
        progress.told(Step.CERTIFIED)
        replace_file(making.folder.tls / kept.CERTIFICATE, tls.encode())
        address = replace(address, one_time="", utility_public_key=utility.hex())
        keep_address(making.folder, making.secrets.data_key, address)
        progress.told(Step.STORED)
        joining.confirm()
    with Joining(making.folder, address):  # what the till will do every day works
        progress.told(Step.ACTIVE)
    return counter


def _trusted(code: EnrolmentCode, ca_pem: str) -> str:
    """Return the certificate that vouches for the server; "" without TLS."""
    if not code.ca_hash:
        return ""
    try:
        found = code.ca or PEM_cert_to_DER_cert(ca_pem.strip())
    except ValueError:
        found = b""
    if hashlib.sha256(found).digest() != code.ca_hash:
        raise UserError(
            _("The code asks for the certificate of who vouches for the centre's server. Nothing "
              "was changed. Get that file where the code came from, and name it with --ca.")
        )  # fmt: skip
    return DER_cert_to_PEM_cert(found)


def _address(making: FolderInMaking, code: EnrolmentCode, ca_pem: str) -> CentreAddress:
    """Return how the centre is reached, sealed on the disk; secrets of an earlier try stay."""
    folder = making.folder
    folder.tls.mkdir(mode=0o700, exist_ok=True)
    if ca_pem:
        replace_file(folder.tls / kept.ROOT, ca_pem.encode())
    before = read_address(folder, making.secrets.data_key)
    if before is not None and before.role == code.role:
        address = replace(
            before, host=code.host, port=code.port, one_time=code.password, ca_pem=ca_pem
        )
    else:
        if before is not None:
            folder.link.unlink()
            making.forget()
        address = _new_address(folder, code, ca_pem)
    keep_address(folder, making.secrets.data_key, address)
    return address


def _new_address(folder: Folder, code: EnrolmentCode, ca_pem: str) -> CentreAddress:
    key, sealing = ec.generate_private_key(ec.SECP256R1()), secrets.token_hex(16)
    replace_file(folder.tls / kept.KEY, key_pem(key, sealing).encode())
    (folder.tls / kept.CERTIFICATE).unlink(missing_ok=True)
    return CentreAddress(
        code.host, code.port, code.database, code.role, secrets.token_hex(24), code.password,
        ca_pem=ca_pem, tls_request=make_request(code.role, key), tls_key_password=sealing,
    )  # fmt: skip
