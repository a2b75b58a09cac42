"""What one side alone can read: sealed to its public key, by anybody.

An ephemeral X25519 key agrees with the recipient's on a secret that is used once.

Source: RFC 7748, section 6.1; RFC 5869; RFC 8439, section 2.8.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES: Final = 32
_ONCE: Final = bytes(12)
"""The nonce: each key seals a single box."""


def sealing_key(secret: bytes) -> X25519PrivateKey:
    """Return the key that opens boxes, always the same one for a secret of 32 bytes."""
    derived = HKDF(SHA256(), _KEY_BYTES, None, b"CounterDesk sealing key 1").derive(secret)
    return X25519PrivateKey.from_private_bytes(derived)


def seal(public_key: bytes, plain: bytes, about: bytes) -> bytes:
    """Return a box that only the owner of a key opens.

    Args:
        public_key: Of whoever may open it, 32 bytes.
        plain: What lies in it.
        about: Whom it is for or about: opened with anything else, it does not open.

    Raises:
        ValueError: That is no public key.
    """
    ephemeral = X25519PrivateKey.generate()
    own = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public_key))
    return own + _cipher(shared, own, public_key).encrypt(_ONCE, plain, about)


def open_box(key: X25519PrivateKey, box: bytes, about: bytes) -> bytes:
    """Return what lies in a box.

    Raises:
        ValueError: It was sealed to another key or about something else, or is damaged.
    """
    own, sealed = box[:_KEY_BYTES], box[_KEY_BYTES:]
    shared = key.exchange(X25519PublicKey.from_public_bytes(own))
    try:
        cipher = _cipher(shared, own, key.public_key().public_bytes_raw())
        return cipher.decrypt(_ONCE, sealed, about)
    except InvalidTag as error:
        raise ValueError("the box does not open") from error


def _cipher(shared: bytes, ephemeral: bytes, recipient: bytes) -> ChaCha20Poly1305:
    derived = HKDF(SHA256(), _KEY_BYTES, ephemeral + recipient, b"CounterDesk sealed box 1")
    return ChaCha20Poly1305(derived.derive(shared))
