"""Five hundred payments taken without the centre, and how long until it has them all."""

from __future__ import annotations

import time

from benchmarks.centre_to_measure import centre_to_measure
from tests.sync.tills import Till, account, import_accounts, till_at

_QUEUED = 500
_BILLS = 10


def figures(queued: int = _QUEUED) -> dict[str, float]:
    """Return seconds of the drain, and what this process computes of it."""
    with centre_to_measure() as (centre, folder):
        centre.execute("set synchronous_commit = off")  # of this connection: it only prepares
        import_accounts(centre, [account(place, *[1_000] * _BILLS)
                                 for place in range(1, queued // _BILLS + 1)])  # fmt: skip
        till = till_at(centre, folder, "C01")
        try:
            till.settle()
            till.open_shift()
            for paid in range(queued):
                till.pay(f"WU-{paid // _BILLS + 1}")
            return _drained(till)
        finally:
            till.close()


def _drained(till: Till) -> dict[str, float]:
    """The line is back: greet, send everything, and hear what became of it."""
    till.link.close()
    till.sync.ask_now()
    began, computed, steps = time.perf_counter(), time.process_time(), 0
    till.sync.look()
    queued = till.status.waiting
    while till.status.waiting:
        till.sync.step()
        steps += 1
    sent, computing = time.perf_counter() - began, time.process_time() - computed
    till.settle()
    return {
        "500 queued payments, all acknowledged, s": sent,
        "of it this process computing, s": computing,
        "steps, with the greeting": steps,
        "events/s": queued / sent,
        "until their echo was read, too, s": time.perf_counter() - began,
    }


if __name__ == "__main__":
    for name, figure in figures().items():
        print(f"{figure:10.2f}  {name}")
