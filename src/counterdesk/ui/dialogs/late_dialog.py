"""A receipt that was written by hand: its number and date, and a supervisor's yes in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from counterdesk import services
from counterdesk.core.dates import read_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.field import Field

if TYPE_CHECKING:
    from counterdesk.core.visit import PaperReceipt
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session


class LateDialog(StepUpDialog):
    """Gives the `PaperReceipt` of one visit. Show it with `open()`."""

    def __init__(self, jobs: Jobs, draft: VisitDraft, parent: QWidget | None = None) -> None:
        """Make the dialog; `draft`: the visit as it is on Review, no other can use the yes."""
        self._request_id, result = draft.request_id, draft.result()
        self._paid_minor = result.tendered_minor - result.change_minor
        self._number = named(QLineEdit(maxLength=40), "paperNumber")
        self._date = named(QLineEdit(maxLength=40), "paperDate")
        self._places = {
            "paperNumber": Field(_("Number on the paper"), self._number),
            "paperDate": Field(_("Date on the paper"), self._date),
        }
        sentence = _(
            "{name} paid {amount} and was given a receipt by hand. It counts in today's shift; "
            "number and date of the paper are kept, and no paper is captured twice."
        ).format(name=_who(draft), amount=_amount(self._paid_minor, draft.settings))
        title = _("Receipt written by hand")
        super().__init__(jobs, title, sentence, _("Allow"), self._allow, parent)

    def _build(self, title: str, sentence: str) -> None:
        super()._build(title, sentence)
        self.setObjectName("lateDialog")
        self._layout.insertLayout(2, row(*self._places.values(), spacing=SPACE_M))

    def _connect(self) -> None:
        super()._connect()
        self._number.returnPressed.connect(self._date.setFocus)
        self._date.returnPressed.connect(self._form.begin)

    @Slot()
    def _prove(self) -> None:
        for field in self._places.values():
            field.refuse("")
        settings = self._jobs.store.settings
        try:
            self._written_on = read_date(self._date.text(), settings.locale, "paperDate")
        except UserError as error:
            self._show_wrong(error)
            return
        self._typed = self._number.text()
        login = self._form.login.text()
        self._form.prove(
            self._jobs,
            lambda session: services.people.begin_attempt(session, login),
            self._work,
            self._show_done,
            self._show_wrong,
        )

    def _allow(self, session: Session, attempt: Attempt, secret: str) -> PaperReceipt:
        return services.late_capture.allow_late(
            session, attempt, secret, self._request_id, self._typed, self._written_on,
            self._paid_minor,
        )  # fmt: skip

    def _show_wrong(self, error: UserError) -> None:
        """Show what is about the paper beside the paper."""
        field = self._places.get(error.field)
        if field is not None:
            self._form.forget()
            field.refuse(error.message)
            field.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the number."""
        super().showEvent(event)
        self._number.setFocus(Qt.FocusReason.OtherFocusReason)


def _who(draft: VisitDraft) -> str:
    """Return who pays: the payer's name, or the holders' with their accounts."""
    holders = (one.account for one in draft.accounts)
    named = ", ".join(f"{one.consumer_name} ({one.account_number})" for one in holders)
    return draft.paid_by.strip() or named


def _amount(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)
