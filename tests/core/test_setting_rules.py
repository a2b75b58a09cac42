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


MODE = {
    "code": "cash", "name": "Cash", "kind": "cash", "needs_reference": False,
    "opens_drawer": True, "counted_at_close": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("payment_modes", [{**MODE, "name": "Card + PIN"}], "between two payment modes"),
        ("over_short_limit_minor", -1, "below zero"),
        ("drawer_ceiling_minor", -1, "below zero"),
        ("low_change_pieces", -1, "below zero"),
        ("copies_unasked", -1, "below zero"),
        ("idle_lock_seconds", -1, "below zero"),
        ("largest_payment_minor", 0, "Nothing could be paid"),
        ("cheque_stale_days", 10**13, "counts that far"),
        ("credit_note_months", 1_201, "good for that long"),
        ("cash_notes_minor", [], "notes and coins"),
        ("cash_notes_minor", [500, 500], "stands there once"),
        ("channels", ["Walk-in", " "], "without a name"),
        ("channels", ["Walk-in", "Walk-in"], "stands there once"),
        ("paid_in_reasons", [], "at least one"),
        ("paid_out_reasons", ["Other", "Other"], "stands there once"),
        ("payment_modes", [], "Nothing could be paid"),
        ("payment_modes", [MODE, MODE], "its own code"),
        ("payment_modes", [MODE | {"name": " "}], "code and a name"),
        ("number_formats", {"receipt": {"pattern": "R-", "yearly": False}}, "needs {seq}"),
        ("number_formats", {"receipt": {"pattern": "R-{seq}", "yearly": True}}, "needs {yyyy}"),
        ("number_formats", {"receipt": {"pattern": "{day}-{seq}", "yearly": False}}, "Only {yyyy}"),
        ("number_formats", {"receipt": {"pattern": "R-{seq}", "yearly": False}}, "for credit_note"),
        ("time_zone", "Mars/Olympus", "time zone"),
    ],
)
def test_what_would_stop_a_till_is_refused_with_the_reason(
    name: str, value: Any, said: str
) -> None:
    with pytest.raises(UserError, match="makes no sense") as refused:
        checked_setting({}, name, value)
    assert said in refused.value.message


def test_a_mail_server_needs_a_port_that_there_is() -> None:
    mail = json.loads(settings_rows(Settings())["mail"]) | {"port": 70_000}
    with pytest.raises(UserError, match="no such port"):
        checked_setting({}, "mail", mail)
