"""THIS VISIT: who pays for what, true to the last keystroke."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from counterdesk.core.dates import write_date, write_time
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.visit import AccountLine, Share, VisitResult
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.theme import SIDE_WIDTH, SPACE_M, SPACE_S, SPACE_XL, SPACE_XS
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.changing import ScrolledChanging
from counterdesk.ui.widgets.labels import ElidedLabel, FittedLabel, plain_label, wrapped_label

_MOST_LINES = 6


class VisitPanel(QFrame):
    """The sums of the visit, at the side of every step."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("visitPanel")
        self.setProperty("role", "panel")
        self.setFixedWidth(SIDE_WIDTH - SPACE_XL)
        self._holder = ElidedLabel("", "h1")
        self._account = ElidedLabel("", "muted")
        self._lines = ScrolledChanging()
        self._sums = QGridLayout()
        self._amounts: dict[str, tuple[QLabel, QLabel]] = {}
        self._as_of = wrapped_label("", "muted")
        self._build()
        self.clear()

    def clear(self) -> None:
        """Show that there is no visit."""
        self._holder.say(_("No visit yet"))
        self._account.say(_("Find the consumer to begin."))
        self._lines.show_content(QWidget())
        self._as_of.setText("")
        for name in self._amounts:
            self._say(name, "")

    def show_visit(self, draft: VisitDraft) -> None:
        """Show the visit as it stands."""
        request, result = draft.request(), draft.result()
        self._show_holder(draft)
        accounts = QWidget()
        place = _column(accounts, SPACE_S)
        made = [
            self._account_lines(draft, *each)
            for each in zip(request.lines, result.left_of, strict=True)
        ]
        for one in made:
            place.addWidget(one)
        place.addWidget(_remarks(draft))
        self._lines.show_content(accounts, made[draft.current_index])
        self._show_sums(draft, result)
        if draft.as_of_utc is not None:
            as_of = write_time(draft.as_of_utc, draft.settings.time_zone)
            self._as_of.setText(_("Balance as of {time}").format(time=as_of))

    def _build(self) -> None:
        self._sums.setVerticalSpacing(SPACE_S)
        self._sums.setColumnStretch(1, 1)
        for name, text, role in (
            ("sumToPay", _("To pay"), "total"),
            ("sumCreditUsed", _("Credit used"), "amount"),
            ("sumReceived", _("Received"), "amount"),
            ("sumChange", _("Change"), "amount"),
            ("sumCredit", _("New credit"), "amount"),
            ("sumPaid", _("Total paid"), "amount"),
            ("sumLeft", _("Left on account"), "amount"),
        ):
            self._add_sum(name, text, role)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M + 4, SPACE_M, SPACE_M + 4, SPACE_M)
        layout.setSpacing(SPACE_S)
        layout.addWidget(plain_label(_("THIS VISIT"), "muted"))
        layout.addWidget(self._holder)
        layout.addWidget(self._account)
        layout.addSpacing(SPACE_S)
        layout.addWidget(self._lines)
        layout.addSpacing(SPACE_S)
        layout.addWidget(_rule())
        layout.addLayout(self._sums)
        layout.addStretch(1)
        layout.addWidget(self._as_of)

    def _add_sum(self, name: str, text: str, role: str) -> None:
        row = len(self._amounts)
        caption, amount = plain_label(text, "muted"), FittedLabel("", role, name)
        amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        amount.setAccessibleName(text)
        self._sums.addWidget(caption, row, 0)
        self._sums.addWidget(amount, row, 1)
        self._amounts[name] = (caption, amount)

    def _show_holder(self, draft: VisitDraft) -> None:
        account = draft.current.account
        count = len(draft.accounts)
        if count > 1:
            self._holder.say(_("{count} accounts").format(count=count))
            self._account.hide()
            return
        self._account.show()
        self._holder.say(account.consumer_name)
        where = (account.account_number, account.service_address)
        self._account.say("  ·  ".join(part for part in where if part))

    def _account_lines(self, draft: VisitDraft, line: AccountLine, left_minor: int) -> QWidget:
        """One account: whose it is and what is left of it only where there are several."""
        made, several = QWidget(), len(draft.accounts) > 1
        place = _column(made)
        if several:
            place.addWidget(ElidedLabel(line.account.consumer_name, "h2"))
            place.addWidget(ElidedLabel(line.account.account_number, "muted"))
        for share in line.shares[:_MOST_LINES]:
            place.addLayout(_line(share.charge.number, share.amount_minor, draft.settings))
            place.addWidget(ElidedLabel(_small_print(share, draft), "muted"))
        if len(line.shares) > _MOST_LINES:
            more = _("and {count} more").format(count=len(line.shares) - _MOST_LINES)
            place.addWidget(plain_label(more, "muted"))
        if line.extra_minor:
            place.addLayout(_line(_("Paid in advance"), line.extra_minor, draft.settings))
        if several:
            text = _("Left on {account}").format(account=line.account.account_number)
            place.addLayout(_line(text, left_minor, draft.settings, "muted"))
        return made

    def _show_sums(self, draft: VisitDraft, result: VisitResult) -> None:
        given = draft.settings
        credit = result.credit_minor
        used = result.credit_used_minor
        tendered = bool(draft.given) or draft.keyed is not None
        paid = result.paid_minor
        other_total = (tendered or used) and not result.problems and paid != result.to_pay_minor
        for name, amount, shown in (
            ("sumToPay", result.to_pay_minor, True),
            ("sumCreditUsed", used, bool(used)),
            ("sumReceived", result.received_minor, tendered),
            ("sumChange", result.change_minor, tendered),
            ("sumCredit", credit, bool(credit)),
            ("sumPaid", paid, other_total),
            ("sumLeft", result.left_minor, len(draft.accounts) == 1),
        ):
            self._say(name, format_amount(amount, given.currency, given.locale) if shown else "")

    def _say(self, name: str, text: str) -> None:
        caption, amount = self._amounts[name]
        amount.setText(text)
        caption.setVisible(bool(text))
        amount.setVisible(bool(text))


def _column(within: QWidget, spacing: int = SPACE_XS) -> QVBoxLayout:
    column = QVBoxLayout(within)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    return column


def _remarks(draft: VisitDraft) -> QWidget:
    made = QWidget()
    place = _column(made)
    if draft.paid_by.strip():
        place.addWidget(ElidedLabel(_("Paid by {name}").format(name=draft.paid_by), "muted"))
    if draft.notes.strip():
        place.addWidget(ElidedLabel(_("Notes: {notes}").format(notes=draft.notes), "muted"))
    return made


def _line(text: str, amount_minor: int, given: Settings, role: str = "") -> QHBoxLayout:
    amount = plain_label(format_amount(amount_minor, given.currency, given.locale), role)
    made = row(ElidedLabel(text, role), amount)
    made.setStretch(0, 1)
    return made


def _small_print(share: Share, draft: VisitDraft) -> str:
    due = _("due {date}").format(date=write_date(share.charge.due_on, draft.settings.locale))
    return f"{share.charge.text} · {due}"


def _rule() -> QFrame:
    rule = QFrame()
    rule.setProperty("role", "rule")
    return rule
