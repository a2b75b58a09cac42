"""A queue's worker: one thread for one door, one job at a time, none of them twice.

Its rows come through callables: taking a job commits it as `sending` before the first byte goes
out, so that a crash leaves a question, never a second original.
"""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

from counterdesk.core.print_states import PrintState
from counterdesk.printing.printer import Outcome

_log = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS: Final = 1.0


class QueuedJob(Protocol):
    """A job that was taken from the queue and is committed as `sending`."""

    @property
    def job_id(self) -> UUID:
        """The job's own id."""

    @property
    def document(self) -> str:
        """The frozen document as JSON."""

    @property
    def attempts(self) -> int:
        """How often it was taken, this time included."""

    @property
    def created_at_utc(self) -> datetime:
        """When it was queued."""


J = TypeVar("J", bound=QueuedJob)


class QueueWorker(ABC, Generic[J]):
    """Sends what waits in a queue, on a thread of its own.

    Args:
        next_job: Takes a waiting job, commits it as `sending`; None if none waits.
        note_state: Commits a job's new state and the reason for it.
        name: What the thread is called.
    """

    longest_pause_seconds = 10.0
    """The pause after a blocked job begins with a second and doubles up to this."""

    idle_seconds: float | None = None
    """How often `_while_idle` is called; None for never."""

    def __init__(
        self,
        next_job: Callable[[], J | None],
        note_state: Callable[[UUID, PrintState, str], None],
        name: str,
    ) -> None:
        self._next_job = next_job
        self._note_state = note_state
        self._unnoted: tuple[UUID, Outcome] | None = None
        self._woken = threading.Event()
        self._hurried = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    @abstractmethod
    def _deliver(self, job: J) -> Outcome:
        """Send one job once, and tell what became of it."""

    def _between_jobs(self) -> None:
        """Do what must not wait behind a job, nor for a door that is blocked."""

    def _while_idle(self) -> None:
        """Look after the door while nothing waits."""

    @abstractmethod
    def _close_door(self) -> None:
        """Give up waiting for the other side: the program ends."""

    def start(self) -> None:
        """Start sending what waits."""
        self._thread.start()

    def wake(self) -> None:
        """Look into the queue now: something was committed. What is blocked is left its pause."""
        self._woken.set()

    def hurry(self) -> None:
        """Try what is blocked again at once: a person says that it is mended."""
        self._hurried.set()
        self._woken.set()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """Finish the job in hand and end; what waits stays queued."""
        self._stopping.set()
        self.hurry()
        self._close_door()
        self._thread.join(timeout_seconds)

    def _work(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            self._woken.clear()
            self._hurried.clear()
            # Asked after clearing: `stop` says so first, then wakes, and is never missed.
            if self._stopping.is_set():
                return
            if self._safely(self._send_waiting):
                self._rest(pause)
                pause = min(pause * 2, self.longest_pause_seconds)
            else:
                pause = _FIRST_PAUSE_SECONDS
                while not self._woken.wait(self.idle_seconds):
                    self._safely(self._look_after)

    def _rest(self, seconds: float) -> None:
        """Leave a blocked door alone: commits do not cut this short, only a person does."""
        end = time.monotonic() + seconds
        while not self._hurried.is_set() and (left := end - time.monotonic()) > 0:
            if self._woken.wait(left) and not self._hurried.is_set():
                self._woken.clear()
                self._safely(self._look_between)

    def _look_after(self) -> bool:
        self._while_idle()
        return False

    def _look_between(self) -> bool:
        self._between_jobs()
        return False

    def _safely(self, work: Callable[[], bool]) -> bool:
        try:
            return work()
        except Exception:  # noqa: BLE001 - the thread outlives what it cannot mend
            _log.exception("%s: the queue cannot be read or written", self._thread.name)
            return True

    def _send_waiting(self) -> bool:
        """Send until nothing waits or the door is blocked; tell whether it is."""
        self._note_outcome()
        while not self._stopping.is_set():
            self._between_jobs()
            job = self._next_job()
            if job is None:
                return False
            outcome = self._deliver(job)
            self._unnoted = (job.job_id, outcome)
            self._note_outcome()
            if outcome.state is PrintState.BLOCKED:
                return True
        return False

    def _note_outcome(self) -> None:
        """Note what became of the last job; until that is saved, no other one is begun."""
        if self._unnoted is not None:
            job_id, outcome = self._unnoted
            with suppress(ValueError):  # somebody has settled it meanwhile
                self._note_state(job_id, outcome.state, outcome.detail)
            self._unnoted = None
