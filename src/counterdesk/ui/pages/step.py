"""What the five steps of a payment have in common: title, footer, Enter, Esc and refusals."""

from __future__ import annotations

from PySide6.QtCore import QDeadlineTimer, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.theme import SPACE_M, SPACE_S, SPACE_XS
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

DEAF_MS = 500
"""How long an Enter may still come from the finger that pressed it before."""

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _GoOn(KeyButton):
    """Goes one step on with each click; the focus stays in the field that is typed into."""

    def __init__(self, text: str, key: str, name: str, role: str) -> None:
        super().__init__(text, key, name, role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Do nothing: the first click of the two was for the step before, at the same place."""
        event.accept()


class Step(QWidget):
    """One step. Enter goes on, Esc goes back, whatever has the focus."""

    changed = Signal()
    """The visit reads otherwise than a moment ago."""

    onward = Signal()
    """This step is done as far as it can tell."""

    back = Signal()
    """The person wants the step before."""

    fields: tuple[str, ...] = ()
    """Object names of the widgets whose refusals are shown here."""

    def __init__(self, title: str, go_on: str, back: str, *, scrolls: bool = False) -> None:
        """Make an empty step.

        Args:
            title: The question it asks.
            go_on: What the button says that goes on.
            back: What the button says that goes back.
            scrolls: Whether its body may be higher than the window.
        """
        super().__init__()
        self.title = plain_label(title, "h1")
        self.go_on = _GoOn(go_on, _("Enter"), "goOn", "primary")
        self.go_back = KeyButton(back, _("Esc"), "goBack")
        self.body = QVBoxLayout()
        self.footer = QHBoxLayout()
        self._placed: dict[str, Field] = {}
        self._page_error = wrapped_label("", "error", name="stepError")
        self._asleep = QDeadlineTimer(0)
        self._frame(scrolls=scrolls)

    def place(self, field: Field) -> Field:
        """Remember a field, so that refusals find it by its editor's object name."""
        self._placed[field.editor.objectName()] = field
        return field

    def refuse(self, field: str, sentence: str) -> None:
        """Show a refusal beside its field, and go there."""
        self.warn(field, sentence)
        placed = self._placed.get(field)
        if placed is not None and placed.isVisibleTo(self):
            placed.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def warn(self, field: str, sentence: str) -> None:
        """Show a refusal beside its field while typing goes on; out of sight, above the footer."""
        placed = self._placed.get(field)
        if placed is not None and placed.isVisibleTo(self):
            placed.refuse(sentence)
            return
        self._page_error.setText(sentence)
        self._page_error.setVisible(bool(sentence))

    def clear_refusals(self) -> None:
        """Take every refusal away: something was mended, or tried again."""
        self._page_error.hide()
        for field in self._placed.values():
            if field.error:
                field.refuse("")

    def sleep(self, deadline: QDeadlineTimer) -> None:
        """Be deaf to Enter until a moment: the finger that confirmed may still be coming down."""
        self._asleep = deadline

    def begin(self) -> None:
        """Put the focus where work begins."""

    def take_text(self, text: str) -> None:
        """Take a letter or digit that was typed where nothing wanted it."""

    @Slot()
    def try_onward(self) -> None:
        """Go on if this step is complete."""
        self.onward.emit()

    def close_with(self, *between: QWidget) -> None:
        """Put the buttons beneath the body, which is complete by now: Tab comes to them last.

        Args:
            between: What stands before the button that goes on.
        """
        self.footer.addWidget(self.go_back)
        self.footer.addStretch(1)
        for widget in (*between, self.go_on):
            self.footer.addWidget(widget)

    def _frame(self, *, scrolls: bool) -> None:
        self.go_on.clicked.connect(self.try_onward)
        self.go_back.clicked.connect(self.back)
        self._page_error.hide()
        self.body.setSpacing(SPACE_M - SPACE_XS)
        self.footer.setSpacing(SPACE_S)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M - SPACE_XS)
        layout.addWidget(self.title)
        if scrolls:
            layout.addWidget(_scrolled(self.body), 1)
        else:
            layout.addLayout(self.body, 1)
        layout.addWidget(self._page_error)
        layout.addLayout(self.footer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, go back, or hand a typed letter to where it belongs."""
        if event.key() in _ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if not event.isAutoRepeat() and self._asleep.hasExpired():
                self._enter()
        elif event.key() == Qt.Key.Key_Escape:
            if not event.isAutoRepeat() and self.go_back.isEnabled():
                self.back.emit()
        elif _is_typing(event):
            self.take_text(event.text())
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        """Press the button that has the focus, if it is one that acts; else go on."""
        focused = self.focusWidget()
        if isinstance(focused, QPushButton) and focused.property("role") != "choice":
            focused.click()
        else:
            self.try_onward()


def _scrolled(body: QVBoxLayout) -> QScrollArea:
    inside = QWidget()
    inside.setObjectName("scrolled")
    body.setContentsMargins(0, 0, 0, 0)
    inside.setLayout(body)
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidgetResizable(True)
    area.setWidget(inside)
    return area


def _is_typing(event: QKeyEvent) -> bool:
    chords = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return bool(event.text().strip()) and event.text().isprintable() and not (
        event.modifiers() & chords
    )  # fmt: skip
