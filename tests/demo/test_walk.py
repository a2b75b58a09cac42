"""The sample payment as a stranger sees it: by keys, through the real window, kept as pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from counterdesk.demo import walk as walking
from counterdesk.demo.sample import sample
from counterdesk.ui.theme import THEMES

STEPS = ["01-idle", "02-charges", "03-tender", "04-cash", "05-review", "06-receipt", "07-dashboard"]
AWAY = ["08-sync", "09-offline", "10-offline-payment", "11-waiting", "12-acknowledged"]


@pytest.fixture(scope="module")
def walked(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One walk of both visits, looked at by every test here."""
    out = tmp_path_factory.mktemp("walk")
    assert walking.walk(out) == ""
    return out


@pytest.fixture
def summary(walked: Path) -> Any:
    return json.loads((walked / "summary.json").read_text("utf-8"))


@pytest.mark.req("PAY-6")
@pytest.mark.req("PAY-13")
def test_the_sample_payment_takes_twelve_keys_and_gives_the_sample_s_change(summary: Any) -> None:
    facts = sample()["visit"]
    assert summary["ok"]
    assert summary["keys_pressed"] == 12
    for name in ("change", "paid", "received", "outstanding_before", "outstanding_after"):
        assert summary[name] == facts[name]
    assert summary["credit_note"] is None
    assert summary["verify"] == "clean"


@pytest.mark.req("NUM-1")
def test_the_sample_s_own_numbers_come_out(summary: Any) -> None:
    for name in ("payment_number", "transaction_number", "receipt_number"):
        assert summary[name] == sample()["visit"][name]
        assert summary["change_kept"][name] == sample()["visit"][name]
    assert summary["receipt_code_names"] == summary["receipt_number"]


@pytest.mark.req("SYNC-1")
@pytest.mark.req("SYNC-3")
def test_a_payment_taken_without_the_centre_is_there_once_when_it_is_back(summary: Any) -> None:
    centre = summary["centre"]
    assert centre["acknowledged"]
    assert centre["payments_at_centre"] == 2
    assert centre["total_at_centre_minor"] == 14_550 + 15_225
    assert centre["offline_payment"] == "PAY-2025-004522"
    assert "centre" not in summary["change_kept"]


@pytest.mark.req("CN-2")
def test_change_kept_as_credit_is_a_credit_note_of_the_same_amount(summary: Any) -> None:
    kept = summary["change_kept"]
    assert kept["ok"]
    assert (kept["change"], kept["credit"]) == ("0.00", "4.50")
    assert kept["credit_note"] == sample()["visit"]["credit_note_number"]
    assert kept["outstanding_after"] == "454.75"
    assert kept["keys_pressed"] == 13


@pytest.mark.req("USE-1")
def test_every_step_is_kept_as_a_picture_in_light_and_in_dark(walked: Path, summary: Any) -> None:
    assert summary["steps"] == STEPS + AWAY
    assert summary["change_kept"]["steps"] == STEPS
    for folder, steps in ((walked, STEPS + AWAY), (walked / "change-kept", STEPS)):
        for step in steps:
            for theme, suffix in (("light", ""), ("dark", "-dark")):
                picture = QImage(str(folder / f"{step}{suffix}.png"))
                corner = picture.pixelColor(picture.width() - 3, picture.height() - 3).name()
                assert corner == THEMES[theme].background.lower()


@pytest.mark.req("RCT-6")
def test_the_receipt_is_kept_as_the_printer_got_it_and_as_pdf(walked: Path) -> None:
    assert (walked / "receipt.pdf").read_bytes().startswith(b"%PDF-")
    paper = (walked / "receipt.bin").read_bytes()
    for words in (b"R-5001", b"INV-2025-001234", b"145.50", b"4.50", b"454.75"):
        assert words in paper


def test_a_step_that_shows_something_else_ends_the_walk_and_is_named(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {**sample(), "visit": {**sample()["visit"], "paid": "145.51"}}
    monkeypatch.setattr("counterdesk.demo.walk_visit.sample", lambda: wrong)
    monkeypatch.setattr("counterdesk.demo.screen.PATIENCE_SECONDS", 0.3)
    failed = walking.walk(tmp_path)
    assert "change given, step 2" in failed
    assert "145.51" in failed
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert not summary["ok"]
    assert summary["steps"] == ["01-idle"]


def test_a_machine_on_which_postgresql_does_not_run_is_told_of_in_words(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: object, _folder: Path) -> None:
        raise RuntimeError("no such processor")

    monkeypatch.setattr("counterdesk.sync.centre.trial.EmbeddedServer.__init__", refuse)
    failed = walking.walk(tmp_path)
    assert "PostgreSQL does not run on this machine (no such processor)" in failed
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert (summary["steps"], summary["verify"]) == (STEPS, "clean")
    assert summary["centre"]["acknowledged"] is False
