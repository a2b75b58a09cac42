"""A statement of account: for which days, and on paper or as a file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.dates import months_later, read_date, write_date
from counterdesk.core.documents import Document
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.periods import Period
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.receipt_file import write_pdf
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_M, set_role
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import KeyButton, bind_key, key_button
from counterdesk.ui.widgets.labels import wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.consumer_sheet import ConsumerSheet

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MONTHS = (3, 6, 12)


class StatementDialog(QDialog):
    """Alt+1 to Alt+3 choose the usual days; Enter prints. Show it with `open()`."""

    def __init__(self, jobs: Jobs, sheet: ConsumerSheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._settings = jobs, jobs.store.settings
        self._account = sheet.view.account
        self._today = sheet.today
        self._first = named(QLineEdit(), "statementFirst")
        self._last = named(QLineEdit(), "statementLast")
        self._fields = {
            "statementFirst": Field(_("From"), self._first),
            "statementLast": Field(_("To"), self._last),
        }
        self._usual = QButtonGroup(self)
        self._error = wrapped_label(role="error", name="statementError")
        self._print = KeyButton(_("Print"), _("Enter"), "statementPrint", "primary")
        self._pdf = key_button(_("Save as PDF"), "Ctrl+S", "statementPdf", "")
        self._leave = KeyButton(_("Cancel"), _("Esc"), "statementCancel")
        self._build()
        self._connect()
        self._take_months(_MONTHS[0])

    def _build(self) -> None:
        title = _("Statement of account")
        self.setObjectName("statement")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        self.setMinimumWidth(FORM_WIDTH)
        for button in (self._print, self._pdf, self._leave):
            button.setAutoDefault(False)
        self._error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(wrapped_label(title, "h1"))
        who = f"{self._account.consumer_name} \u00b7 {self._account.account_number}"
        layout.addWidget(wrapped_label(who, name="statementWho"))
        layout.addLayout(row(*(self._choice(months) for months in _MONTHS), None))
        days = row(*self._fields.values(), spacing=SPACE_M)
        layout.addLayout(days)
        layout.addWidget(self._error)
        layout.addLayout(row(self._leave, None, self._pdf, self._print))

    def _choice(self, months: int) -> QPushButton:
        place = _MONTHS.index(months) + 1
        text = ngettext("{count} month", "{count} months", months).format(count=months)
        button = named(QPushButton(f"{text}  Alt+{place}"), f"statementMonths{months}")
        button.setAccessibleName(text)
        button.setCheckable(True)
        button.setAutoDefault(False)
        set_role(button, "choice")
        bind_key(button, f"Alt+{place}", self)
        self._usual.addButton(button, months)
        return button

    def _connect(self) -> None:
        self._usual.idClicked.connect(self._take_months)
        for edit in (self._first, self._last):
            edit.textEdited.connect(self._take_other_days)
        self._print.clicked.connect(self._print_it)
        self._pdf.clicked.connect(self._save_it)
        self._leave.clicked.connect(self.reject)

    @Slot(int)
    def _take_months(self, months: int) -> None:
        self._usual.button(months).setChecked(True)
        first = months_later(self._today, -months) + timedelta(1)
        self._first.setText(write_date(first, self._settings.locale))
        self._last.setText(write_date(self._today, self._settings.locale))
        self._clear_refusals()
        self._print.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _take_other_days(self) -> None:
        self._usual.setExclusive(False)
        for button in self._usual.buttons():
            button.setChecked(False)
        self._usual.setExclusive(True)
        self._clear_refusals()

    @Slot()
    def _print_it(self) -> None:
        period, who = self._period(), self._account.consumer_id
        if period is not None:
            self._jobs.write(
                self,
                lambda session: services.statements.print_statement(session, who, period),
                done=self._show_queued,
                failed=self._show_refusal,
            )

    def _show_queued(self, _document: Document) -> None:
        messages.toast(self.parent() or self, _("The statement is on its way to the printer."))
        self.accept()

    @Slot()
    def _save_it(self) -> None:
        period, who = self._period(), self._account.consumer_id
        if period is None:
            return
        name = f"{self._account.account_number} {period.last.isoformat()}.pdf"
        path = messages.save_as(self, _("Save as PDF"), name, "PDF (*.pdf)")
        if path:
            self._jobs.write(
                self,
                lambda session: services.statements.electronic_statement(session, who, period),
                done=lambda document: self._write(Path(path), document),
                failed=self._show_refusal,
            )

    def _write(self, path: Path, document: Document) -> None:
        page = self._settings.document_page
        self._jobs.read(
            self,
            lambda _read: write_pdf(path, document, page),
            self._show_saved,
            self._show_refusal,
        )

    def _show_saved(self, path: Path) -> None:
        messages.toast(self.parent() or self, _("Saved as {name}").format(name=path.name))
        self.accept()

    def _period(self) -> Period | None:
        try:
            return Period(*(self._day(name) for name in self._fields))
        except UserError as error:
            self._show_refusal(error)
            return None

    def _day(self, name: str) -> date:
        typed = self._first.text() if name == "statementFirst" else self._last.text()
        for known in (self._today, *(months_later(self._today, -each) + timedelta(1)
                                     for each in _MONTHS)):  # fmt: skip
            if typed == write_date(known, self._settings.locale):
                return known
        return read_date(typed, self._settings.locale, name)

    def _clear_refusals(self) -> None:
        self._error.hide()
        for field in self._fields.values():
            field.refuse("")

    def _show_refusal(self, error: UserError) -> None:
        field = self._fields.get(error.field)
        if field is not None:
            field.refuse(error.message)
            field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._error.setText(error.message)
            self._error.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Print with Enter, wherever the focus is but on another button."""
        if event.key() in _ENTER:
            focused = self.focusWidget()
            other = focused in (self._pdf, self._leave) or focused in self._usual.buttons()
            if not event.isAutoRepeat():
                (focused if other and isinstance(focused, QPushButton) else self._print).click()
            return
        super().keyPressEvent(event)
