"""The certificate that the database server shows, looked at as a till would meet it."""

from __future__ import annotations

import socket
import ssl
from contextlib import closing
from datetime import datetime

from counterdesk.sync.centre.authority import certificate_ends

_SECONDS = 3.0
_ASKS_FOR_TLS = (8).to_bytes(4, "big") + (80_877_103).to_bytes(4, "big")
"""Source: PostgreSQL manual, message formats, SSLRequest."""


def server_certificate_ends(host: str, port: int) -> datetime | None:
    """Return until when the server's certificate is good; None where none is shown here.

    Nothing is said to the server but that TLS is wanted, so nobody need vouch for it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with closing(socket.create_connection((host, port), _SECONDS)) as line:
            line.sendall(_ASKS_FOR_TLS)
            if line.recv(1) != b"S":
                return None
            with context.wrap_socket(line, server_hostname=host) as secured:
                shown = secured.getpeercert(binary_form=True)
        return certificate_ends(ssl.DER_cert_to_PEM_cert(shown)) if shown else None
    except (OSError, ValueError):
        return None
