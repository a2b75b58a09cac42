"""The utility's own certificate authority: for its counters' TLS keys, and for its server's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CA_YEARS, _YEARS = 20, 10
_DAY = timedelta(days=1)


def make_authority(name: str) -> tuple[str, str]:
    """Return a new authority's private key and its certificate, both as PEM.

    Args:
        name: The utility's, for those who read certificates.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name[:64])
    certificate = (
        _dated(_CA_YEARS, datetime.now(UTC))
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key_pem(key), certificate_pem(certificate)


def make_request(role: str, key: ec.EllipticCurvePrivateKey) -> str:
    """Return a counter's request for a certificate, as PEM."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(_name(role))
    return _text(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def sign_request(
    authority_key: str, authority: str, request: str, role: str, now_utc: datetime
) -> str:
    """Return a client certificate for the key of a request, as PEM; its name is the login's.

    Args:
        authority_key: PEM, like the rest.
        authority: Its certificate.
        request: The counter's.
        role: The counter's login.
        now_utc: The certificate is good from a day before.

    Raises:
        ValueError: The request is none, or not signed by its own key.
    """
    asked = x509.load_pem_x509_csr(request.encode())
    if not asked.is_signature_valid:
        raise ValueError("the request is not signed by the key it shows")
    public_key = asked.public_key()
    if not isinstance(public_key, ec.EllipticCurvePublicKey):
        raise ValueError("the request's key is of another kind")  # noqa: TRY004 - of what came
    use = ExtendedKeyUsageOID.CLIENT_AUTH
    dated = _dated(_YEARS, now_utc)
    return _signed(authority_key, authority, public_key, dated, role, use)


def make_server_certificate(authority_key: str, authority: str, host: str) -> tuple[str, str]:
    """Return a private key and a certificate for PostgreSQL itself, both as PEM.

    Args:
        host: The name or address that counters connect to.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([_alternative(host)])
    builder = _dated(_YEARS, datetime.now(UTC)).add_extension(names, critical=False)
    use = ExtendedKeyUsageOID.SERVER_AUTH
    certificate = _signed(authority_key, authority, key.public_key(), builder, host[:64], use)
    return key_pem(key), certificate


def key_pem(key: ec.EllipticCurvePrivateKey, password: str = "") -> str:
    """Return a private key as PEM, sealed if a password is given."""
    sealing: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        sealing = serialization.BestAvailableEncryption(password.encode())
    return _text(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealing
        )
    )  # fmt: skip


def certificate_pem(certificate: x509.Certificate) -> str:
    """Return a certificate as PEM."""
    return _text(certificate.public_bytes(serialization.Encoding.PEM))


def _signed(
    authority_key: str,
    authority: str,
    public_key: ec.EllipticCurvePublicKey,
    builder: x509.CertificateBuilder,
    name: str,
    use: x509.ObjectIdentifier,
) -> str:
    key = serialization.load_pem_private_key(authority_key.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - as made above
    issuer = x509.load_pem_x509_certificate(authority.encode())
    certificate = (
        builder.subject_name(_name(name))
        .issuer_name(issuer.subject)
        .public_key(public_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate_pem(certificate)


def certificate_ends(certificate: str) -> datetime:
    """Return until when a certificate is good.

    Raises:
        ValueError: This is none.
    """
    return x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc


def fits_request(certificate: str, request: str) -> bool:
    """Tell whether a certificate is for the key and the name of a request."""
    try:
        made = x509.load_pem_x509_certificate(certificate.encode())
        asked = x509.load_pem_x509_csr(request.encode())
    except ValueError:
        return False
    return (made.public_key(), made.subject) == (asked.public_key(), asked.subject)


def _dated(years: int, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + years * 365 * _DAY)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _text(pem: bytes) -> str:
    return pem.decode("ascii")
