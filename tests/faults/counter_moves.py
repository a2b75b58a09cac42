"""What counters do in a simulated network, and what happens to them, a step each."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from counterdesk.sync.link import CentreAway
from tests.faults import office_moves as at_centre
from tests.faults.given_up import give_up
from tests.faults.simulated_till import SimulatedTill
from tests.faults.tampering import tamper
from tests.faults.weather import Weather
from tests.sync.scripted_link import HeldClock

if TYPE_CHECKING:
    from tests.faults.simulation import Simulation

_MOST_LEDGERS = 5
_HALF_A_DAY = timedelta(hours=12)


def pay(run: Simulation, till: SimulatedTill) -> str:
    """Somebody pays for one account or two."""
    chosen = run.chance.sample(run.accounts, run.chance.choice((1, 1, 1, 2)))
    return till.pay([one.consumer.consumer_id for one in chosen])


def undo(run: Simulation, till: SimulatedTill) -> str:
    """A payment is undone, in one of the ways there are."""
    return till.undo(run.chance.choice(run.accounts).consumer.consumer_id)


def dispute(run: Simulation, till: SimulatedTill) -> str:
    """Somebody doubts a payment, or a doubt is settled."""
    return till.dispute(run.chance.choice(run.accounts).consumer.consumer_id)


def shift(_run: Simulation, till: SimulatedTill) -> str:
    """The day begins or ends."""
    return till.change_shift()


def work(run: Simulation, till: SimulatedTill) -> str:
    """Sync does a few things."""
    for _step in range(run.chance.randint(1, 6)):
        run.exchanges += 1
        rest = till.step()
        if rest.seconds and run.chance.random() < 0.6:
            till.clock.advance(rest.seconds)
    return str(till.outbox.waiting)


def odd_act(run: Simulation, till: SimulatedTill) -> str:
    """An act of a kind that this centre does not know, with money or without."""
    money = run.chance.choice((0, 0, 700))
    tenders = {"cash": money} if money else {}
    till.store.write(
        lambda s: s.record(
            "meter.read", {"old": True}, cash_delta_minor=money, tender_totals=tenders
        )
    ).result()
    return f"with {money}"


def weather(run: Simulation, till: SimulatedTill) -> str:
    """The line gets better or worse."""
    kinds = (Weather.FAIR, Weather.FAIR, Weather.FLAPPING, Weather.DEAF, Weather.AWAY)
    till.link.weather = run.chance.choice(kinds)
    return till.link.weather.name


def die(_run: Simulation, till: SimulatedTill) -> str:
    """The process is killed between two steps."""
    till.link.crash()
    return ""


def die_soon(run: Simulation, till: SimulatedTill) -> str:
    """The process is killed while the centre is asked."""
    till.link.crash_after = run.chance.randint(1, 6)
    return work(run, till)


def die_in_page(run: Simulation, till: SimulatedTill) -> str:
    """The process is killed between a page of the feed and its cursor."""
    run.dying_in_page = till
    try:
        return work(run, till)
    finally:
        run.dying_in_page = None


def time(run: Simulation, till: SimulatedTill) -> str:
    """Time goes on, at one counter or at all."""
    seconds = run.chance.choice((5, 60, 1_000, 20_000, 90_000))
    everywhere = [run.centre.clock, *(one.clock for one in run.tills)]
    for clock in everywhere if run.chance.random() < 0.8 else [till.clock]:
        clock.advance(seconds)
    return f"goes on, {seconds} s"


def wrong_clock(run: Simulation, till: SimulatedTill) -> str:
    """A clock is set wrongly, or right again."""
    off = abs(till.clock.now - run.centre.clock.now)
    if off > _HALF_A_DAY and run.chance.random() < 0.7:
        till.clock.now = run.centre.clock.now
        return "set right"
    days = run.chance.choice((-1, -1, 1, 365, -365) if run.plan.years else (-1, -1, 1))
    till.clock.now += timedelta(days=days)
    return f"set, {days} days off"


def clone(run: Simulation, till: SimulatedTill) -> str:
    """The disk is copied into a second machine, which then sells too."""
    if _ledgers(run) >= _MOST_LEDGERS:
        return "enough"
    twin = SimulatedTill(till.copy_files(), HeldClock(till.clock.now), Random(run.chance.random()))
    twin.link.inner = till.link.inner
    twin.saved = list(till.saved)
    run.tills.append(twin)
    return "made"


def _ledgers(run: Simulation) -> int:
    return len(run.tills) + len(run.left)


def keep_image(_run: Simulation, till: SimulatedTill) -> str:
    """An image of the machine is kept."""
    if till.older is not None or till.newer is not None:
        return "not again"
    till.older = till.image()
    return "kept"


def roll_back(run: Simulation, till: SimulatedTill) -> str:
    """The machine is put back to an older day, and nobody notices yet."""
    if till.older is None or _ledgers(run) >= _MOST_LEDGERS:
        return "not possible"
    till.newer = till.go_on_with(till.older)
    till.older = None
    return "done"


def put_right(run: Simulation, till: SimulatedTill) -> str:
    """Somebody finds the newest data again."""
    if till.newer is None:
        return "not needed"
    run.given_up.append(give_up(till.go_on_with(till.newer)))
    till.newer = None
    return "done"


def replace(run: Simulation, till: SimulatedTill) -> str:
    """A machine that shares its name with another is given up, and a new counter takes its place.

    Who is stopped without such a reason stays, to be found out. A copy of the centre is made: who
    is let in after the last copy is gone with a restore.
    """
    if till.outbox.stopped is None or till.counter_id not in run.gone_apart:
        return "not needed"
    run.tills.remove(till)
    run.given_up += [give_up(one) for one in till.end()]
    if len(run.tills) < run.plan.counters:
        run.add_till()
        at_centre.back_up(run, till)
    return "done"


def change_outbox(run: Simulation, till: SimulatedTill) -> str:
    """Somebody with the key changes what waits."""
    if till.outbox.stopped is not None:
        return "not now"
    try:
        return tamper(till, run.centre.last_seq(till.counter_id), run.chance)
    except CentreAway:
        return "the line broke meanwhile"
