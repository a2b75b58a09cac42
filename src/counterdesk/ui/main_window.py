"""The one window: where to go on the left, how things stand on top, one page in the middle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission
from counterdesk.ui import messages
from counterdesk.ui.alerts_told import AlertsTold
from counterdesk.ui.centre_told import CentreTold
from counterdesk.ui.dialogs.lock_screen import LockScreen
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.last_payment import LastPaymentTold
from counterdesk.ui.printing_told import PrintingTold
from counterdesk.ui.remembered import Remembered
from counterdesk.ui.theme import NARROWEST_WINDOW, apply_theme
from counterdesk.ui.widgets.idle import IdleWatch
from counterdesk.ui.widgets.rail import places
from counterdesk.ui.widgets.scanner import ScanFilter
from counterdesk.ui.window_frame import WindowFrame
from counterdesk.ui.window_pages import WindowPages

if TYPE_CHECKING:
    from counterdesk.services.handover import HandedOver
    from counterdesk.services.standing import Standing

_TOGETHER_MS = 150
"""Changes that come in a burst are read once."""


class MainWindow(QMainWindow):
    """Signs people in and out, goes to places, and says how the counter stands."""

    def __init__(self, jobs: Jobs, folder: Path | None = None) -> None:
        """Make the window; `begin` fills it once the jobs have a store.

        Args:
            jobs: Carries everything to the database.
            folder: Data folder, where the window remembers its place; None remembers nothing.
        """
        super().__init__()
        self.jobs = jobs
        self.frame = WindowFrame()
        self._remembered = Remembered(folder)
        self.pages = WindowPages(jobs, self.frame.pages, self._remembered, self)
        self._place = ""
        self._standing: Standing | None = None
        self._build()
        self._connect()

    def begin(self, actor: Actor | None = None) -> None:
        """Show whose till this is, and the sign-in page or the landing page."""
        given, counter = self.jobs.store.settings, self.jobs.store.counter
        self.frame.top_bar.show_office(given.utility_name, counter.name)
        self.setWindowTitle(f"{given.utility_name} \u00b7 {counter.name} \u00b7 CounterDesk")
        self._remembered.keep("language", given.language)
        if actor is None:
            self.show_signed_out()
        else:
            self.sign_in(actor)

    @Slot(object)
    def sign_in(self, actor: Actor) -> None:
        """Let a person work here from now on."""
        self.jobs.actor = actor
        self._show_person(actor)
        self._watch()
        self.go_to("dashboard")
        self._read_standing()
        self._last_payment.ask()
        self._printing.begin()
        self._alerts.look()

    @Slot(str)
    def go_to(self, name: str) -> None:
        """Go to a place of the rail, if the person may; a payment needs an open shift."""
        wanted = next(place for place in places() if place.name == name)
        if self.jobs.actor is None or not self.jobs.actor.may(wanted.permission):
            return
        if name == "payment" and (refusal := self._refuse_payment(self.jobs.actor)):
            messages.toast(self, refusal)
            name = "shift"
        _GO[name](self.pages)
        self._show_place(wanted.within or name)
        self._place = name

    @Slot(str)
    def _show_place(self, name: str) -> None:
        self._place = name
        self.frame.rail.show_place(name)

    def _refuse_payment(self, actor: Actor) -> str:
        if self._standing is None:
            return ""
        from counterdesk.ui import standing_words  # noqa: PLC0415 - start-up: babel's dates

        return standing_words.payment_refusal(self._standing.shift, actor)

    @Slot()
    def show_signed_out(self) -> None:
        """Show the sign-in page; nothing of the last person's work stays in the window."""
        self._idle.stop()
        self.jobs.actor = None
        self._standing = None
        self._show_person(None)
        self.frame.banner.hide()
        self._centre.forget()
        self._printing.forget()
        self._alerts.forget()
        self.frame.rail.show_place("")
        self.pages.go_sign_in()

    @Slot()
    def lock(self) -> None:
        """Cover the window; the visit stays as it is."""
        if self.jobs.actor is not None:
            self._scanner.enabled = False
            self._lock.lock(visit_open=self.pages.visit_open)

    @Slot(str)
    def _lock_out(self, why: str) -> None:
        """Cover the window of somebody who may not go on; another person takes the visit anew."""
        self._scanner.enabled = False
        self._lock.lock(visit_open=False, why=why)

    @Slot(object)
    def _welcome_back(self, actor: Actor) -> None:
        if actor != self.jobs.actor:  # another role by now
            self.jobs.actor = actor
            self._show_person(actor)
            self._alerts.look()
        self._watch()

    @Slot()
    def refresh(self) -> None:
        """Read everything in sight anew."""
        self._read_standing()
        self.pages.refresh()

    def _build(self) -> None:
        self.setObjectName("window")
        self.setWindowTitle(_("CounterDesk"))
        self.setMinimumSize(*NARROWEST_WINDOW)
        self.setCentralWidget(self.frame)
        self._remembered.restore(self)
        self._lock = LockScreen(self.jobs, self)
        self._idle = IdleWatch(self)
        self._scanner = ScanFilter(self)
        self._last_payment = LastPaymentTold(
            self.jobs, self.frame.banner, lambda: self.pages.visit_open, self
        )
        self._centre = CentreTold(self.jobs, self.frame, self)
        self._printing = PrintingTold(self.jobs, self.frame.print_banner, self)
        self._alerts = AlertsTold(self.jobs, self.frame.rail, self._remembered, self)
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._ways = [
            (place, self._action(place.text, place.key, _going(self, place.name)))
            for place in places()
        ]
        self._actions = [
            self._action(_("Refresh"), "F5", self.refresh),
            self._action(_("Open the drawer"), "Ctrl+O", self._open_drawer),
            self._action(_("Find a consumer"), "", _going(self, "consumer")),
            self._action("", "Ctrl+K", self._open_palette),  # nameless: it lists what has a name
        ]
        self._action(_("Help"), "F1", self._open_help)
        self._show_person(None)
        self.pages.go_sign_in()

    def _action(self, text: str, key: str, do: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(key)
        action.triggered.connect(do)
        self.addAction(action)
        return action

    def _connect(self) -> None:
        bar, rail, pages = self.frame.top_bar, self.frame.rail, self.pages
        bar.lock_asked.connect(self.lock)
        bar.sign_out_asked.connect(self._sign_out)
        bar.theme_chosen.connect(self._use_theme)
        rail.chosen.connect(self.go_to)
        rail.palette_asked.connect(self._open_palette)
        pages.wanted.connect(self.go_to)
        pages.came_to.connect(self._show_place)
        pages.visit_changed.connect(self._show_visit)
        pages.signed_in.connect(self.sign_in)
        pages.shift_opened.connect(self._begin_work)
        pages.handed_over.connect(self._change_person)
        pages.payment_taken.connect(self._last_payment.settle)
        self._idle.idle.connect(self.lock)
        self._lock.returned.connect(self._welcome_back)
        self._lock.left.connect(self.show_signed_out)
        self._scanner.scanned.connect(self._take_scan)
        self._last_payment.account_asked.connect(self._take_scan)
        self._soon.timeout.connect(self._read_standing)
        self.jobs.changed.connect(self._soon.start)
        self._centre.place_asked.connect(self.go_to)
        self._printing.jobs_asked.connect(lambda: self.go_to("print_jobs"))
        self.jobs.printing.changed.connect(self._soon.start)
        self.jobs.sign_in_ended.connect(self._lock_out)

    @Slot(bool)
    def _show_visit(self, visit_open: bool) -> None:
        self.frame.rail.show_visit(visit_open=visit_open)

    @Slot(object)
    def _change_person(self, given: HandedOver) -> None:
        self.pages.abandon_visit()
        self.show_signed_out()
        self.sign_in(given.receiver)
        self.go_to("shift")

    @Slot()
    def _watch(self) -> None:
        self._scanner.enabled = True
        self._idle.start(self.jobs.store.settings.idle_lock_seconds * 1000)

    @Slot(object)
    def _begin_work(self, _shift: object) -> None:
        self.jobs.read(self, services.standing.standing, self._show_and_take_payments)

    def _show_and_take_payments(self, standing: Standing) -> None:
        self._show_standing(standing)
        self.go_to("payment")

    @Slot(str)
    def _take_scan(self, code: str) -> None:
        self.go_to("payment")
        if self._place == "payment":
            self.pages.payment().scan(code)

    @Slot()
    def _sign_out(self) -> None:
        if not self._may_leave(_("A visit has begun and is not confirmed. Sign out and lose it?")):
            return
        self.pages.abandon_visit()
        self.jobs.write(self, services.people.sign_out)
        self.show_signed_out()

    def _may_leave(self, question: str) -> bool:
        return not self.pages.visit_open or messages.ask(
            self, question, _("Lose the visit"), danger=True
        )

    @Slot(str)
    def _use_theme(self, name: str) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, name)
        self._remembered.keep("theme", name)

    @Slot()
    def _open_palette(self) -> None:
        from counterdesk.ui.dialogs.palette import Palette, choices_of  # noqa: PLC0415 - start-up

        self._open(Palette(choices_of(self), self))

    @Slot()
    def _open_help(self) -> None:
        from counterdesk.ui.dialogs.help_dialog import HelpDialog  # noqa: PLC0415 - start-up

        self._open(HelpDialog(self))

    @Slot()
    def _open_drawer(self) -> None:
        actor = self.jobs.actor
        if actor is not None and actor.may(Permission.OPEN_DRAWER):
            from counterdesk.ui.dialogs.drawer_dialog import DrawerDialog  # noqa: PLC0415

            self._open(DrawerDialog(self.jobs, self))

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _show_person(self, actor: Actor | None) -> None:
        self.frame.rail.show_person(actor)
        self.frame.top_bar.show_person(actor)
        self._scanner.enabled = actor is not None
        for action in self._actions:
            action.setEnabled(actor is not None)
        for place, action in self._ways:  # Ctrl+K lists what leads somewhere
            action.setEnabled(actor is not None and actor.may(place.permission))

    @Slot()
    def _read_standing(self) -> None:
        if self.jobs.is_open and self.jobs.actor is not None:
            store = self.jobs.store
            self.jobs.read(self, services.standing.standing, self._show_standing)
            self.jobs.read(self, lambda _read: store.disk_state().warns, self._show_disk)

    def _show_disk(self, low: bool) -> None:
        self.frame.top_bar.show_disk(low=low and self.jobs.actor is not None)

    def _show_standing(self, standing: Standing) -> None:
        if self.jobs.actor is None:
            return
        from counterdesk.ui import standing_words  # noqa: PLC0415 - start-up: babel's dates

        self._standing = standing
        bar, given = self.frame.top_bar, self.jobs.store.settings
        self.jobs.printing.show_printers(standing.printers)
        words = self.jobs.printing.words
        bar.show_printer(*standing_words.printer_words(standing, words))
        bar.show_drawer(over=standing.over_ceiling)
        bar.show_shift(standing_words.shift_words(standing, given))
        self._centre.show_acts(standing.acts)

    def showEvent(self, event: QShowEvent) -> None:
        """Listen for scans and touches at the window's own surface, which exists from now on."""
        super().showEvent(event)
        for listener in (self._scanner, self._idle):
            self.windowHandle().removeEventFilter(listener)
            self.windowHandle().installEventFilter(listener)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Finish what is queued; a visit that is not confirmed is only left on purpose."""
        if not self._may_leave(_("A visit has begun and is not confirmed. Close and lose it?")):
            event.ignore()
            return
        self.pages.abandon_visit()
        self._idle.stop()
        self._remembered.keep_all(self)
        self.hide()  # what is in sight may still want to be noted, before the jobs end
        self.jobs.finish()
        super().closeEvent(event)


_GO: dict[str, Callable[[WindowPages], None]] = {
    "payment": WindowPages.go_payment,
    "consumer": WindowPages.go_consumer,
    "payments": WindowPages.go_payments,
    "credit_notes": WindowPages.go_credit_notes,
    "approvals": WindowPages.go_approvals,
    "shift": WindowPages.go_shift,
    "deposits": WindowPages.go_deposits,
    "dashboard": WindowPages.go_dashboard,
    "analytics": WindowPages.go_analytics,
    "sync": WindowPages.go_sync,
    "settings": WindowPages.go_settings,
    "printers": WindowPages.go_printers,
    "people": WindowPages.go_people,
    "alerts": WindowPages.go_alerts,
    "audit": WindowPages.go_audit,
    "print_jobs": WindowPages.go_print_jobs,
    "receipt_design": WindowPages.go_receipt_design,
}


def _going(window: MainWindow, name: str) -> Callable[..., None]:
    return lambda *_checked: window.go_to(name)
