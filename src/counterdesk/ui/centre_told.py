"""Keeps the bar's word and the banner true to how things stand with the centre."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.widgets.banner import Answer
from counterdesk.ui.window_frame import WindowFrame


class CentreTold(QObject):
    """Shows the status while somebody is signed in."""

    place_asked = Signal(str)
    """Name of the place where more is told."""

    def __init__(self, jobs: Jobs, frame: WindowFrame, parent: QObject) -> None:
        """Make it, silent.

        Args:
            jobs: Their `centre` is what is shown.
            frame: Has the bar and the banner.
            parent: Owns it.
        """
        super().__init__(parent)
        self._jobs = jobs
        self._bar, self._banner = frame.top_bar, frame.sync_banner
        self._acts: int | None = None
        self._said: tuple[str, str, str] | None = None
        jobs.centre.changed.connect(self._show)
        self._bar.sync_asked.connect(self._ask_page)
        self._banner.chosen.connect(self._ask_page)

    def show_acts(self, acts: int) -> None:
        """Begin, or go on, with this many acts saved here."""
        self._acts = acts
        self._show()

    def forget(self) -> None:
        """Say nothing more: nobody is signed in."""
        self._acts = self._said = None
        self._banner.hide()

    @Slot()
    def _show(self) -> None:
        if self._acts is None:
            return
        from counterdesk.ui import standing_words, sync_words  # noqa: PLC0415 - start-up

        centre = self._jobs.centre
        self._bar.show_sync(
            *standing_words.sync_words(centre, self._acts, self._jobs.store.settings)
        )
        said = sync_words.banner(centre.status, centre.skew_ms) if centre.status else None
        if said != self._said:
            self._said = said
            self._show_banner(said)

    def _show_banner(self, said: tuple[str, str, str] | None) -> None:
        if said is None:
            self._banner.hide()
        else:
            self._banner.say(*said, Answer("open", _("What to do"), "Alt+W"))

    @Slot()
    def _ask_page(self) -> None:
        self.place_asked.emit("sync")
