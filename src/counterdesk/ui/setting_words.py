"""The office's settings as a page shows them: in which section, what they are called, in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import MailSecurity, ModeKind, Settings
from counterdesk.core.tiles import TileName
from counterdesk.ui.tile_words import limits_words, tile_title

_ELSEWHERE: Final = frozenset({
    "currency", "utility_public_key",  # fixed when the centre was made
    "language", "locale",
    "receipt_language", "receipt_logo", "receipt_header", "receipt_footer", "document_page",
})  # fmt: skip
"""Settings that no field of these sections changes: receipts have a page of their own."""


@dataclass(frozen=True, slots=True)
class Section:
    """Settings that stand together."""

    name: str
    title: str
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One part of a setting that has several."""

    key: str
    title: str
    kind: str = "text"
    """"text", "count", "check" or "choice"."""
    choices: tuple[tuple[str, str], ...] = ()
    """What may be chosen: values, each with its word."""
    fixed: bool = False


@lru_cache(maxsize=1)
def plain_settings() -> Mapping[str, Any]:
    """Return every setting's default by its name."""
    return {item.name: getattr(Settings(), item.name) for item in dataclasses.fields(Settings)}


def sections() -> tuple[Section, ...]:
    """Return the sections; a setting that none of them names stands in the last one."""
    named = (
        Section("payments", _("Payments"), (
            "payment_modes", "channels", "overpayment_threshold_minor", "largest_payment_minor",
            "notes_limit",
        )),
        Section("cash", _("Cash"), (
            "cash_notes_minor", "cash_rounding_minor", "drawer_ceiling_minor", "low_change_pieces",
            "deposit_float_minor", "deposit_account",
        )),
        Section("limits", _("Limits"), (
            "over_short_limit_minor", "drawer_move_limit_minor", "copies_unasked",
            "idle_lock_seconds", "cheque_stale_days", "cheque_fee_minor", "cheque_hold_days",
        )),
        Section("reasons", _("Reasons"), tuple(
            name for name in plain_settings() if name.endswith("_reasons")
        )),
        Section("numbers", _("Numbers"), ("number_formats",)),
        Section("credit_notes", _("Credit notes"), (
            "credit_note_months", "auto_approve_minor", "credit_approval_ceiling_minor",
            "offline_credit_limit_minor", "offline_credit_own_shift",
        )),
        Section("alerts", _("Alerts"), ("tile_limits", "alerts_from_day")),
        Section("office", _("Office"), (
            "utility_name", "utility_address", "utility_contact", "time_zone",
        )),
        Section("mail", _("Email"), ("mail",)),
    )  # fmt: skip
    shown = {name for section in named for name in section.settings} | _ELSEWHERE
    more = tuple(name for name in plain_settings() if name not in shown)
    return (*named, Section("more", _("More"), more))


def label_of(name: str) -> tuple[str, str]:
    """Return what a setting is called, and what there is to know about it."""
    return _labels().get(name, (name.removesuffix("_minor").replace("_", " ").capitalize(), ""))


def cells_of(name: str) -> tuple[Cell, ...]:
    """Return the parts of a setting that has several; none for a plain one."""
    return {"payment_modes": _mode_cells, "number_formats": _format_cells, "mail": _mail_cells}.get(
        name, tuple
    )()


def changed_words(name: str, before: Any, after: Any, settings: Settings) -> str:
    """Return a change in words: what was and what is to be, and of several parts the changed ones.

    Args:
        name: The setting.
        before: As JSON has it.
        after: As JSON has it.
        settings: How the office writes amounts.
    """
    if name == "tile_limits":
        return _limits_changed(before, after, settings)
    if not cells_of(name):
        return _arrow(_plain(name, before, settings), _plain(name, after, settings))
    was, now = dict(_parts(name, before)), dict(_parts(name, after))
    lines = [
        f"{key}: {_arrow(was.get(key, ''), now.get(key, ''))}"
        for key in dict.fromkeys([*was, *now]) if was.get(key, "") != now.get(key, "")
    ]  # fmt: skip
    return "\n".join(lines)


def _limits_changed(before: Any, after: Any, settings: Settings) -> str:
    was, now = (
        {one["tile"]: limits_words(one, settings) for one in each} for each in (before, after)
    )
    return "\n".join(
        f"{tile_title(tile)}: {_arrow(was.get(tile, ''), now.get(tile, ''))}"
        for tile in TileName if was.get(tile, "") != now.get(tile, "")
    )  # fmt: skip


def _arrow(before: str, after: str) -> str:
    nothing = _("nothing")
    return f"{before or nothing} \u2192 {after or nothing}"


def _plain(name: str, value: Any, settings: Settings) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(name, one, settings) for one in value)
    if isinstance(value, bool):
        return _yes_or_no(value)
    if name.endswith("_minor"):
        return format_amount(value, settings.currency, settings.locale)
    return str(value)


def _parts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the parts of a setting, each with a name of its own."""
    cells = {cell.key: cell for cell in cells_of(name)}
    for head, record in records_of(name, value):
        for key, part in record.items():
            cell = cells.get(key)
            words = dict(cell.choices).get(part, part) if cell else part
            text = _yes_or_no(part) if isinstance(part, bool) else str(words)
            yield ", ".join(filter(None, (head, cell.title if cell else key))), text


def records_of(name: str, value: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the records that a setting of several parts is made of, each with its name."""
    if name == "mail":
        return [("", dict(value))]
    if name == "number_formats":
        return [(series_word(key), {"series": key, **one}) for key, one in value.items()]
    return [(one["code"], dict(one)) for one in value]


def setting_from(name: str, records: list[dict[str, Any]]) -> Any:
    """Return the setting that such records are, as JSON has it."""
    if name == "mail":
        return records[0]
    if name == "number_formats":
        return {
            one["series"]: {key: part for key, part in one.items() if key != "series"}
            for one in records
        }
    return records


def series_word(series: str) -> str:
    """Return what a series of numbers counts."""
    return {
        "payment": _("Payments"), "transaction": _("Transactions"), "receipt": _("Receipts"),
        "credit_note": _("Credit notes"), "shift": _("Shifts"), "dispute": _("Disputes"),
    }.get(series, series.replace("_", " ").capitalize())  # fmt: skip


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")


def _mode_cells() -> tuple[Cell, ...]:
    kinds = {
        ModeKind.CASH: _("Cash"), ModeKind.CARD: _("Card"), ModeKind.TRANSFER: _("Transfer"),
        ModeKind.CHEQUE: _("Cheque"), ModeKind.WALLET: _("Wallet"), ModeKind.CREDIT: _("Credit"),
    }  # fmt: skip
    return (
        Cell("code", _("Code")),
        Cell("name", _("Name")),
        Cell("kind", _("Kind"), "choice", tuple((kind.value, kinds[kind]) for kind in ModeKind)),
        Cell("needs_reference", _("Reference"), "check"),
        Cell("opens_drawer", _("Drawer"), "check"),
        Cell("counted_at_close", _("Counted"), "check"),
    )


def _format_cells() -> tuple[Cell, ...]:
    return (
        Cell("series", _("Of what"), "choice", tuple(
            (name, series_word(name)) for name in plain_settings()["number_formats"]
        ), fixed=True),
        Cell("pattern", _("Pattern")),
        Cell("yearly", _("Anew each year"), "check"),
    )  # fmt: skip


def _mail_cells() -> tuple[Cell, ...]:
    secure = {
        MailSecurity.STARTTLS: "STARTTLS", MailSecurity.TLS: "TLS",
        MailSecurity.NONE: _("None: only on this machine"),
    }  # fmt: skip
    return (
        Cell("host", _("Mail server")),
        Cell("port", _("Port"), "count"),
        Cell("security", _("Security"), "choice", tuple(
            (one.value, secure[one]) for one in MailSecurity
        )),
        Cell("login", _("Login")),
        Cell("from_address", _("Address of the sender")),
        Cell("from_name", _("Name of the sender")),
    )  # fmt: skip


def _labels() -> Mapping[str, tuple[str, str]]:
    one_a_line = _("One on each line, in the order they are offered.")
    return {
        "channels": (_("Channels"), one_a_line),
        "payment_modes": (_("Payment modes"), _(
            "Reference: the cashier must type one. Drawer: it opens. Counted: at the shift's close."
        )),
        "overpayment_threshold_minor": (_("Most above what is owed"), _("For each account.")),
        "largest_payment_minor": (_("Largest payment"), ""),
        "notes_limit": (_("Letters of a note"), _("At most.")),
        "cash_notes_minor": (_("Notes and coins"), _("One on each line.")),
        "cash_rounding_minor": (_("Smallest coin"), _("0 where any amount can be paid in cash.")),
        "drawer_ceiling_minor": (_("Most cash in the drawer"), _("More goes to the safe.")),
        "low_change_pieces": (_("Change runs low"), _("With fewer of a small piece.")),
        "over_short_limit_minor": (_("Over or short"), _("Beyond it a supervisor is asked.")),
        "drawer_move_limit_minor": (_("Paid in or out"), _("Beyond it a supervisor is asked.")),
        "copies_unasked": (_("Copies of a receipt"), _("Beyond it a supervisor is asked.")),
        "cheque_stale_days": (_("Days a cheque is good"), ""),
        "idle_lock_seconds": (_("Seconds until the window locks"), _("0 for never.")),
        "paid_in_reasons": (_("Why cash is paid in"), one_a_line),
        "paid_out_reasons": (_("Why cash is paid out"), one_a_line),
        "undo_reasons": (_("Why a payment is undone"), one_a_line),
        "credit_note_reasons": (_("Why a credit note is made"), one_a_line),
        "deposit_float_minor": (_("Kept back from the bank"), _("0 for what came from the safe.")),
        "deposit_account": (_("Bank and account of deposits"), ""),
        "cheque_fee_minor": (_("Fee for a returned cheque"), _("0 for none.")),
        "cheque_hold_days": (_("Days a cheque's credit is held"), _("0 for none.")),
        "auto_approve_minor": (_("Credit that nobody approves"), _("Of one payment; 0 for none.")),
        "credit_approval_ceiling_minor": (_("Most a supervisor approves"), _("0 for no ceiling.")),
        "offline_credit_limit_minor": (
            _("Credit taken without the centre"), _("A supervisor is asked; 0 for none.")
        ),
        "offline_credit_own_shift": (
            _("Notes of one's own shift"), _("Are taken without asking the centre.")
        ),
        "number_formats": (_("Patterns of numbers"), _(
            "{yyyy} or {yy} is the year, {seq} the number, {seq:06} the number in six digits."
        )),
        "credit_note_months": (_("Months a credit note is good"), ""),
        "utility_name": (_("Name of the utility"), ""),
        "utility_address": (_("Address"), ""),
        "utility_contact": (_("Contact"), ""),
        "mail": (_("Who carries receipts by email"), _(
            "The password is kept on each counter by itself."
        )),
        "time_zone": (_("Time zone"), ""),
        "tile_limits": (_("Limits of the dashboard's figures"), _(
            "Beyond one, an alert is raised. What grows through a month (money, payments, the "
            "rate) is held against the lower limit only from the day below on, against the upper "
            "one always; means and shares against both from that day on."
        )),
        "alerts_from_day": (_("Day of the month to judge from"), _("1 to 28.")),
    }  # fmt: skip
