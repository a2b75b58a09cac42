"""Commands for a shift as a file: written by its counter, proved by anybody."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

if TYPE_CHECKING:
    from counterdesk.services.shift_check import ShiftProved
    from counterdesk.store.store import Store

_LARGEST = 200_000_000
"""Bytes of a file that is read at once: a year's events at one counter are fewer."""


def export_shift(store: Store, number: str, out: Path) -> None:
    """Write a closed shift into a file and say so.

    Raises:
        UserError: There is no such shift, it still runs, or the file cannot be written.
    """
    from counterdesk.services.shift_export import shift_lines

    lines = store.write(lambda session: shift_lines(session, number)).result()
    try:
        out.write_text("\n".join([*lines, ""]), encoding="utf-8")
    except OSError as error:
        raise UserError(_("{file} cannot be written.").format(file=out)) from error
    print(_("Shift {number} is in {file}.").format(number=number, file=out))


def add_key(parser: argparse.ArgumentParser) -> None:
    """Let a command take the utility's public key."""
    parser.add_argument(
        "--key", required=True, metavar="HEX", help=_("the utility's public key, 64 hex digits")
    )


def prove_shift(file: Path, key: bytes) -> None:
    """Add a shift's file up again and say what it proves.

    Raises:
        UserError: It cannot be read, or it does not hold.
    """
    from counterdesk.services.shift_check import check_shift_file

    try:
        if file.stat().st_size > _LARGEST:
            raise UserError(_("{file} is too large for the file of a shift.").format(file=file))
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(_("{file} cannot be read.").format(file=file)) from error
    _say(check_shift_file(text, key))


def _say(proved: ShiftProved) -> None:
    from babel.numbers import get_currency_precision

    from counterdesk.core.money import Currency, format_number

    currency = Currency(proved.currency, get_currency_precision(proved.currency), "")

    def amount(amount_minor: int) -> str:
        return f"{format_number(amount_minor, currency, 'en')} {proved.currency}"

    print(_("It holds: shift {number} of {date} at counter {counter}, report {z}.").format(
        number=proved.number, date=proved.business_date.isoformat(),
        counter=proved.counter_code, z=proved.z_number))  # fmt: skip
    print(_("Visits: {count}").format(count=proved.visits))
    for method, sum_minor in proved.tenders.items():
        print(f"{method}: {amount(sum_minor)}")
    print(_("Drawer expected {expected}, counted {counted}.").format(
        expected=amount(proved.expected_minor), counted=amount(proved.counted_minor)))  # fmt: skip
