"""A data folder on its way to hold a counter, over as many tries as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.store.counter import create_ledger
from counterdesk.store.folder import Folder
from counterdesk.store.keys import (
    Secrets,
    create_key_file,
    open_key_file,
    renew_recovery_code,
)
from counterdesk.store.lock import take_folder
from counterdesk.store.refusals import in_words
from counterdesk.store.session import CounterIdentity
from counterdesk.store.unlock import KeySource


@dataclass(slots=True)
class FolderInMaking:
    """Locked until it is done; the ledger, written last, makes it a counter's."""

    folder: Folder
    secrets: Secrets
    recovery_code: str
    """Of the secrets as they are now, kept nowhere; one shown before is void."""
    _unlock: KeySource

    def forget(self) -> None:
        """Begin with new secrets: the ones here were shown as another counter's.

        Raises:
            UserError: The key file cannot be written.
        """
        self.secrets, self.recovery_code = create_key_file(self.folder.keys, self._unlock)

    def finish(self, counter: CounterIdentity) -> None:
        """Write the ledger.

        Raises:
            UserError: The disk does not take it.
        """
        with in_words(self.folder.ledger):
            create_ledger(self.folder, self.secrets, counter)


@contextmanager
def make_folder(path: Path, unlock: KeySource) -> Iterator[FolderInMaking]:
    """Begin a counter's data folder, or go on with one whose making was interrupted.

    Raises:
        UserError: It holds a counter already, cannot be written, or its key cannot be had.
    """
    folder = Folder(path)
    lock = take_folder(folder)
    try:
        if folder.ledger.exists() or folder.journal.exists():
            raise UserError(
                _("The data folder {folder} already holds a counter.").format(folder=path)
            )
        yield FolderInMaking(folder, *_secrets(folder, unlock), unlock)
    finally:
        lock.release()


def _secrets(folder: Folder, unlock: KeySource) -> tuple[Secrets, str]:
    if not folder.keys.exists():
        return create_key_file(folder.keys, unlock)
    secrets = open_key_file(folder.keys, unlock)
    return secrets, renew_recovery_code(folder.keys, secrets)
