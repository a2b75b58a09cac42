"""The page of figures gets what a run of faults did, and keeps what others wrote."""

from __future__ import annotations

from datetime import date

from tests.faults.results_page import Played, section, with_section

_PAGE = "# Results\n\n## store\n\n| a | b |\n\n## random faults\n\nold words\n\n## zebra\n\nlast\n"
_RUNS = [Played("in memory", 10_000, 20_000, 2_500, 30.2), Played("in memory", 10_000, 1, 2, 9.9)]


def test_a_run_takes_the_place_of_the_one_before_and_nothing_else() -> None:
    text = section(_RUNS, 300, 27.4, date(2026, 3, 3))
    page = with_section(_PAGE, text)
    assert "| in memory | 2 | 10,000 | 20,001 | 2,502 | 40 |" in page
    assert "all 300 of its tests passed, in 27 minutes" in page
    assert "old words" not in page
    assert page.startswith("# Results\n\n## store\n\n| a | b |\n\n## random faults\n")
    assert page.endswith("\n\n## zebra\n\nlast\n")
    assert with_section(page, text) == page


def test_a_page_without_such_a_section_gets_one() -> None:
    assert with_section("# Results\n", "## random faults\n") == "# Results\n\n## random faults\n"
