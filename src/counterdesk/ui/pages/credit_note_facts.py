"""What a credit note's page says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from counterdesk.core.credit import ChangeKind
from counterdesk.core.credit_words import reason_words, usage_words
from counterdesk.core.dates import write_date, write_instant
from counterdesk.core.dispute_words import state_words
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.theme import SPACE_M, SPACE_S
from counterdesk.ui.widgets.changing import facts
from counterdesk.ui.widgets.labels import ElidedLabel, plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.credit_changes import NoteChanged
    from counterdesk.services.credit_details import NoteDetails, NoteEvent


def note_facts(details: NoteDetails, settings: Settings) -> QWidget:
    """Return captions and values of a note."""
    return facts(_told(details, settings), strong=_("Remaining"))


def _told(details: NoteDetails, settings: Settings) -> Iterator[tuple[str, str]]:
    note, holder = details.note, details.holder
    gone = note.amount_minor - note.remaining_minor
    yield _("Consumer"), f"{holder.consumer_name} · {holder.account_number}"
    yield _("Original"), _money(note.amount_minor, settings)
    yield _("Remaining"), _money(note.remaining_minor, settings)
    yield _("Applied"), f"{_money(gone, settings)} · {usage_words(note.used_tenths)}"
    yield _("Reason"), reason_words(note.reason)
    if note.created_on:
        yield _("Created"), write_date(note.created_on, settings.locale)
    if note.expires_on:
        yield _("Expires"), write_date(note.expires_on, settings.locale)
    if note.held_until:
        yield _("Can be used from"), write_date(note.held_until, settings.locale)
    yield _("Created by"), note.created_by
    yield _("Approved by"), note.approved_by or "\u2013"
    payment = " · ".join(filter(None, (note.receipt_number, note.payment_number)))
    yield _("Linked payment"), payment or "\u2013"
    for one in details.disputes:
        yield _("Dispute of it"), f"{one.number} · {state_words(one)}"
    if note.remarks:
        yield _("Remarks"), note.remarks


def note_history(details: NoteDetails, settings: Settings) -> QWidget:
    """Return what happened to a note here, a line each, the oldest first."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_M)
    grid.setVerticalSpacing(SPACE_S)
    grid.setColumnStretch(0, 1)
    for place, one in enumerate(details.history):
        grid.addWidget(plain_label(event_words(one.kind)), 3 * place, 0)
        grid.addWidget(plain_label(_money(one.amount_minor, settings), "amount"), 3 * place, 1)
        grid.addWidget(wrapped_label(_who(one, settings), "muted"), 3 * place + 1, 0, 1, 2)
        grid.addWidget(ElidedLabel(one.name, "muted"), 3 * place + 2, 0, 1, 2)
    below = 3 * len(details.history)
    if details.elsewhere_minor:
        grid.addWidget(plain_label(_("At other counters")), below, 0)
        grid.addWidget(plain_label(_money(details.elsewhere_minor, settings), "amount"), below, 1)
    elif not details.history:
        grid.addWidget(wrapped_label(_("Nothing yet."), "muted"), 0, 0, 1, 2)
    return made


def _who(one: NoteEvent, settings: Settings) -> str:
    at = write_instant(one.at_utc, settings.locale, settings.time_zone)
    people = " / ".join(filter(None, (one.by, one.approved_by)))
    return f"{at} · {people}"


def event_words(kind: str) -> str:
    """Return what happened, in a word or two."""
    return {
        "spent": _("Paid a bill"), "approved": _("Approved"), "rejected": _("Rejected"),
        "held": _("Held"), "released": _("Released"), "refunded": _("Paid back"),
        "transferred": _("To another account"), "cancelled": _("Cancelled"),
        "given back": _("Given back"),
        "withdrawn": _("Withdrawn"),
    }.get(kind, kind)  # fmt: skip


def changed_words(changed: NoteChanged) -> str:
    """Return what a person is told once it is saved."""
    text = {
        ChangeKind.APPROVED: _("Credit note {number} is approved."),
        ChangeKind.REJECTED: _("Credit note {number} is rejected."),
        ChangeKind.HELD: _("Credit note {number} is held."),
        ChangeKind.RELEASED: _("Credit note {number} can be used again."),
        ChangeKind.REFUNDED: _("Credit note {number}: the money is paid back."),
        ChangeKind.TRANSFERRED: _("Credit note {number}: the credit is on the other account."),
    }[changed.kind]
    return text.format(number=changed.note.number)


def _money(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)
