"""What is listed, taken out of the window into a file: CSV, a workbook, or PDF.

A page calls `export_list` with what it lists; a bar at its foot says how far it is, and Esc on it
gives up. The window stays as it was meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import format_count
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.widgets.export_bar import ExportBar

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.core.listed import MakeWriter
    from counterdesk.services.list_export import Begun, Exported, Listing
    from counterdesk.store.session import ReadSession, Session

_ROWS_ON_A_SHEET: Final = 38
"""Of paper, where no text needs a second line."""


def export_list(page: QWidget, jobs: Jobs, listing: Listing, name: str) -> None:
    """Ask where to, and write a list into a file there.

    Args:
        page: Whose list it is; a bar stands at the foot of its layout meanwhile.
        jobs: Carries it.
        listing: What to write; see `services.list_export`.
        name: The file name that is proposed, without its ending: "payments".
    """
    kinds = f"{_('Excel workbook')} (*.xlsx);;CSV (*.csv);;PDF (*.pdf)"
    path = messages.save_as(page, _("Export"), f"{name}.xlsx", kinds)
    if path:
        target = Path(path)
        if target.suffix.lower() not in _MAKERS:
            target = target.with_name(f"{target.name}.xlsx")
        _Export(page, jobs, listing, target).begin()


class _Export(QObject):
    """One file on its way; lives until it is written, or nobody wants it any more.

    It outlives its page, which goes with whoever signs out: how it ended is recorded all the same.
    """

    def __init__(self, page: QWidget, jobs: Jobs, listing: Listing, path: Path) -> None:
        super().__init__(jobs)
        self._page = page
        page.destroyed.connect(self._give_up)
        self._jobs = jobs
        self._listing = listing
        self._path = path
        self._actor = jobs.actor
        self._locale = jobs.store.settings.locale
        self._wanted = True
        self._begun: Begun | None = None
        self._stop: Callable[[], None] | None = None
        self._bar = ExportBar(page)
        self._bar.cancelled.connect(self._give_up)

    def begin(self) -> None:
        """Let it be recorded; only then the first row is read."""
        self._show_progress(0, 0)
        listing, path = self._listing, self._path
        self._jobs.write(
            self,
            lambda session: services.list_export.begin_export(session, listing, path),
            self._write,
            self._show_refusal,
        )

    def _write(self, begun: Begun) -> None:
        self._begun = begun
        if not self._wanted:
            self._show_stopped()
            return
        listing, keep_room = self._listing, self._jobs.store.keep_room
        maker = _MAKERS[begun.path.suffix.lower()]

        def work(read: ReadSession, told: Callable[[int, int], None]) -> Exported:
            def looked(done: int, about: int) -> None:
                told(done, about)
                keep_room(begun.path.parent)

            return services.list_export.write_list(read, listing, begun.path, maker(), looked)

        self._stop = self._jobs.read_long(
            self, work, self._show_exported, self._show_failure,
            told=self._show_progress, given_up=self._show_stopped,
        )  # fmt: skip

    @Slot()
    def _give_up(self) -> None:
        self._wanted = False
        if self._stop is not None:
            self._stop()

    def _show_progress(self, done: int, about: int) -> None:
        if not self._wanted or not isValid(self._bar):
            return
        text = _("{file}: {rows} rows of about {all}") if about else _("{file}: {rows} rows")
        if about > _ROWS_ON_A_SHEET and self._path.suffix.lower() == ".pdf":
            text = _("{file}: {rows} rows of about {all}, on some {sheets} sheets of paper")
        words = text.format(
            file=self._path.name, rows=self._figure(done), all=self._figure(about),
            sheets=self._figure(-(-about // _ROWS_ON_A_SHEET)),
        )  # fmt: skip
        self._bar.show_progress(words, done, about)

    def _show_exported(self, exported: Exported) -> None:
        self._record(lambda session, begun: services.list_export.end_export(
            session, begun, exported
        ))  # fmt: skip
        text = ngettext("{rows} row is in {file}.", "{rows} rows are in {file}.", exported.rows)
        self._leave(text.format(rows=self._figure(exported.rows), file=exported.path.name))

    def _show_failure(self, error: UserError) -> None:
        self._note(error.message)
        self._show_refusal(error)

    def _show_stopped(self) -> None:
        if self._wanted and self._jobs.actor == self._actor:
            text = _("The data was renewed meanwhile, and {file} was not written. Try again.")
            self._show_failure(UserError(text.format(file=self._path.name)))
            return
        text = _("Cancelled: {file} was not written.").format(file=self._path.name)
        self._note(text)
        self._leave(text)

    def _note(self, reason: str) -> None:
        self._record(lambda session, begun: services.list_export.note_not_exported(
            session, begun, reason
        ))  # fmt: skip

    def _record(self, note: Callable[[Session, Begun], None]) -> None:
        if (begun := self._begun) is not None:
            self._jobs.write(self._jobs, lambda session: note(session, begun))

    def _show_refusal(self, error: UserError) -> None:
        if isValid(self._bar):
            self._bar.show_refusal(error.message)
        self.deleteLater()

    def _leave(self, sentence: str) -> None:
        if isValid(self._page):
            messages.toast(self._page, sentence)
            self._bar.leave()
        self.deleteLater()

    def _figure(self, number: int) -> str:
        return format_count(number, self._locale)


def _pdf() -> MakeWriter:
    from counterdesk.printing.list_pdf import PdfList  # noqa: PLC0415 - start-up: typefaces

    return PdfList


_MAKERS: Final[dict[str, Callable[[], MakeWriter]]] = {
    ".xlsx": lambda: services.list_xlsx.XlsxList,
    ".csv": lambda: services.list_csv.CsvList,
    ".pdf": _pdf,
}
