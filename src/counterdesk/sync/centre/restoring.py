"""A centre whose database was put back to an earlier copy goes on from there."""

from __future__ import annotations

import psycopg

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.sync.centre.migrating import close_to_the_public


def go_on_restored(connection: psycopg.Connection, skip: int) -> None:
    """Go beyond what the copy does not know, and let every counter fetch everything anew.

    Args:
        connection: The administrator's open transaction.
        skip: More numbers of a series than were given out since the copy was made.

    Raises:
        UserError: No number would be skipped.
    """
    if skip < 1:
        raise UserError(_("At least one number of each series is skipped. Nothing was changed."))
    close_to_the_public(connection)
    connection.execute("select cd.after_restore(%s)", (skip,))
