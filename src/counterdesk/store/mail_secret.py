"""The password of the mail server's login: in the machine's keyring, and nowhere else."""

from __future__ import annotations

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.store.unlock import SERVICE, Keyring, locked_sentence, safe_keyring


def keep_mail_password(
    host: str, login: str, password: str, keyring: Keyring | None = None
) -> None:
    """Put the password of a login at a mail server into the keyring.

    Raises:
        UserError: It is empty, there is no safe keyring, or it is locked.
    """
    if not password:
        raise UserError(_("Enter the password."))
    found = keyring or safe_keyring()
    try:
        found.set_password(SERVICE, _name(host, login), password)
    except Exception as error:  # every backend raises its own
        raise UserError(locked_sentence()) from error


def mail_password(host: str, login: str, keyring: Keyring | None = None) -> str:
    """Return the password of a login at a mail server.

    Raises:
        UserError: There is no safe keyring, it is locked, or it does not hold the password.
    """
    found = keyring or safe_keyring()
    try:
        password = found.get_password(SERVICE, _name(host, login))
    except Exception as error:  # every backend raises its own
        raise UserError(locked_sentence()) from error
    if not password:
        raise UserError(_("The keyring does not hold the mail server's password."))
    return password


def _name(host: str, login: str) -> str:
    return f"mail {login} at {host}"
