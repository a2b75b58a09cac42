"""The command line: reads what was typed and calls the rooms. Decides nothing."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from counterdesk import __version__
from counterdesk.cli import centre, enroll, recover, shift_file
from counterdesk.cli.asking import (
    FOLDER_VARIABLE,
    ask_if_somebody_is_there,
    ask_passphrase,
    data_folder,
    holds_no_text,
    passphrase_given,
    typed_or_in_a_file,
)
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

if TYPE_CHECKING:
    from counterdesk.store.store import Store


_FOUND_WRONG = 1
_REFUSED = 2
_CANCELLED = 130
_KEY_BYTES = 32


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 well, 1 something is wrong, 2 refused.

    Args:
        arguments: What stands after the program's name; None takes the process's own.
    """
    given = _parser().parse_args(arguments)
    try:
        command: Callable[[argparse.Namespace], int] = given.command
        return command(given)
    except UserError as error:
        print(error.message, file=sys.stderr)
        return _REFUSED
    except KeyboardInterrupt:
        return _CANCELLED


class _Help(argparse.HelpFormatter):
    """Lists the commands as it lists the options: one line each, and none above them."""

    def _format_action(self, action: argparse.Action) -> str:
        commands = getattr(action, "_choices_actions", None)
        if commands is None:
            return super()._format_action(action)
        return "".join(map(super()._format_action, commands))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "counterdesk",
        description=_("The till of a utility. Without a command, its window opens."),
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"CounterDesk {__version__}")
    _add_folder(parser, default=None)
    parser.set_defaults(command=_open_window)
    commands = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    _add_demo(commands.add_parser("demo", help=_("try it with invented data")))
    _add_verify(commands.add_parser("verify", help=_("prove that the record is whole")))
    recover.add(commands.add_parser("recover", help=_("make a lost or damaged ledger whole")))
    _add_mail(commands.add_parser("mail-password", help=_("keep the mail server's password")))
    _add_receipt(commands.add_parser("verify-receipt", help=_("prove that a receipt is genuine")))
    _add_export(commands.add_parser("export-shift", help=_("write a closed shift into a file")))
    _add_shift(commands.add_parser("verify-shift", help=_("prove that a shift's file holds")))
    centre.add(commands.add_parser("centre", help=_("set up and look after the office's centre")))
    enroll.add(commands.add_parser("enroll", help=_("make this till a counter of a centre")))
    return parser


def _add_folder(parser: argparse.ArgumentParser, default: object = argparse.SUPPRESS) -> None:
    text = _("the data folder (also {variable})").format(variable=FOLDER_VARIABLE)
    parser.add_argument("--data", type=Path, metavar="DIR", default=default, help=text)


def _add_demo(demo: argparse.ArgumentParser) -> None:
    _add_folder(demo)
    demo.add_argument(
        "--headless", action="store_true", help=_("take the sample payment alone, by keys")
    )
    demo.add_argument(
        "--out", type=Path, metavar="DIR", default=Path("demo-out"),
        help=_("where --headless leaves its pictures and receipts"),
    )  # fmt: skip
    demo.add_argument(
        "--consumers", type=_count, metavar="N", default=300, help=_("how many to invent")
    )
    demo.add_argument(
        "--payments", type=_count, metavar="M", default=0,
        help=_("how many payments of the last 13 months to invent"),
    )  # fmt: skip
    demo.set_defaults(command=_demo)


def _add_verify(verify: argparse.ArgumentParser) -> None:
    _add_folder(verify)
    verify.set_defaults(command=_verify)


def _add_receipt(receipt: argparse.ArgumentParser) -> None:
    receipt.add_argument(
        "code", help=_("what the receipt's QR code says, or a file with it, or a picture of it")
    )
    shift_file.add_key(receipt)
    receipt.set_defaults(command=_verify_receipt)


def _add_export(export: argparse.ArgumentParser) -> None:
    _add_folder(export)
    export.add_argument("number", help=_("the shift, such as S-2025-00001"))
    export.add_argument("file", type=Path, help=_("where it goes"))
    export.set_defaults(command=_export_shift)


def _add_shift(shift: argparse.ArgumentParser) -> None:
    shift.add_argument("file", type=Path, help=_("what export-shift wrote"))
    shift_file.add_key(shift)
    shift.set_defaults(command=_verify_shift)


def _add_mail(mail: argparse.ArgumentParser) -> None:
    mail.add_argument("host", help=_("the mail server, as in the settings"))
    mail.add_argument("login", help=_("the login, as in the settings"))
    mail.set_defaults(command=_keep_mail_password)


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(_("not a number of consumers"))
    return number


def _open_window(given: argparse.Namespace) -> int:
    from counterdesk import app

    return app.run(data_folder(given.data), passphrase_given())


def _demo(given: argparse.Namespace) -> int:
    from counterdesk.demo import start

    folder = given.data or (Path(value) if (value := os.environ.get(FOLDER_VARIABLE)) else None)
    if given.headless or not start.has_display():
        return start.walk_alone(given.out, folder, given.consumers, given.payments)
    return start.open_desk(folder, given.consumers, given.payments)


def _verify(given: argparse.Namespace) -> int:
    from counterdesk.services.verification import verify

    store = _open_store(data_folder(given.data))
    try:
        with store.transaction() as session:  # so that the journal rests meanwhile
            report = verify(session, store.read_journal())
    finally:
        store.close()
    text = _("{events} events, {rows} rows, {transactions} transactions, {numbers} numbers")
    print(
        text.format(
            events=report.events, rows=report.rows, transactions=report.transactions,
            numbers=report.numbers,
        )
    )  # fmt: skip
    for finding in report.findings:
        print(f"- {finding}")
    if report.clean:
        print(_("Nothing is wrong."))
    return 0 if report.clean else _FOUND_WRONG


def _verify_receipt(given: argparse.Namespace) -> int:
    from babel.numbers import get_currency_precision

    from counterdesk.core.money import Currency, format_number
    from counterdesk.services.receipt_check import verify_receipt_code

    try:
        facts = verify_receipt_code(_receipt_code(given.code), _key(given.key))
    except UserError as error:
        print(error.message)
        return _FOUND_WRONG
    currency = Currency(facts.currency, get_currency_precision(facts.currency), "")
    paid = format_number(facts.paid_minor, currency, "en")
    print(_("Genuine: receipt {number} of {date}.").format(
        number=facts.receipt_number, date=facts.business_date.isoformat()))  # fmt: skip
    print(_("Paid: {amount} {currency} for {accounts}.").format(
        amount=paid, currency=facts.currency, accounts=", ".join(facts.accounts)))  # fmt: skip
    return 0


def _export_shift(given: argparse.Namespace) -> int:
    store = _open_store(data_folder(given.data))
    try:
        shift_file.export_shift(store, given.number, given.file)
    finally:
        store.close()
    return 0


def _verify_shift(given: argparse.Namespace) -> int:
    try:
        shift_file.prove_shift(given.file, _key(given.key))
    except UserError as error:
        print(error.message)
        return _FOUND_WRONG
    return 0


def _receipt_code(given: str) -> str:
    if not holds_no_text(given):
        return typed_or_in_a_file(given)
    from counterdesk.printing.code_reading import code_in_picture

    return code_in_picture(Path(given))


def _keep_mail_password(given: argparse.Namespace) -> int:
    from counterdesk.store.mail_secret import keep_mail_password

    password = ask_if_somebody_is_there(_("Password of {login}: ").format(login=given.login))
    keep_mail_password(given.host, given.login, password)
    print(_("The password is in the keyring."))
    return 0


def _key(given: str) -> bytes:
    try:
        key = bytes.fromhex(given)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise UserError(_("The utility's public key has 64 hex digits."))
    return key


def _open_store(folder: Path) -> Store:
    from counterdesk.core.clock import SystemClock
    from counterdesk.store.folder import Folder
    from counterdesk.store.keys import unlock_kind
    from counterdesk.store.store import Store
    from counterdesk.store.unlock import KeyringUnlock, PassphraseUnlock

    unlock = passphrase_given()
    keys = Folder(folder).keys
    if unlock is None and keys.exists() and unlock_kind(keys) == "passphrase":
        unlock = PassphraseUnlock(ask_passphrase())
    return Store.open(folder, unlock or KeyringUnlock(), SystemClock())
