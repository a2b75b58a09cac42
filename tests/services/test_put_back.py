"""Acts that were lost and are put back: of every kind, and of no other."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import counterdesk
from counterdesk.core.errors import UserError
from counterdesk.core.events import canonical_bytes, chain_hash
from counterdesk.services.put_back import KINDS, put_back
from counterdesk.store.session import JournalEntry, Session

_RECORDED = re.compile(
    r"""record(?:_of)?\(\s*(?:session,\s*)?"([a-z_]+\.[a-z_]+)"|^_GRANTED\ =\ "([a-z_.]+)\"""",
    re.MULTILINE | re.VERBOSE,
)


def test_every_kind_of_act_that_is_recorded_can_be_put_back() -> None:
    rooms = Path(counterdesk.__file__).parent
    texts = (path.read_text("utf-8") for path in rooms.rglob("*.py"))
    kinds = {one or other for text in texts for one, other in _RECORDED.findall(text)}
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
