"""Filters that a person gave a name.

They are kept in the ledger, which is encrypted: a search may hold a consumer's name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.list_filter import ListFilter
from counterdesk.core.permissions import Permission, require
from counterdesk.core.text import clean
from counterdesk.models.base import table_of
from counterdesk.models.ledger import State
from counterdesk.services.people import entitled
from counterdesk.store.session import ReadSession, Session

LONGEST_NAME = 40
MOST = 30

_state = table_of(State)


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter and its name."""

    name: str
    filter: ListFilter


def saved_filters(read: ReadSession, of_list: str) -> tuple[SavedFilter, ...]:
    """Return the filters that the person who asks has kept for a list, by name.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    key = _key(read, of_list)
    kept = read.execute(select(_state.c.value).where(_state.c.name == key)).scalar()
    found = {} if kept is None else json.loads(kept)
    names = sorted(found, key=lambda name: (name.casefold(), name))
    return tuple(SavedFilter(name, ListFilter.from_text(found[name])) for name in names)


def keep_filter(session: Session, of_list: str, name: str, wanted: ListFilter) -> None:
    """Keep a filter by a name, in place of what had the name before.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
        UserError: There is no name, or there are too many filters already.
    """
    entitled(session, Permission.SEE_PAYMENTS)
    kept = _by_name(session, of_list)
    wished = " ".join(clean(name).split())[:LONGEST_NAME]
    if not wished:
        raise UserError(_("Give the filter a name."), "savedName")
    if len(kept) >= MOST and wished not in kept:
        raise UserError(_("There are {most} filters already. Delete one.").format(most=MOST),
                        "savedName")  # fmt: skip
    _keep(session, of_list, kept | {wished: wanted})


def drop_filter(session: Session, of_list: str, name: str) -> None:
    """Forget a filter.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    entitled(session, Permission.SEE_PAYMENTS)
    kept = _by_name(session, of_list)
    kept.pop(name, None)
    _keep(session, of_list, kept)


def _by_name(session: Session, of_list: str) -> dict[str, ListFilter]:
    return {saved.name: saved.filter for saved in saved_filters(session, of_list)}


def _keep(session: Session, of_list: str, kept: dict[str, ListFilter]) -> None:
    told = {name: wanted.to_text() for name, wanted in kept.items()}
    session.keep_state(_key(session, of_list), json.dumps(told))


def _key(read: ReadSession, of_list: str) -> str:
    person = require(read.actor, Permission.SEE_PAYMENTS)
    return f"filters/{of_list}/{person.user_id}"
