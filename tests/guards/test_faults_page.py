"""The page of faults names no test that does not exist, and says rightly which are long."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "faults.md"
ROW = re.compile(r"^\| (.+) \| `(.+\.py)::(\w+)` \|$", re.MULTILINE)


@pytest.mark.parametrize(("what", "file", "name"), ROW.findall(PAGE.read_text("utf-8")))
def test_every_row_names_a_test_that_is_run_where_it_says(what: str, file: str, name: str) -> None:
    module = ast.parse((TESTS / file).read_text("utf-8"))
    [found] = [one for one in module.body if isinstance(one, ast.FunctionDef) and one.name == name]
    marks = ast.unparse([*found.decorator_list, *_marks_of_all(module)])  # type: ignore[arg-type]
    assert ("mark.faults" in marks) == ("(*long*)" in what)


def _marks_of_all(module: ast.Module) -> list[ast.expr]:
    return [
        one.value
        for one in module.body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "pytestmark"
    ]


def test_every_row_is_read() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if "::" in line]
    assert len(rows) == len(ROW.findall(PAGE.read_text("utf-8")))
