"""Recovering a counter's ledger: what each place kept is put together, checked, and swapped in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterdesk.cli.recovery_sources import Kept, kept_here, recorded_at
from counterdesk.core.clock import Clock
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.services.people import anyone_may_sign_in
from counterdesk.services.put_back import put_back, who_was_set_up
from counterdesk.services.verification import record_findings, verify
from counterdesk.store.beside import LedgerBeside
from counterdesk.store.folder import Folder
from counterdesk.store.histories import History, Witness, one_history, reaches
from counterdesk.store.keys import Secrets, open_key_file
from counterdesk.store.lock import take_folder
from counterdesk.store.reference import create_empty_reference, reference_is_sound
from counterdesk.store.refusals import file_refusal
from counterdesk.store.session import CounterIdentity
from counterdesk.store.unlock import KeySource
from counterdesk.sync.address import read_address
from counterdesk.sync.link import CentreAway, CentreRefused
from counterdesk.sync.own_acts import (
    ask_for_everything_anew,
    create_reference_of_settings,
    own_acts,
    own_name,
)
from counterdesk.sync.postgres_link import PostgresLink


class Step(StrEnum):
    """What is done; told as it happens."""

    FOUND = "found"
    """Everything that every place kept is read, and they agree."""
    BUILT = "built"
    VERIFIED = "verified"
    KEPT = "kept"
    """The files as they were lie aside."""
    LEDGER = "ledger"
    """The new ledger has the old one's name: from here on the counter is whole."""
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class Given:
    """How many acts came from one place."""

    source: str
    count: int


@dataclass(frozen=True, slots=True)
class Recovered:
    """How a counter's data stands after it was recovered."""

    given: tuple[Given, ...]
    last_seq: int
    last_at_utc: datetime
    aside: Path | None = None
    """Where the files lie as they were; None where nothing was missing, and nothing changed."""
    put_back: int = 0
    """Acts that the ledger begun with did not have."""
    remarks: tuple[str, ...] = ()
    """Sentences about what was no good, or did not answer."""
    findings: tuple[str, ...] = ()
    """What `verify` says of the ledger as it is now."""
    may_sign_in: bool = True
    """Whether anybody is known who may."""


def recover(
    path: Path, unlock: KeySource, clock: Clock, told: Callable[[Step], None] = lambda _step: None
) -> Recovered:
    """Make a counter's ledger whole again, from every place that kept a part of it.

    Args:
        path: The data folder; no program may have it open.
        unlock: Opens its key file.
        clock: The time.
        told: Told of every step.

    Raises:
        UserError: It cannot be done; the sentence says why, and that nothing was changed.
    """
    folder = Folder(path)
    if not folder.keys.exists():
        raise UserError(_("The data folder {folder} holds no counter yet.").format(folder=path))
    lock = take_folder(folder)
    try:
        return _Recovery(folder, open_key_file(folder.keys, unlock), clock, told).run()
    finally:
        lock.release()


class _Recovery:
    """One run of it."""

    def __init__(
        self, folder: Folder, secrets: Secrets, clock: Clock, told: Callable[[Step], None]
    ) -> None:
        self._folder = folder
        self._secrets = secrets
        self._clock = clock
        self._told = told
        self._beside = LedgerBeside(folder, secrets, clock)
        signing = Ed25519PrivateKey.from_private_bytes(secrets.signing_key)
        self._public_key = signing.public_key().public_bytes_raw()
        self._address = read_address(folder, secrets.data_key)
        self._link = PostgresLink(self._address.conninfo(folder)) if self._address else None

    def run(self) -> Recovered:
        try:
            return self._run()
        except UserError:
            self._beside.drop()  # what a crash leaves, the next run drops
            raise
        except OSError as error:
            self._beside.drop()
            raise UserError(file_refusal(self._folder.ledger, error)) from error
        finally:
            if self._link is not None:
                self._link.close()

    def _run(self) -> Recovered:
        self._beside.begin()
        self._prepare_reference()
        kept = kept_here(self._beside, self._folder, self._secrets, self._public_key)
        witnesses = (*kept.witnesses, self._centre(kept))
        history = one_history(witnesses, self._public_key)
        if not history.entries:
            raise UserError(_("There is no act of this counter to recover. Nothing was changed."))
        names = (one.name for one in witnesses)
        whole = Recovered(
            tuple(map(Given, names, history.given)),
            len(history.entries),
            recorded_at(history.entries[-1]),
            remarks=tuple(kept.remarks),
        )
        self._told(Step.FOUND)
        if kept.lacks_nothing_of(history):
            self._beside.drop()
            return whole
        return self._build(kept, history, whole)

    def _build(self, kept: Kept, history: History, whole: Recovered) -> Recovered:
        if not kept.has_ledger:
            self._beside.begin_empty(self._identity(history))
        with self._beside.transaction() as session:
            lost = history.entries[session.head.seq :]
            if lost or not kept.is_present:
                put_back(session, lost)
        journal = self._beside.write_journal()
        self._told(Step.BUILT)
        with self._beside.transaction() as session:
            _refuse_unless_sound(record_findings(session))
            findings = verify(session, journal).findings
            may_sign_in = anyone_may_sign_in(session)
        self._told(Step.VERIFIED)
        if self._link is not None and lost:
            ask_for_everything_anew(self._beside.reference.reference, self._secrets.data_key)
        aside = self._beside.take_over(lambda step: self._told(Step(step)))
        self._beside.drop()
        return replace(
            whole, aside=aside, put_back=len(lost), findings=findings, may_sign_in=may_sign_in
        )

    def _prepare_reference(self) -> None:
        """Where no `ref.db` is sound, have one that knows the settings: receipts are made of them.

        Raises:
            UserError: Only the centre knows them, and does not answer.
        """
        key = self._secrets.data_key
        if reference_is_sound(self._folder.reference, key):
            return
        self._beside.reference = self._beside.place
        path = self._beside.place.reference
        if self._link is None:
            create_empty_reference(path, key)
            return
        try:
            office = self._link.office_facts()
        except (CentreAway, CentreRefused) as error:
            raise UserError(_centre_is_needed(error)) from error
        create_reference_of_settings(path, key, office)

    def _centre(self, kept: Kept) -> Witness:
        """Return what the centre has; nothing where it does not answer and is not needed."""
        name = _("the centre")
        if self._link is None:
            return Witness(name, ())
        try:
            acts = own_acts(self._link, self._clock.now_utc(), reaches(kept.witnesses))
        except (CentreAway, CentreRefused) as error:
            if kept.needs_centre:
                raise UserError(_centre_is_needed(error)) from error
            kept.remarks.append(_without_centre(error))
            return Witness(name, ())
        return Witness(name, acts)

    def _identity(self, history: History) -> CounterIdentity:
        """Return who this counter is where no ledger says so.

        Raises:
            UserError: Only the centre knows it, and does not answer.
        """
        if self._address is None:
            return who_was_set_up(history.entries[0], self._public_key)
        try:
            return own_name(self._folder, self._address, self._public_key)
        except (CentreAway, CentreRefused) as error:
            raise UserError(_centre_is_needed(error)) from error


def _refuse_unless_sound(findings: tuple[str, ...]) -> None:
    if findings:
        raise UserError(
            _("What was put together is not whole, and nothing was changed. {finding} Call who "
              "looks after this counter.").format(finding=findings[0])
        )  # fmt: skip


def _centre_is_needed(error: Exception) -> str:
    return _(
        "Nothing was changed: what is left on this machine may not be all, only the centre knows, "
        "and it is not reached ({reason}). Run counterdesk recover again when it is."
    ).format(reason=error)


def _without_centre(error: Exception) -> str:
    return _(
        "The centre is not reached ({reason}). The journal here is whole, so nothing waits for it."
    ).format(reason=error)
