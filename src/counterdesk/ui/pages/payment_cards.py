"""The cards of a payment's page: what was paid for, how, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from counterdesk.core.credit_words import status_tone, status_words
from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui import payment_telling as telling
from counterdesk.ui.status_badge import badge_text
from counterdesk.ui.theme import SPACE_M, SPACE_S, SPACE_XS
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import ElidedLabel, badge, plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.payment_details import PaymentDetails
    from counterdesk.services.payment_history import PaymentEvent
    from counterdesk.services.payment_parts import (
        ChargePaid,
        PaymentLink,
        PaymentParts,
        TenderPaid,
    )

_END = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_COLUMNS = 5

Asked = Callable[[UUID], None]


def paid_for(told: PaymentDetails, given: Settings) -> QWidget:
    """Return what was settled, charge by charge, and how it compares."""
    made, inside = _stacked()
    if told.status in ("Voided", "Reversed"):
        inside.addWidget(wrapped_label(_("Nothing of it counts any more."), "changed"))
    elif told.status in ("Failed", "Cancelled"):
        inside.addWidget(wrapped_label(_("It came to nothing: it counts nowhere."), "changed"))
    if told.parts is None:
        inside.addWidget(wrapped_label(telling.parts_not_told(told), "muted"))
        return made
    grid = _grid(inside)
    captions = (_("Billed"), _("Paid before"), _("Paid here"), _("Left now"))
    for column, caption in enumerate(captions, 1):
        grid.addWidget(plain_label(caption, "muted"), 0, column, _END)
    for place, charge in enumerate(told.parts.charges):
        _charge(grid, 4 * place + 1, charge, told.type, given)
        grid.setRowMinimumHeight(4 * place + 4, SPACE_S)
    for over in told.parts.over:
        inside.addWidget(wrapped_label(telling.over_compared(over, given), "changed"))
    return made


def _charge(grid: QGridLayout, line: int, charge: ChargePaid, kind: str, given: Settings) -> None:
    grid.addWidget(ElidedLabel(charge.number), line, 0)
    left = charge.left_minor
    amounts = (charge.billed_minor, charge.before_minor, charge.paid_minor, left)
    for column, amount in enumerate(amounts, 1):
        text = telling.NOTHING if amount is None else telling.money(amount, given)
        grid.addWidget(plain_label(text, "amount" if column == _PAID else ""), line, column, _END)
    grid.addWidget(ElidedLabel(_about(charge, kind, given), "muted"), line + 1, 0, 1, _COLUMNS)
    words = telling.charge_compared(charge, given)
    tone = "changed" if charge.short_minor or charge.undone_minor else "good"
    grid.addWidget(wrapped_label(words, tone), line + 2, 0, 1, _COLUMNS)


_PAID = 3


def _about(charge: ChargePaid, kind: str, given: Settings) -> str:
    """Return the period of a bill, the date of a service, the place in a plan."""
    if kind == "Service":
        on = write_date(charge.charged_on, given.locale)
        return f"{charge.text} · {on}" if charge.text else on
    due = _("due {date}").format(date=write_date(charge.due_on, given.locale))
    return f"{charge.text} · {due}" if charge.text else due


def paid_with(told: PaymentDetails, given: Settings, open_payment: Asked) -> QWidget:
    """Return every tender of the visit, the change, and what else was paid in it."""
    made, inside = _stacked()
    own = told.parts
    if own is None:
        inside.addWidget(told_facts([(_("Method"), told.method or _("Not told"))]))
        return made
    grid = _grid(inside)
    for place, tender in enumerate(own.tenders):
        _tender(grid, 2 * place, tender, given)
    inside.addWidget(told_facts(_change(own, given)))
    if own.others:
        inside.addWidget(plain_label(_("Also paid in this visit"), "muted"))
        for other in own.others:
            inside.addLayout(_link(other, given, open_payment))
    return made


def _tender(grid: QGridLayout, line: int, tender: TenderPaid, given: Settings) -> None:
    grid.addWidget(ElidedLabel(tender.name), line, 0)
    amount = telling.money(tender.amount_minor, given)
    grid.addWidget(plain_label(amount, "amount"), line, 1, _END)
    words = telling.tender_words(tender, given)
    if words:
        grid.addWidget(ElidedLabel(words, "muted"), line + 1, 0, 1, 2)


def _change(own: PaymentParts, given: Settings) -> list[tuple[str, str]]:
    """Return received and change where cash was in it, and what a coin was rounded by."""
    cash = sum(one.amount_minor for one in own.tenders if one.kind == "cash")
    lines = []
    if cash:
        lines.append((_("Cash received"), telling.money(cash, given)))
        lines.append((_("Change"), telling.money(own.change_minor, given)))
    if own.rounding_minor:
        lines.append((_("Cash rounding"), telling.money(own.rounding_minor, given)))
    return lines


def _link(other: PaymentLink, given: Settings, asked: Asked) -> QVBoxLayout:
    button = KeyButton(clean(other.number), "", f"open{other.number}", "link")
    button.clicked.connect(partial(_ask, asked, other.payment_id))
    line = QVBoxLayout()
    amount = plain_label(telling.money(other.amount_minor, given), "muted")
    line.addLayout(row(button, plain_label(other.account_number, "muted"), None, amount))
    return line


def credit_of(told: PaymentDetails, given: Settings, open_note: Asked) -> QWidget:
    """Return the credit notes that were born of a payment, raised from it, or spent in it."""
    made, inside = _stacked()
    for note in told.notes:
        button = KeyButton(clean(note.number), "", f"open{note.number}", "link")
        button.clicked.connect(partial(_ask, open_note, note.id))
        amount = plain_label(telling.money(note.amount_minor, given), "amount")
        tone, word = status_tone(note.status), status_words(note.status)
        inside.addLayout(row(button, badge(badge_text(tone, word), tone), None, amount))
    for tender in told.parts.tenders if told.parts is not None else ():
        if tender.note_id is not None:
            button = KeyButton(clean(tender.note_number), "", f"open{tender.note_number}", "link")
            button.clicked.connect(partial(_ask, open_note, tender.note_id))
            amount = plain_label(telling.money(tender.amount_minor, given), "amount")
            inside.addLayout(
                row(button, plain_label(_("spent in this visit"), "muted"), None, amount)
            )
    return made


def payer(told: PaymentDetails) -> QWidget:
    """Return who paid, and how to reach them."""
    unknown = _("Not known here")
    lines = (
        (_("Account"), told.account_number or unknown),
        (_("Address"), unknown if told.address is None else told.address or telling.NOTHING),
        (_("Phone"), unknown if told.phone is None else told.phone or telling.NOTHING),
    )
    return told_facts(lines)


def told_facts(pairs: Iterable[tuple[str, str]]) -> QWidget:
    """Return captions and their values, each whole: long ones break their lines."""
    made, inside = _stacked()
    grid = _grid(inside)
    grid.setVerticalSpacing(SPACE_S)
    grid.setColumnStretch(0, 0)
    grid.setColumnStretch(1, 1)
    for place, (caption, value) in enumerate(pairs):
        grid.addWidget(plain_label(caption, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_whole(value), place, 1)
    return made


def history(told: PaymentDetails, given: Settings, open_payment: Asked) -> QWidget:
    """Return what happened to a payment, the oldest first."""
    made, inside = _stacked(SPACE_M - SPACE_XS)
    for one in told.history:
        inside.addLayout(_event(one, given, open_payment))
    return made


def _event(one: PaymentEvent, given: Settings, open_payment: Asked) -> QVBoxLayout:
    lines = QVBoxLayout()
    lines.setSpacing(0)
    head = row(_whole(telling.event_words(one)))
    head.setStretch(0, 1)
    if one.amount_minor is not None:
        head.addWidget(plain_label(telling.money(one.amount_minor, given)))
    lines.addLayout(head)
    lines.addWidget(_whole(telling.event_about(one, given), "muted"))
    if one.returned:
        lines.addWidget(_whole(one.returned, "changed"))
    if one.payment is not None:
        lines.addLayout(_link(one.payment, given, open_payment))
    return lines


def _stacked(spacing: int = SPACE_S) -> tuple[QWidget, QVBoxLayout]:
    made = QWidget()
    inside = QVBoxLayout(made)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(spacing)
    return made, inside


def _whole(text: str, role: str = "") -> QLabel:
    """Return all of a text from outside: it never widens its card."""
    label = wrapped_label("", role)
    label.setText(telling.breakable(text))
    return label


def _grid(inside: QVBoxLayout) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACE_M)
    grid.setVerticalSpacing(SPACE_XS // 2)
    grid.setColumnStretch(0, 1)
    inside.addLayout(grid)
    return grid


def _ask(asked: Asked, what: UUID, _checked: object = None) -> None:
    asked(what)
