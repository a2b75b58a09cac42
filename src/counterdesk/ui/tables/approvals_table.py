"""The list of what waits for approval."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from counterdesk.core.clock import Clock
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.records import Column, RecordsModel

if TYPE_CHECKING:
    from counterdesk.services.waiting import Waiting

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_LONG_DAYS = 2


def approvals_model(settings: Settings, clock: Clock) -> RecordsModel:
    """Return an empty list of `Waiting`."""

    def age(one: Waiting) -> str:
        return age_words(one.since_utc, clock.now_utc())

    def tone(one: Waiting) -> str:
        days = (clock.now_utc() - one.since_utc).total_seconds() / _DAY
        return "danger" if days >= _LONG_DAYS else "warn"

    def money(one: Waiting) -> str:
        return format_amount(one.amount_minor, settings.currency, settings.locale)

    return RecordsModel(
        (
            Column(_("Number"), lambda one: one.number, lambda one: one.number, "mono", 96),
            Column(_("Consumer"), lambda one: clean(one.consumer_name),
                   lambda one: one.consumer_name),
            Column(_("Amount"), money, lambda one: one.amount_minor, "amount", 96),
            Column(_("Asked by"), lambda one: clean(one.asked_by), lambda one: one.asked_by,
                   width=128),
            Column(_("Waits"), age, lambda one: one.since_utc, "badge", 144, tone),
        )
    )  # fmt: skip


def age_words(since_utc: datetime, now_utc: datetime) -> str:
    """Return how long something has waited."""
    seconds = max(0, int((now_utc - since_utc).total_seconds()))
    if seconds < _MINUTE:
        return _("under a minute")
    if seconds < _HOUR:
        minutes = seconds // _MINUTE
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    if seconds < _DAY:
        hours = seconds // _HOUR
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    days = seconds // _DAY
    return ngettext("{count} day", "{count} days", days).format(count=days)
