"""What a command asks of the person at the terminal, or finds in the environment instead."""

from __future__ import annotations

import os
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

if TYPE_CHECKING:
    from counterdesk.store.unlock import KeySource, PassphraseUnlock

PASSPHRASE_VARIABLE = "COUNTERDESK_PASSPHRASE"  # noqa: S105 - its name, not its value
FOLDER_VARIABLE = "COUNTERDESK_DATA"
_LONGEST_FILE = 10_000


def data_folder(given: Path | None) -> Path:
    """Return the data folder: as given, else from the environment, else the user's own."""
    if given is not None:
        return given
    if os.environ.get(FOLDER_VARIABLE):
        return Path(os.environ[FOLDER_VARIABLE])
    from platformdirs import user_data_path

    return user_data_path("CounterDesk", appauthor=False)


def passphrase_given() -> PassphraseUnlock | None:
    """Return the passphrase of the environment, if there is one."""
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if not given:
        return None
    from counterdesk.store.unlock import PassphraseUnlock

    return PassphraseUnlock(given)


def unlock_for(kind: str, *, new_passphrase: bool = False) -> KeySource:
    """Return what opens a key file, or will open a new one.

    Args:
        kind: As the file says, "passphrase" or "keyring"; "" if there is none yet.
        new_passphrase: Whether a new file is sealed by a passphrase, which is asked for twice.

    Raises:
        UserError: The passphrase cannot be asked for, or was not typed alike.
    """
    from counterdesk.store.unlock import KeyringUnlock, PassphraseUnlock

    if (given := passphrase_given()) is not None and kind != "keyring":
        return given
    if kind == "passphrase":
        return PassphraseUnlock(ask_passphrase())
    if kind == "" and new_passphrase:
        return PassphraseUnlock(ask_new(_("A new passphrase: ")))
    if kind == "":
        _require_keyring()
    return KeyringUnlock()


def _require_keyring() -> None:
    from counterdesk.store.unlock import safe_keyring

    try:
        safe_keyring()
    except UserError as error:
        raise UserError(
            _("This machine has no safe keyring. Nothing was set up. Add --passphrase, and choose "
              "one that you will be asked for at every start.")
        ) from error  # fmt: skip


def ask_passphrase() -> str:
    """Ask for the passphrase that opens a key file.

    Raises:
        UserError: Nobody sits at a terminal.
    """
    try:
        return getpass(_("Passphrase: "))
    except EOFError:
        raise UserError(
            _("This data folder wants its passphrase; {variable} can hold it.").format(
                variable=PASSPHRASE_VARIABLE
            )
        ) from None


def ask_if_somebody_is_there(prompt: str) -> str:
    """Ask for a secret; "" where nobody sits at a terminal."""
    try:
        return getpass(prompt)
    except EOFError:
        return ""


def ask_new(prompt: str, check: Callable[[str], None] = lambda _secret: None) -> str:
    """Ask for a new secret twice.

    Args:
        prompt: What is asked for.
        check: Refuses one that is too easy, before it is typed again.

    Raises:
        UserError: It is refused, was not typed alike, or nobody sits at a terminal.
    """
    try:
        typed = getpass(prompt)
        check(typed)
        again = getpass(_("The same again: "))
    except EOFError:
        raise UserError(_("Somebody must type this at a terminal. Nothing was changed.")) from None
    if typed != again:
        raise UserError(_("The two are not the same. Nothing was changed. Try again."))
    return typed


def typed_or_in_a_file(given: str) -> str:
    """Return a code as it was typed, or from the file that was named instead."""
    if not _is_file(given):
        return given
    with Path(given).open(encoding="utf-8", errors="replace") as file:
        return file.read(_LONGEST_FILE).rstrip("\r\n")


def holds_no_text(given: str) -> bool:
    """Tell whether a file is named, and begins as no text does: as a picture does."""
    if not _is_file(given):
        return False
    with Path(given).open("rb") as file:
        head = file.read(16)
    return not head.isascii() or b"\0" in head


def _is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except (OSError, ValueError):  # too long or too strange for a file's name
        return False


def read_certificate(path: Path | None) -> str:
    """Return the certificate that a file holds, as PEM; "" where no file was named.

    Raises:
        UserError: It cannot be read, or holds something else.
    """
    from ssl import PEM_cert_to_DER_cert

    if path is None:
        return ""
    try:
        text = path.read_text("ascii")
        PEM_cert_to_DER_cert(text.strip())
    except (OSError, ValueError) as error:
        raise UserError(
            _("{file} is not there or holds no certificate (PEM). Nothing was changed.").format(
                file=path
            )
        ) from error
    return text
