"""Counting notes and coins: a field for each denomination, from the largest to the smallest."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from counterdesk.core.drawer import Pieces, total_of
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.theme import PIECES_WIDTH, SPACE_L, SPACE_S
from counterdesk.ui.widgets.labels import plain_label

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COLUMNS = 2


class PiecesEdit(QLineEdit):
    """How many of one denomination; Enter and the arrows go on to the next."""

    stepped = Signal(int)
    """1 for the next field, -1 for the one before."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedWidth(PIECES_WIDTH)
        whole = QRegularExpression(r"\d{0,5}")
        self.setValidator(QRegularExpressionValidator(whole, self))

    @property
    def pieces(self) -> int:
        """What is typed; nothing is none."""
        return int(self.text() or 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go up and down; an Enter with Ctrl is the page's."""
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Down or (event.key() in _ENTER and plain):
            if not event.isAutoRepeat():
                self.stepped.emit(1)
        elif event.key() == Qt.Key.Key_Up:
            self.stepped.emit(-1)
        else:
            super().keyPressEvent(event)


class CountGrid(QWidget):
    """Fields in two columns: down the left one first."""

    changed = Signal()
    """Something was typed: `total_minor` is another."""

    finished = Signal()
    """Enter was pressed in the last field."""

    def __init__(self, name: str, settings: Settings) -> None:
        """Make the fields empty.

        Args:
            name: Beginning of the object names: `float` gives `float_10000`.
            settings: Which notes and coins are in use, and how amounts are written.
        """
        super().__init__()
        self._settings = settings
        self._faces = sorted(settings.cash_notes_minor, reverse=True)
        self.edits = [PiecesEdit(f"{name}_{face}", self._spoken(face)) for face in self._faces]
        self._sums = [plain_label("", "muted", name=f"{name}Sum_{face}") for face in self._faces]
        self._build()

    @property
    def pieces(self) -> Pieces:
        """What is typed, the largest first, without what there is none of."""
        counted = zip(self._faces, self.edits, strict=True)
        return tuple((face, edit.pieces) for face, edit in counted if edit.pieces)

    @property
    def total_minor(self) -> int:
        """What it is worth."""
        return total_of(self.pieces)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed at all."""
        return not any(edit.text() for edit in self.edits)

    def clear(self) -> None:
        """Empty every field."""
        for edit in self.edits:
            edit.clear()

    def show_pieces(self, pieces: Pieces) -> None:
        """Show a count that is known already."""
        known = dict(pieces)
        for face, edit in zip(self._faces, self.edits, strict=True):
            edit.setText(str(known[face]) if face in known else "")

    def begin(self) -> None:
        """Put the focus into the first field."""
        self.edits[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self.edits[0].selectAll()

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_S)
        grid.setVerticalSpacing(SPACE_S)
        rows = -(-len(self._faces) // _COLUMNS)
        for place, (edit, total) in enumerate(zip(self.edits, self._sums, strict=True)):
            line, column = place % rows, place // rows * 4
            label = plain_label(self._money(self._faces[place]))
            label.setBuddy(edit)
            end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(label, line, column, end)
            grid.addWidget(edit, line, column + 1)
            grid.addWidget(total, line, column + 2, end)
            edit.textChanged.connect(self._show_sums)
            edit.stepped.connect(self._step)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column * 4 + 2, 1)
        for column in range(_COLUMNS - 1):
            grid.setColumnMinimumWidth(column * 4 + 3, SPACE_L)

    @Slot()
    def _show_sums(self) -> None:
        for face, edit, label in zip(self._faces, self.edits, self._sums, strict=True):
            _say(label, self._money(face * edit.pieces) if edit.pieces else "")
        self.changed.emit()

    @Slot(int)
    def _step(self, by: int) -> None:
        place = self.edits.index(self.sender()) + by  # type: ignore[arg-type]  # one of them
        if place == len(self.edits):
            self.finished.emit()
        elif place >= 0:
            self.edits[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.edits[place].selectAll()

    def _spoken(self, face_minor: int) -> str:
        return _("Pieces of {amount}").format(amount=self._money(face_minor))

    def _money(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)


def _say(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
