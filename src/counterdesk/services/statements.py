"""A consumer's statement of account, on paper or as a file; who made it is recorded."""

from __future__ import annotations

from uuid import UUID

from counterdesk.core.account_sheet import extract
from counterdesk.core.dates import write_date
from counterdesk.core.documents import Document
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, in_language
from counterdesk.core.periods import Period
from counterdesk.core.permissions import Permission
from counterdesk.services.consumer_sheet import ConsumerSheet, consumer_sheet
from counterdesk.services.people import entitled
from counterdesk.services.print_jobs import queue_copy
from counterdesk.services.statement_papers import statement_document
from counterdesk.store.session import Session

FIRST_FIELD, LAST_FIELD = "statementFirst", "statementLast"


def print_statement(session: Session, consumer_id: UUID, period: Period) -> Document:
    """Queue a statement for the printer of its kind.

    Raises:
        PermissionRefused: The person may not print.
        UserError: The days are not known here, or lie ahead; the consumer is not known.
    """
    entitled(session, Permission.PRINT_RECEIPT)
    document = _statement(session, consumer_id, period, "paper")
    queue_copy(session, None, document, 0)
    return document


def electronic_statement(session: Session, consumer_id: UUID, period: Period) -> Document:
    """Return a statement for a file.

    Raises:
        PermissionRefused: The person may not print.
        UserError: The days are not known here, or lie ahead; the consumer is not known.
    """
    entitled(session, Permission.PRINT_RECEIPT)
    return _statement(session, consumer_id, period, "file")


def _statement(session: Session, consumer_id: UUID, period: Period, on: str) -> Document:
    with in_language(session.settings.receipt_language):
        sheet = consumer_sheet(session, consumer_id)
    _refuse_unknown_days(session, sheet, period)
    part = extract(sheet.lines, sheet.brought_forward_minor, period)
    account, actor = sheet.view.account, session.actor
    event = session.record("statement.made", {
        "consumer_id": consumer_id, "account_number": account.account_number,
        "consumer_name": account.consumer_name, "first": period.first, "last": period.last,
        "closing_minor": part.closing_minor, "on": on,
        "user_id": actor.user_id if actor else None, "user_name": actor.name if actor else "",
    })  # fmt: skip
    with in_language(session.settings.receipt_language):
        return statement_document(session, sheet, period, event)


def _refuse_unknown_days(session: Session, sheet: ConsumerSheet, period: Period) -> None:
    if period.first > period.last:
        raise UserError(_("This is before the first day."), LAST_FIELD)
    if period.last > sheet.today:
        raise UserError(_("This day is still to come."), LAST_FIELD)
    if period.first < sheet.first:
        day = write_date(sheet.first, session.settings.locale)
        text = _("What was paid before {day} is not known here.")
        raise UserError(text.format(day=day), FIRST_FIELD)
