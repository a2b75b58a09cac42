"""What is asked of the office at counters of a centre in memory: done, or returned."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from counterdesk.core.errors import UserError
from counterdesk.core.permissions import ROLES
from counterdesk.core.setting_rules import checked_setting, permission_to_change
from tests.faults.memory_books import Books, Place
from tests.faults.memory_checks import Row, Unplaceable


def ask_change(books: Books, place: Place, event: Row) -> None:
    """Keep what an event asks for until it is answered.

    Raises:
        Unplaceable: It moves money.
    """
    if event["totals"]["cash_delta_minor"] or any(event["totals"]["tenders"].values()):
        raise Unplaceable("asking for a change moves no money")
    books.asked[place] = ""


def answer_asked(books: Books, place: Place) -> list[tuple[str, Any]]:
    """Do what is asked, or say why not; return what the feed must tell."""
    entry = books.events[place]
    told = json.loads(entry.body)
    try:
        Ed25519PublicKey.from_public_bytes(books.keys[place[0]]).verify(entry.signature, entry.hash)
        if told["kind"] != "setting.changed":
            raise ValueError("a centre in memory changes no people")
        name = told["data"]["name"]
        if not _may(books, told["user_id"], name):
            raise ValueError("may not do this")
        text = checked_setting(books.settings, name, told["data"]["after"])
        if told["data"]["seen_version"] != books.versions.get(name, 0):
            raise ValueError("changed meanwhile")
    except (UserError, InvalidSignature, ValueError, KeyError, TypeError) as error:
        books.asked[place] = "returned"
        books.note_matter(place, str(error))
        return [("exception", place[1])]
    books.asked[place] = "done"
    books.change_setting(name, text)
    return [("setting", name)]


def _may(books: Books, user_id: str, name: str) -> bool:
    role = books.people.get(UUID(user_id))
    return role is not None and permission_to_change(name) in ROLES[role]
