from __future__ import annotations

import sys
from pathlib import Path

import pytest

from counterdesk.cli import importing, main
from counterdesk.cli.importing import read_columns
from counterdesk.core.errors import UserError
from counterdesk.sync.centre.import_records import Phase, Progress
from tests.sync.centres import CentreUnderTest
from tests.sync.importing import CHARGES, CONSUMERS, HEADINGS

Out = pytest.CaptureFixture[str]


def run(*arguments: object) -> int:
    return main(["centre", "import", *map(str, arguments)])


@pytest.fixture
def people(centre: CentreUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of consumers; the centre is named by the environment."""
    monkeypatch.setenv("COUNTERDESK_CENTRE", centre.conninfo)
    path = tmp_path / "consumers.csv"
    path.write_text(CONSUMERS, "utf-8")
    return path


@pytest.fixture
def owed(people: Path, capsys: Out) -> Path:
    """A file of charges whose consumers are there."""
    run(people)
    capsys.readouterr()
    path = people.with_name("charges.csv")
    path.write_text(CHARGES, "utf-8")
    return path


def test_a_file_is_imported_and_summed_up(people: Path, capsys: Out) -> None:
    assert run(people) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Imported: 2 lines.", "2 new, 0 changed, 0 cancelled.",
    ]  # fmt: skip


def test_a_dry_run_says_that_it_is_one(people: Path, capsys: Out) -> None:
    assert run(people, "--dry-run") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Looked at only: 2 lines, 0 of them with faults. Nothing was changed.",
        "2 new, 0 changed, 0 cancelled.",
    ]


@pytest.mark.req("AUD-4")
def test_faults_are_shown_without_what_a_terminal_would_obey(owed: Path, capsys: Out) -> None:
    bad = "\nA,WU-10001,Bill,2025-04-01,2025-04-15,\x1b[2J-5"
    owed.write_text(HEADINGS + bad * 25, "utf-8")
    faults = owed.with_name("faults.csv")
    assert run(owed, "--errors", faults) == 1
    told = capsys.readouterr()
    assert told.err.splitlines()[0] == ("line 2, amount: Use digits only, such as 145.50. [ [2J-5]")
    assert "25 lines have one" in told.err
    assert len(told.err.splitlines()) == 21
    assert told.out.startswith("Refused: 25 of 25 lines have faults. Nothing was imported.")
    assert len(faults.read_text("utf-8-sig").splitlines()) == 26


def test_a_mapping_is_told_on_the_line_and_kept_in_a_file(
    owed: Path, centre: CentreUnderTest, capsys: Out
) -> None:
    owed.write_text(
        "Rechnung;Konto;Art;vom;bis;Betrag;Zeichen\n"
        "INV-7;WU-10001;bill;1.4.2025;15.04.2025;1450,50;?\n",
        "cp1252",
    )
    kept = owed.with_name("mapping.txt")
    kept.write_text("# of the billing system\nRechnung=number\nKonto=account_number\nvom=due_on\n")
    told = ["--map", "Art=kind", "--map", "vom=charged_on", "--map", "bis=due_on",
            "--map", "Betrag=amount"]  # fmt: skip
    assert run(owed, "--map-file", kept, *told, "--dates", "DD.MM.YYYY", "--decimal-mark", ",") == 0
    assert "These columns are not used: Zeichen." in capsys.readouterr().err
    assert centre.execute("select number, due_on::text, amount_minor from cd.charge") == [
        ("INV-7", "2025-04-15", 145_050)
    ]


def test_windows_letters_are_told(people: Path, capsys: Out) -> None:
    people.write_text("account_number,name\n1,José\n", "cp1252")
    assert run(people) == 0
    assert "read as Windows-1252" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("phase", "sentence"),
    [
        (Phase.CHECKING, "Interrupted. Nothing was imported."),
        (Phase.WRITING, "Interrupted while writing: at least the lines up to 0 are imported."),
    ],
)
def test_an_interruption_says_what_stands(
    owed: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch, phase: Phase, sentence: str
) -> None:
    class Interrupted(importing._Watch):
        def __call__(self, progress: Progress) -> None:
            super().__call__(progress)
            if progress.phase is phase:
                raise KeyboardInterrupt

    monkeypatch.setattr(importing, "_Watch", Interrupted)
    assert run(owed) == 130
    assert capsys.readouterr().err.startswith(sentence)


def test_the_progress_is_for_terminals_only(
    owed: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(owed)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    run(owed)
    told = capsys.readouterr().err
    assert "Reading: 100 %" in told
    assert "Writing: line 4 of 4" in told


def test_the_centre_must_be_said(
    people: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COUNTERDESK_CENTRE")
    assert run(people) == 2
    assert "--centre" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["name", "=name", " = name"])
def test_a_mapping_names_both_sides(text: str) -> None:
    with pytest.raises(UserError, match="not like"):
        read_columns([text])


def test_a_delimiter_is_one_character_or_the_word_tab(people: Path, capsys: Out) -> None:
    people.write_text("account_number\tname\n1\tAna\n", "utf-8")
    assert run(people, "--delimiter", "tab") == 0
    with pytest.raises(SystemExit):
        run(people, "--delimiter", ",,")
