"""The demo's centre: it starts beside the window, and the window does not wait for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.demo.desk import town

if TYPE_CHECKING:
    from counterdesk.store.store import Store
    from counterdesk.sync.centre.trial import KeptPayment, TrialCentre
    from counterdesk.sync.link import Link

MOST_CONSUMERS = 50_000
"""Beyond this the centre would take longer to fill than anybody watches."""


class DemoCentre:
    """The centre of one demo. Everything is loaded when it is first started."""

    def __init__(self, folder: Path, consumers: int, payments: int = 0) -> None:
        """Start nothing yet.

        Args:
            folder: The demo's data folder.
            consumers: How many invented ones the counter knows.
            payments: How many invented ones it was told of, which no centre has.
        """
        self._folder = folder / "centre"
        self._consumers = consumers
        self._payments = payments
        self._centre: TrialCentre | None = None

    def find_link(self, store: Store) -> Link:
        """Start it and return the counter's way to it; called beside the window.

        Raises:
            UserError: It does not run on this machine, or the town is too large.
        """
        if self._payments:
            raise UserError(_("With invented payments the demo works without its centre."))
        if self._consumers > MOST_CONSUMERS:
            raise UserError(
                _("With more than {count} consumers the demo works without its centre.").format(
                    count=f"{MOST_CONSUMERS:,}"
                )
            )
        from counterdesk.sync.centre.trial import TrialCentre  # noqa: PLC0415 - psycopg: 60 ms

        self._centre = TrialCentre(self._folder)
        self._centre.start()
        return self._centre.link_for(store, town(self._consumers))

    def cut_off(self) -> None:
        """Stop it, if it runs: as a network does that breaks."""
        if self._centre is not None:
            self._centre.stop()

    def bring_back(self) -> None:
        """Start it again."""
        if self._centre is not None:
            self._centre.start()

    def payments(self) -> tuple[KeptPayment, ...]:
        """Return the payments that it keeps; none where it never started."""
        return self._centre.payments() if self._centre is not None else ()
