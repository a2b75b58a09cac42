"""`counterdesk centre matters`: what waits for a person at the centre, and the way out of it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from counterdesk.cli.where import centre_at
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

if TYPE_CHECKING:
    from counterdesk.sync.centre.matters import Matter


def add_matters(parser: argparse.ArgumentParser) -> None:
    """Declare what can be typed."""
    parser.add_argument(
        "--place", action="store_true", help=_("try again to place what is in suspense")
    )
    parser.add_argument(
        "--settle", type=int, metavar="NUMBER", help=_("close this one, with what was found")
    )
    parser.add_argument("--because", default="", metavar="TEXT", help=_("what was found"))


def matters(given: argparse.Namespace) -> int:
    """List what waits; settle one of them, or place what can be placed by now."""
    from counterdesk.sync.centre.import_applying import place_suspense
    from counterdesk.sync.centre.matters import open_matters, settle_matter
    from counterdesk.sync.centre.opening import open_centre

    because = _because(given)
    with centre_at(given) as where, open_centre(where.conninfo) as connection:
        if given.settle is not None:
            settled = settle_matter(connection, given.settle, because)
            _tell_settled(given.settle, settled=settled)
        if given.place:
            placed, left = place_suspense(connection, lambda _done: None)
            text = _("{placed} events could be placed, {waiting} still wait.")
            print(text.format(placed=placed, waiting=left))
        waiting = open_matters(connection)
    for one in waiting:
        print(_line(one))
    if not waiting:
        print(_("Nothing waits for anybody."))
    return 0


def _because(given: argparse.Namespace) -> str:
    because: str = given.because.strip()
    if given.settle is not None and not because:
        raise UserError(_("Say what was found: --because TEXT. It is kept with the matter."))
    return because


def _tell_settled(number: int, *, settled: bool) -> None:
    if not settled:
        raise UserError(
            _("There is no open matter {number} to settle. What is in suspense is money: it is "
              "placed, once what it lacks has come (--place).").format(number=number)
        )  # fmt: skip
    print(_("Matter {number} is settled.").format(number=number))


def _line(one: Matter) -> str:
    event = f"{one.counter}-{one.seq:06}" if one.counter and one.seq is not None else one.counter
    about = " ".join(part for part in (event, one.subject) if part)
    return f"{one.id}  {one.since.date().isoformat()}  {one.kind}  {about}: {one.detail}"
