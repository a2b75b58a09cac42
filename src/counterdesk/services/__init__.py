"""What a cashier, a supervisor, a manager can do: one function per verb.

The window writes `from counterdesk import services` and calls, on the store's threads,
`services.payments.take_payment(session, request)`: a room is imported when it is first used,
because SQLAlchemy beneath it costs a third of a second that the first picture must not wait for.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counterdesk.services import (
        acts,
        approvals,
        cash_room,
        consumer_payments,
        consumers,
        counts,
        dashboard,
        deposit_list,
        deposits,
        drawer,
        drawer_moves,
        handover,
        mail_jobs,
        payment_list,
        payments,
        people,
        print_jobs,
        print_list,
        print_moves,
        printer_trial,
        printers,
        receipts,
        reprints,
        settling,
        shift_blockers,
        shift_closing,
        shift_counting,
        shift_figures,
        shift_reports,
        shifts,
        standing,
        startup,
        turn_in,
        verification,
    )

    __all__ = [
        "acts",
        "approvals",
        "cash_room",
        "consumer_payments",
        "consumers",
        "counts",
        "dashboard",
        "deposit_list",
        "deposits",
        "drawer",
        "drawer_moves",
        "handover",
        "mail_jobs",
        "payment_list",
        "payments",
        "people",
        "print_jobs",
        "print_list",
        "print_moves",
        "printer_trial",
        "printers",
        "receipts",
        "reprints",
        "settling",
        "shift_blockers",
        "shift_closing",
        "shift_counting",
        "shift_figures",
        "shift_reports",
        "shifts",
        "standing",
        "startup",
        "turn_in",
        "verification",
    ]


def __getattr__(name: str) -> ModuleType:
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        raise AttributeError(name) from error
