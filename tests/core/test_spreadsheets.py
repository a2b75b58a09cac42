from __future__ import annotations

import pytest

from counterdesk.core.spreadsheets import harmless_cell


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\xa0@", "\uff1d"])
def test_what_could_be_a_formula_is_quoted(first: str) -> None:
    assert harmless_cell(f"{first}1+1") == f"'{first}1+1"


def test_any_other_text_stays_as_it_is() -> None:
    assert harmless_cell("Ana = 1") == "Ana = 1"
