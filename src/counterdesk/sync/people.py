"""Who may sign in here, taken from the centre only where the utility itself signed it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import delete, insert, select

from counterdesk.core.events import instant_text
from counterdesk.core.people_told import (
    SEALING_STATE,
    VALID_UNTIL_STATE,
    PeopleTold,
    PersonTold,
    people_to_sign,
    read_people,
)
from counterdesk.core.receipt_code import certificate_to_sign, read_certificate
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Credential, State
from counterdesk.store.session import CounterIdentity, ReadSession, Session
from counterdesk.sync.link import OfficeFacts, Snapshot

_credentials, _state = table_of(Credential), table_of(State)
_ISSUED = "people.issued"
_EVERY_OFFICE = ""


class NotTrusted(Exception):
    """What the centre tells of people is not the utility's word: those known here stay."""


def take_people(session: Session, facts: OfficeFacts) -> bool:
    """Let those sign in here whom the utility names, and nobody else.

    Returns:
        Whether anything was new.

    Raises:
        NotTrusted: It is not signed as it must be, or older than what is known.
    """
    told = _told(facts, session.counter)
    issued = {one.office: instant_text(one.issued_at_utc) for one in told}
    known = _known_issue(session)
    if issued == known or not told:
        return False
    if any(issued.get(office, "") < before for office, before in known.items()):
        raise NotTrusted("what is told of people is older than what is known here")
    _replace(session, _people(told))
    valid_until = min(one.valid_until_utc for one in told)
    session.keep_state(_ISSUED, json.dumps(issued))
    session.keep_state(VALID_UNTIL_STATE, instant_text(valid_until))
    session.keep_state(SEALING_STATE, told[0].sealing_key.hex())
    session.record("people.told", {"issued": issued, "count": len(_people(told))})
    return True


def _told(facts: OfficeFacts, counter: CounterIdentity) -> tuple[PeopleTold, ...]:
    mine = [one for one in facts.snapshots if one.office in {_EVERY_OFFICE, counter.office}]
    if not mine:
        return ()
    try:
        key = utility_key(facts, counter)
        return tuple(_verified(key, one) for one in sorted(mine, key=lambda one: one.office))
    except (ValueError, TypeError, InvalidSignature) as error:
        raise NotTrusted(str(error) or "a signature is not the utility's") from error


def utility_key(facts: OfficeFacts, counter: CounterIdentity) -> Ed25519PublicKey:
    """Return the key that the settings name, if it is the one that certified this counter.

    So whoever can change the centre's settings can still not name cashiers of their own.
    """
    told = json.loads(facts.settings.get("utility_public_key", '""'))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(told))
    certificate, signature = read_certificate(counter.certificate)
    key.verify(signature, certificate_to_sign(certificate))
    if certificate.public_key != counter.public_key:
        raise ValueError("the certificate kept here is another counter's")
    return key


def _verified(key: Ed25519PublicKey, snapshot: Snapshot) -> PeopleTold:
    key.verify(snapshot.signature, people_to_sign(snapshot.body))
    told = read_people(snapshot.body)
    if told.office != snapshot.office:
        raise ValueError("people of one office are told as another's")
    return told


def _people(told: Sequence[PeopleTold]) -> list[PersonTold]:
    """Return each person once; what an office says of one counts more than what all say."""
    return list({one.login: one for each in told for one in each.people}.values())


def _replace(session: Session, people: Sequence[PersonTold]) -> None:
    session.execute(delete(_credentials))
    if people:
        session.execute(insert(_credentials), [_row(session, person) for person in people])


def _row(session: Session, person: PersonTold) -> dict[str, Any]:
    pin = session.pepper(person.pin_hash) if person.pin_hash else None
    return {
        "user_id": person.user_id,
        "login": person.login,
        "name": person.name,
        "role": person.role.value,
        "password_salt": person.password_salt,
        "password_hash": session.pepper(person.password_hash),
        "pin_salt": person.pin_salt or None,
        "pin_hash": pin,
        "memory_kib": person.memory_kib,
        "passes": person.passes,
        "lanes": person.lanes,
        "active": person.active,
    }


def _known_issue(read: ReadSession) -> dict[str, str]:
    text = read.execute(select(_state.c.value).where(_state.c.name == _ISSUED)).scalar()
    return dict(json.loads(text)) if text else {}
