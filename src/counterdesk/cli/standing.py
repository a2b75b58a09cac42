"""`counterdesk centre status`, in words."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from counterdesk.cli.where import centre_at
from counterdesk.core.i18n import _, ngettext

if TYPE_CHECKING:
    from counterdesk.sync.centre.standing import CentreStanding, CounterStanding

_SKEW_WORTH_TELLING_MS = 120_000
_SOON = timedelta(days=30)


def status(given: argparse.Namespace) -> int:
    """Say how the centre and its counters stand."""
    from counterdesk.sync.centre.opening import open_centre
    from counterdesk.sync.centre.standing import centre_standing

    with centre_at(given) as where, open_centre(where.conninfo) as connection:
        found = centre_standing(connection)
    print(_("{name}, {currency}, schema {revision}").format(
        name=found.name, currency=found.currency, revision=found.revision))  # fmt: skip
    for line in (
        *_service(found), *_server(found), *_people(found), *_waiting(found), *_counters(found),
    ):  # fmt: skip
        print(line)
    return 0


def _service(found: CentreStanding) -> Iterator[str]:
    if found.service_runs:
        yield _("The service runs.")
        return
    ago = _ago(found.service_seen_at, found.now)
    text = _(
        "The service does not run (seen: {ago}). Counters go on; new ones are not certified "
        "and people are not told. Start it: counterdesk centre serve"
    )
    yield text.format(ago=ago)


def _server(found: CentreStanding) -> Iterator[str]:
    if text := _running_out(found.server_until, found.now):
        yield _("The server's certificate {runs_out}. Then no counter reaches it. Make another: "
                "counterdesk centre server-certificate").format(runs_out=text)  # fmt: skip
    if text := _running_out(found.authority_until, found.now):
        yield _("The certificate that vouches for the server {runs_out}. Then no counter trusts "
                "it.").format(runs_out=text)  # fmt: skip


def _running_out(until: datetime | None, now: datetime) -> str:
    """Return when a certificate ends, in words, if that is soon or was."""
    if until is None or until > now + _SOON:
        return ""
    ended = _("ran out on {date}") if until < now else _("runs out on {date}")
    return ended.format(date=until.date().isoformat())


def _people(found: CentreStanding) -> Iterator[str]:
    if found.people_valid_until is None:
        told = _("never told to the counters")
    else:
        hours = int((found.people_valid_until - found.now) / timedelta(hours=1))
        told = ngettext(
            "as told to the counters: good for {count} more hour",
            "as told to the counters: good for {count} more hours",
            hours,
        ).format(count=hours)
    people = ngettext("{count} person may sign in", "{count} people may sign in", found.people)
    yield f"{people.format(count=found.people)}, {told}."


def _waiting(found: CentreStanding) -> Iterator[str]:
    if found.suspended:
        yield _("{count} events wait in suspense with {money}.").format(
            count=found.suspended, money=_money(found)
        )
    for kind, count in found.work_items.items():
        text = _("{count} x {kind}: somebody must look at it (centre matters).")
        yield text.format(count=count, kind=kind)
    if not found.suspended and not found.work_items:
        yield _("Nothing waits for anybody.")


def _money(found: CentreStanding) -> str:
    from babel.numbers import get_currency_precision

    from counterdesk.core.money import Currency, format_number

    amounts = [
        f"{format_number(minor, Currency(code, get_currency_precision(code), ''), 'en')} {code}"
        for code, minor in found.suspense_minor.items()
    ]
    return ", ".join(amounts) or _("no money")


def _counters(found: CentreStanding) -> Iterator[str]:
    for counter in found.counters:
        office = f", {counter.office}" if counter.office else ""
        yield f"{counter.code}  {counter.name}{office}: {'; '.join(_counter(counter, found.now))}"
    if not found.counters:
        yield _("There are no counters yet: centre add-counter")


def _counter(counter: CounterStanding, now: datetime) -> Iterator[str]:
    if counter.status == "invited":
        late = counter.invited_until < now
        yield _("its code is too old: add-counter --renew") if late else _("waits for its till")
        return
    yield {"active": _("works"), "enrolling": _("waits for its certificate")}.get(
        counter.status, _("revoked")
    )
    yield _("seen: {ago}").format(ago=_ago(counter.last_seen_at, now))
    yield ngettext("{count} event kept", "{count} events kept", counter.events).format(
        count=counter.events
    )
    if counter.events > counter.verified:
        yield _("{count} signatures not checked yet").format(
            count=counter.events - counter.verified
        )
    yield _("{count} numbers leased").format(count=counter.numbers_leased)
    if counter.skew_ms is not None:
        yield _skew(counter.skew_ms)
    if text := _running_out(counter.certified_until, now):
        yield _("its certificate {runs_out}").format(runs_out=text)
    if counter.app_version:
        yield counter.app_version


def _skew(skew_ms: int) -> str:
    text = _("clock {seconds:+.1f} s").format(seconds=skew_ms / 1000)
    if abs(skew_ms) > _SKEW_WORTH_TELLING_MS:
        return f"{text} - {_('set it right')}"
    return text


def _ago(at: datetime | None, now: datetime) -> str:
    if at is None:
        return _("never")
    minutes = int((now - at) / timedelta(minutes=1))
    if minutes < 1:
        return _("just now")
    if minutes < 120:  # noqa: PLR2004 - two hours read better as minutes
        return ngettext("{count} minute ago", "{count} minutes ago", minutes).format(count=minutes)
    return _("on {date}").format(date=at.astimezone().isoformat(" ", "minutes"))
