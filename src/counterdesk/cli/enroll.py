"""`counterdesk enroll CODE`: this till becomes a counter of a centre."""

from __future__ import annotations

import argparse
from pathlib import Path

from counterdesk.cli.asking import (
    data_folder,
    read_certificate,
    typed_or_in_a_file,
    unlock_for,
)
from counterdesk.core.i18n import _


def add(enroll: argparse.ArgumentParser) -> None:
    """Declare the command."""
    enroll.add_argument("code", help=_("what centre add-counter printed, or a file with it"))
    enroll.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    enroll.add_argument(
        "--ca", type=Path, metavar="FILE", help=_("who vouches for the server, if the code asks")
    )
    enroll.add_argument("--passphrase", action="store_true", help=_("where no keyring is"))
    enroll.add_argument("--wait", type=float, default=600.0, metavar="SECONDS",
                        help=_("how long to wait for the centre's service"))  # fmt: skip
    enroll.set_defaults(command=_enroll)


def _enroll(given: argparse.Namespace) -> int:
    from counterdesk.store.folder import Folder
    from counterdesk.store.keys import unlock_kind
    from counterdesk.sync import enrolling
    from counterdesk.sync.enrolment_code import read_code

    code, folder = read_code(typed_or_in_a_file(given.code)), data_folder(given.data)
    keys = Folder(folder).keys
    kind = unlock_kind(keys) if keys.exists() else ""
    unlock = unlock_for(kind, new_passphrase=given.passphrase)
    progress = enrolling.Progress(_show_recovery_code, _tell, given.wait)
    counter = enrolling.enroll(folder, unlock, code, progress, read_certificate(given.ca))
    print(_("This till is counter {code}, {name}. Its data lies in {folder}.").format(
        code=counter.code, name=counter.name, folder=folder))  # fmt: skip
    return 0


def _show_recovery_code(code: str) -> None:
    print(_("Recovery code of this till, shown only once; write it down: {code}").format(code=code))


def _tell(step: str) -> None:
    said = {
        "keys": _("This till has its keys. Looking for the centre ..."),
        "reached": _("The centre answers, and it is the right one."),
        "shown": _("The code is used up. Waiting until the centre certifies this till ..."),
        "stored": _("The certificates are stored."),
    }  # fmt: skip
    if step in said:
        print(said[step], flush=True)
