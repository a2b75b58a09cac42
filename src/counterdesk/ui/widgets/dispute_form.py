"""What is said of a payment that is doubted: one of a few words, how much, and in own words."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk.core.dispute_rules import LONGEST_WORDS, check_amount, check_words
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.theme import ROW_HEIGHT, SPACE_M, SPACE_XS
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.named import named
from counterdesk.ui.widgets.remarks_edit import RemarksEdit


class DisputeForm(QWidget):
    """Raises a dispute with an amount, closes one without; Enter goes to what is missing."""

    changed = Signal()
    """It reads otherwise now."""

    submitted = Signal()
    """Enter, with nothing missing."""

    def __init__(
        self, name: str, settings: Settings, choice: str, words: str, most_minor: int = 0
    ) -> None:
        """Make a form without choices.

        Args:
            name: What the names of its fields begin with: "dispute", "closing".
            settings: How amounts are written.
            choice: Caption of what is chosen.
            words: Caption of the own words.
            most_minor: The payment, of which an amount is asked for; 0 to ask for none.
        """
        super().__init__()
        self._settings, self._most_minor = settings, most_minor
        self._choice = named(ChoiceBox(), f"{name}Choice", choice)
        self._chosen = Field(choice, self._choice)
        self._edit = AmountEdit(f"{name}Amount", settings)
        self._most = plain_label("", "muted", name=f"{name}Maximum")
        self._amount = Field(_("Disputed amount"), self._edit, beside=self._most)
        self._words = RemarksEdit(f"{name}Words", LONGEST_WORDS)
        self._words.field.rename(words)
        self._words.field.editor.setFixedHeight(2 * ROW_HEIGHT + SPACE_M)
        self._error = wrapped_label(role="error", name=f"{name}Error")
        self._build()
        self._connect()

    def offer(self, first: str, choices: Iterable[tuple[str, str]]) -> None:
        """Offer words and what they stand for, behind a line that is no choice."""
        self._choice.addItem(first, "")
        for words, value in choices:
            self._choice.addItem(words, value)

    @property
    def chosen(self) -> str:
        """What the chosen words stand for; "" for none."""
        return str(self._choice.currentData() or "")

    @property
    def amount_minor(self) -> int:
        """What is typed; 0 where it is no amount."""
        return self._edit.amount_so_far() or 0

    @property
    def words(self) -> str:
        """The own words, as typed."""
        return self._words.text

    @property
    def valid(self) -> bool:
        """Whether nothing is missing."""
        fits = not self._most_minor or 0 < self.amount_minor <= self._most_minor
        return bool(self.chosen) and fits and bool(self.words.strip()) and self._words.fits

    def begin(self) -> None:
        """Put the focus on what is chosen first."""
        self._choice.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """Go to what is still missing, or say that nothing is."""
        if self.valid:
            self.submitted.emit()
        elif not self.chosen:
            self._refuse_at(self._chosen, self._choice.itemText(0))
        elif self._amount.error:
            self._edit.begin()
        else:
            self._go_to_words()

    def refuse(self, error: UserError) -> None:
        """Show a refusal beside its field."""
        placed = next((one for one in self._fields() if one.editor.objectName() == error.field),
                      None)  # fmt: skip
        self._error.setText("" if placed else error.message)
        self._error.setVisible(placed is None)
        if placed is not None:
            self._refuse_at(placed, error.message)

    def _build(self) -> None:
        given = self._settings
        self._amount.setVisible(bool(self._most_minor))
        most = format_amount(self._most_minor, given.currency, given.locale)
        self._most.setText(_("Maximum: {limit}").format(limit=most))
        self._edit.show_amount(self._most_minor)
        self._error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M - SPACE_XS)
        for part in (*self._fields(), self._error):
            layout.addWidget(part)

    def _fields(self) -> tuple[Field, ...]:
        return self._chosen, self._amount, self._words.field

    def _connect(self) -> None:
        self._choice.currentIndexChanged.connect(self._show_right)
        self._edit.textChanged.connect(self._show_right)
        self._edit.returnPressed.connect(self.go_on)
        self._words.changed.connect(self._show_right)
        self._words.submitted.connect(self.go_on)

    @Slot()
    def _show_right(self) -> None:
        """What was refused and is right now is refused no more; an amount says it at once."""
        self._error.hide()
        self._amount.refuse(_wrong_amount(self.amount_minor, self._most_minor, self._settings))
        for field, right in ((self._chosen, self.chosen), (self._words.field, self.words.strip())):
            if right:
                field.refuse("")
        self.changed.emit()

    def _go_to_words(self) -> None:
        """Say that they are missing to whoever pressed Enter in them."""
        editor = self._words.field.editor
        if not editor.hasFocus():
            editor.setFocus(Qt.FocusReason.TabFocusReason)
            return
        try:
            check_words(self.words, editor.objectName())
        except UserError as error:
            self._words.field.refuse(error.message)

    def _refuse_at(self, field: Field, sentence: str) -> None:
        field.refuse(sentence)
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)


def _wrong_amount(amount_minor: int, most_minor: int, settings: Settings) -> str:
    if not most_minor:
        return ""
    try:
        check_amount(amount_minor, most_minor, settings)
    except UserError as error:
        return error.message
    return ""
