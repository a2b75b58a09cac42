"""Step 4: everything that will be saved, before it is saved."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout

from counterdesk.core.i18n import _
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.pages.review_sheet import review_sheet
from counterdesk.ui.pages.step import Step
from counterdesk.ui.theme import SPACE_L, SPACE_M
from counterdesk.ui.widgets.changing import Changing
from counterdesk.ui.widgets.effects_card import EffectsCard
from counterdesk.ui.widgets.key_button import key_button


class ReviewStep(Step):
    """Read it out, then Confirm: once, however often it is pressed."""

    confirmed = Signal()
    """The cashier wants exactly this to be saved."""

    by_hand = Signal()
    """The payer has a receipt that was written by hand."""

    def __init__(self) -> None:
        super().__init__(_("Is this right?"), _("Confirm payment"), _("Back"), scrolls=True)
        self._text = self.go_on.text()
        self._typed = False
        self.go_on.setObjectName("confirmButton")
        self.panel = QFrame()
        self.panel.setObjectName("reviewPanel")
        self.panel.setProperty("role", "card")
        self._inside = Changing()
        self._effects = EffectsCard()
        frame = QVBoxLayout(self.panel)
        frame.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        frame.addWidget(self._inside)
        self.body.addWidget(self.panel)
        self.body.addWidget(self._effects)
        self.body.addStretch(1)
        self._by_hand = key_button(_("Receipt was written by hand"), "Alt+B", "byHandButton")
        self._by_hand.clicked.connect(self.by_hand)
        self.close_with(self._by_hand)

    def show_visit(self, draft: VisitDraft, recorded_by: str) -> None:
        """Show what Confirm will save, and by whom."""
        self.show_saving(saving=False)
        self.clear_refusals()
        self._typed = False
        self._inside.show_content(review_sheet(draft, recorded_by))
        self._effects.say(draft.effects())

    def show_saving(self, *, saving: bool) -> None:
        """Say that it is being saved; nothing can be pressed meanwhile."""
        self.go_on.setEnabled(not saving)
        self.go_back.setEnabled(not saving)
        self.go_on.say(_("Saving …") if saving else self._text)

    def begin(self) -> None:
        """Wait for Confirm, on the page itself: no button is pressed by Space."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_text(self, text: str) -> None:
        """Refuse what is typed: it was meant for something else, and so is the next Enter."""
        del text
        self._typed = True
        sentence = _("Nothing can be typed here. Check the payment; press Enter twice to confirm.")
        self.refuse("reviewPanel", sentence)

    def _enter(self) -> None:
        if self._typed:
            self._typed = False
        else:
            super()._enter()

    @Slot()
    def try_onward(self) -> None:
        """Confirm, unless it is being saved already."""
        if self.go_on.isEnabled():
            self.show_saving(saving=True)
            self.confirmed.emit()
