"""Whether every cent is accounted for: the sums that must agree, one query each."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select, text

from counterdesk.core.i18n import _
from counterdesk.models.ledger import PaymentTransaction
from counterdesk.services.verified_chain import Checked
from counterdesk.services.verified_credit import credit_checks
from counterdesk.services.verified_drawer import drawer_checks
from counterdesk.store.session import ReadSession


def sum_findings(read: ReadSession) -> Checked:
    """Add everything up again and name what does not agree."""
    count = read.execute(select(func.count()).select_from(PaymentTransaction)).scalar_one()
    return Checked(count, tuple(_wrong(read)))


def _wrong(read: ReadSession) -> Iterator[str]:
    for sentence, query in (*_checks(), *drawer_checks(), *credit_checks()):
        for (name,) in read.execute(text(query)):
            yield sentence.format(name=name)


def _checks() -> tuple[tuple[str, str], ...]:
    """Return each sum that must agree: what to say, and the query that finds who breaks it."""
    return (
        (
            _("Transaction {name}: its tenders are not what was tendered."),
            """select number from payment_transaction t where tendered_minor != (
            select coalesce(sum(amount_minor), 0) from tender where transaction_id = t.id)""",
        ),
        (
            _("Transaction {name}: the change of its tenders is not its change."),
            """select number from payment_transaction t where change_minor != (
            select coalesce(sum(change_minor), 0) from tender where transaction_id = t.id)""",
        ),
        (
            _("Transaction {name}: what it kept is not allocations, overpayments and rounding."),
            """select number from payment_transaction t
            where tendered_minor - change_minor - rounding_minor != (
            select coalesce(sum(a.amount_minor), 0) from allocation a
            join payment p on p.id = a.payment_id where p.transaction_id = t.id) + (
            select coalesce(sum(o.amount_minor), 0) from overpayment o
            join payment p on p.id = o.payment_id where p.transaction_id = t.id)""",
        ),
        (
            _("Transaction {name}: what is due is not tendered less change."),
            """select number from payment_transaction
            where due_minor != tendered_minor - change_minor""",
        ),
        (
            _("Payment {name}: its amount is not the sum of its parts."),
            """select number from payment p where amount_minor !=
            (select coalesce(sum(amount_minor), 0) from allocation where payment_id = p.id) +
            (select coalesce(sum(amount_minor), 0) from overpayment where payment_id = p.id)""",
        ),
        (
            _("Transaction {name}: a tender is not settled to the cent."),
            """select t.number from tender r join payment_transaction t on t.id = r.transaction_id
            where r.amount_minor - r.change_minor != (
            select coalesce(sum(amount_minor), 0) from settlement where tender_id = r.id)""",
        ),
        (
            _("Payment {name}: an allocation is not settled to the cent."),
            """select p.number from allocation a join payment p on p.id = a.payment_id
            where a.amount_minor != (select coalesce(sum(amount_minor), 0) from settlement
            where allocation_id = a.id)""",
        ),
        (
            _("Payment {name}: an overpayment is not settled to the cent."),
            """select p.number from overpayment o join payment p on p.id = o.payment_id
            where o.amount_minor != (select coalesce(sum(amount_minor), 0) from settlement
            where overpayment_id = o.id)""",
        ),
        (
            _("Transaction {name}: the rounding is not settled."),
            """select number from payment_transaction t where rounding_minor != (
            select coalesce(sum(s.amount_minor), 0) from settlement s
            join tender on tender.id = s.tender_id where tender.transaction_id = t.id
            and s.allocation_id is null and s.overpayment_id is null)""",
        ),
        (
            _("Credit note {name}: its amount is not what was overpaid."),
            """select number from credit_note c where source = 'overpayment' and amount_minor != (
            select coalesce(sum(amount_minor), 0) from overpayment where credit_note_id = c.id)""",
        ),
    )
