"""The page that shows what a printer can do: its width, its letters, its code, its cut."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from counterdesk.core.dates import write_instant
from counterdesk.core.documents import (
    BOLD,
    Align,
    Block,
    Document,
    Feed,
    KeyValue,
    QrCode,
    Rule,
    Text,
)
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.printers import PrinterSetting, family_words, way_words
from counterdesk.services.people import entitled
from counterdesk.services.print_jobs import queue_copy
from counterdesk.services.printers import counter_printers, known_printer
from counterdesk.store.session import ReadSession, Session

KIND: Final = "test_page"
_LETTERS: Final = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789",
    "àâäçéèêëîïñôöùûüß ÀÄÇÉÑÖÜ £¥€",
    "ąćęłńśźż čďěňřšťůž őű ăâîșț",
    "ΑΒΓΔ αβγδ  АБВГД абвгд",
    "العربية  ١٢٣",
)
"""Letters that code pages have, and some that none has: those must come out as well."""


def print_test_page(session: Session, printer_id: UUID) -> UUID:
    """Queue a test page for a printer; return the job's id.

    Raises:
        PermissionRefused: The role does not allow trying printers out.
        UserError: The printer is gone by now.
    """
    entitled(session, Permission.CHANGE_PRINTERS)
    setting = known_printer(counter_printers(session), printer_id)
    return queue_copy(session, None, _page(session, setting), 0, printer_id=printer_id)


def _page(read: ReadSession, setting: PrinterSetting) -> Document:
    given = read.settings
    now = write_instant(read.clock.now_utc(), given.locale, given.time_zone)
    return Document(
        kind=KIND,
        number=f"TEST-{read.clock.now_utc():%H%M%S}",
        title=_("Test page"),
        language=given.language,
        right_to_left=False,
        blocks=(
            Text(_("Test page"), Align.CENTRE, BOLD),
            Text(setting.name, Align.CENTRE),
            Rule(),
            KeyValue(_("Counter"), read.counter.name),
            KeyValue(_("Time"), now),
            KeyValue(_("Reached by"), way_words(setting.way)),
            KeyValue(_("Family"), family_words(setting.family)),
            Rule(),
            *_ruler(setting.columns),
            Rule(),
            Text(_("Every line must be readable:")),
            *(Text(line) for line in _LETTERS),
            KeyValue(_("An amount"), "$1,234,567.89", BOLD, amount=True),
            Rule(),
            QrCode("COUNTERDESK TEST", _("This code must be readable.")),
            *_questions(setting),
        ),
    )


def _ruler(columns: int) -> tuple[Block, ...]:
    """Return two lines that end at the paper's edge, if the width is right."""
    tens = "".join(f"{ten:.>10}" for ten in range(10, columns + 1, 10))
    return (
        Text(_("{columns} letters across, and not one in a second line:").format(columns=columns)),
        Text(tens),
        Text(("1234567890" * 5)[:columns]),
    )


def _questions(setting: PrinterSetting) -> tuple[Block, ...]:
    cut = _("Was the paper cut?") if setting.cutter else _("Can the paper be torn off here?")
    drawer = (Text(_("Press Ctrl+O in the window: does the drawer open?")),)
    return (Feed(), Text(cut), *(drawer if setting.drawer_pin else ()))
