"""What a till says to the centre while it enrols, and how it knows that it is the right one."""

from __future__ import annotations

import hashlib
import time
from types import TracebackType
from typing import Any, Final, LiteralString, Self

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from psycopg.rows import dict_row

from counterdesk import __version__
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.receipt_code import certificate_to_sign, read_certificate
from counterdesk.store.folder import Folder
from counterdesk.store.session import CounterIdentity
from counterdesk.sync.address import CentreAddress

_POLL_SECONDS: Final = 0.5


class Joining:
    """One connection of a till that enrols."""

    def __init__(self, folder: Folder, address: CentreAddress) -> None:
        """Connect with the code's password, or with the till's own where it was changed already.

        Raises:
            UserError: The centre is not reached, is another one, or refuses the code.
        """
        self._address = address
        self._taken_over = not address.one_time
        if not self._taken_over:
            try:
                self._connection = _connect(address.conninfo(folder, address.one_time))
            except psycopg.OperationalError as error:
                if not _refused_password(error):
                    raise UserError(_not_connected(address, error)) from error
                self._taken_over = True  # perhaps: then an earlier try came that far
        if self._taken_over:
            try:
                self._connection = _connect(address.conninfo(folder))
            except psycopg.OperationalError as error:
                raise UserError(_not_connected(address, error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up; what the database refused becomes a sentence.

        Raises:
            UserError: The centre refused, or went away.
        """
        self._connection.close()
        if isinstance(error, psycopg.Error):
            raise UserError(_interrupted(error)) from error

    def utility_public_key(self, known_hash: bytes) -> bytes:
        """Return the utility's public key as the centre tells it.

        Raises:
            UserError: It is not the one that the code was made for.
        """
        key = bytes(self._row("select utility_public_key from cd.site_now")["utility_public_key"])
        if hashlib.sha256(key).digest() != known_hash:
            raise UserError(
                _("This centre is not the one that the code was made for: its key is another. "
                  "Nothing was told to it. Ask who gave you the code.")
            )  # fmt: skip
        return key

    def take_over_login(self) -> None:
        """Make the login this till's own: from now on the code is worth nothing."""
        if not self._taken_over:
            self._connection.pgconn.change_password(
                self._address.role.encode(), self._address.password.encode()
            )
            self._taken_over = True

    def show_key(self, public_key: bytes) -> None:
        """Tell the centre this till's key; it may be told again."""
        self._public_key = public_key
        if self._counter()["status"] != "active":
            self._connection.execute(
                "select cd.enroll(%s, %s, %s)",
                (public_key, self._address.tls_request, __version__),
            )

    def wait_for_certificates(self, utility: bytes, seconds: float) -> tuple[CounterIdentity, str]:
        """Return who this till is and its TLS certificate, once the centre's service signed.

        Raises:
            UserError: It did not in time, or what it signed is not about this till.
        """
        ends = time.monotonic() + seconds
        while not (row := self._counter())["certificate"]:
            if time.monotonic() > ends:
                raise UserError(
                    _("The centre has not certified this counter yet. Nothing is lost. See that "
                      "its service runs (counterdesk centre serve), then enter the same command "
                      "again.")
                )  # fmt: skip
            time.sleep(_POLL_SECONDS)
        return certified_identity(row, self._public_key, utility), str(row["tls_certificate"])

    def confirm(self) -> None:
        """Say that the certificates are stored: the centre counts this till among its counters."""
        if self._counter()["status"] != "active":
            self._connection.execute("select cd.confirm_enrolled()")

    def _counter(self) -> dict[str, Any]:
        return self._row("select * from cd.my_counter")

    def _row(self, query: LiteralString) -> dict[str, Any]:
        row = self._connection.cursor(row_factory=dict_row).execute(query).fetchone()
        if row is None:
            raise UserError(_unknown())
        return row


def certified_identity(row: dict[str, Any], public_key: bytes, utility: bytes) -> CounterIdentity:
    """Return who the utility says this till is.

    Raises:
        UserError: Its signature does not hold, or it speaks of another key.
    """
    try:
        certificate, signature = read_certificate(row["certificate"])
        message = certificate_to_sign(certificate)
        Ed25519PublicKey.from_public_bytes(utility).verify(signature, message)
    except (ValueError, InvalidSignature) as error:
        raise UserError(
            _("The centre's certificate is not signed by the utility. This till is not set up. "
              "Tell who looks after the centre.")
        ) from error  # fmt: skip
    named = (certificate.counter_id, certificate.code, certificate.public_key)
    if named != (row["counter_id"], row["code"], public_key):
        raise UserError(
            _("Counter {code} works on another till already, or in another data folder. Nothing "
              "was changed. Ask for a code of its own for this one.").format(code=row["code"])
        )  # fmt: skip
    return CounterIdentity(
        row["counter_id"], row["code"], row["name"], row["office"], public_key, row["certificate"]
    )


def _connect(conninfo: str) -> psycopg.Connection:
    return psycopg.connect(conninfo, autocommit=True)


def _refused_password(error: psycopg.OperationalError) -> bool:
    # A connection that fails has no SQLSTATE to tell by.
    return error.pgconn is not None and bool(error.pgconn.used_password)


def _not_connected(address: CentreAddress, error: psycopg.OperationalError) -> str:
    told = str(error)
    if _refused_password(error):
        text = _(
            "The centre does not take this code: it was used, replaced or withdrawn. Nothing "
            "was changed on this till. Ask for a new one: centre add-counter --renew"
        )
    elif address.ca_pem and ("certificate" in told or "SSL" in told):
        text = _(
            "The server at {host} does not prove to be the centre's, or does not take this "
            "till's certificate. Nothing is lost. Tell who looks after the server: {reason}"
        )
    else:
        text = _(
            "The centre at {host}, port {port}, is not reached. Nothing is lost. Check the "
            "network and that the centre runs, then enter the same command again. ({reason})"
        )
    return text.format(host=address.host, port=address.port, reason=_short(told))


def _interrupted(error: psycopg.Error) -> str:
    if error.sqlstate == "28000":
        text = _(
            "The centre does not take this code: it is older than 48 hours, or the counter "
            "was revoked. Ask for a new one: centre add-counter --renew"
        )
    elif isinstance(error, psycopg.OperationalError):
        text = _(
            "The centre went away. Nothing is lost. Enter the same command again when it is back."
        )
    else:
        text = _("The centre refused: {reason}. Nothing is lost. Tell who looks after it.")
    return text.format(reason=_short(str(error)))


def _unknown() -> str:
    return _("The centre knows no counter by this code. Nothing was changed. Ask for a new one.")


def _short(told: str) -> str:
    lines = told.strip().splitlines()
    return lines[0].strip() if lines else ""
