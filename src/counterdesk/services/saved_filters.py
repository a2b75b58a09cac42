"""Filters that a person gave a name.

They are kept in the ledger, which is encrypted: a search may hold a consumer's name.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
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

_log = logging.getLogger(__name__)
_state = table_of(State)


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter and its name."""

    name: str
    filter: ListFilter


def saved_filters(read: ReadSession, of_list: str) -> tuple[SavedFilter, ...]:
    """Return the filters that the person who asks has kept for a list, by name.

    One that only another version can read is left out, and stays kept for it.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    found = _by_name(read, of_list)
    names = sorted(found, key=lambda name: (name.casefold(), name))
    return tuple(one for name in names for one in _readable(name, found[name]))


def _readable(name: str, text: str) -> Iterator[SavedFilter]:
    try:
        yield SavedFilter(name, ListFilter.from_text(text))
    except ValueError:
        _log.warning("a saved filter is not what this version can read; left as it was")


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
    _keep(session, of_list, kept | {wished: wanted.to_text()})


def drop_filter(session: Session, of_list: str, name: str) -> None:
    """Forget a filter.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    entitled(session, Permission.SEE_PAYMENTS)
    kept = _by_name(session, of_list)
    kept.pop(name, None)
    _keep(session, of_list, kept)


def _by_name(read: ReadSession, of_list: str) -> dict[str, str]:
    key = _key(read, of_list)
    kept = read.execute(select(_state.c.value).where(_state.c.name == key)).scalar()
    return {} if kept is None else dict(json.loads(kept))


def _keep(session: Session, of_list: str, kept: dict[str, str]) -> None:
    session.keep_state(_key(session, of_list), json.dumps(kept))


def _key(read: ReadSession, of_list: str) -> str:
    person = require(read.actor, Permission.SEE_PAYMENTS)
    return f"filters/{of_list}/{person.user_id}"
