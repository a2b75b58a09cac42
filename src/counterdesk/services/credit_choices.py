"""Which values a list of credit notes can be filtered by."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from counterdesk.core.credit import NoteStatus
from counterdesk.core.permissions import Permission, require
from counterdesk.models.base import table_of
from counterdesk.models.ledger import CreditNote
from counterdesk.models.ref import PastCredit
from counterdesk.services.credit_filters import Left
from counterdesk.store.session import ReadSession

_own, _told = table_of(CreditNote), table_of(PastCredit)


def note_choices(read: ReadSession) -> Mapping[str, tuple[str, ...]]:
    """Return the statuses there are, the reasons that were given, and how much may be left.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    known = read.settings.credit_note_reasons
    given = select(_own.c.reason).union(select(_told.c.reason))
    others = sorted({*read.execute(given).scalars()} - {*known, ""})
    return {
        "status": tuple(one.value for one in NoteStatus),
        "reason": (*known, *others),
        "left": tuple(one.value for one in Left),
    }
