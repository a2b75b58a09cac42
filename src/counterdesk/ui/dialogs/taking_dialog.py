"""A supervisor takes over a closed shift's money that they have counted, or refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.drawer import Pieces, total_of
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.ui.dialogs.two_sided import TwoSidedDialog
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:
    from counterdesk.services.cash_room import ShiftMoney
    from counterdesk.services.people import Attempt
    from counterdesk.services.turn_in import TurnedIn
    from counterdesk.store.session import Session


class TakingDialog(TwoSidedDialog):
    """Tells what was counted; `done_by_supervisor` carries a `TurnedIn`."""

    def __init__(
        self, jobs: Jobs, money: ShiftMoney, counted: Mapping[str, Pieces], parent: QWidget
    ) -> None:
        """Make the dialog.

        Args:
            jobs: Carries the work.
            money: What is offered.
            counted: What was counted of it, by method.
            parent: The window that waits.
        """
        settings = jobs.store.settings

        def take(session: Session, attempt: Attempt, secret: str) -> TurnedIn:
            return services.turn_in.accept_turn_in(
                session, attempt, secret, money.shift_id, counted
            )

        def refuse(session: Session, attempt: Attempt, secret: str, why: str) -> TurnedIn:
            return services.turn_in.refuse_turn_in(session, attempt, secret, money.shift_id, why)

        total = sum(total_of(some) for some in counted.values())
        sentence = _(
            "{name} turns in the money of shift {number}. You counted {amount}. Once you take it "
            "over, you answer for it."
        ).format(
            name=money.user_name, number=money.number,
            amount=format_amount(total, settings.currency, settings.locale),
        )  # fmt: skip
        super().__init__(
            jobs, _("Take over the money"), sentence, _("Take over"), take, refuse, parent
        )
