"""The composition root of the window: builds everything, knows everyone, decides nothing."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget  # noqa: TID251 - makes the one application

from counterdesk.app.printing import Printing
from counterdesk.app.syncing import FindLink, Syncing
from counterdesk.app.workers import start_mailing
from counterdesk.core.clock import Clock, SystemClock
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, use_language
from counterdesk.core.log_file import start_log, stop_log
from counterdesk.core.permissions import Actor
from counterdesk.ui.crash import CrashWatch
from counterdesk.ui.dialogs.start_notice import PassphraseWindow, StartNotice, not_set_up
from counterdesk.ui.garbage import GuiGarbage, spare_what_stands
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from counterdesk.ui.remembered import Remembered
from counterdesk.ui.theme import apply_theme

if TYPE_CHECKING:
    import logging

    from counterdesk.printing.mail_worker import MailWorker
    from counterdesk.store.store import Store
    from counterdesk.store.unlock import KeySource

EXIT_REFUSED = 2
"""Exit code when the till could not be opened and the person was told why."""


def run(
    folder: Path,
    unlock: KeySource | None = None,
    *,
    clock: Clock | None = None,
    find_actor: Callable[[Store], Actor] | None = None,
    find_link: FindLink | None = None,
) -> int:
    """Open the till's window and serve until it is closed.

    Args:
        folder: The data folder.
        unlock: Opens the key file; None asks the keyring, or the person for the passphrase.
        clock: Another clock than the machine's, for the demo.
        find_actor: Who is signed in from the start, for the demo.
        find_link: The way to the centre; by default the one that the enrolment left.

    Returns:
        The exit code: 0, `EXIT_REFUSED`, or `crash.EXIT_CODE`.
    """
    app = application(folder)
    if not _holds_counter(folder):
        return _show_alone(not_set_up(folder))
    crash, garbage = CrashWatch(folder), GuiGarbage()
    crash.install()
    till = Till(folder, clock or SystemClock(), find_actor, find_link)
    try:
        till.start(unlock)
        return app.exec()
    finally:
        till.stop()
        crash.uninstall()
        garbage.give_back()


def application(folder: Path | None = None) -> QApplication:
    """Return the one application, in the colours and the language used last."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("CounterDesk")
    remembered = Remembered(folder)
    use_language(remembered.language())
    apply_theme(app, remembered.theme())
    return app


def build_window(
    store: Store, actor: Actor | None = None, folder: Path | None = None
) -> MainWindow:
    """Return the window over an open store; the caller shows and closes it.

    Args:
        store: Open; the caller closes it after the window.
        actor: Who is signed in from the start; None shows the sign-in page.
        folder: Where the window remembers its place; None remembers nothing.
    """
    window = MainWindow(Jobs(store), folder)
    window.begin(actor)
    return window


class Till(QObject):
    """One run of the program: the window at once, the store from a thread, both ended in order."""

    _opened = Signal(object, object)
    _refused = Signal(object)

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        find_actor: Callable[[Store], Actor] | None = None,
        find_link: FindLink | None = None,
    ) -> None:
        super().__init__()
        self._folder = folder
        self._clock = clock
        self._find_actor = find_actor
        self._find_link = find_link
        self._store: Store | None = None
        self._workers: list[Printing | MailWorker | Syncing] = []
        self._opening: threading.Thread | None = None
        self._alone: QWidget | None = None
        self._log: logging.Handler | None = None
        self.jobs = Jobs()
        self.window = MainWindow(self.jobs, folder)
        self._opened.connect(self._begin, Qt.ConnectionType.QueuedConnection)
        self._refused.connect(self._show_refusal, Qt.ConnectionType.QueuedConnection)

    def start(self, unlock: KeySource | None = None) -> None:
        """Show the window, or ask for the passphrase first."""
        if unlock is None and _is_sealed_by_passphrase(self._folder):
            asking = PassphraseWindow()
            asking.entered.connect(self._try_passphrase)
            asking.show()
            self._alone = asking
            return
        self.window.show()
        # After the first picture: the thread's imports would hold it up.
        QTimer.singleShot(0, self, lambda: self._open_with(lambda: unlock or _keyring()))

    def stop(self) -> None:
        """End in order: what is queued, the workers of printers, mail and sync, the store."""
        if self._opening is not None:
            self._opening.join()
        self.jobs.finish()
        for worker in self._workers:
            worker.stop()
        if self._store is not None:
            self._store.close()
        if self._log is not None:
            stop_log(self._log)

    @Slot(str)
    def _try_passphrase(self, typed: str) -> None:
        self._open_with(lambda: _passphrase(typed))

    def _open_with(self, unlock: Callable[[], KeySource]) -> None:
        self._opening = threading.Thread(target=self._open, args=(unlock,), name="opening")
        self._opening.start()

    def _open(self, unlock: Callable[[], KeySource]) -> None:
        if self._log is None:
            with suppress(OSError):  # a folder that takes no files is refused in words below
                self._log = start_log(self._folder)
        # On a thread, because SQLAlchemy and the checks of the ledger take half a second.
        from counterdesk.services import print_jobs  # noqa: PLC0415
        from counterdesk.store.store import Store  # noqa: PLC0415

        try:
            self._store = store = Store.open(self._folder, unlock(), self._clock)
        except UserError as error:
            self._refused.emit(error)
            return
        store.write(print_jobs.recover_print_jobs).result()
        self._opened.emit(store, self._find_actor(store) if self._find_actor else None)

    @Slot(object, object)
    def _begin(self, store: Store, actor: Actor | None) -> None:
        self._close_alone()
        self.jobs.open(store)
        self.window.begin(actor)
        self.window.show()
        printing = Printing(store, self.jobs.printing.tell)
        printing.start()
        self.jobs.printing.worker = printing
        self._workers += filter(None, (printing, start_mailing(store)))
        QTimer.singleShot(0, self, self._warm_up)

    @Slot()
    def _warm_up(self) -> None:
        self.window.pages.warm_up()
        spare_what_stands()
        self._keep_own_lines(more=True)
        if self._store is not None:
            syncing = Syncing(self._store, self.jobs.centre, self._find_link)
            self._workers.append(syncing)
            syncing.start()

    def _keep_own_lines(self, more: bool) -> None:  # noqa: FBT001 - what `keep_ready` answered
        """Read a counter's years of payments: a second, in parts that hold nobody up."""
        from counterdesk.services.own_lines_kept import keep_ready  # noqa: PLC0415 - start-up

        if more:
            self.jobs.read(self, keep_ready, self._keep_own_lines)

    @Slot(object)
    def _show_refusal(self, error: UserError) -> None:
        if isinstance(self._alone, PassphraseWindow):
            self._alone.refuse(error.message)
            return
        self.window.hide()
        self._alone = StartNotice(_("The till does not open"), error.message)
        self._alone.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._alone.destroyed.connect(lambda: QApplication.exit(EXIT_REFUSED))
        self._alone.show()

    def _close_alone(self) -> None:
        if self._alone is not None:
            self._alone.hide()
            self._alone.deleteLater()
            self._alone = None


def _show_alone(window: QWidget) -> int:
    window.show()
    QApplication.exec()
    return EXIT_REFUSED


def _holds_counter(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("ledger.db", "journal.cdj"))


def _is_sealed_by_passphrase(folder: Path) -> bool:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return bool(
            json.loads((folder / "counter.key").read_bytes())["unlock"]["kind"] == "passphrase"
        )
    return False  # what is wrong with the file is told when it is opened


def _keyring() -> KeySource:
    from counterdesk.store.unlock import KeyringUnlock  # noqa: PLC0415 - start-up

    return KeyringUnlock()


def _passphrase(typed: str) -> KeySource:
    from counterdesk.store.unlock import PassphraseUnlock  # noqa: PLC0415 - start-up

    return PassphraseUnlock(typed)
