"""The headless walk: the sample payment by key presses through the real window, looked at and kept.

Two visits, each at a new counter: change given, and change kept as credit. The first counter has
a centre, which is cut off and brought back afterwards.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from counterdesk.core.clock import ShiftedClock
from counterdesk.demo.centre import MOST_CONSUMERS, DemoCentre
from counterdesk.demo.desk import demo_unlock, open_demo_desk
from counterdesk.demo.invented import KNOWN_CLOSELY
from counterdesk.demo.sample import sample_start_utc
from counterdesk.demo.screen import StepFailed
from counterdesk.demo.walk_visit import Visit, Walked


def walk(
    out: Path, folder: Path | None = None, consumers: int = KNOWN_CLOSELY, payments: int = 0
) -> str:
    """Walk both visits and write pictures, receipts and `summary.json` into a folder.

    Args:
        out: Where they go; made if it is not there.
        folder: Data folder of the first visit, which stays; None walks in one that does not.
        consumers: How many invented ones stand beside John Doe in the first visit.
        payments: How many are invented there.

    Returns:
        What failed first, in words; "" if every step showed what it should.
    """
    kept_out = out / "change-kept"
    kept_out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as passing:
        data = folder or Path(passing) / "given"
        alone = bool(payments) or consumers > MOST_CONSUMERS
        centre = None if alone else DemoCentre(data, consumers)
        given = _walk_once(
            Walked("change given"), out, data, consumers=consumers, payments=payments, centre=centre
        )
        kept = _walk_once(
            Walked("change kept as credit", keep_change=True), kept_out, Path(passing) / "kept"
        )
    summary = {**_summary(given), "change_kept": _summary(kept)}
    text = json.dumps(summary, indent=2, ensure_ascii=False)
    (out / "summary.json").write_text(f"{text}\n", encoding="utf-8")
    return given.failed or kept.failed


def _summary(walked: Walked) -> dict[str, Any]:
    return {
        "walk": walked.name, "ok": not walked.failed, "failed": walked.failed or None,
        **walked.found, "steps": walked.steps,
    }  # fmt: skip


def _walk_once(
    walked: Walked,
    out: Path,
    folder: Path,
    consumers: int = KNOWN_CLOSELY,
    payments: int = 0,
    centre: DemoCentre | None = None,
) -> Walked:
    with ExitStack() as cleanup:
        clock = ShiftedClock(sample_start_utc())
        desk = open_demo_desk(folder, demo_unlock(), clock, consumers=consumers, payments=payments)
        cleanup.callback(desk.store.close)
        if centre is not None:
            cleanup.callback(centre.cut_off)
        try:
            Visit(desk, out, walked, cleanup, centre).go()
        except StepFailed as failure:
            walked.failed = f"{walked.name}, step {len(walked.steps) + 1}: {failure}"
    return walked
