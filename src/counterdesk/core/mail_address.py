"""Email addresses: what a person may have meant, and what of it is told to others."""

from __future__ import annotations

import re
from typing import Final

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.text import clean

_FIELD: Final = "mailAddress"
_LONGEST: Final = 254
_LONGEST_NAME: Final = 64
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_NAME: Final = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN: Final = re.compile(rf"({_LABEL}\.)+{_LABEL}")


def mail_address(typed: str) -> str:
    """Return the one address that was typed, the way every mail server takes it.

    Only plain letters: what else the standard allows is far more often a slip than an address.
    A domain in another script becomes its plain form.

    Raises:
        UserError: It is no address; the sentence says what is missing.

    Source: RFC 5321, section 4.1.2 (`Dot-string`) and 4.5.3.1 (lengths); RFC 5890 for domains.
    """
    text = clean(typed).strip()
    name, at, domain = text.rpartition("@")
    if not text:
        raise UserError(_("Enter an email address."), _FIELD)
    if not at or not name or not domain:
        raise UserError(_("An email address reads like name@example.com."), _FIELD)
    if re.search(r"[\s,;@]", name) or re.search(r"[\s,;]", domain):
        raise UserError(_("Enter one address only, without spaces."), _FIELD)
    plain = _plain_domain(domain)
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise UserError(_("What stands before the @ is no mailbox's name."), _FIELD)
    if not _DOMAIN.fullmatch(plain) or len(name) + len(plain) >= _LONGEST:
        raise UserError(_("What stands after the @ is no domain, such as example.com."), _FIELD)
    return f"{name}@{plain}"


def _plain_domain(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def masked_address(address: str) -> str:
    """Return an address that its owner recognises and nobody else can write to: j***@example.com.

    A hash would tell more: all likely addresses are quickly tried.
    """
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}"
