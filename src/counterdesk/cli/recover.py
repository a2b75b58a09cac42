"""`counterdesk recover`: a counter whose ledger is lost, damaged or too old is made whole again."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from counterdesk.cli.asking import data_folder, unlock_for
from counterdesk.core.i18n import _, ngettext

if TYPE_CHECKING:
    from counterdesk.cli.recovering import Recovered, Step

_FOUND_WRONG = 1


def add(recover: argparse.ArgumentParser) -> None:
    """Declare the command."""
    recover.description = _(
        "Put the ledger of this counter together again from the ledger, the backups, the journal "
        "and the centre. CounterDesk must be closed. The files as they are now are kept."
    )
    recover.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    recover.set_defaults(command=_recover)


def _recover(given: argparse.Namespace) -> int:
    from counterdesk.cli.recovering import recover
    from counterdesk.core.clock import SystemClock
    from counterdesk.store.folder import Folder
    from counterdesk.store.keys import unlock_kind

    folder = data_folder(given.data)
    keys = Folder(folder).keys
    unlock = unlock_for(unlock_kind(keys) if keys.exists() else "keyring")
    recovered = recover(folder, unlock, SystemClock(), _tell)
    for sentence in _sentences(recovered):
        print(sentence)
    for finding in recovered.findings:
        print(f"- {finding}")
    return _FOUND_WRONG if recovered.findings else 0


def _tell(step: Step) -> None:
    said = {
        "found": _("Everything that was kept is read, and it agrees."),
        "built": _("The ledger is put together. Checking it ..."),
    }  # fmt: skip
    if step in said:
        print(said[step], flush=True)


def _sentences(done: Recovered) -> Iterator[str]:
    yield from done.remarks
    for given in done.given:
        if given.count:
            yield ngettext(
                "{count} act from {source}.", "{count} acts from {source}.", given.count
            ).format(count=given.count, source=given.source)
    up_to = _("act {seq} of {time}").format(
        seq=done.last_seq, time=f"{done.last_at_utc.astimezone():%Y-%m-%d %H:%M}"
    )
    if done.aside is None:
        yield _("Nothing is missing, up to {act}; nothing was changed.").format(act=up_to)
        return
    yield _("This counter is whole again up to {act}.").format(act=up_to)
    yield _("The files as they were lie in {folder}.").format(folder=done.aside)
    yield from _what_is_left(done)


def _what_is_left(done: Recovered) -> Iterator[str]:
    if done.put_back:
        yield _(
            "Receipts of payments that were put back are not printed by themselves: where the "
            "payer has none, print a copy."
        )
    if not done.may_sign_in:
        yield _(
            "Nobody can sign in yet: who may comes from the centre, or from a backup, but not "
            "from the journal."
        )
    if done.findings:
        yield _("These remain to be looked at, as counterdesk verify tells them:")
