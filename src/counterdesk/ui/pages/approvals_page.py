"""What waits for somebody's yes or no: for how long, and what whoever decides needs to see."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Permission
from counterdesk.core.settings import Settings
from counterdesk.ui import messages
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.approvals_table import age_words, approvals_model
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_M
from counterdesk.ui.widgets.boxes import card, named, page_layout, row
from counterdesk.ui.widgets.changing import Changing, facts
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.people import Attempt
    from counterdesk.services.waiting import Answer, Waiting
    from counterdesk.store.session import Session

_TOGETHER_MS = 200
"""Changes that come in a burst are read once."""


class ApprovalsPage(QWidget):
    """Arrows choose, Ctrl+Y says yes, Alt+R asks why not and says no."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._model = approvals_model(jobs.store.settings, jobs.store.clock)
        self.table = RecordTable("approvalsTable", _("What waits for approval"), self._model)
        self._facts = Changing()
        self._why = named(QLineEdit(maxLength=200), "approvalReason")
        self._reason = Field(_("Why not? Enter rejects it."), self._why)
        self._error = wrapped_label("", "error", name="approvalError")
        self._yes = key_button(_("Approve"), "Ctrl+Y", "approvalYes", "primary")
        self._no = key_button(_("Reject"), "Alt+R", "approvalNo", "")
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus on what has waited longest."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self.setObjectName("page")
        layout = page_layout(self)
        layout.addWidget(plain_label(_("Approvals"), "h1"))
        columns = row(self.table, spacing=SPACE_L)
        columns.setStretch(0, 1)
        columns.addWidget(self._build_side())
        layout.addLayout(columns, 1)

    def _build_side(self) -> QWidget:
        side, inside = card("approvalCard")
        side.setFixedWidth(FORM_WIDTH - SPACE_L * 2)
        inside.setSpacing(SPACE_M)
        inside.addWidget(self._facts)
        for part in (self._reason, self._error):
            inside.addWidget(part)
            part.hide()
        inside.addLayout(row(self._no, None, self._yes))
        self._side = side
        holder = QWidget()
        around = QVBoxLayout(holder)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(side)
        around.addStretch(1)
        return holder

    def _connect(self) -> None:
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.refresh)
        self._jobs.changed.connect(self._refresh_soon)
        self.table.selectionModel().currentRowChanged.connect(self._show_chosen)
        self._yes.clicked.connect(self._approve)
        self._no.clicked.connect(self._ask_why)
        self._why.returnPressed.connect(self._reject)

    @Slot()
    def refresh(self) -> None:
        """Read the list anew."""
        if self._jobs.actor is not None:
            self._jobs.read(self, services.waiting.what_waits, self._show_waiting)

    @Slot()
    def _refresh_soon(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _show_waiting(self, found: tuple[Waiting, ...]) -> None:
        chosen = self._chosen()
        self._model.show_records(found)
        ids = [one.id for one in self._model.records]
        place = ids.index(chosen.id) if chosen and chosen.id in ids else 0
        if ids:
            self.table.selectRow(place)
        self.table.say_when_empty(_("Nothing waits for approval."))
        self._show_chosen()

    def _chosen(self) -> Waiting | None:
        place = self.table.currentIndex().row()
        known = 0 <= place < len(self._model.records)
        return self._model.records[place] if known else None

    @Slot()
    def _show_chosen(self) -> None:
        one = self._chosen()
        self._side.setVisible(one is not None)
        self._reason.hide()
        self._error.hide()
        if one is not None:
            now = self._jobs.store.clock.now_utc()
            self._facts.show_content(_facts_of(one, self._jobs.store.settings, now))
        actor = self._jobs.actor
        asks = actor is not None and (
            actor.may(Permission.APPROVE_CREDIT) or actor.may(Permission.RAISE_CREDIT)
        )
        for button in (self._yes, self._no):
            button.setVisible(asks)

    @Slot()
    def _approve(self) -> None:
        self._answer(yes=True, reason="")

    @Slot()
    def _ask_why(self) -> None:
        self._why.clear()
        self._reason.refuse("")
        self._reason.show()
        self._why.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _reject(self) -> None:
        if not self._why.text().strip():
            self._reason.refuse(_("Give the reason."))
            return
        self._answer(yes=False, reason=self._why.text())

    def _answer(self, *, yes: bool, reason: str) -> None:
        one, actor = self._chosen(), self._jobs.actor
        if one is None or actor is None or self._yes.isHidden():
            return
        given = services.waiting.Answer(uuid4(), yes, reason)
        if actor.may(Permission.APPROVE_CREDIT) and actor.user_id != one.asked_by_id:
            self._jobs.write(
                self,
                lambda session: services.waiting.answer(session, one, given),
                done=lambda _done: self._show_done(one, given),
                failed=self._show_refusal,
            )
        else:
            self._ask_person(one, given)

    def _ask_person(self, one: Waiting, given: Answer) -> None:
        """Whoever is signed in may not decide this: somebody else does, with their own secret."""

        def work(session: Session, attempt: Attempt, secret: str) -> object:
            return services.waiting.answer_allowed(session, attempt, secret, one, given)

        word = _("Approve") if given.yes else _("Reject")
        age = age_words(one.since_utc, self._jobs.store.clock.now_utc())
        sentence = _("{number} of {name}: {reason}. It has waited {age}.").format(
            number=one.number, name=one.consumer_name, reason=one.reason, age=age
        )
        dialog = StepUpDialog(
            self._jobs, _("Supervisor's approval"), sentence, word, work, self,
            services.approvals.begin_approval,
        )  # fmt: skip
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_by_supervisor.connect(lambda _done: self._show_done(one, given))
        dialog.open()

    def _show_done(self, one: Waiting, given: Answer) -> None:
        text = _("{number} is approved.") if given.yes else _("{number} is rejected.")
        messages.toast(self, text.format(number=one.number))
        self.begin()
        self.refresh()

    def _show_refusal(self, error: UserError) -> None:
        self._error.setText(error.message)
        self._error.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the question with Esc."""
        if event.key() == Qt.Key.Key_Escape and not self._reason.isHidden():
            self._reason.hide()
            self.begin()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()


def _facts_of(one: Waiting, settings: Settings, now_utc: datetime) -> QWidget:
    amount = format_amount(one.amount_minor, settings.currency, settings.locale)
    return facts(
        (
            (_("Credit note"), one.number),
            (_("Consumer"), f"{one.consumer_name} · {one.account_number}"),
            (_("Amount"), amount),
            (_("Reason"), one.reason),
            (_("Asked by"), one.asked_by),
            (_("Waits"), age_words(one.since_utc, now_utc)),
            *one.facts,
        ),
        strong=_("Amount"),
    )
