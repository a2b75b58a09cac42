"""What a password or PIN must be like, and how its typing becomes bytes."""

from __future__ import annotations

import unicodedata

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, ngettext

SHORTEST_PASSWORD = 8
SHORTEST_PIN = 6
_LONGEST = 256
_LONGEST_LOGIN = 64
_COUNTING = "0123456789012345"


def plain_login(login: str) -> str:
    """Return a login as it is kept: trimmed, in one case, one width, of bounded length."""
    sound = login.encode("utf-8", "replace").decode()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sound).casefold())
    return folded.strip()[:_LONGEST_LOGIN].strip()


def is_pin(secret: str) -> bool:
    """Tell whether a secret is meant as a PIN: digits only, of any script."""
    return bool(secret) and all(unicodedata.decimal(letter, None) is not None for letter in secret)


def secret_bytes(secret: str) -> bytes:
    """Return the bytes that are hashed: the same for every keyboard that types the same secret.

    Source: RFC 8265, section 4.2 (normal form C); digits of any script become 0-9, because a
    PIN chosen on one keyboard layout is typed on another.
    """
    plain = "".join(
        letter if (digit := unicodedata.decimal(letter, None)) is None else str(digit)
        for letter in secret
    )
    return unicodedata.normalize("NFC", plain).encode("utf-8", "replace")


def check_new_password(password: str, field: str = "") -> None:
    """Refuse a password that is too short, too long, or could be taken for a PIN.

    Source: NIST SP 800-63B, section 5.1.1: length matters, rules of composition don't.

    Raises:
        UserError: The password is not acceptable.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise UserError(_at_least(SHORTEST_PASSWORD), field)
    if len(password) > _LONGEST:
        raise UserError(_("This password is too long."), field)
    if is_pin(password):
        raise UserError(_("A password needs more than digits."), field)


def check_new_pin(pin: str, field: str = "") -> None:
    """Refuse a PIN that is too short or that everybody tries first: 111111, 123456, 654321.

    Raises:
        UserError: The PIN is not acceptable.
    """
    if not is_pin(pin) or not SHORTEST_PIN <= len(pin) <= len(_COUNTING):
        raise UserError(_("A PIN is at least {count} digits.").format(count=SHORTEST_PIN), field)
    digits = secret_bytes(pin).decode()
    if len(set(digits)) == 1 or digits in _COUNTING or digits[::-1] in _COUNTING:
        raise UserError(_("This PIN is too easy to guess."), field)


def _at_least(count: int) -> str:
    return ngettext(
        "A password has at least {count} character.",
        "A password has at least {count} characters.",
        count,
    ).format(count=count)
