"""From the queue to a mail server and back: down and up, cut off, killed and started again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from counterdesk.app.workers import start_mailing
from counterdesk.core.clock import Clock, ShiftedClock
from counterdesk.core.permissions import Actor
from counterdesk.core.print_states import PrintState
from counterdesk.core.settings import MailSecurity, MailSetting
from counterdesk.models.ledger import Event
from counterdesk.printing.mail import MailServer
from counterdesk.printing.mail_worker import MailWorker
from counterdesk.services.mail_jobs import (
    MailProgress,
    email_receipt,
    mail_state_of,
    next_mail_job,
)
from counterdesk.services.print_jobs import recover_print_jobs
from counterdesk.services.verification import verify
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.conftest import START_UTC, UNLOCK
from tests.printing.mail_server_on_a_wire import WireMailServer
from tests.printing.printer_on_a_wire import wait_until
from tests.printing.test_queue_and_printer import take_one

JOHN = "john.doe@example.com"
pytestmark = pytest.mark.usefixtures("qapp")


@contextmanager
def mailing(store: Store, port: int) -> Iterator[MailWorker]:
    """The mail's worker, speaking to a server on this machine."""
    mail = MailSetting("127.0.0.1", port, MailSecurity.NONE, "till@example.test")
    store.settings = replace(store.settings, mail=mail)
    worker = start_mailing(store)
    assert worker is not None
    try:
        yield worker
    finally:
        store.on_commit.remove(worker.wake)
        worker.stop()


@pytest.fixture
def visit(store: Store, cashier: Actor) -> UUID:
    """A payment that was taken."""
    return store.write(take_one, cashier).result().transaction_id


def send(store: Store, cashier: Actor, visit: UUID) -> None:
    """Ask for an email, where a server is set up."""
    mail = replace(store.settings.mail, host="127.0.0.1", from_address="till@example.test")
    store.settings = replace(store.settings, mail=mail)
    store.write(lambda session: email_receipt(session, visit, JOHN), cashier).result()


def progress(store: Store, visit: UUID) -> MailProgress | None:
    return store.read(lambda read: mail_state_of(read, visit)).result()


def wait_for(store: Store, visit: UUID, state: PrintState) -> str:
    """Wait until the newest mail of a visit is in a state; return its words."""

    def is_there() -> bool:
        now = progress(store, visit)
        return now is not None and now.state is state

    wait_until(is_there, 10)
    now = progress(store, visit)
    return now.words if now else ""


@contextmanager
def killed_and_started(data_folder: Path, clock: Clock) -> Iterator[Store]:
    """The store as it opens on what a killed program leaves on the disk."""
    left = data_folder.with_name("left")
    shutil.copytree(data_folder, left)
    again = Store.open(left, UNLOCK, clock)
    again.write(recover_print_jobs).result()
    try:
        yield again
    finally:
        again.close()


@pytest.fixture
def wire() -> Iterator[WireMailServer]:
    """A mail server without faults."""
    server = WireMailServer()
    yield server
    with suppress(OSError):
        server.close()


@pytest.mark.req("RCT-5")
def test_a_fault_while_a_mail_goes_out_leaves_a_question(
    store: Store, cashier: Actor, visit: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MailServer, "send", lambda _server, _mail: 1 / 0)
    send(store, cashier, visit)
    with mailing(store, 25):
        assert "Ask before you send it again" in wait_for(store, visit, PrintState.UNKNOWN)


@pytest.mark.req("PAY-10")
def test_a_receipt_reaches_the_mailbox_once_and_the_record_stays_whole(
    store: Store, cashier: Actor, visit: UUID, wire: WireMailServer
) -> None:
    with mailing(store, wire.port):
        send(store, cashier, visit)
        assert wait_for(store, visit, PrintState.SENT) == f"Emailed to {JOHN}."
    assert len(wire.mails) == 1
    assert wire.mail()["Subject"] == "Receipt R-5001, Demo Water Utility"
    report = store.write(lambda session: verify(session, store.read_journal())).result()
    assert report.findings == ()


def test_an_address_that_is_refused_is_told_and_not_tried_again(
    store: Store, cashier: Actor, visit: UUID, wire: WireMailServer
) -> None:
    wire.answers["RCPT"] = "550 No such mailbox"
    with mailing(store, wire.port) as worker:
        send(store, cashier, visit)
        words = wait_for(store, visit, PrintState.FAILED)
        worker.hurry()
    assert words == f"Not emailed to {JOHN}. The mail server says: 550 No such mailbox"
    assert len([said for said in wire.said if said.startswith("RCPT")]) == 1


@pytest.mark.req("RCT-5")
def test_a_server_that_was_down_gets_the_mail_when_it_is_up(
    store: Store, cashier: Actor, visit: UUID, wire: WireMailServer
) -> None:
    wire.close()
    with mailing(store, wire.port) as worker:
        send(store, cashier, visit)
        words = wait_for(store, visit, PrintState.BLOCKED)
        assert words == f"The email to {JOHN} waits. The mail server does not answer."
        again = WireMailServer(port=wire.port)
        worker.hurry()
        wait_for(store, visit, PrintState.SENT)
    assert len(again.mails) == 1
    again.close()


@pytest.mark.req("RCT-5")
def test_a_mail_that_may_have_been_taken_is_a_question_and_not_sent_again(
    store: Store, cashier: Actor, visit: UUID, wire: WireMailServer
) -> None:
    wire.hangs_up_at = "."
    with mailing(store, wire.port) as worker:
        send(store, cashier, visit)
        assert "Did the email" in wait_for(store, visit, PrintState.UNKNOWN)
        wire.hangs_up_at = ""
        worker.hurry()
        worker.wake()
    with mailing(store, wire.port):
        pass
    assert len(wire.mails) == 1


@pytest.mark.req("RCT-5")
def test_a_restart_keeps_what_waits_and_asks_about_what_was_under_way(
    store: Store, cashier: Actor, visit: UUID, data_folder: Path, clock: Clock,
    wire: WireMailServer,
) -> None:  # fmt: skip
    send(store, cashier, visit)
    store.write(next_mail_job).result()  # the program will die with it in hand
    store.write(lambda session: email_receipt(session, visit, "jane@example.com"), cashier).result()
    with killed_and_started(data_folder, clock) as again, mailing(again, wire.port):
        assert wait_for(again, visit, PrintState.SENT) == "Emailed to jane@example.com."
    assert [wire.mail(place)["To"] for place in range(len(wire.mails))] == ["jane@example.com"]


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (MailSetting("mail.example.test", 25, MailSecurity.NONE, "till@example.test"),
         "unencrypted only to a server on this machine"),
        (MailSetting("127.0.0.1", 25, MailSecurity.NONE, "the till"),
         "The sender's address in the settings is no email address."),
    ],
)  # fmt: skip
def test_wrong_settings_are_told_in_words_and_keep_the_mail(
    store: Store, cashier: Actor, visit: UUID, mail: MailSetting, words: str
) -> None:
    store.settings = replace(store.settings, mail=mail)
    worker = start_mailing(store)
    assert worker is not None
    store.write(lambda session: email_receipt(session, visit, JOHN), cashier).result()
    assert words in wait_for(store, visit, PrintState.BLOCKED)
    store.on_commit.remove(worker.wake)
    worker.stop()


def test_after_four_days_it_is_given_up(
    store: Store, cashier: Actor, visit: UUID, data_folder: Path, wire: WireMailServer
) -> None:
    wire.close()
    send(store, cashier, visit)
    later = ShiftedClock(START_UTC + timedelta(days=5))
    with killed_and_started(data_folder, later) as again, mailing(again, wire.port):
        assert "does not answer" in wait_for(again, visit, PrintState.FAILED)


def test_the_event_stands_or_falls_with_the_job(store: Store, cashier: Actor, visit: UUID) -> None:
    def dies(session: Session) -> None:
        email_receipt(session, visit, JOHN)
        raise RuntimeError("cut")

    mail = MailSetting("127.0.0.1", 25, from_address="till@example.test")
    store.settings = replace(store.settings, mail=mail)
    with pytest.raises(RuntimeError):
        store.write(dies, cashier).result()
    emailed = select(func.count()).where(Event.kind == "receipt.emailed")
    assert store.read(lambda read: read.execute(emailed).scalar_one()).result() == 0
    assert progress(store, visit) is None


def test_an_office_without_a_mail_server_has_no_worker(store: Store) -> None:
    assert start_mailing(store) is None
