"""Correcting a posted payment: what it should have been, why, and an administrator's yes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.undoing import Replacement, UndoAsked, UndoKind
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.changing import ScrolledChanging
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.correction_form import CorrectionForm
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.correctable import VisitToCorrect
    from counterdesk.services.corrections import Corrected
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CorrectionDialog(StepUpDialog):
    """Shows the visit as it was keyed, to be keyed anew. Show it with `open()`."""

    def __init__(
        self,
        jobs: Jobs,
        transaction_id: UUID,
        receipt_number: str,
        visit: VisitToCorrect,
        parent: QWidget | None = None,
    ) -> None:
        """Make the dialog.

        Args:
            jobs: Its actor is the cashier, whose drawer the difference goes through.
            transaction_id: The visit that is replaced.
            receipt_number: Its receipt.
            visit: As it was keyed.
            parent: The window that waits.
        """
        self._settings = jobs.store.settings
        self._asked = UndoAsked(uuid4(), UndoKind.CORRECTED, transaction_id)
        self._new = Replacement(
            uuid4(), (), (), channel=visit.channel, paid_by=visit.paid_by, notes=visit.notes
        )
        self._paid = CorrectionForm(self._settings, visit)
        self._scrolled = ScrolledChanging()
        self._why = named(ChoiceBox(), "undoReason")
        self._more = named(QLineEdit(maxLength=200), "undoRemarks")
        self._reason = Field(_("Reason"), self._why)
        self._wrong = wrapped_label("", "error", name="correctionRefused")
        sentence = _(
            "The whole visit is reversed and taken anew as it stands here, in today's shift. Only "
            "an administrator can allow it."
        )
        title = _("Correct receipt {number}").format(number=receipt_number)
        super().__init__(jobs, title, sentence, _("Correct"), self._do, parent)

    def _build(self, title: str, sentence: str) -> None:
        super()._build(title, sentence)
        self.setObjectName("correctionDialog")
        self.setMinimumWidth(FORM_WIDTH * 3 // 2)
        self.setMaximumHeight(self.screen().availableGeometry().height() - SPACE_XL)
        self._form.stand_side_by_side()
        self._layout.setSpacing(SPACE_S)
        self._layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        frame, inside = card("correctionCard")
        inside.addWidget(plain_label(_("What was paid"), "h2"))
        self._scrolled.show_content(self._paid)
        inside.addWidget(self._scrolled)
        self._layout.insertWidget(2, frame)
        remarks = Field(_("Remarks (optional)"), self._more)
        self._layout.insertLayout(3, row(self._reason, remarks, spacing=SPACE_M))
        self._layout.insertWidget(4, self._wrong)
        self._wrong.hide()
        self._fill()

    def _fill(self) -> None:
        self._why.addItems(list(self._settings.undo_reasons))
        self._why.setCurrentIndex(-1)
        self._why.setPlaceholderText(_("Choose why"))

    def _connect(self) -> None:
        super()._connect()
        self._more.returnPressed.connect(self._form.begin)
        self._paid.grown.connect(self._show_whole)
        for box in (*self._boxes, self._why):
            box.installEventFilter(self)

    @property
    def _boxes(self) -> list[ChoiceBox]:
        return [one.box for one in self._paid.tenders]

    @Slot()
    def _show_whole(self) -> None:
        """Give what was paid the room it needs, where there is room."""
        self._scrolled.updateGeometry()

    @Slot()
    def _prove(self) -> None:
        self._show_refusal("")
        self._reason.refuse("")
        if self._why.currentIndex() < 0:
            self._reason.refuse(_("Choose the reason."))
            self._why.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        try:
            self._read()
        except UserError as error:
            self._show_refusal(error.message)
            return
        login = self._form.login.text()
        self._form.prove(
            self._jobs,
            lambda session: services.people.begin_attempt(session, login),
            self._work,
            self._show_done,
            self._say_refusal,
        )

    def _read(self) -> None:
        self._new = self._paid.read(self._new)
        self._asked = replace(
            self._asked, reason=self._why.currentText(), remarks=self._more.text()
        )

    def _do(self, session: Session, attempt: Attempt, secret: str) -> Corrected:
        return services.corrections.correct_payment(
            session, attempt, secret, self._asked, self._new
        )

    def _say_refusal(self, error: UserError) -> None:
        """What is about the money stands above; what is about the person stands there."""
        if error.field not in {"login", "secret"}:
            self._form.forget()
            self._show_refusal(error.message)

    def _show_refusal(self, sentence: str) -> None:
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the method: it is what is keyed wrongly most."""
        super().showEvent(event)
        self._boxes[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Enter in a box go on to what is asked next."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _ENTER and isinstance(watched, ChoiceBox) and watched in self._boxes:
                self._go_on(self._boxes.index(watched))
                return True
            if event.key() in _ENTER and watched is self._why:
                self._form.begin()
                return True
        return super().eventFilter(watched, event)

    def _go_on(self, place: int) -> None:
        """Go to what the method wants to know, then to the next one, then to the reason."""
        following = [*self._boxes[place + 1 :], self._why]
        panel = self._paid.tenders[place].panel
        panel.begin()
        onward = panel.next_empty() or following[0]
        onward.setFocus(Qt.FocusReason.TabFocusReason)
        self._scrolled.ensureWidgetVisible(onward)
