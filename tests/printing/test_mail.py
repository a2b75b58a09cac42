"""The mail server, spoken to over a real socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from counterdesk.core.documents import as_electronic
from counterdesk.core.errors import UserError
from counterdesk.core.print_states import PrintState
from counterdesk.core.settings import MailSecurity, MailSetting
from counterdesk.printing.mail import MailServer, MailTimeouts, check_mail_setting
from counterdesk.printing.mail_message import receipt_mail
from tests.printing.certificates import self_signed, server_identity, trusting
from tests.printing.mail_server_on_a_wire import WireMailServer
from tests.printing.printer_on_a_wire import wait_until
from tests.printing.sample_receipt import sample_receipt

PATIENT = MailTimeouts(farewell=0.1)  # a busy machine is slow, not silent
JOB = UUID(int=7)
Start = Callable[[WireMailServer], WireMailServer]


@pytest.fixture
def start() -> Iterator[Start]:
    servers: list[WireMailServer] = []

    def keep(server: WireMailServer) -> WireMailServer:
        servers.append(server)
        return server

    yield keep
    for server in servers:
        server.close()


def setting_for(wire: WireMailServer) -> MailSetting:
    return MailSetting(
        "127.0.0.1", wire.port, MailSecurity.NONE, "till@example.test", "Cityville Water"
    )


def a_mail() -> EmailMessage:
    setting = MailSetting(from_address="till@example.test")
    document = as_electronic(sample_receipt())
    return receipt_mail(document, setting, "john@example.test", JOB, datetime.now(UTC))


def no_password() -> str:
    raise AssertionError("no password is needed")


def speak(
    wire: WireMailServer, timeouts: MailTimeouts = PATIENT, **other: object
) -> tuple[PrintState, str]:
    setting = replace(setting_for(wire), **other)  # type: ignore[arg-type]
    outcome = MailServer(setting, no_password, timeouts).send(a_mail())
    return outcome.state, outcome.detail


@pytest.mark.req("PAY-10")
def test_a_mail_arrives_whole_and_once(start: Start) -> None:
    wire = start(WireMailServer())
    assert speak(wire) == (PrintState.SENT, "")
    assert len(wire.mails) == 1
    assert wire.mail()["Message-ID"] == f"<{JOB}@example.test>"
    assert "MAIL FROM:<till@example.test>" in wire.said
    assert "RCPT TO:<john@example.test>" in wire.said


def test_dots_at_the_beginning_of_lines_survive(start: Start) -> None:
    wire = start(WireMailServer())
    mail = EmailMessage()
    mail["From"], mail["To"] = "till@example.test", "john@example.test"
    mail.set_content(".\n..\n.hidden\nshown")
    MailServer(setting_for(wire), no_password, PATIENT).send(mail)
    assert wire.mail().get_content().splitlines() == [".", "..", ".hidden", "shown"]


@pytest.mark.parametrize("command", ["RCPT", "DATA", "."])
def test_a_refusal_for_ever_is_final_and_told_in_the_servers_words(
    start: Start, command: str
) -> None:
    wire = start(WireMailServer(answers={command: "550 No such\x07 mailbox"}))
    state, words = speak(wire)
    assert (state, words) == (PrintState.FAILED, "The mail server says: 550 No such mailbox")


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA", "."])
def test_a_refusal_for_now_waits(start: Start, command: str) -> None:
    answers = {command: "451 Later", "HELO": "451 Later"}
    state, words = speak(start(WireMailServer(answers=answers)))
    assert state is PrintState.BLOCKED
    assert "451 Later" in words


def test_a_sender_whom_the_server_refuses_waits_until_the_settings_are_mended(
    start: Start,
) -> None:
    state, _words = speak(start(WireMailServer(answers={"MAIL": "553 Not you"})))
    assert state is PrintState.BLOCKED


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_falls_silent_before_the_mail_leaves_it_waiting(
    start: Start, command: str
) -> None:
    wire = start(WireMailServer(mute_at=command))
    assert speak(wire, replace(PATIENT, answer=0.2))[0] is PrintState.BLOCKED
    assert wire.mails == []


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT"])
def test_a_server_that_hangs_up_before_the_mail_leaves_it_waiting(
    start: Start, command: str
) -> None:
    wire = start(WireMailServer(hangs_up_at=command))
    assert speak(wire)[0] is PrintState.BLOCKED
    assert wire.mails == []


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize(("hangs_up_at", "mute_at"), [(".", ""), ("", ".")])
def test_a_line_that_breaks_after_the_mail_leaves_a_question(
    start: Start, hangs_up_at: str, mute_at: str
) -> None:
    wire = start(WireMailServer(hangs_up_at=hangs_up_at, mute_at=mute_at))
    assert speak(wire, replace(PATIENT, accept=0.2))[0] is PrintState.UNKNOWN
    assert len(wire.mails) == 1


def test_an_answer_that_is_none_leaves_a_question(start: Start) -> None:
    assert speak(start(WireMailServer(answers={".": "pardon?"})))[0] is PrintState.UNKNOWN


@pytest.mark.parametrize("farewell", ["554 No", "pardon?", ""])
def test_what_the_server_says_to_the_farewell_does_not_unsend_a_mail(
    start: Start, farewell: str
) -> None:
    assert speak(start(WireMailServer(answers={"QUIT": farewell})))[0] is PrintState.SENT


@pytest.mark.req("RCT-5")
def test_a_server_that_is_down_blocks() -> None:
    wire = WireMailServer()
    wire.close()
    assert speak(wire) == (PrintState.BLOCKED, "The mail server does not answer.")


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("security", [MailSecurity.TLS, MailSecurity.STARTTLS])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    start: Start, tmp_path: Path, security: MailSecurity
) -> None:
    identity = server_identity(self_signed(tmp_path))
    at_once = security is MailSecurity.TLS
    wire = start(WireMailServer(offers=("STARTTLS",), identity=identity, tls_at_once=at_once))
    state, words = speak(wire, security=security)
    assert state is PrintState.BLOCKED
    assert "cannot prove who it is" in words
    assert wire.mails == []


@pytest.mark.parametrize("security", [MailSecurity.TLS, MailSecurity.STARTTLS])
def test_a_login_goes_over_a_line_that_is_trusted(
    start: Start, tmp_path: Path, security: MailSecurity
) -> None:
    file = self_signed(tmp_path)
    at_once = security is MailSecurity.TLS
    wire = start(
        WireMailServer(
            offers=("STARTTLS", "AUTH PLAIN"), identity=server_identity(file), tls_at_once=at_once
        )
    )
    setting = replace(setting_for(wire), security=security, login="till")
    outcome = MailServer(setting, lambda: "secret", PATIENT, trusting(file)).send(a_mail())
    assert outcome.state is PrintState.SENT
    login = next(place for place, said in enumerate(wire.said) if said.startswith("AUTH"))
    assert at_once or wire.said.index("STARTTLS") < login


def test_a_server_without_encryption_gets_neither_login_nor_mail(start: Start) -> None:
    wire = start(WireMailServer(offers=("AUTH PLAIN",)))
    state, words = speak(wire, security=MailSecurity.STARTTLS, login="till")
    assert state is PrintState.BLOCKED
    assert "no encryption" in words
    assert not [said for said in wire.said if said.startswith(("AUTH", "MAIL"))]


@pytest.mark.parametrize("password", ["wrong horse", "pässword"])
def test_a_refused_password_is_told_and_never_repeated(
    start: Start, caplog: pytest.LogCaptureFixture, password: str
) -> None:
    wire = start(WireMailServer(offers=("AUTH PLAIN",), answers={"AUTH": "535 No"}))
    setting = replace(setting_for(wire), login="till")
    outcome = MailServer(setting, lambda: password, PATIENT).send(a_mail())
    assert outcome.state is PrintState.BLOCKED
    assert "refuses the login" in outcome.detail
    assert password not in outcome.detail + caplog.text


def test_a_password_that_cannot_be_had_blocks(start: Start) -> None:
    def locked() -> str:
        raise UserError("The keyring is locked.")

    wire = start(WireMailServer(offers=("AUTH PLAIN",)))
    outcome = MailServer(replace(setting_for(wire), login="till"), locked, PATIENT).send(a_mail())
    assert (outcome.state, outcome.detail) == (PrintState.BLOCKED, "The keyring is locked.")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_unencrypted_mail_stays_on_this_machine(host: str) -> None:
    check_mail_setting(MailSetting(host, 25, MailSecurity.NONE))


@pytest.mark.parametrize(
    ("host", "port"),
    [("192.0.2.1", 25), ("mail.example.test", 25), ("127.0.0.1.example.test", 25),
     ("localhost", 0), ("localhost", 65_536)],
)  # fmt: skip
def test_unencrypted_mail_to_elsewhere_and_impossible_ports_are_refused(
    host: str, port: int
) -> None:
    with pytest.raises(UserError):
        check_mail_setting(MailSetting(host, port, MailSecurity.NONE))


def test_closing_hangs_up_on_a_server_that_does_not_answer(start: Start) -> None:
    wire = start(WireMailServer(mute_at="."))
    patient = MailServer(setting_for(wire), no_password, PATIENT)
    outcomes: list[PrintState] = []
    thread = threading.Thread(target=lambda: outcomes.append(patient.send(a_mail()).state))
    thread.start()
    wait_until(lambda: bool(wire.mails))
    patient.close()
    thread.join(10)
    assert outcomes == [PrintState.UNKNOWN]
