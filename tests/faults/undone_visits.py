"""What somebody at a counter undoes, by chance: of a payment that was saved there."""

from __future__ import annotations

from random import Random
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.undoing import UndoAsked, UndoKind
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Payment, Tender
from counterdesk.store.store import Store

_payments, _tenders = table_of(Payment), table_of(Tender)


def random_undo(store: Store, visit: UUID, account: UUID, chance: Random) -> UndoAsked:
    """Return what is asked for; the rules may not allow it."""
    payments = select(_payments.c.id).where(_payments.c.transaction_id == visit)
    cheques = select(_tenders.c.id).where(
        _tenders.c.transaction_id == visit, _tenders.c.kind == "cheque"
    )
    of_visit, by_cheque = store.read(
        lambda read: [sorted(read.execute(query).scalars().all()) for query in (payments, cheques)]
    ).result()
    kinds = [UndoKind.VOID, UndoKind.REVERSAL, UndoKind.REVERSAL, UndoKind.MOVED]
    kind = chance.choice([*kinds, *([UndoKind.BOUNCED] * 4 if by_cheque else [])])
    one_payment = kind in (UndoKind.REVERSAL, UndoKind.MOVED)
    return UndoAsked(
        UUID(int=chance.getrandbits(128), version=4), kind, visit, "Other",
        payment_id=chance.choice(of_visit) if one_payment else None,
        tender_id=by_cheque[0] if kind is UndoKind.BOUNCED else None,
        to_consumer_id=account if kind is UndoKind.MOVED else None,
    )  # fmt: skip
