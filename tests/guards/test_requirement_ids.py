from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
EXPLAINED = TESTS.parent / "docs" / "requirements.md"
ID = re.compile(r"\b[A-Z]+-\d+\b")
MARK = re.compile(r"^\s*@pytest\.mark\.req\((.*)\)", re.MULTILINE)


def test_every_requirement_that_a_test_names_is_explained_and_the_other_way_round() -> None:
    named = {
        found
        for path in TESTS.rglob("*.py")
        for mark in MARK.findall(path.read_text("utf-8"))
        for found in ID.findall(mark)
    }
    rows = EXPLAINED.read_text("utf-8").split("| --- | --- |")[1].splitlines()
    explained = {found for row in rows if row for found in ID.findall(row.split("|")[1])}
    assert named == explained
