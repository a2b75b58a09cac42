"""A key that cannot be taken back, or is known by heart, means one thing on every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "counterdesk" / "ui"
BUTTON = re.compile(r'_\("(?P<text>[^"]+)"\), (?:_\()?"(?P<key>(?:Ctrl|Alt|Shift)\+[^"]+)"')

ONE_MEANING = {
    "Ctrl+U": {"Open consumer"},
    "Ctrl+Y": {"Approve", "Verify", "It came out"},
    "Alt+R": {"Reject", "Refuse", "It did not"},
    "Ctrl+Shift+D": {"Raise dispute"},
}


def _meanings() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        for match in BUTTON.finditer(path.read_text(encoding="utf-8")):
            found.setdefault(match["key"], set()).add(match["text"])
    return found


@pytest.mark.parametrize("key", ONE_MEANING)
def test_a_key_that_decides_or_leads_to_a_consumer_means_it_everywhere(key: str) -> None:
    assert _meanings().get(key, set()) <= ONE_MEANING[key]


def test_the_keys_are_found_where_they_are_bound() -> None:
    found = _meanings()
    assert found["Ctrl+U"] == ONE_MEANING["Ctrl+U"]
    assert found["Alt+R"] == ONE_MEANING["Alt+R"]
