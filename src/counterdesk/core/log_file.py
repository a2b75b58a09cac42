"""The log in the data folder: what the program did and where it failed, never whom it served."""

from __future__ import annotations

import logging
import traceback
from copy import copy
from pathlib import Path
from types import TracebackType

_LARGEST_BYTES = 1_000_000
_KEPT = 5


def start_log(folder: Path) -> logging.Handler:
    """Write the program's log into a data folder, and return what writes it."""
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415 - 7 ms of start-up

    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        logs / "counterdesk.log", maxBytes=_LARGEST_BYTES, backupCount=_KEPT, encoding="utf-8"
    )
    handler.setFormatter(_Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return handler


def stop_log(handler: logging.Handler) -> None:
    """Close the log."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def outline(error: BaseException) -> list[str]:
    """Return the kinds of failure and the places in the program, outermost first.

    Messages and values are left out: a database error's hold the parameters of its statement,
    which are people's names and numbers.
    """
    lines: list[str] = []
    link: BaseException | None = error
    while link is not None:
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}")
        lines += [
            f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(link.__traceback__)
        ]
        link = link.__cause__ or link.__context__
    return lines


class _Discreet(logging.Formatter):
    """Writes an exception as its outline."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one entry, whatever another handler made of its exception before."""
        fresh = copy(record)
        fresh.exc_text = None
        return super().format(fresh)

    def formatException(  # noqa: N802 - logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return the outline of what happened."""
        return "\n".join(outline(ei[1])) if ei[1] is not None else ""
