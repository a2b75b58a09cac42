"""The shift: opened by its float, seen while it runs, counted and closed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.drawer import MoveKind, Pieces, move_word
from counterdesk.core.i18n import _
from counterdesk.ui import messages
from counterdesk.ui.dialogs.handover_dialog import HandoverDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.shift_counting import ShiftCounting
from counterdesk.ui.pages.shift_move import ShiftMove
from counterdesk.ui.pages.shift_opening import ShiftOpening
from counterdesk.ui.pages.shift_paper import ShiftPaper
from counterdesk.ui.pages.shift_result import ShiftResult
from counterdesk.ui.pages.shift_running import Running, ShiftRunning
from counterdesk.ui.widgets.boxes import page_layout
from counterdesk.ui.widgets.changing import Sides
from counterdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from counterdesk.services.drawer_moves import DrawerMoved
    from counterdesk.services.handover import HandedOver
    from counterdesk.services.shift_blockers import Blocker
    from counterdesk.services.shift_closing import ShiftClose, ShiftClosed
    from counterdesk.services.shift_counting import ShiftCounted
    from counterdesk.services.shift_reports import XReport
    from counterdesk.services.shifts import OpenShift
    from counterdesk.store.session import ReadSession


class ShiftPage(QWidget):
    """Open a shift, see how it stands, close it."""

    shift_opened = Signal(object)
    """An `OpenShift`."""

    shift_closed = Signal(object)
    """A `ShiftClosed`."""

    handed_over = Signal(object)
    """A `HandedOver`: its receiver works here from now on."""

    payment_asked = Signal()
    """A visit is on Review: somebody must go and finish it."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._runs: bool | None = None
        self._shift: OpenShift | None = None
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus where work begins; what is half done stays as it is."""
        if self._sides.shown in (self._opening, self._running):
            self._sides.shown.begin()

    def _build(self) -> None:
        self.title = plain_label(role="h1", name="shiftTitle")
        self._opening, self._running = ShiftOpening(self._jobs), ShiftRunning(self._jobs)
        self._move, self._counting = ShiftMove(self._jobs), ShiftCounting(self._jobs)
        self._result, self._paper = ShiftResult(self._jobs), ShiftPaper(self._jobs)
        self._sides = Sides(
            self._opening, self._running, self._move, self._counting, self._result, self._paper
        )
        layout = page_layout(self)
        layout.addWidget(self.title)
        layout.addWidget(self._sides, 1)

    def _connect(self) -> None:
        self._jobs.changed.connect(self._refresh_if_seen)
        self._opening.opened.connect(self._show_opened)
        self._running.count_asked.connect(self._count)
        self._running.move_asked.connect(self._ask_move)
        self._running.handover_asked.connect(self._count)
        self._running.x_asked.connect(self._make_x)
        self._running.undo_asked.connect(self._undo)
        self._running.fix_asked.connect(self._mend)
        self._move.moved.connect(self._show_moved)
        self._counting.counted.connect(self._show_counted)
        self._result.count_again.connect(self._count)
        self._result.closed.connect(self._show_closed)
        self._result.handover_asked.connect(self._hand_over)
        for side in (self._move, self._counting, self._paper):
            side.left.connect(self._go_back)

    @Slot()
    def refresh(self) -> None:
        """Read anew how the shift stands."""
        self._jobs.read(self, _running, self._show)

    @Slot()
    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def _show(self, running: Running | None) -> None:
        turned, self._runs = self._runs != (running is not None), running is not None
        self._shift = running.shift if running else None
        if running is not None:
            self._running.show_running(running)
        if turned and self._sides.shown is not self._paper:
            self._go_back()

    @Slot()
    def _go_back(self) -> None:
        """Show the form that belongs to how things are."""
        side = self._running if self._runs else self._opening
        self._show_title()
        self._sides.show_side(side)
        if self.isVisible():  # or a late answer takes the keys from another page
            side.begin()

    def _show_title(self, more: str = "") -> None:
        title = _("Open your shift")
        if self._shift is not None:
            title = _("Shift {number}").format(number=self._shift.number)
        self.title.setText(f"{title} \u00b7 {more}" if more else title)

    @Slot(object)
    def _show_opened(self, shift: OpenShift) -> None:
        messages.toast(self, _("Shift {number} is open.").format(number=shift.number))
        self.shift_opened.emit(shift)

    @Slot(str)
    def _ask_move(self, kind: str) -> None:
        self._show_title(move_word(kind))
        self._sides.show_side(self._move)
        self._move.begin(MoveKind(kind))

    @Slot(object)
    def _show_moved(self, moved: DrawerMoved) -> None:
        text = _("{what} {number} is saved; its voucher prints.")
        messages.toast(self, text.format(what=move_word(moved.kind), number=moved.number))
        self._go_back()
        self.refresh()

    @Slot(object)
    def _undo(self, move_id: UUID) -> None:
        question = _("Take this back? Both stay on record, and the drawer is as if it never was.")
        if messages.ask(self, question, _("Take back")):
            request_id, why = uuid4(), _("Written down wrongly")
            self._jobs.write(
                self,
                lambda s: services.drawer_moves.undo_move(s, request_id, move_id, why),
                done=self._show_moved,
            )

    @Slot()
    def _make_x(self) -> None:
        self._jobs.write(self, services.shift_reports.make_x_report, self._show_x)

    def _show_x(self, report: XReport) -> None:
        self._show_title(_("X report"))
        self._sides.show_side(self._paper)
        words = _("It prints now. The shift goes on; nothing was changed by it.")
        self._paper.show_paper(report.document, words)

    @Slot(object, str)
    def _mend(self, blocker: Blocker, way: str) -> None:
        visit, job = blocker.transaction_id, blocker.job_id
        if way == "payment":
            self.payment_asked.emit()
        elif way == "printed" and job is not None:
            self._jobs.write(
                self, lambda s: services.print_moves.answer_for_print(s, job, printed=True)
            )
        elif way == "copy" and visit is not None:
            why = _("The original did not come out")
            self._jobs.write(self, lambda s: services.reprints.reprint(s, visit, why))

    @Slot()
    def _count(self) -> None:
        self._show_title(_("Count"))
        self._sides.show_side(self._counting)
        self._counting.begin()

    @Slot(object)
    def _show_counted(self, counted: ShiftCounted) -> None:
        if self._shift is not None:
            self._show_title(_("Close"))
            self._sides.show_side(self._result)
            self._result.show_counted(counted, self._shift)

    @Slot(object)
    def _hand_over(self, asked: ShiftClose) -> None:
        self._jobs.read(
            self,
            lambda read: services.handover.cash_to_hand_over(read, asked.count_id),
            partial(self._ask_receiver, asked),
        )

    def _ask_receiver(self, asked: ShiftClose, pieces: Pieces) -> None:
        if self._shift is None:
            return
        dialog = HandoverDialog(self._jobs, self._shift.number, asked, pieces, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_by_supervisor.connect(self._show_handed_over)
        dialog.refused.connect(self._go_back)
        dialog.open()

    @Slot(object)
    def _show_handed_over(self, given: HandedOver) -> None:
        text = _("{name} has the drawer now; shift {number} is closed.")
        messages.toast(self, text.format(name=given.receiver.name, number=given.closed.number))
        self._jobs.back_up(self, f"{given.closed.closed_at_utc:%Y-%m-%dT%H%M%S}")
        self.handed_over.emit(given)

    @Slot(object)
    def _show_closed(self, closed: ShiftClosed) -> None:
        messages.toast(self, _("Shift {number} is closed.").format(number=closed.number))
        self._jobs.back_up(self, f"{closed.closed_at_utc:%Y-%m-%dT%H%M%S}")
        self._runs, self._shift = False, None
        self.title.setText(_("Shift {number} is closed").format(number=closed.number))
        self._sides.show_side(self._paper)
        self._paper.show_paper(
            closed.document, _("Its Z report prints now. Turn its money in: Shift+F7.")
        )
        self.shift_closed.emit(closed)

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew what changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()


def _running(read: ReadSession) -> Running | None:
    shift = services.shifts.current_shift(read)
    if shift is None:
        return None
    return Running(
        shift,
        services.shift_figures.drawer_now(read, shift),
        services.drawer_moves.shift_moves(read, shift.id),
        services.shift_blockers.close_blockers(read, shift),
    )
