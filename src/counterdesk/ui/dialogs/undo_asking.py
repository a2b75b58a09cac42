"""Undoing from a page: what can be undone is read first, what was done is said after."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.undoing import PaymentTold, UndoKind
from counterdesk.ui import messages
from counterdesk.ui.dialogs.elsewhere_asking import ask_elsewhere
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:
    from counterdesk.services.correctable import VisitToCorrect
    from counterdesk.services.corrections import Corrected
    from counterdesk.services.undo_choices import VisitToUndo
    from counterdesk.services.undone import Undone


def ask_undo(
    owner: QWidget,
    jobs: Jobs,
    transaction_id: UUID | None,
    payment_id: UUID | None = None,
    done: Callable[[Undone], None] | None = None,
    receipt_number: str = "",
) -> None:
    """Open the dialog that undoes a visit, or say why nothing can be undone.

    Args:
        owner: Asks, and is the window that waits.
        jobs: Carry the work.
        transaction_id: The visit; None where another counter took it.
        payment_id: The payment that is pointed at.
        done: Gets what was undone, once it is safely saved.
        receipt_number: Of a visit that another counter took: the centre is asked for it.
    """
    if transaction_id is not None:
        _choose_way(owner, jobs, transaction_id, payment_id, done)
        return

    def choose(told: PaymentTold) -> None:
        visit = UUID(told.taken["transaction"]["id"])
        _choose_way(owner, jobs, visit, payment_id, done, told)

    ask_elsewhere(owner, jobs, receipt_number, choose)


def _choose_way(
    owner: QWidget,
    jobs: Jobs,
    transaction_id: UUID,
    payment_id: UUID | None,
    done: Callable[[Undone], None] | None,
    told: PaymentTold | None = None,
) -> None:
    def show(visit: VisitToUndo) -> None:
        from counterdesk.ui.dialogs.undo_dialog import UndoDialog  # noqa: PLC0415 - start-up

        dialog = UndoDialog(jobs, visit, owner)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_by_supervisor.connect(say)
        dialog.open()

    def say(undone: Undone) -> None:
        messages.toast(owner, _said(undone, jobs))
        jobs.write(owner, lambda s: services.startup.mark_receipt_seen(s, undone.transaction_id))
        if done is not None:
            done(undone)

    jobs.read(
        owner,
        lambda read: services.undo_choices.ways_to_undo(read, transaction_id, payment_id, told),
        show,
        lambda error: _refuse(owner, error),
    )


def ask_correction(
    owner: QWidget,
    jobs: Jobs,
    transaction_id: UUID,
    receipt_number: str,
    done: Callable[[Undone], None] | None = None,
) -> None:
    """Open the dialog in which a visit is keyed anew, or say why it cannot be corrected.

    Args:
        owner: Asks, and is the window that waits.
        jobs: Carry the work.
        transaction_id: The visit, of this counter.
        receipt_number: Its receipt.
        done: Gets what was undone, once both are safely saved.
    """

    def show(visit: VisitToCorrect) -> None:
        from counterdesk.ui.dialogs.correction_dialog import CorrectionDialog  # noqa: PLC0415

        dialog = CorrectionDialog(jobs, transaction_id, receipt_number, visit, owner)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_by_supervisor.connect(say)
        dialog.open()

    def say(corrected: Corrected) -> None:
        text = _("Receipt {number} is corrected: {new} stands in its place.")
        new = corrected.taken.receipt_number
        messages.toast(owner, text.format(number=receipt_number, new=new))
        jobs.write(
            owner,
            lambda s: services.startup.mark_receipt_seen(s, corrected.taken.transaction_id),
        )
        if done is not None:
            done(corrected.undone)

    jobs.read(
        owner,
        lambda read: services.correctable.visit_to_correct(read, transaction_id),
        show,
        lambda error: _refuse(owner, error),
    )


def _refuse(owner: QWidget, error: UserError) -> None:
    messages.tell(owner, error.message)


def undone_words(undone: Undone) -> str:
    """Return what was undone, as a sentence."""
    words = {
        UndoKind.VOID: _("Receipt {number} is void."),
        UndoKind.REVERSAL: _("Payment {payment} is reversed."),
        UndoKind.BOUNCED: _("The cheque of receipt {number} is taken back."),
        UndoKind.MOVED: _("Payment {payment} stands on the other account now."),
        UndoKind.CORRECTED: _("Receipt {number} is corrected."),
    }[undone.kind]
    return words.format(number=undone.receipt_number, payment=undone.payment_number)


def _said(undone: Undone, jobs: Jobs) -> str:
    told = undone_words(undone)
    if not undone.cash_minor:
        return told
    given = jobs.store.settings
    amount = format_amount(undone.cash_minor, given.currency, given.locale)
    return f"{told} {_('Hand back {amount}.').format(amount=amount)}"
