"""Making a centre, keeping it up to date, running its service."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterdesk.cli.asking import read_certificate, unlock_for
from counterdesk.cli.where import centre_at
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

if TYPE_CHECKING:
    from counterdesk.core.settings import Settings
    from counterdesk.sync.centre.serving import CentreService


def init(given: argparse.Namespace) -> int:
    """Make an empty database a centre."""
    from counterdesk.sync.centre.founding import NewCentre, found_centre
    from counterdesk.sync.centre.service_keys import keys_kind

    settings = _settings(given)
    starts = dict(_start(text, settings) for text in given.start)
    new = NewCentre(settings, starts, given.host, given.port, read_certificate(given.ca))
    with centre_at(given, new=True) as where:
        unlock = unlock_for(keys_kind(where.keys), new_passphrase=given.passphrase)
        recovery_code = found_centre(where.conninfo, new, where.keys, unlock)
    print(_("The centre of {name} stands. Its keys lie in {folder}: copy that folder to a safe "
            "place now.").format(name=given.name, folder=where.keys))  # fmt: skip
    print(_("Recovery code of the keys, shown only once; write it down: {code}").format(
        code=recovery_code))  # fmt: skip
    print(_("Next: centre add-user, centre add-counter, and centre serve."))
    return 0


def upgrade(given: argparse.Namespace) -> int:
    """Bring the centre's schema to this version."""
    from counterdesk.sync.centre.migrating import upgrade_centre
    from counterdesk.sync.centre.opening import connect, in_words

    with centre_at(given) as where, in_words():
        connect(where.conninfo).close()
        before, after = upgrade_centre(where.conninfo)
    if before == after:
        print(_("The centre is of this version already ({revision}).").format(revision=after))
    else:
        print(_("The centre went from {before} to {after}. Counters keep working meanwhile; "
                "upgrade them next.").format(before=before, after=after))  # fmt: skip
    return 0


def restored(given: argparse.Namespace) -> int:
    """Go on from a copy that the database was put back to."""
    from counterdesk.sync.centre.opening import open_centre
    from counterdesk.sync.centre.restoring import go_on_restored

    with centre_at(given) as where, open_centre(where.conninfo) as connection:
        go_on_restored(connection, given.skip)
    print(_("The centre goes on from its copy: {count} numbers of each series are left out, and "
            "every counter fetches everything anew. Start the service again.").format(
        count=given.skip))  # fmt: skip
    return 0


def address(given: argparse.Namespace) -> int:
    """Show or change where counters find the server; codes printed before keep the old place."""
    from counterdesk.sync.centre.founding import change_reach, own_authority, read_reach
    from counterdesk.sync.centre.opening import open_centre

    with centre_at(given) as where, open_centre(where.conninfo) as connection:
        if given.host or given.port or given.ca:
            ca = read_certificate(given.ca or own_authority(where.keys, given.host))
            change_reach(connection, given.host, given.port, ca)
        host, port, tls = read_reach(connection)
    how = _("with TLS") if tls else _("on this machine, without TLS")
    print(_("Counters find the server at {host}, port {port}, {how}.").format(
        host=host, port=port, how=how))  # fmt: skip
    return 0


def server_certificate(given: argparse.Namespace) -> int:
    """Make PostgreSQL's TLS certificate, signed by the utility's own authority."""
    from counterdesk.store.sealed import replace_file
    from counterdesk.sync.centre.authority import make_server_certificate
    from counterdesk.sync.centre.service_keys import keys_kind, open_utility_keys

    with centre_at(given) as where:
        login = open_utility_keys(where.keys, unlock_for(keys_kind(where.keys))).login
    key, certificate = make_server_certificate(login.authority_key, login.authority, given.host)
    files = {"server.key": key, "server.crt": certificate, "counters-ca.pem": login.authority}
    try:
        given.out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            replace_file(given.out / name, text.encode())
    except OSError as error:
        raise UserError(_("{file} cannot be written: {reason}").format(
            file=given.out, reason=error.strerror)) from error  # fmt: skip
    print(_("{names} lie in {folder}. Give them to PostgreSQL as ssl_key_file, ssl_cert_file and "
            "ssl_ca_file; docs/centre.md says how.").format(
        names=", ".join(files), folder=given.out))  # fmt: skip
    return 0


def serve(given: argparse.Namespace) -> int:
    """Run the centre's service until it is stopped."""
    from functools import partial

    from counterdesk.services.receipt_check import make_certificate
    from counterdesk.sync.centre.service_keys import keys_kind, open_utility_keys
    from counterdesk.sync.centre.serving import CentreService

    with centre_at(given) as where, _log(given.log):
        keys = open_utility_keys(where.keys, unlock_for(keys_kind(where.keys)))
        service = CentreService(where.conninfo, keys, partial(make_certificate, keys.signing))
        with _stopped_by_signals(service):
            service.run()
    print(_("The centre's service has ended. Counters go on without it."))
    return 0


def _settings(given: argparse.Namespace) -> Settings:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_currency_precision, get_currency_symbol, is_currency

    from counterdesk.core.money import Currency
    from counterdesk.core.settings import Settings

    code = given.currency.upper()
    try:
        ZoneInfo(given.time_zone)
        locale = Locale.parse(given.locale)
    except (ZoneInfoNotFoundError, UnknownLocaleError, ValueError, OSError) as error:
        raise UserError(_("There is no such time zone or locale. Nothing was changed.")) from error
    if not is_currency(code):
        raise UserError(_("There is no currency {code}. Nothing was changed.").format(code=code))
    symbol = get_currency_symbol(code, locale)
    return Settings(
        utility_name=given.name, locale=given.locale, receipt_language=locale.language,
        time_zone=given.time_zone, currency=Currency(code, get_currency_precision(code), symbol),
    )  # fmt: skip


def _start(text: str, settings: Settings) -> tuple[str, int]:
    series, _sign, number = text.partition("=")
    if series not in settings.number_formats or not number.isdecimal() or int(number) < 1:
        raise UserError(
            _("{text} is no start of a series. Nothing was changed. There are: {names}").format(
                text=text, names=", ".join(settings.number_formats)
            )
        )
    return series, int(number)


@contextmanager
def _log(folder: Path | None) -> Iterator[None]:
    import logging

    from counterdesk.core.log_file import start_log, stop_log

    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(logging.Formatter("%(asctime)s %(levelname)s: %(message)s"))
    root = logging.getLogger("counterdesk")
    root.addHandler(shown)
    before = root.level
    root.setLevel(logging.INFO)
    kept = start_log(folder) if folder else None
    try:
        yield
    finally:
        root.removeHandler(shown)
        root.setLevel(before)
        if kept:
            stop_log(kept)


@contextmanager
def _stopped_by_signals(service: CentreService) -> Iterator[None]:
    def stop(_number: int, _frame: Any) -> None:
        service.stop()

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
