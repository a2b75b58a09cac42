"""Sync beside the window: nobody waits for the network, nor for the library that speaks to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from counterdesk.core.errors import UserError

if TYPE_CHECKING:
    from counterdesk.store.store import Store
    from counterdesk.sync.link import Link
    from counterdesk.sync.worker import SyncWorker
    from counterdesk.ui.centre_line import CentreLine

FindLink = Callable[["Store"], "Link | None"]
"""Returns the way to a counter's centre, None where it has none; a `UserError` says why not."""


class Syncing:
    """Sync during one run of the program: finds the way to the centre, then works."""

    def __init__(self, store: Store, centre: CentreLine, find_link: FindLink | None = None) -> None:
        """Prepare it.

        Args:
            store: Open until after `stop`.
            centre: Told how things stand.
            find_link: By default the way that the enrolment left in the data folder.
        """
        self._store = store
        self._centre = centre
        self._find_link = find_link or kept_link
        self._worker: SyncWorker | None = None
        self._beginning = threading.Thread(target=self._begin, name="sync begins")

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._centre.expect_status()
        self._beginning.start()

    def stop(self) -> None:
        """End; what was not sent goes out after the next start."""
        self._beginning.join()
        self._centre.worker = None
        if self._worker is not None:
            self._worker.stop()

    def _begin(self) -> None:
        from counterdesk.sync.status import SyncState, SyncStatus  # noqa: PLC0415 - start-up

        try:
            link = self._find_link(self._store)
        except UserError as error:
            self._centre.tell(SyncStatus(SyncState.ALONE, reason=error.message))
            return
        if link is None:
            self._centre.tell(SyncStatus(SyncState.ALONE))
            return
        from counterdesk.sync.worker import SyncWorker  # noqa: PLC0415 - start-up

        self._worker = self._centre.worker = SyncWorker(self._store, link, self._centre.tell)
        self._worker.start()


def kept_link(store: Store) -> Link | None:
    """Return the way to the centre that the enrolment left; None where there was none.

    Raises:
        UserError: What it left cannot be read.
    """
    if not store.folder.link.exists():
        return None
    from counterdesk.sync.address import read_address  # noqa: PLC0415 - psycopg: 60 ms
    from counterdesk.sync.postgres_link import PostgresLink  # noqa: PLC0415

    def conninfo() -> str:
        address = read_address(store.folder, store.data_key)  # anew: the centre may have moved
        assert address is not None  # noqa: S101 - the file was there
        return address.conninfo(store.folder)

    conninfo()
    return PostgresLink(conninfo)
