"""The quiet bar of the printers: a paper that needs somebody, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.printers import Printers
from counterdesk.ui import messages, print_words
from counterdesk.ui.dialogs.copy_printing import print_copy
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.receipt_file import save_job_as_pdf
from counterdesk.ui.widgets.banner import Answer, Banner

if TYPE_CHECKING:
    from counterdesk.services.print_list import PrintLine
    from counterdesk.store.session import ReadSession, Session

_PATIENCE_MS = 5_500
"""A little longer than the list's own patience: then what is still blocked is told."""


class PrintingTold(QWidget):
    """Looks after every change whether a paper needs somebody, and says so once."""

    jobs_asked = Signal()
    """Somebody wants to see all jobs."""

    def __init__(self, jobs: Jobs, banner: Banner, parent: QWidget) -> None:
        """Make it, silent and out of sight.

        Args:
            jobs: Carry questions and answers.
            banner: Where it is told.
            parent: The window.
        """
        super().__init__(parent)
        self.hide()
        self._jobs = jobs
        self._banner = banner
        self._told: PrintLine | None = None
        self._later: set[tuple[UUID, str]] = set()
        self._again = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._again.timeout.connect(self.look)
        banner.chosen.connect(self._act)
        jobs.changed.connect(self._look_soon)

    def begin(self) -> None:
        """Begin for whoever signed in: what was put off is told to them."""
        self._later.clear()
        self.look()

    def forget(self) -> None:
        """Say nothing more: nobody is signed in."""
        self._again.stop()
        self._told = None
        self._banner.hide()

    @Slot()
    def look(self) -> None:
        """Look whether a paper needs somebody now."""
        if self._jobs.actor is not None and self._jobs.actor.may(Permission.PRINT_RECEIPT):
            self._jobs.read(self, _look, self._show)

    @Slot()
    def _look_soon(self) -> None:
        if self._jobs.actor is not None:
            self.look()
            self._again.start()

    def _show(self, found: tuple[tuple[PrintLine, ...], Printers]) -> None:
        troubles, printers = found
        self._jobs.printing.show_printers(printers)
        open_ones = (one for one in troubles if (one.job_id, one.state) not in self._later)
        trouble = next(open_ones, None)
        if trouble == self._told or self._jobs.actor is None:
            return
        self._told = trouble
        if trouble is None:
            self._banner.hide()
        elif trouble.doubtful:
            self._ask_whether_it_printed(trouble)
        else:
            self._tell_blocked(trouble)

    def _ask_whether_it_printed(self, line: PrintLine) -> None:
        self._banner.say(
            "warn",
            print_words.job_name(line),
            print_words.doubt_question(line),
            Answer("yes", _("It came out"), "Ctrl+1"),
            Answer("no", _("No, print a copy"), "Ctrl+2"),
            Answer("later", _("Later"), "Ctrl+4"),
        )

    def _tell_blocked(self, line: PrintLine) -> None:
        others = self._jobs.printing.printers.others(line.printer_id)
        name = others[0].name if len(others) == 1 else ""
        text = _("Print on {name}").format(name=name) if name else _("Other printer")
        self._banner.say(
            "warn",
            print_words.job_name(line),
            line.words,
            Answer("retry", _("Try again"), "Ctrl+1"),
            *((Answer("move", text, "Ctrl+2"),) if others else ()),
            Answer("pdf", _("Save as PDF"), "Ctrl+3"),
            Answer("later", _("Later"), "Ctrl+4"),
        )

    @Slot(str)
    def _act(self, choice: str) -> None:
        told = self._told
        if told is None:
            return
        match choice:
            case "retry":
                self._jobs.printing.retry()
            case "move":
                self._move(told)
            case "pdf":
                save_job_as_pdf(self.window(), self._jobs, told, self._show_saved)
            case "yes" | "no":
                self._answer(told, printed=choice == "yes")
            case "later":
                self._put_off(told)

    def _put_off(self, line: PrintLine) -> None:
        self._later.add((line.job_id, line.state))
        self._told = None
        self._banner.hide()
        self.look()  # another one may need somebody, too

    def _move(self, line: PrintLine) -> None:
        others = self._jobs.printing.printers.others(line.printer_id)
        if len(others) != 1:
            self.jobs_asked.emit()
            return
        moves, target = services.print_moves, others[0].printer_id
        self._do(lambda session: moves.move_print_job(session, line.job_id, target))

    def _show_saved(self, path: Path) -> None:
        messages.toast(self.window(), _("Saved as {name}").format(name=path.name))

    def _answer(self, line: PrintLine, *, printed: bool) -> None:
        moves = services.print_moves
        self._do(
            lambda session: moves.answer_for_print(session, line.job_id, printed=printed),
            done=None if printed else partial(self._copy, line),
        )

    def _copy(self, line: PrintLine, _answered: object) -> None:
        if line.transaction_id is not None:
            reason = _("The first print did not come out")
            print_copy(
                self.window(), self._jobs, line.transaction_id, reason,
                done=self._show_copy, failed=self._show_refusal,
            )  # fmt: skip

    def _show_copy(self, _copy: object) -> None:
        messages.toast(self.window(), _("A copy is on its way to the printer."))

    def _do(
        self, work: Callable[[Session], object], done: Callable[[object], None] | None = None
    ) -> None:
        self._jobs.write(self, work, done=done, failed=self._show_refusal)

    def _show_refusal(self, error: UserError) -> None:
        messages.toast(self.window(), error.message)


def _look(read: ReadSession) -> tuple[tuple[PrintLine, ...], Printers]:
    return services.print_list.print_troubles(read), services.printers.counter_printers(read)
