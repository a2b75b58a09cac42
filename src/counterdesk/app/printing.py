"""The printers' workers during one run of the program: one for each that is set up now."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from counterdesk.app.workers import state_noter, taker
from counterdesk.core.errors import UserError
from counterdesk.core.printers import PrinterSetting

if TYPE_CHECKING:
    from counterdesk.printing.discovery import FoundPrinter
    from counterdesk.printing.printer import Printer
    from counterdesk.printing.worker import Post, PrintWorker
    from counterdesk.store.store import Store

_log = logging.getLogger(__name__)


class Printing:
    """Keeps a worker at every printer; printers may come, go and change meanwhile.

    Args:
        store: Open until after `stop`.
        tell: Hears from a worker's thread what is to be known of a printer, "" while nothing is.
    """

    def __init__(self, store: Store, tell: Callable[[UUID, str], None] | None = None) -> None:
        self._store = store
        self._tell = tell or (lambda _printer_id, _words: None)
        self._workers: dict[UUID, tuple[PrinterSetting, PrintWorker]] = {}
        self._committed = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="printers")

    def start(self) -> None:
        """Begin, on a thread of its own: nobody waits for a printer."""
        self._store.on_commit.append(self._wake)
        self._thread.start()

    def stop(self) -> None:
        """Finish the jobs in hand; what waits stays queued."""
        self._stopping.set()
        self._committed.set()
        self._thread.join()
        self._store.on_commit.remove(self._wake)
        for _setting, worker in self._workers.values():
            worker.stop()

    def retry(self) -> None:
        """Try every blocked printer again at once: a person says that it is mended."""
        for _setting, worker in tuple(self._workers.values()):
            worker.hurry()

    def discover(self, found: Callable[[tuple[FoundPrinter, ...]], None]) -> None:
        """Look for printers of this machine; `found` hears of them from another thread."""
        from counterdesk.printing.discovery import discover  # noqa: PLC0415 - start-up

        threading.Thread(
            target=lambda: found(discover()), name="looking for printers", daemon=True
        ).start()

    def _wake(self) -> None:
        for _setting, worker in tuple(self._workers.values()):
            worker.wake()
        self._committed.set()

    def _follow(self) -> None:
        while not self._stopping.is_set():
            self._committed.clear()
            try:
                self._arrange()
            except Exception:  # noqa: BLE001 - the thread outlives what it cannot mend
                _log.exception("the printers cannot be read")
            self._committed.wait()

    def _arrange(self) -> None:
        """Let every printer that is set up have a worker that knows how it is set up."""
        from counterdesk.services.printers import counter_printers  # noqa: PLC0415 - start-up

        wanted = {one.printer_id: one for one in self._store.read(counter_printers).result().all}
        for printer_id, (setting, worker) in tuple(self._workers.items()):
            if wanted.get(printer_id) != setting:
                worker.stop()
                del self._workers[printer_id]
        for printer_id, setting in wanted.items():
            if printer_id not in self._workers:
                self._begin(setting)

    def _begin(self, setting: PrinterSetting) -> None:
        from counterdesk.printing.families import profile_of  # noqa: PLC0415 - start-up
        from counterdesk.printing.transports import printer_from  # noqa: PLC0415
        from counterdesk.printing.worker import PrintWorker  # noqa: PLC0415

        try:
            printer: Printer = printer_from(setting)
        except UserError as refusal:  # kept by an older version: its jobs wait
            self._tell(setting.printer_id, refusal.message)
            return
        post = self._post(setting.printer_id)
        worker = PrintWorker(post, printer, profile_of(setting), setting.drawer_pin)
        self._workers[setting.printer_id] = (setting, worker)
        worker.start()

    def _post(self, printer_id: UUID) -> Post:
        from counterdesk.printing.worker import Post  # noqa: PLC0415 - start-up
        from counterdesk.services import drawer, print_jobs  # noqa: PLC0415

        store = self._store

        return Post(
            taker(
                store,
                lambda read: print_jobs.something_waits(read, printer_id),
                lambda session: print_jobs.next_print_job(session, printer_id),
            ),
            state_noter(store),
            taker(
                store,
                lambda read: drawer.drawer_asked(read, printer_id),
                lambda session: drawer.take_drawer(session, printer_id),
            ),
            partial(self._tell, printer_id),
        )
