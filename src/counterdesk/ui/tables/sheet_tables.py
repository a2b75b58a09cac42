"""Two lists of a consumer's page: what was charged, and which credit there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from counterdesk.core import credit_words
from counterdesk.core.account_sheet import KnownCharge
from counterdesk.core.account_words import charge_tone, charge_word
from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.records import Column, RecordsModel

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from datetime import date

    from counterdesk.core.credit import NoteNow

_NOTHING = "\u2013"


def charges_model(settings: Settings, today: Callable[[], date]) -> RecordsModel:
    """Return an empty list of `KnownCharge`, as they stand on the day that `today` returns."""

    def state(charge: KnownCharge) -> str:
        if charge.disputed:
            return _("Disputed")
        return _("Online pending") if charge.online_pending else charge_word(charge.state(today()))

    def tone(charge: KnownCharge) -> str:
        troubled = charge.disputed or charge.online_pending
        return "warn" if troubled else charge_tone(charge.state(today()))

    def what(charge: KnownCharge) -> str:
        text = _("Installment") if charge.plan_number else charge.text
        return clean(" \u00b7 ".join(filter(None, (charge.number, text))))

    money = _money(settings)
    return RecordsModel((
        Column(_("Due"), lambda row: write_date(row.due_on, settings.locale),
               lambda row: row.due_on, width=116),
        Column(_("Charge"), what, lambda row: row.number),
        Column(_("Status"), state, state, kind="badge", width=136, tone=tone),
        Column(_("Billed"), lambda row: money(row.amount_minor), lambda row: row.amount_minor,
               kind="amount", width=112),
        Column(_("Left"), lambda row: money(row.outstanding_minor),
               lambda row: row.outstanding_minor, kind="amount", width=112),
    ))  # fmt: skip


def notes_model(settings: Settings) -> RecordsModel:
    """Return an empty list of `NoteNow`."""

    def day(when: date | None) -> str:
        return write_date(when, settings.locale) if when else _NOTHING

    def what(note: NoteNow) -> str:
        return clean(f"{note.number} \u00b7 {credit_words.reason_words(note.reason)}")

    money = _money(settings)
    return RecordsModel((
        Column(_("Created"), lambda row: day(row.created_on), lambda row: str(row.created_on),
               width=116),
        Column(_("Credit note"), what, lambda row: row.number),
        Column(_("Status"), lambda row: credit_words.status_words(row.status),
               lambda row: row.status, kind="badge", width=152,
               tone=lambda row: credit_words.status_tone(row.status)),
        Column(_("Amount"), lambda row: money(row.amount_minor), lambda row: row.amount_minor,
               kind="amount", width=112),
        Column(_("Remaining"), lambda row: money(row.remaining_minor),
               lambda row: row.remaining_minor, kind="amount", width=112),
    ))  # fmt: skip


def _money(settings: Settings) -> Callable[[int], str]:
    return lambda minor: format_amount(minor, settings.currency, settings.locale)
