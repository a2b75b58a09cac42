"""The centre of a simulated network as a real PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from counterdesk.core.dates import months_later
from counterdesk.core.permissions import Role
from counterdesk.sync.centre.answering import answer_changes
from counterdesk.sync.link import Link
from counterdesk.sync.postgres_link import PostgresLink
from counterdesk.sync.records import AccountFacts, PastBackFacts, PastDisputeFacts
from tests.faults.simulated_centre import Money, Seen
from tests.sync.centres import CentreUnderTest
from tests.sync.scripted_link import HeldClock
from tests.sync.tills import publish

_VISITS = """
with visit as (
    select counter_id, event_seq, tendered_minor - change_minor as kept, rounding_minor
    from cd.payment_transaction
    union all select counter_id, event_seq, (select sum(amount_minor)::bigint
        from cd.undone_settlement as s where s.undo_id = u.id), 0
    from cd.undo as u where kind = 'moved'
)
select counter_id, event_seq, kept, coalesce(allocated.applied, 0), coalesce(allocated.credited, 0),
    coalesce(over.minor, 0), rounding_minor, coalesce(allocated.undone, 0)
from visit
left join (
    select counter_id, event_seq, sum(applied_minor)::bigint as applied,
        sum(credited_minor)::bigint as credited, sum(undone_minor)::bigint as undone
    from cd.allocation as a join cd.payment as p on p.id = a.payment_id group by 1, 2
) as allocated using (counter_id, event_seq)
left join (
    select counter_id, event_seq, sum(o.amount_minor)::bigint as minor
    from cd.overpayment as o join cd.payment as p on p.id = o.payment_id group by 1, 2
) as over using (counter_id, event_seq)"""
_UNDOS = """select u.counter_id, u.event_seq, u.kind::text, sum(s.amount_minor)::bigint,
    coalesce(sum(s.amount_minor) filter (where s.born_note_id is not null), 0)::bigint
from cd.undo as u join cd.undone_settlement as s on s.undo_id = u.id group by 1, 2, 3"""
_OWN_CHARGES = "select charge_id, consumer_id, credit_note_id, amount_minor from cd.undo_charge"
_BACKS = """select id, kind, number, business_date, type, method, channel, counter, cashier,
    giving_counter, given_by, amount_minor, collected_minor, reopened_minor,
    payment_id from cd.given_back"""
_DISPUTES = """select id, number, payment_id, payment_number, receipt_number, account_number,
    consumer_name, payment_amount_minor, category, amount_minor, words, business_date,
    raised_at_utc, user_name, counter, outcome, closed_words, closed_at_utc, closed_by
from cd.dispute"""
_SPENT = """select tender_id, credit_note_id, amount_minor - overspent_minor, overspent_minor
from cd.credit_spent"""
_CHANGED = "select id, credit_note_id, overspent_minor from cd.credit_note_change"
_OWED = """select charge_id, paid_minor, case when cancelled or replaced_by_plan then 0
    else greatest(amount_minor - paid_minor, 0) end from cd.charge"""


class ForReal:
    """A PostgreSQL with the centre's schema."""

    def __init__(self, centre: CentreUnderTest, clock: HeldClock) -> None:
        self.centre = centre
        self.clock = clock
        self.tells_since = months_later(datetime.now(UTC).date(), -13)  # by a clock of its own
        self._links: list[PostgresLink] = []

    def add_counter(self, code: str, counter_id: UUID, public_key: bytes) -> Link:
        login = self.centre.add_counter(code, counter_id, public_key)
        self._links.append(PostgresLink(login.conninfo))
        return self._links[-1]

    def import_account(self, account: AccountFacts) -> None:
        consumer_id = account.consumer.consumer_id
        self._put("consumer", "consumer_id", asdict(account.consumer))
        for one in account.charges:
            row = asdict(one) | {"consumer_id": consumer_id, "cancelled": False}
            del row["applied_through"]
            self._put("charge", "charge_id", row)

    def _put(self, table: str, key: str, row: dict[str, Any]) -> None:
        """Write a row, and tell it if that changed anything; what was paid stays."""
        facts = [one for one in row if one != "paid_minor"]
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        old, new = (", ".join(f"{of}.{one}" for one in facts) for of in ("x", "excluded"))
        changed = self.centre.execute(
            f"insert into cd.{table} as x ({names}) values ({marks})"
            f" on conflict ({key}) do update set ({', '.join(facts)}) = row({new})"
            f" where ({old}) is distinct from ({new}) returning 1",
            tuple(row.values()),
        )
        if changed:
            publish(self.centre, table, row[key])

    def cancel(self, charge_id: UUID) -> None:
        self.centre.execute(
            "update cd.charge set cancelled = true where charge_id = %s", (charge_id,)
        )
        publish(self.centre, "charge", charge_id)

    def forget(self, charge_id: UUID) -> bool:
        gone = "delete from cd.charge where charge_id = %s and paid_minor = 0 returning 1"
        return bool(self.centre.execute(gone, (charge_id,)))

    def set_setting(self, name: str, value: Any) -> None:
        self.centre.set_setting(name, value)
        publish(self.centre, "setting", name)

    def add_person(self, user_id: UUID, role: Role) -> None:
        self.centre.add_person(user_id, role)

    def answer_changes(self) -> None:
        with psycopg.connect(self.centre.conninfo, autocommit=True) as connection:
            while answer_changes(connection, X25519PrivateKey.generate()):
                pass

    def prune(self, keep: int) -> None:
        self.centre.execute(
            "delete from cd.change where sync_seq <= (select max(sync_seq) from cd.change) - %s",
            (keep,),
        )

    def back_up(self) -> None:
        self.hang_up()
        self.centre.keep_copy()

    def restore(self, skip: int, *, by_the_book: bool) -> None:
        self.hang_up()
        self.centre.put_back_copy()
        done = "after_restore" if by_the_book else "skip_numbers"
        self.centre.execute(f"select cd.{done}(%s, %s)", (skip, self.clock.now.date()))

    def apply_again(self) -> None:
        waiting = "select counter_id, seq from cd.suspense where state = 'open' order by 1, 2"
        for place in self.centre.execute(waiting):
            self.centre.execute("select cd.apply_again(%s, %s)", place)

    def last_seq(self, counter_id: UUID) -> int:
        return int(
            self.centre.value(
                "select last_seq from cd.counter where counter_id = %s", (counter_id,)
            )
        )

    def shake(self) -> None:
        self.centre.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )

    def hang_up(self) -> None:
        """Close every line."""
        for link in self._links:
            link.close()

    def look(self) -> Seen:
        rows = self.centre.execute
        owed = rows(_OWED)
        return Seen(
            events={
                (who, seq): (bytes(body), bytes(kept_hash))
                for who, seq, body, kept_hash in rows(
                    "select counter_id, seq, body, hash from cd.event"
                )
            },
            last={
                who: (seq, bytes(last_hash))
                for who, seq, last_hash in rows(
                    "select counter_id, last_seq, last_hash from cd.counter"
                )
            },
            paid={who: paid for who, paid, _open in owed},
            owed={who: left for who, _paid, left in owed},
            notes={
                row[0]: row[1:]
                for row in rows(
                    "select id, number, consumer_id, amount_minor, source_allocation"
                    " from cd.credit_note"
                )
            },
            left={
                who: (left, status)
                for who, left, status in rows(
                    "select credit_note_id, remaining_minor, status from cd.credit_now"
                )
            },
            spent={row[0]: row[1:] for row in rows(_SPENT)},
            payers=dict(rows("select id, consumer_id from cd.payment")),
            changed={row[0]: row[1:] for row in rows(_CHANGED)},
            visits={(row[0], row[1]): Money(*row[2:]) for row in rows(_VISITS)},
            floats={
                (who, seq): money
                for who, seq, money in rows(
                    "select counter_id, event_seq, float_minor from cd.shift"
                )
            },
            moves={
                (who, seq): money
                for who, seq, money in rows(
                    "select counter_id, event_seq, delta_minor from cd.drawer_move"
                )
            },
            undos={(row[0], row[1]): row[2:] for row in rows(_UNDOS)},
            undone_tenders=dict(
                rows(
                    "select tender_id, sum(amount_minor)::bigint from cd.undone_settlement"
                    " group by 1"
                )
            ),
            withdrawn=dict(rows("select id, withdrawn_minor from cd.credit_note")),
            own_charges={row[0]: row[1:] for row in rows(_OWN_CHARGES)},
            cash_only=frozenset(
                who for (who,) in rows("select consumer_id from cd.consumer where cash_only")
            ),
            statuses=dict(rows("select id, status::text from cd.payment")),
            collected={
                row[0]: row[1:]
                for row in rows(
                    "select id, business_date, method::text, collected_minor from cd.payment"
                )
            },
            settled={
                row[0]: row[1:]
                for row in rows(
                    "select id, settled_minor, settled_days, settled_parts from cd.payment"
                )
            },
            backs={row[0]: PastBackFacts(*row) for row in rows(_BACKS)},
            disputes={row[0]: PastDisputeFacts(*row) for row in rows(_DISPUTES)},
            suspense={
                (row[0], row[1]): row[2:]
                for row in rows(
                    "select counter_id, seq, state, coalesce(cash_delta_minor, 0), tenders, reason"
                    " from cd.suspense"
                )
            },
            numbers={
                (series, number): who
                for series, number, who in rows(
                    "select series, number, counter_id from cd.number_used"
                )
            },
            leases=frozenset(
                rows("select counter_id, series, year, first, last from cd.number_lease")
            ),
            settings={
                name: (value, version)
                for name, value, version in rows("select name, value, version from cd.setting")
            },
            asked={
                (who, seq): answer
                for who, seq, answer in rows(
                    "select counter_id, seq, coalesce(answer, '') from cd.asked_change"
                )
            },
            foreign=frozenset(
                rows(
                    "select counter_id, seq, subject from cd.work_item"
                    " where kind = 'foreign_number'"
                )
            ),
            head_seq=self.centre.value("select coalesce(max(sync_seq), 0) from cd.change"),
        )  # fmt: skip
