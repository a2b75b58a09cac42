"""Certificates that the centre renewed for this counter's keys, taken up before the old run out."""

from __future__ import annotations

import logging
from contextlib import suppress

import psycopg
from cryptography.exceptions import InvalidSignature
from psycopg.conninfo import make_conninfo
from sqlalchemy import select, update

from counterdesk.core.receipt_code import certificate_to_sign, read_certificate
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Counter
from counterdesk.store.folder import Folder
from counterdesk.store.sealed import replace_file
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.address import CERTIFICATE, CentreAddress, read_address
from counterdesk.sync.centre.authority import certificate_ends, fits_request
from counterdesk.sync.link import OfficeFacts
from counterdesk.sync.people import utility_key

_log = logging.getLogger(__name__)
_counter = table_of(Counter)


def take_certificates(store: Store, office: OfficeFacts) -> None:
    """Keep the certificates that the centre tells, where they are newer and this counter's own.

    What prints receipts takes up the new one at the next start; there is half a year for it.
    """
    if office.certificate not in {b"", store.counter.certificate}:
        store.write(lambda session: _take_own(session, office)).result()
    if office.tls_certificate:
        try:
            _take_tls(store, office.tls_certificate)
        except OSError as error:
            _log.warning("the new TLS certificate cannot be kept: %s", error.strerror)


def _take_own(session: Session, office: OfficeFacts) -> None:
    kept = session.execute(select(_counter.c.certificate)).scalar_one()
    if office.certificate == kept:
        return
    try:
        key = utility_key(office, session.counter)
        told, signature = read_certificate(office.certificate)
        key.verify(signature, certificate_to_sign(told))
        before, _signature = read_certificate(kept)
    except (ValueError, TypeError, InvalidSignature):
        _log.warning("a certificate that is not the utility's word is not taken")
        return
    same = (told.counter_id, told.code, told.public_key) == (
        before.counter_id, before.code, before.public_key
    )  # fmt: skip
    if same and told.valid_until > before.valid_until:
        session.execute(update(_counter).values(certificate=office.certificate))
        session.record("counter.certified", {"valid_until": told.valid_until})


def _take_tls(store: Store, told: str) -> None:
    """Put it in the place of the old one once the server was seen to accept it."""
    file = store.folder.tls / CERTIFICATE
    address = read_address(store.folder, store.data_key)
    if address is None or not file.exists() or not _is_later(told, file.read_text("ascii")):
        return
    if fits_request(told, address.tls_request) and _opens(store.folder, address, told):
        replace_file(file, told.encode())
        _log.info("this counter's TLS certificate was renewed")
    else:
        _log.warning("a TLS certificate that does not open the centre is not taken")


def _is_later(told: str, kept: str) -> bool:
    try:
        return certificate_ends(told) > certificate_ends(kept)
    except ValueError:
        return False


def _opens(folder: Folder, address: CentreAddress, told: str) -> bool:
    if not address.ca_pem:
        return True  # nobody asks for it without TLS
    beside = folder.tls / f"{CERTIFICATE}.new"
    replace_file(beside, told.encode())
    try:
        psycopg.connect(make_conninfo(address.conninfo(folder), sslcert=str(beside))).close()
    except psycopg.OperationalError as error:
        _log.warning("the centre does not take the new TLS certificate: %s", error)
        return False
    finally:
        with suppress(OSError):
            beside.unlink()
    return True
