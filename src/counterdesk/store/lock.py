"""One running instance on one data folder: the second is refused in words."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.store.folder import Folder


class FolderLock:
    """A lock that the system drops by itself when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            UserError: Another instance holds it, or the folder cannot be written.
        """
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise UserError(_cannot_write(path.parent, error)) from error
        try:
            _lock(self._file)
        except OSError as error:
            os.close(self._file)
            raise UserError(
                _("CounterDesk is already running with this data folder: {folder}").format(
                    folder=path.parent
                )
            ) from error

    def release(self) -> None:
        """Let another instance in."""
        os.close(self._file)


def take_folder(folder: Folder) -> FolderLock:
    """Make a data folder if it is not there, and lock it.

    Raises:
        UserError: It cannot be made or written, or another instance holds it.
    """
    try:
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            _("The data folder {folder} cannot be made: {reason}").format(
                folder=folder.path, reason=error.strerror
            )
        ) from error
    return FolderLock(folder.lock)


def _cannot_write(folder: Path, error: OSError) -> str:
    return _("The data folder {folder} cannot be written: {reason}").format(
        folder=folder, reason=error.strerror
    )


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
