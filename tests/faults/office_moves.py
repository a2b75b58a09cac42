"""What happens at the centre of a simulated network, a step each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterdesk.sync.records import AccountFacts
from tests.faults.simulated_till import SimulatedTill
from tests.sync.tills import account

if TYPE_CHECKING:
    from tests.faults.simulation import Simulation

_MOST_BILLS = 12
_MOST_CANCELLED = 8
_STEPS_FOR_ANOTHER = 100
"""In a long run there may be more of both."""

_MANY_NUMBERS = 100_000


def bill(run: Simulation, _till: SimulatedTill) -> str:
    """An account gets another bill."""
    place = run.chance.randrange(len(run.accounts))
    amounts = [one.amount_minor for one in run.accounts[place].charges]
    if len(amounts) >= _MOST_BILLS + run.plan.steps // _STEPS_FOR_ANOTHER:
        return "enough"
    known = run.accounts[place]
    fresh = account(10_001 + place, *amounts, run.amount())
    _import(run, place, replace(fresh, consumer=known.consumer))
    return "new"


def _import(run: Simulation, place: int, account_now: AccountFacts) -> None:
    run.accounts[place] = account_now
    run.import_account(account_now)


def rename(run: Simulation, _till: SimulatedTill) -> str:
    """A customer is called something else."""
    place = run.chance.randrange(len(run.accounts))
    known = run.accounts[place]
    name = f"Nóra Number {run.chance.randrange(100)}"
    _import(run, place, replace(known, consumer=replace(known.consumer, name=name)))
    return "done"


def cancel(run: Simulation, _till: SimulatedTill) -> str:
    """A charge is taken back, paid or not."""
    charge = run.chance.choice(run.chance.choice(run.accounts).charges)
    most = _MOST_CANCELLED + run.plan.steps // _STEPS_FOR_ANOTHER
    if charge.charge_id in run.forgotten or len(run.cancelled) >= most:
        return "not this one"
    run.cancelled.add(charge.charge_id)
    run.centre.cancel(charge.charge_id)
    return "done"


def forget(run: Simulation, _till: SimulatedTill) -> str:
    """The centre loses a charge that the counters know."""
    charge = run.chance.choice(run.chance.choice(run.accounts).charges)
    if charge.charge_id in run.cancelled or not run.centre.forget(charge.charge_id):
        return "not this one"
    run.forgotten.add(charge.charge_id)
    return "done"


def setting(run: Simulation, _till: SimulatedTill) -> str:
    """The office changes a setting."""
    run.notes_limit = run.chance.randint(100, 900)
    run.centre.set_setting("notes_limit", run.notes_limit)
    return "changed"


def apply_again(run: Simulation, _till: SimulatedTill) -> str:
    """Somebody looks after what is in suspense."""
    run.centre.apply_again()
    return "tried"


def prune(run: Simulation, _till: SimulatedTill) -> str:
    """The feed forgets all but its newest."""
    run.centre.prune(run.chance.randint(1, 30))
    return "done"


def back_up(run: Simulation, _till: SimulatedTill) -> str:
    """A copy of the centre is kept."""
    run.centre.back_up()
    run.backed_up, run.restored = True, 0
    return "done"


def restore(run: Simulation, _till: SimulatedTill) -> str:
    """The centre is put back to that copy."""
    if not run.backed_up or run.plan.years:  # no copy knows what such a counter leased
        return "not possible"
    run.restored += 1  # perhaps to the same copy again: the numbers must go on beyond both times
    run.put_back = True
    run.centre.restore(run.restored * _MANY_NUMBERS, by_the_book=run.plan.by_the_book)
    run.tell_office_anew()
    return "done"


def shake(run: Simulation, _till: SimulatedTill) -> str:
    """The centre's processes are killed."""
    run.centre.shake()
    return "done"
