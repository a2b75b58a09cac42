"""A shift's file: it holds without any database, and whatever is changed in it is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterdesk import cli
from counterdesk.cli import asking
from counterdesk.core.clock import ShiftedClock
from counterdesk.core.drawer import MoveKind
from counterdesk.core.errors import UserError
from counterdesk.core.events import canonical_bytes, chain_hash
from counterdesk.core.receipt_code import Certificate
from counterdesk.demo.desk import demo_unlock, open_demo_desk
from counterdesk.demo.sample import sample_start_utc
from counterdesk.services.drawer_moves import MoveRequest, move_cash
from counterdesk.services.receipt_check import make_certificate
from counterdesk.services.shift_check import check_shift_file
from counterdesk.services.shift_export import shift_lines
from tests.services.counting import close_shift
from tests.services.till import Till, ask, cash, line_of

NUMBER = "S-2025-00001"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, bytes]:
    """A data folder, the file of its closed shift, and the utility's public key."""
    folder = tmp_path_factory.mktemp("till") / "data"
    desk = open_demo_desk(folder, demo_unlock(), ShiftedClock(sample_start_utc()), consumers=0)
    jane = Till(desk.store, desk.cashier)
    with pytest.raises(UserError, match="still runs"):
        jane.act(lambda s: shift_lines(s, NUMBER))
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    drop = MoveRequest(uuid4(), MoveKind.DROP, 6_000, "", "E-1")
    jane.act(lambda s: move_cash(s, drop))
    jane.act(lambda s: close_shift(s, 28_500, "a coin"))
    text = "\n".join(jane.act(lambda s: shift_lines(s, NUMBER)))
    desk.store.close()
    return folder, text, desk.utility_public_key


@pytest.mark.req("CASH-6")
def test_a_shift_s_file_adds_up_by_itself(exported: tuple[Path, str, bytes]) -> None:
    _folder, text, key = exported
    proved = check_shift_file(text, key)
    assert (proved.number, proved.z_number, proved.visits) == (NUMBER, "Z-C03-00001", 1)
    assert (proved.expected_minor, proved.counted_minor) == (28_550, 28_500)
    assert dict(proved.tenders) == {"cash": 14_550}


@pytest.mark.req("CASH-6", "AUD-1")
@pytest.mark.parametrize("place", range(1, 5))
def test_an_event_left_out_or_changed_is_found(
    exported: tuple[Path, str, bytes], place: int
) -> None:
    _folder, text, key = exported
    lines = text.splitlines()
    for forged in (
        [*lines[:place], *lines[place + 1 :]],
        [*lines[:place], lines[place].replace("00", "11", 1), *lines[place + 1 :]],
        lines[:-1],
    ):
        with pytest.raises(UserError):
            check_shift_file("\n".join(forged), key)


@pytest.mark.req("CASH-6")
@pytest.mark.parametrize("change", [{"shift": "S-2025-00002"}, {"counter": "C04"}, {"v": 2}])
def test_a_file_that_says_something_else_on_top_is_found(
    exported: tuple[Path, str, bytes], change: dict[str, Any]
) -> None:
    _folder, text, key = exported
    head, *rest = text.splitlines()
    forged = json.dumps(json.loads(head) | change)
    with pytest.raises(UserError):
        check_shift_file("\n".join([forged, *rest]), key)
    for nothing in ("", "x", head):
        with pytest.raises(UserError, match="not a complete file"):
            check_shift_file(nothing, key)


UTILITY, COUNTER = (Ed25519PrivateKey.from_private_bytes(one * 32) for one in (b"u", b"c"))
PAPERS = Certificate(
    UUID(int=3),
    "C03",
    COUNTER.public_key().public_bytes_raw(),
    date(2025, 1, 1),
    date(2025, 12, 31),
)


def signed_anew(text: str, change: Callable[[list[Any]], None]) -> str:
    """The same file from a counter whose own key signs events that were changed."""
    head, *lines = [json.loads(line) for line in text.splitlines()]
    events = [json.loads(line["body"]) for line in lines]
    change(events)
    head["certificate"] = make_certificate(UTILITY, PAPERS).hex()
    before = bytes.fromhex(lines[0]["prev_hash"])
    for line, event in zip(lines, events, strict=True):
        body = canonical_bytes(event)
        own_hash = chain_hash(before, body)
        line |= {
            "body": body.decode(), "prev_hash": before.hex(), "hash": own_hash.hex(),
            "signature": COUNTER.sign(own_hash).hex(),
        }  # fmt: skip
        before = own_hash
    return "\n".join(map(json.dumps, [head, *lines]))


def _more_counted(events: list[Any]) -> None:
    events[-1]["data"]["methods"][0]["counted_minor"] += 50


def _less_expected(events: list[Any]) -> None:
    events[-1]["data"]["methods"][0]["expected_minor"] -= 50


def _less_taken(events: list[Any]) -> None:
    events[1]["totals"]["cash_delta_minor"] -= 50


@pytest.mark.req("CASH-6", "MON-11")
@pytest.mark.parametrize("change", [_more_counted, _less_expected, _less_taken])
def test_sums_that_do_not_add_up_are_found_whoever_signed_them(
    exported: tuple[Path, str, bytes], change: Callable[[list[Any]], None]
) -> None:
    key = UTILITY.public_key().public_bytes_raw()
    honest = signed_anew(exported[1], lambda _events: None)
    assert check_shift_file(honest, key).expected_minor == 28_550
    with pytest.raises(UserError, match="does not add up"):
        check_shift_file(signed_anew(exported[1], change), key)


@pytest.mark.req("CASH-6")
def test_two_commands_write_and_prove_it(
    exported: tuple[Path, str, bytes],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, _text, key = exported
    monkeypatch.setenv(asking.PASSPHRASE_VARIABLE, "clear water 2025")
    file = str(tmp_path / "shift.json")
    assert cli.main(["export-shift", "--data", str(folder), NUMBER, file]) == 0
    assert cli.main(["verify-shift", file, "--key", key.hex()]) == 0
    assert "Drawer expected 285.50 USD, counted 285.00 USD." in capsys.readouterr().out
    assert cli.main(["verify-shift", file, "--key", "ab" * 32]) == 1
    assert "not certified" in capsys.readouterr().out
    assert cli.main(["export-shift", "--data", str(folder), "S-1", file]) == 2
