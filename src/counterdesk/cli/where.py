"""Which centre a command is about: a server of one's own, or the PostgreSQL of a folder."""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

CENTRE_VARIABLE = "COUNTERDESK_CENTRE"
_DATABASE = "counterdesk"


@dataclass(frozen=True, slots=True)
class Where:
    """A centre's database, as somebody who looks after it, and the folder of the utility's keys."""

    conninfo: str
    keys: Path


def add_where(parser: argparse.ArgumentParser, *, default: object = argparse.SUPPRESS) -> None:
    """Let a command be told which centre it is about."""
    text = _("how the database is reached, as libpq reads it (also {variable})")
    parser.add_argument(
        "--centre", metavar="CONNINFO", default=default, help=text.format(variable=CENTRE_VARIABLE)
    )
    parser.add_argument(
        "--embedded", type=Path, metavar="DIR", default=default,
        help=_("a PostgreSQL in this folder instead, started for the command"),
    )  # fmt: skip
    parser.add_argument(
        "--keys", type=Path, metavar="DIR", default=default,
        help=_("the folder of the utility's keys, for init and serve"),
    )  # fmt: skip


@contextmanager
def centre_at(given: argparse.Namespace, *, new: bool = False) -> Iterator[Where]:
    """Return where the centre is; an embedded one runs meanwhile.

    Args:
        given: The command's arguments.
        new: Whether it may be made now.

    Raises:
        UserError: Nobody said which centre, or the embedded one does not start.
    """
    if given.embedded is not None:
        with _embedded(given.embedded, new=new) as conninfo:
            yield Where(conninfo, given.keys or given.embedded / "keys")
        return
    conninfo = given.centre or os.environ.get(CENTRE_VARIABLE, "")
    if not conninfo:
        raise UserError(
            _("Which centre? Say it with --centre, with {variable} in the environment, or with "
              "--embedded and a folder.").format(variable=CENTRE_VARIABLE)
        )  # fmt: skip
    yield Where(conninfo, given.keys or _own_keys())


def _own_keys() -> Path:
    from platformdirs import user_data_path

    return user_data_path("CounterDesk centre", appauthor=False)


@contextmanager
def _embedded(folder: Path, *, new: bool) -> Iterator[str]:
    from counterdesk.sync.centre.embedded import EmbeddedServer

    data = folder.absolute() / "data"
    if not new and not (data / "PG_VERSION").exists():
        raise UserError(
            _("There is no centre in {folder}. Nothing was changed. A new one is made by: centre "
              "init").format(folder=folder)
        )  # fmt: skip
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        server = EmbeddedServer(data)
        if new:
            server.ensure_database(_DATABASE)
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise UserError(
            _("The PostgreSQL in {folder} does not start: {reason}. Its own log lies in the folder."
              ).format(folder=data, reason=error)
        ) from error  # fmt: skip
    try:
        yield server.conninfo(_DATABASE)
    finally:
        server.stop()
