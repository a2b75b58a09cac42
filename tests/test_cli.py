"""The command line, as it is typed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from counterdesk import __version__, cli
from counterdesk.cli import asking
from counterdesk.core.documents import QrCode
from counterdesk.core.ids import new_uuid7
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.demo.desk import demo_unlock, open_demo_desk
from counterdesk.printing.preview import preview_image
from counterdesk.services.consumers import account_view, find_exactly
from counterdesk.services.payments import take_payment
from counterdesk.store import mail_secret
from counterdesk.store.session import Session
from tests.printing.sample_receipt import sample_receipt
from tests.store.test_keys import MemoryKeyring


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A demo folder with one payment in it; its receipt's code; the utility's key."""
    from counterdesk.core.clock import ShiftedClock  # noqa: PLC0415
    from counterdesk.demo.sample import sample_start_utc  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("cli") / "data"
    desk = open_demo_desk(folder, demo_unlock(), ShiftedClock(sample_start_utc()), consumers=5)

    def pay(session: Session) -> str:
        hit = find_exactly(session, "10001")
        assert hit is not None
        view = account_view(session, hit.consumer_id)
        line = AccountLine(view.account, (Share(view.charges[0], 14_550),), 0, view.charges)
        request = PaymentRequest(
            new_uuid7(session.clock.now_utc()), "Walk-in", (line,), (TenderGiven("cash", 15_000),)
        )
        document = take_payment(session, request).document
        return next(block.data for block in document.blocks if isinstance(block, QrCode))

    code = desk.store.write(pay, desk.cashier).result()
    desk.store.close()
    return folder, code, desk.utility_public_key.hex()


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert __version__ in capsys.readouterr().out


def test_help_lists_each_command_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    lines = capsys.readouterr().out.splitlines()
    listed = [line.split("  ", 2)[1:] for line in lines[lines.index("commands:") + 1 :]]
    assert {"demo", "verify", "verify-receipt"} <= {name for name, _help in listed}
    assert all(name and text.strip() for name, text in listed)


@pytest.mark.req("AUD-1")
def test_verify_says_that_nothing_is_wrong(
    paid: tuple[Path, str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(asking.PASSPHRASE_VARIABLE, "clear water 2025")
    assert cli.main(["--data", str(paid[0]), "verify"]) == 0
    out = capsys.readouterr().out
    assert "Nothing is wrong." in out
    assert "1 transactions" in out


def test_verify_asks_for_the_passphrase_where_the_key_is_sealed_by_one(
    paid: tuple[Path, str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(asking.PASSPHRASE_VARIABLE, raising=False)
    monkeypatch.setattr(asking, "getpass", lambda _prompt: "a wrong guess")
    assert cli.main(["verify", "--data", str(paid[0])]) == 2
    assert "passphrase is wrong" in capsys.readouterr().err


def test_verify_without_a_terminal_says_how_to_give_the_passphrase(
    paid: tuple[Path, str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(_prompt: str) -> str:
        raise EOFError

    monkeypatch.delenv("COUNTERDESK_PASSPHRASE", raising=False)
    monkeypatch.setattr(asking, "getpass", nobody)
    assert cli.main(["verify", "--data", str(paid[0])]) == 2
    assert "COUNTERDESK_PASSPHRASE" in capsys.readouterr().err


def test_a_folder_without_a_counter_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(asking.FOLDER_VARIABLE, str(tmp_path))
    assert cli.main(["verify"]) == 2
    assert "no counter" in capsys.readouterr().err


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize("as_file", [False, True])
def test_a_receipt_is_proved_with_the_utility_s_key_alone(
    paid: tuple[Path, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], as_file: bool
) -> None:
    _folder, code, key = paid
    given = code
    if as_file:
        (tmp_path / "code.txt").write_text(f"{code}\n", encoding="utf-8")
        given = str(tmp_path / "code.txt")
    assert cli.main(["verify-receipt", given, "--key", key]) == 0
    out = capsys.readouterr().out
    assert "R-5001" in out
    assert "145.50 USD for WU-10001" in out


@pytest.mark.req("RCT-1")
def test_a_receipt_is_proved_by_a_picture_of_it_too(
    qapp: QApplication,
    paid: tuple[Path, str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _folder, code, key = paid
    receipt = replace(sample_receipt(), blocks=(QrCode(code),))
    preview_image(receipt).save(str(tmp_path / "photo.jpg"))
    assert cli.main(["verify-receipt", str(tmp_path / "photo.jpg"), "--key", key]) == 0
    assert "Genuine: receipt R-5001" in capsys.readouterr().out


def test_a_picture_without_a_code_proves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert cli.main(["verify-receipt", str(tmp_path / "photo.jpg"), "--key", "ab" * 32]) == 1
    assert "neither a receipt's code nor a picture" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "key", "exit_code"),
    [("CD1:NOTHING", "ab" * 32, 1), ("CD1:NOTHING", "xyz", 1), ("\0", "ab" * 32, 1)],
)
def test_what_proves_nothing_is_said_so(
    code: str, key: str, exit_code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["verify-receipt", code, "--key", key]) == exit_code
    assert "Genuine" not in capsys.readouterr().out


def test_another_utility_s_key_proves_nothing(
    paid: tuple[Path, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["verify-receipt", paid[1], "--key", "ab" * 32]) == 1
    assert "not certified" in capsys.readouterr().out


@pytest.mark.req("AUD-3")
def test_the_mail_server_s_password_goes_into_the_keyring_unseen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keyring = MemoryKeyring()
    monkeypatch.setattr(mail_secret, "safe_keyring", lambda: keyring)
    monkeypatch.setattr(asking, "getpass", lambda _prompt: "a secret")
    assert cli.main(["mail-password", "mail.example.test", "till"]) == 0
    assert mail_secret.mail_password("mail.example.test", "till") == "a secret"
    assert "a secret" not in capsys.readouterr().out


@pytest.mark.parametrize("given", ["-1", "many"])
def test_a_wrong_number_of_consumers_is_refused(given: str) -> None:
    with pytest.raises(SystemExit):
        cli.main(["demo", "--consumers", given])


def test_the_folder_is_as_given_else_from_the_environment_else_the_user_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(asking.FOLDER_VARIABLE, str(tmp_path / "environment"))
    assert asking.data_folder(tmp_path / "given") == tmp_path / "given"
    assert asking.data_folder(None) == tmp_path / "environment"
    monkeypatch.delenv(asking.FOLDER_VARIABLE)
    assert asking.data_folder(None).name == "CounterDesk"


def test_help_waits_for_neither_qt_nor_sqlalchemy() -> None:
    code = (
        "import sys; from counterdesk import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        "assert not {'PySide6', 'sqlalchemy', 'uharfbuzz'} & set(sys.modules), 'slow'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "demo" in done.stdout
