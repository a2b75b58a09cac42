"""Lists of the cash office: what is not deposited, what is, and what is off and not settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterdesk.core.dates import write_date, write_instant
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.records import Column, RecordsModel

if TYPE_CHECKING:
    from counterdesk.services.cash_room import ShiftMoney
    from counterdesk.services.deposit_list import DepositLine
    from counterdesk.services.settling import OpenDifference

_WIDE, _NARROW = 136, 112
_TONES = {"to_turn_in": "warn", "offered": "info", "in_cash_room": "ok", "deposited": "ok"}


def state_word(state: str) -> str:
    """Return what the state of a shift's money is called."""
    return {
        "to_turn_in": _("To turn in"),
        "offered": _("Offered"),
        "in_cash_room": _("In the cash room"),
        "deposited": _("Deposited"),
    }[state]


def undeposited_records(settings: Settings) -> RecordsModel:
    """Return an empty list of `ShiftMoney`."""

    def since(one: ShiftMoney) -> str:
        return write_instant(one.since_utc, settings.locale, settings.time_zone)

    def money(amount_minor: int) -> str:
        return format_amount(amount_minor, settings.currency, settings.locale)

    return RecordsModel((
        Column(_("Shift"), lambda one: one.number, lambda one: one.number, "mono", _WIDE),
        Column(_("Cashier"), lambda one: clean(one.user_name), lambda one: one.user_name),
        Column(_("Since"), since, lambda one: one.since_utc, width=168),
        Column(_("Cash"), lambda one: money(one.cash_minor), lambda one: one.cash_minor,
               "amount", _NARROW),
        Column(_("Cheques"), lambda one: money(one.cheques_minor), lambda one: one.cheques_minor,
               "amount", _NARROW),
        Column(_("To deposit"), lambda one: money(one.collected_minor),
               lambda one: one.collected_minor, "amount", 128),
        Column(_("State"), lambda one: state_word(one.state), lambda one: one.state, "badge", 168,
               lambda one: _TONES[one.state]),
    ))  # fmt: skip


def deposit_records(settings: Settings) -> RecordsModel:
    """Return an empty list of `DepositLine`."""

    def money(amount_minor: int) -> str:
        return format_amount(amount_minor, settings.currency, settings.locale)

    def bank(one: DepositLine) -> str:
        return _("Booked") if one.bank_number else _("On its way")

    return RecordsModel((
        Column(_("Deposit"), lambda one: one.number, lambda one: one.number, "mono", _WIDE),
        Column(_("Date"), lambda one: write_date(one.business_date, settings.locale),
               lambda one: one.business_date, width=_WIDE),
        Column(_("Shifts"), lambda one: ", ".join(one.shifts), lambda one: one.shifts),
        Column(_("Cash"), lambda one: money(one.cash_minor), lambda one: one.cash_minor,
               "amount", _NARROW),
        Column(_("Cheques"), lambda one: money(one.cheques_minor), lambda one: one.cheques_minor,
               "amount", _NARROW),
        Column(_("The bank's number"), lambda one: clean(one.bank_number),
               lambda one: one.bank_number, "mono", 152),
        Column(_("Bank"), bank, bank, "badge", 128,
               lambda one: "ok" if one.bank_number else "warn"),
    ))  # fmt: skip


def difference_records(settings: Settings) -> RecordsModel:
    """Return an empty list of `OpenDifference`."""

    def money(amount_minor: int) -> str:
        return format_amount(amount_minor, settings.currency, settings.locale)

    def closed(one: OpenDifference) -> str:
        return write_instant(one.closed_at_utc, settings.locale, settings.time_zone)

    def word(one: OpenDifference) -> str:
        return _("Over") if one.open_minor > 0 else _("Short")

    return RecordsModel((
        Column(_("Shift"), lambda one: one.number, lambda one: one.number, "mono", _WIDE),
        Column(_("Cashier"), lambda one: clean(one.user_name), lambda one: one.user_name,
               width=_WIDE),
        Column(_("Closed"), closed, lambda one: one.closed_at_utc, width=168),
        Column(_("Method"), lambda one: clean(one.method_name), lambda one: one.method_name,
               width=_NARROW),
        Column(_("Reason"), lambda one: clean(one.reason), lambda one: one.reason),
        Column(_("Open"), lambda one: money(abs(one.open_minor)), lambda one: one.open_minor,
               "amount", _NARROW),
        Column(_("State"), word, word, "badge", _NARROW,
               lambda one: "warn" if one.open_minor > 0 else "danger"),
    ))  # fmt: skip
