"""What a setting may be changed to."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from counterdesk.core.errors import UserError
from counterdesk.core.setting_rules import checked_setting
from counterdesk.core.settings import Settings, settings_rows


def test_what_every_setting_is_now_makes_sense_but_for_the_fixed_ones() -> None:
    rows = settings_rows(Settings())
    for name in rows.keys() - {"currency", "utility_public_key"}:
        assert json.loads(checked_setting(rows, name, json.loads(rows[name]))) == json.loads(
            rows[name]
        )


def test_a_setting_of_a_newer_centre_is_kept_as_it_is_said() -> None:
    assert checked_setting({"colour": '"red"'}, "colour", ["blue"]) == '["blue"]'


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize("name", ["receipt_header", "receipt_footer"])
def test_a_receipt_has_room_for_six_lines_of_words(name: str) -> None:
    lines = ["VAT 12-345", "شكرًا", "x" * 120, "4", "5", "6"]
    assert json.loads(checked_setting({}, name, lines)) == lines
    wrong: tuple[Any, ...] = (
        [*lines, "7"], ["x" * 121], [""], [" x"], ["x\u202e"], ["a\nb"], [7], "words", {}, None,
    )  # fmt: skip
    for value in wrong:
        with pytest.raises(UserError):
            checked_setting({}, name, value)


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("name", ["printer", "notes_limit", "colour"])
def test_no_figure_is_infinite(name: str) -> None:
    value = {"kind": "none", "columns": float("inf")}
    with pytest.raises(UserError):
        checked_setting({"colour": "1"}, name, value)


@pytest.mark.req("AUD-4")
def test_a_value_nested_as_deep_as_can_be_read_is_refused_and_no_crash() -> None:
    for depth in range(sys.getrecursionlimit() - 200, sys.getrecursionlimit()):
        try:
            value = json.loads("[" * depth + "]" * depth)
        except RecursionError:
            return
        with pytest.raises(UserError):
            checked_setting({}, "channels", value)
