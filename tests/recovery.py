"""Days at a till that is about to lose its data, and what of them must be there afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from counterdesk.cli.recovering import Recovered, recover
from counterdesk.core.clock import Clock
from counterdesk.core.permissions import Actor
from counterdesk.core.print_states import PrintState
from counterdesk.core.printers import PrinterSetting, Way
from counterdesk.core.settings import MailSetting
from counterdesk.models import ledger
from counterdesk.models.base import table_of
from counterdesk.models.disputes import DisputeClosed, DisputeRaised
from counterdesk.services.mail_jobs import email_receipt
from counterdesk.services.people import begin_attempt, sign_in, sign_out
from counterdesk.services.print_jobs import next_print_job, note_print_state
from counterdesk.services.printers import save_printer
from counterdesk.services.reprints import reprint
from counterdesk.services.shifts import current_shift, expected_drawer
from counterdesk.services.verification import verify
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import Store
from tests.conftest import PASSWORD, UNLOCK, find_person
from tests.faults.payer import be_in_shift, pay_once
from tests.printing.counter_printers import FRONT
from tests.services.counting import close_shift
from tests.services.doubting import closed, closing, doubt, raised
from tests.services.till import Till

FACTS = (
    ledger.Event, ledger.Shift, ledger.ShiftClosed, ledger.PaymentTransaction, ledger.Payment,
    ledger.Allocation, ledger.CreditNote, ledger.Overpayment, ledger.Tender, ledger.Settlement,
    DisputeRaised, DisputeClosed,
)  # fmt: skip
_MAIL = MailSetting("mail.example.test", from_address="till@example.test")
_PAPER = ("transaction_id", "document", "copy_number")
_BLOCK = ("series", "year", "first", "last", "next")


def a_day(store: Store, payments: int = 8, seed: int = 5) -> None:
    """Sign in, take payments, print and email receipts, hear of a doubt, close the shift."""
    jane, chance = find_person(store, "jane"), random.Random(seed)
    attempt = store.write(lambda s: begin_attempt(s, "jane")).result()
    store.write(lambda s: sign_in(s, attempt, PASSWORD)).result()
    be_in_shift(store, jane)
    printer = PrinterSetting(FRONT, "Front", Way.FILE, "receipts")
    store.write(lambda s: save_printer(s, printer), find_person(store, "admin")).result()
    visits = [pay_once(store, jane, chance) for _payment in range(payments)]
    _print_everything(store)
    _copies_of(store, jane, visits[0])
    _doubt(store, jane, visits[0])
    store.write(_close, jane).result()
    store.write(sign_out, jane).result()


def _print_everything(store: Store) -> None:
    def print_next(session: Session) -> bool:
        job = next_print_job(session, FRONT)
        if job is not None:
            note_print_state(session, job.job_id, PrintState.PRINTED)
        return job is not None

    while store.write(print_next).result():
        pass


def _copies_of(store: Store, jane: Actor, visit: UUID) -> None:
    settings = store.settings
    store.settings = replace(settings, mail=_MAIL)
    store.write(lambda s: reprint(s, visit, "Lost"), jane).result()
    store.write(lambda s: email_receipt(s, visit, "john@example.com"), jane).result()
    store.write(lambda s: email_receipt(s, visit, "jack@example.com"), jane).result()
    store.settings = settings


def _doubt(store: Store, jane: Actor, visit: UUID) -> None:
    paid = select(ledger.Payment.id).where(ledger.Payment.transaction_id == visit)
    payment_id = store.read(lambda read: read.execute(paid).scalars().first()).result()
    assert payment_id is not None
    till, boss = Till(store, jane), Till(store, find_person(store, "supervisor"))
    closed(boss, closing(raised(till, doubt(payment_id, 1))))


def _close(session: Session) -> None:
    shift = current_shift(session)
    assert shift is not None
    close_shift(session, expected_drawer(session, shift.id) + 5, "A coin too many")


def facts(store: Store) -> dict[str, Any]:
    """Every row that must be as it was, and every number and paper that goes with them."""

    def read_all(read: ReadSession) -> dict[str, Any]:
        found = {model.__tablename__: _rows(read, model) for model in FACTS}
        found["number_block"] = _rows(read, ledger.NumberBlock, *_BLOCK)
        on_paper = [row for row in _rows(read, ledger.PrintJob, *_PAPER, "mail_to") if not row[-1]]
        return found | {"print_job": on_paper}

    return store.read(read_all).result()


def _rows(read: ReadSession, model: type[Any], *names: str) -> list[Any]:
    table = table_of(model)
    columns = [table.columns[name] for name in names] or list(table.columns)
    return sorted(map(tuple, read.execute(select(*columns))), key=repr)


def seen_closed(folder: Path, clock: Clock, look: Callable[[Store], Any]) -> Any:
    """Open a folder as the program does, look, and close it again."""
    store = Store.open(folder, UNLOCK, clock)
    try:
        return look(store)
    finally:
        store.close()


def findings(store: Store) -> tuple[str, ...]:
    """What `counterdesk verify` says."""
    return store.write(lambda s: verify(s, store.read_journal())).result().findings


def given(recovered: Recovered) -> dict[str, int]:
    """How many acts came from where."""
    return {one.source: one.count for one in recovered.given if one.count}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a data folder but those that only tell who has it open."""
    passing = (".lock", ".db-shm")
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in passing)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def recovered_in(folder: Path, clock: Clock) -> Recovered:
    """Recover a folder."""
    return recover(folder, UNLOCK, clock)
