"""How this counter reaches its centre: kept sealed in the data folder."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from psycopg.conninfo import make_conninfo

from counterdesk.store.folder import Folder
from counterdesk.store.sealed import read_sealed, replace_file, write_sealed

_CONNECT_SECONDS = 5
ROOT, CERTIFICATE, KEY = "centre-ca.pem", "counter.pem", "counter.key"
"""Files in `Folder.tls`: who vouches for the server; the counter's certificate and sealed key."""


@dataclass(frozen=True, slots=True)
class CentreAddress:
    """Where the centre is and as whom this counter comes.

    `one_time` is the code's password until it is known to be changed. With `ca_pem` empty there is
    no TLS: the centre is on this machine.
    """

    host: str
    port: int
    database: str
    role: str
    password: str = field(repr=False)
    one_time: str = field(repr=False, default="")
    utility_public_key: str = ""
    """Hex; who the centre proved to be when this till became its counter."""
    ca_pem: str = ""
    tls_request: str = ""
    tls_key_password: str = field(repr=False, default="")
    other_host: str = ""
    other_port: int = 0
    other_ca: str = ""
    """Where the centre was before it moved: tried where it is not found at `host`."""
    reach_issued: str = ""
    """When the utility said where it is; "" is the enrolment code's word."""

    def conninfo(self, folder: Folder, password: str = "") -> str:
        """Return it as libpq reads it, with what a counter insists on.

        Args:
            folder: Where the certificates are.
            password: Another one than the counter's own.
        """
        always: dict[str, Any] = {
            **self._places(), "dbname": self.database, "user": self.role,
            "password": password or self.password, "require_auth": "scram-sha-256",
            "connect_timeout": _CONNECT_SECONDS, "gssencmode": "disable",
            "application_name": "counterdesk",
        }  # fmt: skip
        return make_conninfo("", **always, **self._tls(folder))

    def _places(self) -> dict[str, Any]:
        if not self.other_host:
            return {"host": self.host, "port": self.port}
        return {"host": f"{self.host},{self.other_host}", "port": f"{self.port},{self.other_port}"}

    def _tls(self, folder: Folder) -> dict[str, Any]:
        if not self.ca_pem:
            return {"sslmode": "disable"}
        tls: dict[str, Any] = {
            "sslmode": "verify-full",
            "sslrootcert": folder.tls / ROOT,
            "channel_binding": "require",
        }
        if (folder.tls / CERTIFICATE).exists():
            tls |= {
                "sslcert": folder.tls / CERTIFICATE,
                "sslkey": folder.tls / KEY,
                "sslpassword": self.tls_key_password,
            }
        return tls | {"sslcertmode": "allow" if "sslcert" in tls else "disable"}


def keep_address(folder: Folder, data_key: bytes, address: CentreAddress) -> None:
    """Seal the address into the data folder.

    Raises:
        UserError: The disk does not take it.
    """
    write_sealed(folder.link, data_key, asdict(address))


def keep_roots(folder: Folder, address: CentreAddress) -> None:
    """Write down who vouches for the server: at its place, and at the one before."""
    roots = dict.fromkeys(one for one in (address.ca_pem, address.other_ca) if one)
    replace_file(folder.tls / ROOT, "".join(roots).encode())


def read_address(folder: Folder, data_key: bytes) -> CentreAddress | None:
    """Return the kept address, or None for a till without a centre.

    Raises:
        UserError: The file is damaged or cannot be read.
    """
    try:
        return CentreAddress(**read_sealed(folder.link, data_key))
    except FileNotFoundError:
        return None
