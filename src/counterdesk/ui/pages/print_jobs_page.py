"""The jobs of the printers: where each stands, in words, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabBar, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.ui import messages
from counterdesk.ui.dialogs.copy_printing import print_copy
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.receipt_file import save_job_as_pdf
from counterdesk.ui.tables.print_jobs_table import print_jobs_records, print_jobs_table
from counterdesk.ui.widgets.boxes import named, page_layout, row
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.print_list import PrintLine, PrintPage, WantedJobs
    from counterdesk.store.session import ReadSession, Session

_TOGETHER_MS = 200
"""Changes that come in a burst are read once."""

_FIRST_PAGE, _MOST_AT_ONCE = 100, 1_000


class PrintJobsPage(QWidget):
    """Lists; what nobody has begun can be moved, what is in doubt is answered for."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._asked = 0
        self._tabs = named(QTabBar(), "printTabs")
        self._records = print_jobs_records(jobs.store.settings)
        self.table = print_jobs_table(self._records)
        self._detail = wrapped_label(name="printDetail")
        self._target = named(ChoiceBox(), "printTarget")
        self._make_buttons()
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus on the list, at the newest."""
        self.table.scrollToTop()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_buttons(self) -> None:
        self._retry = key_button(_("Try again"), "Ctrl+T", "printRetry", "")
        self._move = key_button(_("Print there"), "Ctrl+M", "printMove", "")
        self._yes = key_button(_("It came out"), "Ctrl+Y", "printYes", "")
        self._no = key_button(_("It did not"), "Alt+R", "printNo", "")
        self._copy = key_button(_("Print a copy"), "Ctrl+P", "printCopy", "")
        self._pdf = key_button(_("Save as PDF"), "Ctrl+S", "printPdf", "")
        self._give_up = key_button(_("Do not print"), "Del", "printGiveUp", "")

    def _build(self) -> None:
        self.setObjectName("page")
        self._tabs.setAccessibleName(_("Which jobs"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        for text in (_("Everything"), _("Not out yet")):
            self._tabs.addTab(text)
        self._target.setAccessibleName(_("Another printer"))
        layout = page_layout(self)
        layout.addWidget(plain_label(_("Print jobs"), "h1"))
        layout.addLayout(row(self._tabs, None))
        layout.addWidget(self.table, 1)
        layout.addWidget(self._detail)
        buttons = (self._retry, self._target, self._move, self._yes, self._no, self._give_up)
        layout.addLayout(row(*buttons, None, self._pdf, self._copy))

    def _connect(self) -> None:
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.refresh)
        self._jobs.changed.connect(self._refresh_soon)
        self._jobs.printing.changed.connect(self._show_chosen)
        self._tabs.currentChanged.connect(self.refresh)
        self._records.more_wanted.connect(self._read_on)
        self.table.selectionModel().currentRowChanged.connect(self._show_chosen)
        self._retry.clicked.connect(self._jobs.printing.retry)
        self._move.clicked.connect(self._move_chosen)
        self._yes.clicked.connect(partial(self._answer, printed=True))
        self._no.clicked.connect(partial(self._answer, printed=False))
        self._copy.clicked.connect(self._copy_chosen)
        self._pdf.clicked.connect(self._save_chosen)
        self._give_up.clicked.connect(self._give_chosen_up)

    @Slot()
    def refresh(self) -> None:
        """Read the list anew."""
        if self._jobs.actor is None:
            return
        self._asked += 1
        most = min(max(_FIRST_PAGE, len(self._records.records)), _MOST_AT_ONCE)
        page = partial(_page, self._wanted(), None, most)
        self._jobs.read(self, page, partial(self._show_first, self._asked))

    @Slot()
    def _refresh_soon(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot(object)
    def _read_on(self, last: PrintLine) -> None:
        page = partial(_page, self._wanted(), last, _FIRST_PAGE)
        self._jobs.read(self, page, partial(self._show_more, self._asked))

    def _wanted(self) -> WantedJobs:
        return list(services.print_list.WantedJobs)[self._tabs.currentIndex()]

    def _show_first(self, asked: int, page: PrintPage) -> None:
        if asked != self._asked:
            return
        chosen = self._chosen()
        self._records.begin_with(page.lines, more=page.more)
        ids = [line.job_id for line in page.lines]
        place = ids.index(chosen.job_id) if chosen and chosen.job_id in ids else 0
        if ids:
            self.table.selectRow(place)
        self.table.say_when_empty(_empty(self._tabs.currentIndex()))
        self._show_chosen()

    def _show_more(self, asked: int, page: PrintPage) -> None:
        if asked == self._asked:
            self._records.add(page.lines, more=page.more)

    def _chosen(self) -> PrintLine | None:
        place = self.table.currentIndex().row()
        known = 0 <= place < len(self._records.records)
        return self._records.records[place] if known else None

    @Slot()
    def _show_chosen(self) -> None:
        """Say where the job stands, and offer what can be done with it and nothing else."""
        line, actor = self._chosen(), self._jobs.actor
        self._detail.setText(line.words if line else "")
        may = line is not None and actor is not None and actor.may(Permission.PRINT_RECEIPT)
        waits, doubtful = (may and line.untouched, may and line.doubtful) if line else (0, 0)
        others = self._jobs.printing.printers.others(line.printer_id) if line else ()
        self._target.clear()
        for one in others:
            self._target.addItem(one.name, one.printer_id)
        begun = bool(line and line.transaction_id and not line.untouched)
        for part, shown in (
            (self._retry, waits and bool(line and line.printer_id)),
            (self._target, waits and bool(others)),
            (self._move, waits and bool(others)),
            (self._give_up, waits),
            (self._yes, doubtful),
            (self._no, doubtful),
            (self._copy, may and begun and line is not None and line.state != "sending"),
            (self._pdf, line is not None),
        ):
            part.setVisible(bool(shown))

    @Slot()
    def _move_chosen(self) -> None:
        line, target = self._chosen(), self._target.currentData()
        if line is not None and target is not None:
            moves = services.print_moves
            self._do(lambda session: moves.move_print_job(session, line.job_id, target))

    @Slot()
    def _give_chosen_up(self) -> None:
        line = self._chosen()
        question = _("Never print this? The payment stays as it is.")
        if line is not None and messages.ask(self, question, _("Do not print"), danger=True):
            self._do(lambda session: services.print_moves.give_up_print_job(session, line.job_id))

    def _answer(self, *_checked: object, printed: bool) -> None:
        line = self._chosen()
        if line is not None:
            moves = services.print_moves
            self._do(lambda session: moves.answer_for_print(session, line.job_id, printed=printed))

    @Slot()
    def _copy_chosen(self) -> None:
        line = self._chosen()
        if line is not None and line.transaction_id is not None:
            print_copy(
                self, self._jobs, line.transaction_id, _("Asked for at the counter"),
                done=self._show_copy, failed=self._show_refusal,
            )  # fmt: skip

    def _show_copy(self, _copy: object) -> None:
        messages.toast(self, _("A copy is on its way to the printer."))

    @Slot()
    def _save_chosen(self) -> None:
        line = self._chosen()
        if line is not None:
            save_job_as_pdf(self, self._jobs, line, self._show_saved)

    def _show_saved(self, path: Path) -> None:
        messages.toast(self, _("Saved as {name}").format(name=path.name))

    def _do(self, work: Callable[[Session], object]) -> None:
        self._jobs.write(self, work, failed=self._show_refusal)

    def _show_refusal(self, error: UserError) -> None:
        messages.tell(self, error.message)

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()


def _page(wanted: WantedJobs, after: PrintLine | None, most: int, read: ReadSession) -> PrintPage:
    return services.print_list.print_page(read, wanted, after=after, most=most)


def _empty(tab: int) -> str:
    return (_("Nothing was printed here yet."), _("Nothing waits: everything came out."))[tab]
