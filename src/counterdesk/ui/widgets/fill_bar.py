"""How far a first fill is; out of sight while none goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar

from counterdesk.core.i18n import _

if TYPE_CHECKING:
    from counterdesk.sync.status import SyncStatus


class FillBar(QProgressBar):
    """Fills from the status that sync tells."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(_("Fetched from the centre"))
        self.setTextVisible(False)
        self.hide()

    def show_fill(self, status: SyncStatus | None) -> bool:
        """Show how far it is; tell whether one goes on."""
        goes_on = status is not None and status.state == "filling" and not status.reason
        self.setVisible(goes_on)
        if status is not None and goes_on:
            self.setRange(0, status.fill_total)  # 0 to 0 is a bar that only moves
            self.setValue(min(status.fill_done, status.fill_total))
        return goes_on
