"""Who a consumer is and how the account stands, on the page of one consumer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from counterdesk.core.account_sheet import ChargeState
from counterdesk.core.dates import write_date
from counterdesk.core.disputes import Dispute
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.moments import as_of
from counterdesk.ui.theme import SPACE_M, SPACE_S, SPACE_XS
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import (
    ElidedLabel,
    FittedLabel,
    badge,
    plain_label,
    wrapped_label,
)

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.consumer_habits import Behaviour
    from counterdesk.services.consumer_sheet import ConsumerSheet, PlanNow

_PLAN_TONES = {"On track": "ok", "Late": "warn", "Broken": "danger"}


def who_and_figures(
    sheet: ConsumerSheet, settings: Settings, open_dispute: Callable[[Dispute], None]
) -> QWidget:
    """Return what is noted, warnings, four figures and habits: what answers most questions.

    Args:
        sheet: The account.
        settings: How amounts and dates are written.
        open_dispute: Shows a dispute, with its payment.
    """
    content = QWidget()
    inside = QVBoxLayout(content)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(SPACE_S)
    if known := noted_words(sheet):
        noted = ElidedLabel(known)
        noted.setObjectName("sheetNoted")
        inside.addWidget(noted)
    if sheet.view.warnings:
        inside.addWidget(_warnings(sheet.view.warnings))
    cards = row(spacing=SPACE_S)
    for card in (
        _balance(sheet, settings), _credit(sheet, settings), _plan(sheet, settings),
        _disputes(sheet, open_dispute),
    ):  # fmt: skip
        cards.addWidget(card, 1)
    inside.addLayout(cards)
    inside.addWidget(_habits_strip(sheet.behaviour, settings))
    return content


def contact_words(sheet: ConsumerSheet) -> str:
    """Return where the consumer is reached."""
    view = sheet.view
    reach = (view.account.service_address, view.phone, view.email)
    return "  \u00b7  ".join(filter(None, reach)) or _("No address, no phone, no email")


def noted_words(sheet: ConsumerSheet) -> str:
    """Return what is to be minded with this consumer; "" for nothing."""
    view = sheet.view
    return "  \u00b7  ".join(
        text.format(noted=noted)
        for text, noted in (
            (_("Special circumstances: {noted}"), view.circumstances),
            (_("Preferences: {noted}"), view.preferences),
        )
        if noted
    )


def _warnings(warnings: tuple[str, ...]) -> QFrame:
    """All of them in one place: they take no room from what else is to be read."""
    frame = QFrame()
    frame.setObjectName("consumerWarnings")
    frame.setProperty("role", "banner")
    line = QHBoxLayout(frame)
    line.setContentsMargins(SPACE_M, SPACE_XS, SPACE_M, SPACE_XS)
    line.addWidget(plain_label("!", "badge-warn"), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(wrapped_label("  ".join(warnings), name="consumerWarningsText"), 1)
    return frame


def _balance(sheet: ConsumerSheet, settings: Settings) -> QFrame:
    view = sheet.view
    told = as_of(view.as_of_utc, view.read_at_utc, settings)
    caption = _("Balance, as of {time}").format(time=told) if told else _("Balance")
    late = sum(
        one.outstanding_minor for one in sheet.charges
        if one.state(sheet.today) is ChargeState.OVERDUE
    )  # fmt: skip
    overdue = _("{amount} is overdue").format(amount=_money(late, settings))
    below = ElidedLabel(overdue if late else _("Nothing is overdue"), "bad" if late else "muted")
    amount = _money(view.outstanding_minor, settings)
    return _card(caption, FittedLabel(amount, "figure", "sheetBalance"), below)


def _credit(sheet: ConsumerSheet, settings: Settings) -> QFrame:
    view = sheet.view
    usable = [note for note in view.notes if note.usable_minor]
    amount = FittedLabel(_money(view.credit_minor, settings), "figure", "sheetCredit")
    if usable:
        text = ngettext("in {count} credit note", "in {count} credit notes", len(usable))
        below = text.format(count=len(usable))
    else:
        below = _("No credit note to spend")
    return _card(_("Credit available"), amount, ElidedLabel(below, "muted"))


def _plan(sheet: ConsumerSheet, settings: Settings) -> QFrame:
    caption = _("Payment plan")
    if not sheet.plans:
        return _card(caption, plain_label(_("None"), "muted", name="sheetPlan"))
    plan = sheet.plans[0]
    word = badge(plan.status, _PLAN_TONES.get(plan.status, "info"))
    word.setObjectName("sheetPlan")
    kept, following = plan_words(plan, sheet, settings)
    beside = ElidedLabel(kept, "muted")
    beside.setObjectName("sheetPlanKept")
    below = ElidedLabel(following, "muted")
    below.setObjectName("sheetPlanNext")
    standing = row(word, beside)
    standing.setStretch(1, 1)
    frame, inside = _frame(f"{caption} {plan.number}")
    inside.addLayout(standing)
    inside.addWidget(below)
    inside.addStretch(1)
    return frame


def plan_words(plan: PlanNow, sheet: ConsumerSheet, settings: Settings) -> tuple[str, str]:
    """Return how a plan is kept, and what is to be paid next; "" where nobody told."""
    kept = []
    if plan.installments:
        paid = _("{paid} of {count} paid")
        kept.append(paid.format(paid=plan.paid, count=len(plan.installments)))
    if late := plan.late(sheet.today):
        kept.append(_("{count} late").format(count=late))
    following, text = plan.following, _("Next {amount}, {day}")
    if following is None:
        return ", ".join(kept), ""
    amount = _money(following.outstanding_minor, settings)
    day = write_date(following.due_on, settings.locale)
    return ", ".join(kept), text.format(amount=amount, day=day)


def _disputes(sheet: ConsumerSheet, open_dispute: Callable[[Dispute], None]) -> QFrame:
    """Count disputed charges and payments; the newest dispute leads to its payment."""
    doubted = sheet.view.disputes
    numbers = [one.number for one in doubted]
    numbers += [one.number for one in sheet.charges if one.disputed and one.outstanding_minor]
    count = plain_label(str(len(numbers)), "figure", name="sheetDisputes")
    count.setAccessibleName(_("Open disputes"))
    below = ", ".join(numbers) or _("Nothing is disputed")
    frame, inside = _frame(_("Open disputes"))
    line = row(count, None)
    if doubted:
        look = key_button(_("Look"), "Alt+D", "sheetDisputed")
        look.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it is made anew with every figure
        look.setAccessibleName(_("Look at dispute {number}").format(number=doubted[0].number))
        look.clicked.connect(partial(_look, open_dispute, doubted[0]))
        line.addWidget(look)
    inside.addLayout(line)
    inside.addWidget(ElidedLabel(below, "bad" if numbers else "muted"))
    inside.addStretch(1)
    return frame


def _look(asked: Callable[[Dispute], None], dispute: Dispute, _checked: object = None) -> None:
    asked(dispute)


def _habits_strip(habits: Behaviour, settings: Settings) -> QFrame:
    """Return how the consumer pays, at a glance."""
    frame = QFrame()
    frame.setObjectName("sheetHabits")
    frame.setProperty("role", "card")
    line = QHBoxLayout(frame)
    line.setContentsMargins(SPACE_M, SPACE_XS, SPACE_M, SPACE_XS)
    line.setSpacing(SPACE_M)
    for caption, value in _habits(habits, settings):
        part = QVBoxLayout()
        part.setSpacing(0)
        part.addWidget(ElidedLabel(caption, "muted"))
        part.addWidget(ElidedLabel(value))
        line.addLayout(part, 1)
    return frame


def _habits(habits: Behaviour, settings: Settings) -> Iterator[tuple[str, str]]:
    last = habits.last
    yield (
        _("Last payment"),
        f"{write_date(last.business_date, settings.locale)}, {_money(last.amount_minor, settings)}"
        if last else _("None in the last 13 months"),
    )  # fmt: skip
    if not habits.payments:
        return
    count = ngettext("{count} payment", "{count} payments", habits.payments)
    yield _("In the last 12 months"), count.format(count=habits.payments)
    usually = (habits.method, habits.channel)
    yield _("Usually"), ", ".join(one.word for one in usually if one)
    yield _("Usual day"), day_words(habits.day)
    yield timing_words(habits)


def day_words(day: int | None) -> str:
    """Return the usual day of the month in words."""
    return _("None") if day is None else _("About day {day}").format(day=day)


def timing_words(habits: Behaviour) -> tuple[str, str]:
    """Return of how many payments it is known, and how late they come on average."""
    if habits.timing is None:
        return _("Against due date"), _("Not known here")
    days, known = habits.timing.days, habits.timing.known
    caption = _("Against due date ({known} of {count})")
    if days > 0:
        text = ngettext("{days} day late", "{days} days late", days)
    elif days < 0:
        text = ngettext("{days} day early", "{days} days early", -days)
    else:
        text = _("On the due date")
    return caption.format(known=known, count=habits.payments), text.format(days=abs(days))


def _card(caption: str, *parts: QWidget) -> QFrame:
    frame, inside = _frame(caption)
    for part in parts:
        inside.addWidget(part)
    parts[0].setAccessibleName(caption)
    inside.addStretch(1)
    return frame


def _frame(caption: str) -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setProperty("role", "card")
    inside = QVBoxLayout(frame)
    inside.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
    inside.setSpacing(SPACE_XS // 2)
    inside.addWidget(ElidedLabel(caption, "muted"))
    return frame, inside


def _money(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)
