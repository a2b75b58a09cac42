"""The consumer on one card: who it is, how the account stands, what was paid last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.moments import as_of
from counterdesk.ui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.changing import Changing
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import ElidedLabel, badge, plain_label, wrapped_label

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.consumers import AccountView

TIMELINE_KEY = "Ctrl+H"

_LAST = 3
_PLAN_TONES = {"On track": "ok", "Late": "warn", "Broken": "danger"}


class ConsumerCard(QFrame):
    """All that the cashier needs to answer the consumer, without leaving the page."""

    timeline_wanted = Signal()
    """The last payments do not answer it: all of them are wanted."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.setObjectName("consumerCard")
        self.setProperty("role", "card")
        self._inside = Changing()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_M - SPACE_XS, SPACE_M, SPACE_M - SPACE_XS)
        layout.addWidget(self._inside)

    def show_account(self, view: AccountView) -> None:
        """Show another account."""
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE_S)
        inside.addLayout(self._who_and_last(view))
        inside.addLayout(self._figures(view))
        known = "  ·  ".join(text for text in (view.circumstances, view.preferences) if text)
        if known:
            inside.addWidget(ElidedLabel(known))
        self._inside.show_content(content)

    def _who_and_last(self, view: AccountView) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(SPACE_L)
        line.addLayout(self._who(view), 5)
        line.addLayout(self._last(view), 4)
        return line

    def _who(self, view: AccountView) -> QVBoxLayout:
        account = view.account
        who = QVBoxLayout()
        who.setSpacing(SPACE_XS // 2)
        name = ElidedLabel(account.consumer_name, "h2")
        name.setObjectName("consumerName")
        who.addWidget(name)
        number = plain_label(account.account_number, "mono", name="consumerAccount")
        who.addWidget(number)
        who.addWidget(ElidedLabel(account.service_address, "muted"))
        reach = "  ·  ".join(part for part in (view.phone, view.email) if part)
        who.addWidget(ElidedLabel(reach or _("No phone, no email"), "muted"))
        return who

    def _last(self, view: AccountView) -> QVBoxLayout:
        last = QVBoxLayout()
        last.setSpacing(SPACE_XS // 2)
        everything = key_button(_("Whole account"), TIMELINE_KEY, "allPayments")
        everything.clicked.connect(self.timeline_wanted)
        last.addLayout(row(plain_label(_("Last payments"), "muted"), None, everything))
        for payment in view.last_payments[:_LAST]:
            line = QHBoxLayout()
            day = write_date(payment.business_date, self._settings.locale)
            line.addWidget(ElidedLabel(f"{day} · {payment.method}", "muted"), 1)
            line.addWidget(plain_label(self._amount(payment.amount_minor), "muted"))
            last.addLayout(line)
        if not view.last_payments:
            last.addWidget(plain_label(_("None in the last 13 months"), "muted"))
        last.addStretch(1)
        return last

    def _figures(self, view: AccountView) -> QGridLayout:
        figures = QGridLayout()
        figures.setHorizontalSpacing(SPACE_L)
        figures.setVerticalSpacing(0)
        values = (
            (self._balance_caption(view), self._figure(view.outstanding_minor, "consumerBalance")),
            (_("Credit available"), self._figure(view.credit_minor, "consumerCredit")),
            (_("Payment plan"), _plan(view.plan_status)),
            (_("Open disputes"), _disputes(view.open_disputes)),
        )  # fmt: skip
        for column, (caption, value) in enumerate(values):
            value.setAccessibleName(caption)
            figures.addWidget(plain_label(caption, "muted"), 0, column)
            figures.addWidget(value, 1, column, Qt.AlignmentFlag.AlignLeft)
            figures.setColumnStretch(column, 1)
        return figures

    def _figure(self, amount_minor: int, name: str) -> QLabel:
        return plain_label(self._amount(amount_minor), "amount", name=name)

    def _balance_caption(self, view: AccountView) -> str:
        """Say of when the centre's figures are, unless they are fresh."""
        told = as_of(view.as_of_utc, view.read_at_utc, self._settings)
        return _("Balance, as of {time}").format(time=told) if told else _("Balance")

    def _amount(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)


class AccountWarnings(Changing):
    """What must be known before money is taken, a line each."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("accountWarnings")

    def show_warnings(self, warnings: tuple[str, ...]) -> None:
        """Take the place of what was shown before."""
        self.show_content(_banner(warnings))
        self.setVisible(bool(warnings))


def _banner(warnings: tuple[str, ...]) -> QFrame:
    frame = QFrame()
    frame.setProperty("role", "banner")
    line = QHBoxLayout(frame)
    line.setContentsMargins(SPACE_M, SPACE_XS, SPACE_M, SPACE_XS)
    line.addWidget(plain_label("!", "badge-warn"), 0, Qt.AlignmentFlag.AlignTop)
    lines = QVBoxLayout()
    lines.setSpacing(0)
    for text in warnings:
        lines.addWidget(wrapped_label(text))
    line.addLayout(lines, 1)
    return frame


def _plan(status: str) -> QLabel:
    if not status:
        return plain_label(_("None"), "muted")
    return badge(status, _PLAN_TONES.get(status, "info"))


def _disputes(count: int) -> QLabel:
    return badge(str(count), "warn") if count else plain_label("0", "amount")
