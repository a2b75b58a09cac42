"""Is this receipt genuine: answered with the utility's public key alone, without network."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.receipt_code import (
    Certificate,
    ReceiptFacts,
    SignedReceipt,
    certificate_bytes,
    certificate_to_sign,
    facts_to_sign,
    read_certificate,
    read_receipt_code,
)


def make_certificate(utility_key: Ed25519PrivateKey, certificate: Certificate) -> bytes:
    """Return a counter's certificate signed by the utility, as the counter keeps it."""
    return certificate_bytes(certificate, utility_key.sign(certificate_to_sign(certificate)))


def verify_receipt_code(code: str, utility_public_key: bytes) -> ReceiptFacts:
    """Return what a receipt states, if the utility's own counter stated it.

    The certificate must have been valid on the receipt's day; it may have run out since.

    Args:
        code: What the QR code on the receipt says.
        utility_public_key: The 32 bytes of the utility's Ed25519 key.

    Raises:
        UserError: The code is damaged, altered, or not from a counter of this utility.
    """
    signed = _taken_apart(code.strip())
    certificate = certified(signed.certificate, utility_public_key)
    if not _is_signed(certificate.public_key, signed.signature, facts_to_sign(signed.facts)):
        raise UserError(_("The receipt was altered: the counter's signature does not fit."))
    _check_counter(signed.facts, certificate)
    return signed.facts


def _taken_apart(code: str) -> SignedReceipt:
    try:
        return read_receipt_code(code)
    except ValueError as error:
        raise UserError(_("This is not a complete CounterDesk receipt code.")) from error


def certified(raw: bytes, utility_public_key: bytes) -> Certificate:
    """Return a counter's certificate, if the utility signed it.

    Raises:
        UserError: It is damaged, or another's.
    """
    try:
        certificate, signature = read_certificate(raw)
    except ValueError as error:
        raise UserError(_("The counter's certificate is damaged.")) from error
    if not _is_signed(utility_public_key, signature, certificate_to_sign(certificate)):
        raise UserError(_("The counter that made this is not certified by the utility."))
    return certificate


def _check_counter(facts: ReceiptFacts, certificate: Certificate) -> None:
    if facts.counter_code != certificate.code:
        raise UserError(
            _("The receipt names counter {named}, but counter {signer} signed it.").format(
                named=facts.counter_code, signer=certificate.code
            )
        )
    if not certificate.valid_from <= facts.business_date <= certificate.valid_until:
        raise UserError(
            _("Counter {code} was not certified on {date}.").format(
                code=certificate.code, date=facts.business_date.isoformat()
            )
        )


def _is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
