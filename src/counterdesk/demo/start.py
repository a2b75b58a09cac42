"""Starting the demo: in a window for a person, or alone for whoever has no display."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from counterdesk.core.clock import Clock, ShiftedClock
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.demo.centre import DemoCentre
from counterdesk.demo.desk import DemoDesk, demo_unlock, open_demo_desk
from counterdesk.demo.sample import DEMO_PASSWORD, sample_start_utc
from counterdesk.store.store import Store

_MANY = 50_000


def has_display() -> bool:
    """Tell whether a window can be shown to somebody."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def walk_alone(out: Path, folder: Path | None, consumers: int, payments: int = 0) -> int:
    """Take the sample payment without a display, say what came of it, return the exit code."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from counterdesk.demo.walk import walk  # noqa: PLC0415 - Qt asks for the platform only once

    failed = walk(out, folder, consumers, payments)
    if failed:
        print(_("The demo failed: {what}").format(what=failed), file=sys.stderr)
        return 1
    print(_("Every step held. Pictures, receipts and summary.json lie in {out}").format(out=out))
    return 0


def open_desk(folder: Path | None, consumers: int, payments: int = 0) -> int:
    """Open the window with Jane signed in and her shift open; return the exit code.

    Args:
        folder: Data folder; one that holds a demo already is opened as it was left.
            None takes one that is gone afterwards.
        consumers: How many invented ones stand beside John Doe.
        payments: How many are invented, of the last 13 months.
    """
    if folder is not None:
        return _open_in(folder, consumers, payments)
    with TemporaryDirectory() as passing:
        return _open_in(Path(passing) / "data", consumers, payments)


def _open_in(folder: Path, consumers: int, payments: int) -> int:
    from counterdesk import app  # noqa: PLC0415 - Qt, which the fill does not wait for

    print(_("Everyone's password here: {password}").format(password=DEMO_PASSWORD))
    centre = DemoCentre(folder, consumers, payments)
    try:
        if (folder / "ledger.db").exists():
            clock = ShiftedClock(_left_at_utc(folder))
            return app.run(folder, demo_unlock(), clock=clock, find_link=centre.find_link)
        clock = ShiftedClock(sample_start_utc())
        desk = _made(folder, clock, consumers, payments)
        desk.store.close()
        return app.run(
            folder, demo_unlock(), clock=clock, find_actor=lambda _store: desk.cashier,
            find_link=centre.find_link,
        )  # fmt: skip
    finally:
        centre.cut_off()


def _made(folder: Path, clock: Clock, consumers: int, payments: int) -> DemoDesk:
    """Make a new demo; one that somebody cancels with Ctrl+C leaves nothing behind."""
    was_there = folder.exists()
    progress = _tell if max(consumers, payments) >= _MANY else None
    try:
        return open_demo_desk(
            folder, demo_unlock(), clock, consumers=consumers, payments=payments,
            progress=progress, taken=_tell_taken if progress else None,
        )  # fmt: skip
    except KeyboardInterrupt:
        if not was_there:
            rmtree(folder, ignore_errors=True)
        raise


def _left_at_utc(folder: Path) -> datetime:
    """Return when the last thing was recorded there, so that the demo's time never goes back."""
    start = sample_start_utc()
    with suppress(UserError):  # what is wrong with the folder, the window tells
        store = Store.open(folder, demo_unlock(), ShiftedClock(start))
        try:
            with store.transaction() as session:
                start = max(start, session.head.recorded_at_utc)
        finally:
            store.close()
    return start


def _tell(written: int) -> None:
    _say(_("{count} consumers written").format(count=f"{written:,}"))


def _tell_taken(done: int, of: int) -> None:
    _say(_("{count} of {all} payments taken at this counter").format(count=done, all=of))


def _say(text: str) -> None:
    print(text, end="\r", flush=True)
