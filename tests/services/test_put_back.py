"""Acts that were lost and are put back: of every kind, and of no other."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select

import counterdesk
from counterdesk.core.clock import Clock
from counterdesk.core.documents import document_from_json
from counterdesk.core.errors import UserError
from counterdesk.core.events import canonical_bytes, chain_hash
from counterdesk.core.ids import new_uuid7
from counterdesk.core.printers import PrinterSetting, Way
from counterdesk.models.ledger import Draft, PrintJob
from counterdesk.services.credit_payouts import Refund, refund_credit_note
from counterdesk.services.credit_printing import print_credit_note
from counterdesk.services.office_changes import (
    SettingChange,
    change_setting,
    shown_setting,
    waits_for_centre,
)
from counterdesk.services.printers import counter_printers, save_printer
from counterdesk.services.put_back import KINDS, put_back
from counterdesk.services.startup import last_payment
from counterdesk.services.verification import verify
from counterdesk.store.session import JournalEntry, ReadSession, Session
from counterdesk.store.store import Store
from tests.conftest import START_UTC, UNLOCK, find_person
from tests.faults.payer import be_in_shift, pay_once
from tests.services.crediting import active, allowed, now
from tests.services.till import Till

_RECORDED = re.compile(r"""record(?:_of)?\(\s*(?:session,\s*)?("[a-z_.]+"|_[A-Z_]+)""")


def kinds_in(text: str) -> set[str]:
    """The kinds of act that a module records, by their text or by a name it gives it."""
    found = set(_RECORDED.findall(text))
    named = dict(re.findall(r'^(_[A-Z_]+) = "([a-z_.]+)"', text, re.MULTILINE))
    return {named.get(one, one.strip('"')) for one in found}


def test_every_kind_of_act_that_is_recorded_can_be_put_back() -> None:
    rooms = Path(counterdesk.__file__).parent
    kinds = {kind for path in rooms.rglob("*.py") for kind in kinds_in(path.read_text("utf-8"))}
    assert kinds == set(KINDS)


def after(session: Session, kind: str) -> JournalEntry:
    """An act that follows on the session's last one."""
    session.record(kind, {"nobody": "knows"})
    body = json.loads(session.entries[-1].body)
    body["seq"] += 1
    data = canonical_bytes(body)
    own_hash = chain_hash(session.head.hash, data)
    return JournalEntry(session.head.seq + 1, own_hash, session.sign(own_hash), data)


def test_an_act_of_a_kind_that_is_not_known_asks_for_the_newest_version(session: Session) -> None:
    lost = after(session, "penalty.waived")
    with pytest.raises(UserError, match=r"penalty\.waived.*newest version"):
        put_back(session, [lost])


@pytest.mark.req("AUD-1")
def test_an_act_that_does_not_follow_is_not_put_back(session: Session) -> None:
    lost = after(session, "person.signed_out")
    session.record("person.signed_out", {})
    with pytest.raises(ValueError, match="does not follow"):
        put_back(session, [lost])


def test_a_change_that_was_asked_for_still_waits_when_it_is_put_back(
    data_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    shutil.copytree(data_folder, tmp_path / "lost")
    lost, older = (Store.open(path, UNLOCK, clock) for path in (tmp_path / "lost", data_folder))
    seen = lost.read(lambda read: shown_setting(read, "notes_limit")).result()
    change = SettingChange(seen, 120)
    lost.write(lambda s: change_setting(s, change), find_person(lost, "admin")).result()
    acts = lost.read_journal().entries
    older.write(lambda s: put_back(s, acts[s.head.seq :])).result()
    waits = older.read(lambda read: waits_for_centre(read, seen)).result()
    lost.close()
    older.close()
    assert waits


def test_the_printers_of_the_counter_are_put_back(
    data_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    shutil.copytree(data_folder, tmp_path / "lost")
    lost, older = (Store.open(path, UNLOCK, clock) for path in (tmp_path / "lost", data_folder))
    front = PrinterSetting(UUID(int=0xF), "Front", Way.NETWORK, "192.0.2.7:9100")
    kept = lost.write(lambda s: save_printer(s, front), find_person(lost, "admin")).result()
    acts = lost.read_journal().entries
    older.write(lambda s: put_back(s, acts[s.head.seq :])).result()
    assert older.read(counter_printers).result() == kept
    lost.close()
    older.close()


@pytest.mark.req("PAY-18")
def test_a_payment_that_is_put_back_ends_what_was_on_review_before(
    data_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    shutil.copytree(data_folder, tmp_path / "lost")
    lost, older = (Store.open(path, UNLOCK, clock) for path in (tmp_path / "lost", data_folder))
    jane = find_person(lost, "jane")
    be_in_shift(lost, jane)
    paid = pay_once(lost, jane, random.Random(1))
    acts = lost.read_journal().entries
    draft = {"request_id": UUID(int=1), "user_id": jane.user_id, "body": "{}"}

    def put_them_back(session: Session) -> None:
        session.execute(insert(Draft), draft | {"saved_at_utc": START_UTC})
        put_back(session, acts[session.head.seq :])

    older.write(put_them_back).result()
    last = older.read(last_payment).result()
    lost.close()
    older.close()
    assert last is not None
    assert (last.saved, last.transaction_id) == (True, paid)


@pytest.mark.req("CN-5", "SYNC-3")
def test_credit_notes_with_all_that_happened_to_them_are_put_back(
    data_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    shutil.copytree(data_folder, tmp_path / "lost")
    lost, older = (Store.open(path, UNLOCK, clock) for path in (tmp_path / "lost", data_folder))
    jane = Till(lost, find_person(lost, "jane"))
    be_in_shift(lost, jane.actor)
    note = active(jane, 5_000)
    refund = Refund(new_uuid7(START_UTC), note.id, 2_000, "cash", "asked for it")
    allowed(jane, lambda s, a, p: refund_credit_note(s, a, p, refund), "supervisor")
    for reason in ("", "lost"):
        jane.act(lambda s, why=reason: print_credit_note(s, note.id, why))  # type: ignore[misc]
    acts = lost.read_journal().entries
    older.write(lambda s: put_back(s, acts[s.head.seq :])).result()
    again = Till(older, jane.actor)
    assert now(again, note.id) == now(jane, note.id)
    papers = select(PrintJob.document).where(PrintJob.transaction_id.is_(None))
    made = [
        sorted(
            (one.kind, one.number, one.copy)
            for one in map(document_from_json, store.read(papers_of(papers)).result())
        )
        for store in (lost, older)
    ]
    assert made[0] == made[1]
    assert len(made[0]) == 3
    journal = lost.read_journal()
    assert older.write(lambda s: verify(s, journal)).result().findings == ()
    lost.close()
    older.close()


def papers_of(papers: Any) -> Callable[[ReadSession], list[str]]:
    """Read the papers that are about no visit."""
    return lambda read: list(read.execute(papers).scalars())
