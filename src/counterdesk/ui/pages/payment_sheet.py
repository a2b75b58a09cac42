"""The cards of a payment in two columns: what it was for, then whose it is and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings
from counterdesk.ui import payment_telling as telling
from counterdesk.ui.dialogs.dispute_opening import DISPUTE_KEY
from counterdesk.ui.pages import payment_cards
from counterdesk.ui.pages.dispute_block import disputes_of
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.boxes import card, row
from counterdesk.ui.widgets.changing import Changing
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.payment_details import PaymentDetails


class PaymentSheet(QScrollArea):
    """Shows all that is known of a payment; arrows roll it."""

    payment_asked = Signal(object)
    """Id of another payment that this one leads to: a `UUID`."""

    note_asked = Signal(object)
    """Id of a credit note of it: a `UUID`."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("paymentSheet")
        self.setAccessibleName(_("All that is known of the payment"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.consumer = key_button(_("Open consumer"), "Ctrl+U", "paymentConsumer")
        self.note = key_button(_("Open credit note"), "Ctrl+D", "paymentNote")
        self.ask = key_button(_("Ask the centre"), "Ctrl+I", "paymentAsk")
        self._for, self._with, self._credit = Changing(), Changing(), Changing()
        self._payer, self._facts, self._history = Changing(), Changing(), Changing()
        self._disputes = Changing()
        self._name = wrapped_label("", "h2", name="paymentConsumerName")
        self._notes = _card("paymentNotes", _("Credit notes"), self._credit, self.note)
        self._verified = wrapped_label(name="paymentVerification")
        self.verify = key_button(_("Verify"), "Ctrl+Y", "paymentVerify", "primary")
        self._online = self._verifying()
        self.close_dispute = key_button(_("Close dispute"), DISPUTE_KEY, "paymentCloseDispute", "")
        self._disputed = _card("paymentDisputes", _("Disputes"), self._disputes, self.close_dispute)
        self._inside = QWidget()
        self._inside.setObjectName("scrolled")
        columns = row(self._left(), self._right(), spacing=SPACE_M)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setStretch(0, 3)
        columns.setStretch(1, 2)
        self._inside.setLayout(columns)
        self.setWidget(self._inside)

    @property
    def buttons(self) -> tuple[KeyButton, ...]:
        """Those that stand beside what they are about, and do something about it."""
        return self.verify, self.ask, self.close_dispute

    def show_told(self, told: PaymentDetails, given: Settings) -> None:
        """Show a payment as it stands."""
        self._name.setText(telling.breakable(told.consumer_name))
        self._verified.setText(telling.breakable(telling.online_words(told, given)))
        self._online.setVisible(told.online)
        self._disputes.show_content(disputes_of(told.disputes, given))
        self._disputed.setVisible(bool(told.disputes))
        self._for.show_content(payment_cards.paid_for(told, given))
        self._with.show_content(payment_cards.paid_with(told, given, self.payment_asked.emit))
        self._credit.show_content(payment_cards.credit_of(told, given, self.note_asked.emit))
        self._payer.show_content(payment_cards.payer(told))
        self._facts.show_content(payment_cards.told_facts(telling.payment_facts(told, given)))
        self._history.show_content(payment_cards.history(told, given, self.payment_asked.emit))
        self._notes.setVisible(bool(notes_of(told)))
        self._inside.show()

    def show_nothing(self) -> None:
        """Be empty until a payment is shown, from its beginning on."""
        self._inside.hide()
        self.verticalScrollBar().setValue(0)

    def _verifying(self) -> QFrame:
        frame, inside = card("paymentOnline")
        inside.addWidget(plain_label(_("Verification"), "h2"))
        line = row(self._verified, self.verify, spacing=SPACE_M)
        line.setStretch(0, 1)
        inside.addLayout(line)
        return frame

    def _left(self) -> QVBoxLayout:
        return _column(
            self._online,
            self._disputed,
            _card("paymentFor", _("Paid for"), self._for, self.ask),
            _card("paymentWith", _("Paid with"), self._with),
            self._notes,
            _card("paymentHistory", _("What happened to it"), self._history),
        )

    def _right(self) -> QVBoxLayout:
        whose, inside = card("paymentPayer")
        inside.addWidget(self._name)
        inside.addWidget(self._payer)
        inside.addLayout(row(self.consumer, None))
        return _column(whose, _card("paymentFacts", _("Payment"), self._facts))


def notes_of(told: PaymentDetails) -> tuple[UUID, ...]:
    """Return the notes that a payment made and spent, in the order in which they are shown."""
    spent = (one.note_id for one in told.parts.tenders if one.note_id) if told.parts else ()
    return (*(one.id for one in told.notes), *spent)


def _card(name: str, title: str, content: Changing, *more: KeyButton) -> QFrame:
    frame, inside = card(name)
    inside.addLayout(row(plain_label(title, "h2"), None, *more))
    inside.addWidget(content)
    return frame


def _column(*cards: QFrame) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(SPACE_M)
    for one in cards:
        column.addWidget(one)
    column.addStretch(1)
    return column
