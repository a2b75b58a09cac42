"""What nobody foresaw: a report file, a window that says so, and a controlled end.

The report names places in the program and kinds of failure, no messages and no values.
"""

from __future__ import annotations

import logging
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot, qVersion
from PySide6.QtWidgets import QApplication

from counterdesk import __version__
from counterdesk.core.i18n import _
from counterdesk.core.log_file import outline
from counterdesk.ui import messages

EXIT_CODE = 70
"""EX_SOFTWARE of sysexits.h: an internal error."""

_log = logging.getLogger(__name__)


class CrashWatch(QObject):
    """Takes over the hooks of the interpreter, for every thread."""

    _happened = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._ending = False
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Begin to watch."""
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.exit(1)
            return
        self._happened.emit(error.with_traceback(trace))

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._happened.emit(args.exc_value)

    @Slot(object)
    def _show(self, error: BaseException) -> None:
        path = _report_kept(self._folder, error)
        _log.error("unexpected %s, see %s", type(error).__name__, path.name if path else "above")
        if self._ending:
            return
        self._ending = True
        messages.tell(self, crash_sentence(path))
        QApplication.exit(EXIT_CODE)


def write_report(folder: Path, error: BaseException) -> Path:
    """Write where in the program it happened, and return the file's path."""
    now = datetime.now(UTC)
    reports = folder / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    path = reports / f"crash-{now:%Y%m%d-%H%M%S-%f}.txt"
    path.write_text("\n".join(_report(error, now)) + "\n", encoding="utf-8")
    return path


def crash_sentence(report: Path | None) -> str:
    """Return what the person is told; None where no report could be written."""
    told = _(
        "Something went wrong that should not happen, and CounterDesk closes now. What was "
        "confirmed is saved. Start it again: it will say what became of the last payment."
    )
    if report is None:
        return told
    where = _("A report without names or amounts lies in {path}").format(path=report)
    return f"{told}\n\n{where}"


def _report_kept(folder: Path, error: BaseException) -> Path | None:
    """Write the report where that can be done: a failure here would be a fault again, for ever."""
    try:
        return write_report(folder, error)
    except OSError:
        _log.error("no report could be written", exc_info=error)  # noqa: TRY400 - the fault itself
        return None


def _report(error: BaseException, now: datetime) -> list[str]:
    import platform  # noqa: PLC0415 - needed once in a long while

    return [
        f"CounterDesk {__version__}, {now.isoformat(timespec='seconds')}",
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}",
        "",
        *outline(error),
    ]
