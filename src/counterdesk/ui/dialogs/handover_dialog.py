"""The next cashier takes over the drawer that was just counted, or refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.drawer import Pieces, total_of
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.dialogs.two_sided import TwoSidedDialog
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:
    from counterdesk.services.handover import HandedOver
    from counterdesk.services.people import Attempt
    from counterdesk.services.shift_closing import ShiftClose
    from counterdesk.store.session import Session


class HandoverDialog(TwoSidedDialog):
    """Tells the receiver what lies in the drawer; `done_by_supervisor` carries a `HandedOver`."""

    def __init__(
        self, jobs: Jobs, number: str, asked: ShiftClose, pieces: Pieces, parent: QWidget
    ) -> None:
        """Make the dialog.

        Args:
            jobs: Its actor gives the drawer.
            number: The shift that ends.
            asked: What closes it.
            pieces: What was counted in the drawer.
            parent: The window that waits.
        """
        skew_ms = jobs.centre.skew_ms

        def take(session: Session, attempt: Attempt, secret: str) -> HandedOver:
            return services.handover.hand_over(session, attempt, secret, asked, skew_ms)

        def refuse(session: Session, attempt: Attempt, secret: str, why: str) -> None:
            services.handover.refuse_handover(session, attempt, secret, asked.count_id, why)

        sentence = _sentence(number, pieces, jobs.store.settings)
        title = _("Take over the drawer")
        super().__init__(jobs, title, sentence, _("Take over"), take, refuse, parent)


def _sentence(number: str, pieces: Pieces, settings: Settings) -> str:
    def money(amount_minor: int) -> str:
        return format_amount(amount_minor, settings.currency, settings.locale)

    told = ", ".join(f"{count}\u00a0\u00d7\u00a0{money(face)}" for face, count in pieces)
    return _(
        "Shift {number} ends, and yours begins with {amount}: {pieces}. Count it before you sign; "
        "from then on it is yours."
    ).format(number=number, amount=money(total_of(pieces)), pieces=told or money(0))
