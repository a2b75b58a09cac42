"""Acts as they leave in a file: in words for people, and whole for whoever checks them again."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.listed import Kind, ListedColumn
from counterdesk.core.permissions import Permission
from counterdesk.ui.tables.act_words import act_sentence

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from collections.abc import Sequence

    from counterdesk.services.audit import Sought, WholeAct
    from counterdesk.services.list_export import Listing
    from counterdesk.store.session import ReadSession


def acts_listing(sought: Sought, chosen: Sequence[str]) -> Listing:
    """Return the acts that are looked for, to be exported as they are listed.

    Args:
        sought: Which acts.
        chosen: The same in words.
    """
    made = services.list_export
    return made.Listing(
        _("Audit"),
        tuple(chosen),
        act_columns(),
        made.keyset(partial(_page, sought)),
        lambda read: services.audit.acts_count(read, sought),
        Permission.SEE_AUDIT,
    )


def act_columns() -> tuple[ListedColumn, ...]:
    """Return what a file tells of each act; what only programs read stands on no paper."""
    return (
        ListedColumn(_("No."), lambda row: str(row.act.seq), Kind.ID),
        ListedColumn(_("Time"), lambda row: row.act.at_utc, Kind.MOMENT),
        ListedColumn(_("Who"), lambda row: row.act.by),
        ListedColumn(_("What happened"), lambda row: act_sentence(row.act)),
        ListedColumn(_("Number"), lambda row: row.act.subject),
        ListedColumn(_("About"), lambda row: row.act.of_whom),
        ListedColumn(_("Amount"), lambda row: row.act.amount_minor, Kind.AMOUNT),
        ListedColumn(_("Kind"), lambda row: row.act.kind, Kind.ID, on_paper=False),
        ListedColumn(_("Hash"), lambda row: row.hash.hex(), Kind.ID, on_paper=False),
        ListedColumn(_("Everything the act tells"), _whole, on_paper=False),
    )


def _whole(row: WholeAct) -> str:
    return json.dumps(row.data, ensure_ascii=False, sort_keys=True)


def _page(
    sought: Sought, read: ReadSession, last: WholeAct | None
) -> tuple[Sequence[WholeAct], bool]:
    before, most = None if last is None else last.act.seq, services.list_export.PAGE
    return services.audit.whole_acts(read, sought, before_seq=before, most=most)
