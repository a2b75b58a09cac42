"""Ctrl+K: every action of the window by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from counterdesk.core.i18n import _
from counterdesk.ui.theme import FORM_WIDTH, SIDE_WIDTH, SPACE_M, SPACE_S
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import plain_label

_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be done now."""

    text: str
    key: str
    do: Callable[[], object]


def choices_of(window: QWidget) -> tuple[Choice, ...]:
    """Return what the window offers at this moment: its actions, and the buttons in sight."""
    found: dict[str, Choice] = {}
    own = window.actions()
    for action in (*own, *(each for each in window.findChildren(QAction) if each not in own)):
        if action.text() and action.isEnabled() and action.isVisible() and not action.menu():
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            found.setdefault(
                _plain(action.text()), Choice(_plain(action.text()), key, action.trigger)
            )
    for button in window.findChildren(QAbstractButton):
        text = _plain(button.accessibleName() or button.text())
        if text and button.isVisible() and button.isEnabled() and button.property("role") != "nav":
            key = button.key() if isinstance(button, KeyButton) else ""
            found.setdefault(text, Choice(text, key, button.click))
    return tuple(found.values())


def _plain(text: str) -> str:
    return text.replace("&", "").strip()


class Palette(QDialog):
    """Type a part of a name, Enter does it."""

    def __init__(self, choices: tuple[Choice, ...], window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("palette")
        self.setWindowTitle(_("Any action"))
        self.setMinimumWidth(FORM_WIDTH)
        self._choices = choices
        self._build()
        self._connect()
        self._show_matching("")

    def _build(self) -> None:
        self.search = named(QLineEdit(), "paletteSearch")
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText(_("Type what you want to do"))
        self.search.setAccessibleName(_("Any action"))
        self.list = named(QTreeWidget(columnCount=2), "paletteList")
        self.list.setAccessibleName(_("Actions"))
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMinimumHeight(SIDE_WIDTH)
        self._none = plain_label(_("Nothing here is called that."), "muted")
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        layout.setSpacing(SPACE_S)
        for part in (self.search, self.list, self._none):
            layout.addWidget(part)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._show_matching)
        self.search.returnPressed.connect(self._do_it)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._do_it)

    def _show_matching(self, typed: str) -> None:
        parts = typed.casefold().split()
        self.list.clear()
        for choice in self._choices:
            if all(part in choice.text.casefold() for part in parts):
                item = QTreeWidgetItem(self.list, [choice.text, choice.key])
                item.setData(0, Qt.ItemDataRole.UserRole, choice)
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)
        self._none.setVisible(first is None)

    def _do_it(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        self.accept()
        # After this dialog is gone, so that the action finds the window as it was.
        QTimer.singleShot(0, self._window, item.data(0, Qt.ItemDataRole.UserRole).do)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows move through the list while the typing stays where it is."""
        if event.type() == QEvent.Type.KeyPress and _moves(event):
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)


def _moves(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() in _MOVES
