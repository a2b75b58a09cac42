"""Raising a dispute of a payment, and closing one: what is known above, what is asked beneath."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import shorten
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.dates import write_date
from counterdesk.core.dispute_words import category_words, outcome_words
from counterdesk.core.disputes import Category, Dispute, Outcome
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.ui import dispute_telling as telling
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.payment_telling import breakable
from counterdesk.ui.theme import FORM_WIDTH, ROW_HEIGHT, SPACE_L, SPACE_M
from counterdesk.ui.widgets.boxes import card, row
from counterdesk.ui.widgets.changing import facts
from counterdesk.ui.widgets.dispute_form import DisputeForm
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.payment_details import PaymentDetails

_MOST_SAID = 160
"""All of it stands on the page behind the dialog, which must fit on a low screen."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _DisputeDialog(QDialog):
    """Enter does it once all is there, Esc leaves all as it was. Show it with `open()`."""

    def __init__(self, jobs: Jobs, form: DisputeForm, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._jobs, self._form = jobs, form
        self._request_id = uuid4()
        self._do = KeyButton(title, _("Enter"), "disputeDo", "primary")
        self._cancel = KeyButton(_("Cancel"), _("Esc"), "disputeCancel")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        self.setMinimumWidth(FORM_WIDTH + 2 * ROW_HEIGHT)
        for button in (self._do, self._cancel):
            button.setAutoDefault(False)
        form.changed.connect(self._show_valid)
        form.submitted.connect(self._do_it)
        self._do.clicked.connect(self._do_it)
        self._cancel.clicked.connect(self.reject)

    def _show_parts(self, told: Iterable[tuple[str, str]], strong: str, *words: QWidget) -> None:
        """Put what is known above the form."""
        frame, inside = card("disputeOf")
        inside.addWidget(facts(told, strong))
        for part in words:
            inside.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        layout.setSpacing(SPACE_M)
        layout.addWidget(wrapped_label(self.windowTitle(), "h1"))
        layout.addWidget(frame)
        layout.addWidget(self._form)
        layout.addLayout(row(self._cancel, None, self._do))

    @Slot()
    def _show_valid(self) -> None:
        self._do.setEnabled(self._form.valid)

    @Slot()
    def _do_it(self) -> None:
        if self._do.isEnabled() and self._form.valid:
            self._do.setEnabled(False)
            self._save()

    def _save(self) -> None:
        raise NotImplementedError

    def _show_done(self, said: str) -> None:
        self.accept()
        messages.toast(self.parentWidget() or self, said)

    def _show_refusal(self, error: UserError) -> None:
        self._form.refuse(error)
        self._show_valid()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with Enter from a choice, press a button with it; lines of text say it."""
        focused = self.focusWidget()
        if event.key() not in _ENTER:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            if isinstance(focused, KeyButton):
                focused.click()
            elif isinstance(focused, QComboBox):
                self._form.go_on()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with what is chosen."""
        super().showEvent(event)
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():  # a dialog asks only for the width
            self.resize(self.width(), layout.heightForWidth(self.width()))
        self._form.begin()
        self._show_valid()


class RaiseDispute(_DisputeDialog):
    """What the consumer says is wrong with a payment, of whatever status and counter."""

    def __init__(self, jobs: Jobs, payment: PaymentDetails, parent: QWidget | None = None) -> None:
        given = jobs.store.settings
        form = DisputeForm(
            "dispute", given, _("What is wrong"), _("What the consumer says"),
            payment.amount_minor,
        )  # fmt: skip
        form.offer(_("Choose what is wrong"), ((category_words(one), one) for one in Category))
        super().__init__(jobs, form, _("Raise dispute"), parent)
        self.setObjectName("disputeDialog")
        self._payment_id = payment.payment_id
        day = write_date(payment.business_date, given.locale)
        told = (
            (_("Consumer"), f"{payment.consumer_name} \u00b7 {payment.account_number}"),
            (_("Receipt"), f"{payment.receipt_number} \u00b7 {day}"),
            (_("Amount"), format_amount(payment.amount_minor, given.currency, given.locale)),
            (_("Method"), payment.method or _("Not told")),
        )
        self._show_parts(told, _("Amount"))

    def _save(self) -> None:
        raising, form = services.disputes, self._form
        request = raising.RaiseRequest(
            self._request_id, self._payment_id, Category(form.chosen), form.amount_minor,
            form.words,
        )  # fmt: skip
        self._jobs.write(
            self,
            lambda session: raising.raise_dispute(session, request),
            done=lambda dispute: self._show_done(telling.raised_said(dispute)),
            failed=self._show_refusal,
        )


class CloseDispute(_DisputeDialog):
    """How a dispute came out; a refund or a credit note that follows of it is an act of its own."""

    def __init__(self, jobs: Jobs, dispute: Dispute, parent: QWidget | None = None) -> None:
        given = jobs.store.settings
        form = DisputeForm("closing", given, _("How it came out"), _("Why"))
        form.offer(_("Choose how it came out"), ((outcome_words(one), one) for one in Outcome))
        super().__init__(jobs, form, _("Close dispute"), parent)
        self.setObjectName("closingDialog")
        self._dispute = dispute
        self._show_parts(
            telling.dispute_facts(dispute, given),
            _("Disputed"),
            _said(dispute.words),
            wrapped_label(breakable(telling.raised_words(dispute, given)), "muted"),
            wrapped_label(
                _("Closing moves no money: a refund or a credit note is made apart from it."),
                "muted",
            ),
        )

    def _save(self) -> None:
        closing, form = services.disputes, self._form
        request = closing.CloseRequest(
            self._request_id, self._dispute.id, Outcome(form.chosen), form.words
        )
        self._jobs.write(
            self,
            lambda session: closing.close_dispute(session, request),
            done=lambda dispute: self._show_done(telling.closed_said(dispute)),
            failed=self._show_refusal,
        )


def _said(words: str) -> QLabel:
    label = wrapped_label(name="closingSaid")
    label.setText(breakable(shorten(words, _MOST_SAID, placeholder=" \u2026")))
    return label
