"""Who may say yes to credit: with their own secret, up to the ceiling, and never to their own."""

from __future__ import annotations

from counterdesk.core.credit import NoteNow
from counterdesk.core.errors import PermissionRefused
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Actor, Permission
from counterdesk.services.approvals import another_person, refuse_outdated
from counterdesk.services.people import LOGIN_FIELD, Attempt, entitled
from counterdesk.store.session import ReadSession, Session


def second_person(
    session: Session, attempt: Attempt, secret: str, asker: Actor, amount_minor: int
) -> Actor:
    """Return who allows so much credit with their own secret.

    Raises:
        PermissionRefused: It is who asks, their role may not, or it is over their ceiling.
        UserError: Unknown login or wrong secret, or the centre's word on people ran out.
    """
    approver = another_person(session, attempt, secret, asker, Permission.APPROVE_CREDIT)
    refuse_over_ceiling(session, approver, amount_minor)
    return approver


def signed_in_approver(session: Session, amount_minor: int) -> Actor:
    """Return the signed-in person, who decides from the list of what waits.

    Raises:
        PermissionRefused: Their role may not, or it is over their ceiling.
        UserError: The centre's word on people ran out.
    """
    approver = entitled(session, Permission.APPROVE_CREDIT)
    refuse_outdated(session)
    refuse_over_ceiling(session, approver, amount_minor)
    return approver


def refuse_over_ceiling(read: ReadSession, approver: Actor, amount_minor: int) -> None:
    """Refuse more than a supervisor approves where nobody else looks.

    Raises:
        PermissionRefused: It is more.
    """
    limit = read.settings.credit_approval_ceiling_minor
    if not limit or amount_minor <= limit or approver.may(Permission.APPROVE_ANY_CREDIT):
        return
    text = _("More than {limit} needs a billing manager.")
    amount = format_amount(limit, read.settings.currency, read.settings.locale)
    raise PermissionRefused(text.format(limit=amount), LOGIN_FIELD)


def refuse_own(note: NoteNow, approver: Actor) -> None:
    """Refuse whoever made a note: another person must look at it.

    Raises:
        PermissionRefused: It is their own.
    """
    if note.created_by_id == approver.user_id:
        raise PermissionRefused(_("Nobody approves their own credit note."), LOGIN_FIELD)
