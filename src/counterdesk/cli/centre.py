"""`counterdesk centre ...`: what can be typed; the commands stand in the modules beside."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from counterdesk.cli import founding, importing, matters, numbers, office, standing
from counterdesk.cli.where import add_where
from counterdesk.core.i18n import _

_Command = Callable[[argparse.Namespace], int]


def add(centre: argparse.ArgumentParser) -> None:
    """Declare the commands about the centre."""
    add_where(centre, default=None)
    commands = centre.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)

    def new(name: str, command: _Command, about: str) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=about, description=about)
        add_where(parser)
        parser.set_defaults(command=command)
        return parser

    _add_init(new("init", founding.init, _("make an empty database a centre")))
    new("upgrade", founding.upgrade, _("bring the centre's schema to this version"))
    _add_restored(new(
        "restored", founding.restored, _("go on after the database was put back to a copy"))
    )  # fmt: skip
    new("status", standing.status, _("how the centre and its counters stand"))
    matters.add_matters(
        new("matters", matters.matters, _("what waits for somebody, and the way out of it"))
    )
    _add_serve(new("serve", founding.serve, _("run the centre's service until it is stopped")))
    _add_address(new("address", founding.address, _("where counters find the server")))
    _add_server(new(
        "server-certificate", founding.server_certificate, _("make PostgreSQL's TLS certificate"))
    )  # fmt: skip
    _add_counter(new("add-counter", office.add_counter, _("invite a counter: a one-time code")))
    revoke = new("revoke", office.revoke, _("take everything from a counter that was lost"))
    revoke.add_argument("code", help=_("the counter's code, such as C07"))
    _add_numbers(new("numbers", numbers.numbers, _("account for every number that was leased")))
    importing.add_import(new("import", importing.import_, _("take in consumers or charges")))
    _add_user(new("add-user", office.add_user, _("let somebody sign in at the counters")))
    _change_user(new("change-user", office.change_user, _("change a person, or shut them out")))
    _add_settings(new("settings", office.settings, _("show or change the office's settings")))


def _add_init(init: argparse.ArgumentParser) -> None:
    init.add_argument("--name", required=True, help=_("the utility's name"))
    init.add_argument("--currency", required=True, help=_("ISO 4217 code; it never changes"))
    init.add_argument("--time-zone", default="UTC", help=_("such as Asia/Kolkata"))
    init.add_argument("--locale", default="en_US", help=_("how amounts and dates are written"))
    init.add_argument(
        "--start", action="append", default=[], metavar="SERIES=NUMBER",
        help=_("the first number of a series, such as receipt=5001"),
    )  # fmt: skip
    init.add_argument("--passphrase", action="store_true", help=_("seal the keys by a passphrase"))
    _reach(init)


def _reach(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="", help=_("the name by which counters find the server"))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--ca", type=Path, metavar="FILE",
        help=_("the certificate that vouches for the server; else the utility's own"),
    )  # fmt: skip


def _add_restored(restored: argparse.ArgumentParser) -> None:
    restored.add_argument(
        "--skip", type=int, metavar="N", default=100_000,
        help=_("leave out N numbers of each series: more than were given out since the copy"),
    )  # fmt: skip


def _add_address(address: argparse.ArgumentParser) -> None:
    _reach(address)


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("--log", type=Path, metavar="DIR", help=_("also write the log here"))


def _add_server(server: argparse.ArgumentParser) -> None:
    server.add_argument("host", help=_("the name or address that counters connect to"))
    server.add_argument("--out", type=Path, metavar="DIR", default=Path(), help=_("where to"))


def _add_counter(counter: argparse.ArgumentParser) -> None:
    counter.add_argument("name", nargs="?", default="", help=_("what people call it"))
    counter.add_argument("--code", default="", help=_("such as C07; else the next free one"))
    counter.add_argument("--office", default="", help=_("where it stands"))
    counter.add_argument("--renew", metavar="CODE", help=_("a new code for one that never worked"))
    counter.add_argument("--out", type=Path, metavar="FILE", help=_("write the code here"))


def _add_numbers(report: argparse.ArgumentParser) -> None:
    report.add_argument("--series", help=_("only this one, such as receipt"))
    report.add_argument("--year", type=int, help=_("only this one; 0 is a series without years"))
    report.add_argument(
        "--out", type=Path, metavar="FILE", help=_("also write every range into this CSV file")
    )


def _add_user(user: argparse.ArgumentParser) -> None:
    user.add_argument("login")
    user.add_argument("--name", required=True)
    user.add_argument("--role", required=True, type=office.role, help=office.roles())
    user.add_argument("--office", default="", help=_("where they work; else at every office"))
    user.add_argument("--pin", action="store_true", help=_("ask for a PIN as well"))


def _change_user(user: argparse.ArgumentParser) -> None:
    user.add_argument("login")
    user.add_argument("--name")
    user.add_argument("--role", type=office.role, help=office.roles())
    user.add_argument("--office")
    user.add_argument("--password", action="store_true", help=_("ask for a new password"))
    user.add_argument("--pin", action="store_true", help=_("ask for a new PIN"))
    active = user.add_mutually_exclusive_group()
    active.add_argument("--deactivate", dest="active", action="store_false", default=None)
    active.add_argument("--activate", dest="active", action="store_true", default=None)


def _add_settings(settings: argparse.ArgumentParser) -> None:
    settings.add_argument("name", nargs="?")
    settings.add_argument("value", nargs="?", help=_("JSON, or the text itself"))
