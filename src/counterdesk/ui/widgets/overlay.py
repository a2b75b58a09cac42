"""A card that floats over its page beneath a button, until Esc or until one turns elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from counterdesk.ui.theme import SPACE_M, SPACE_S, SPACE_XS
from counterdesk.ui.widgets.aside import Spot


class Overlay(QFrame):
    """Takes the focus while it is open, and gives it back."""

    def __init__(self, name: str, title: str, home: QWidget) -> None:
        """Make a closed one.

        Args:
            name: Its object name.
            title: What a screen reader calls it.
            home: Owns it.
        """
        super().__init__(home)
        self._home = home
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setProperty("role", "overlay")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        self.body.setSpacing(SPACE_S)
        self._spot = Spot(None)
        self._under: QWidget | None = None
        self._size = QSize()
        self.hide()

    def ask_room(self, width: int, height: int) -> None:
        """Be so large; less high where the window ends sooner beneath the button."""
        self._size = QSize(width, height)
        if self.isVisible():
            self._place()

    def open_under(self, button: QWidget) -> None:
        """Float beneath a button, over whatever lies there; close where it floats already."""
        if self.isVisible():
            self.close_up()
            return
        page = button.window()
        for other in page.findChildren(Overlay):
            other.close_up()
        self._spot, self._under = Spot(QApplication.focusWidget()), button
        self.setParent(page)
        self._place()
        button.installEventFilter(self)
        _application().focusChanged.connect(self._follow_focus)
        self.show()
        self.raise_()
        self.begin()

    def begin(self) -> None:
        """Put the focus where choosing begins."""
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _place(self) -> None:
        page, button = self.window(), self._under
        if button is None:
            return
        corner = button.mapTo(page, QPoint(0, button.height() + SPACE_XS))
        wide, room = self._size.width(), page.height() - corner.y() - SPACE_S
        high = max(min(self._size.height(), room), self.minimumSizeHint().height())
        left = corner.x()
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left += button.width() - wide
        left = max(0, min(left, page.width() - wide))
        self.setGeometry(left, max(0, min(corner.y(), page.height() - high)), wide, high)

    @Slot()
    def close_up(self) -> None:
        """Close, with the focus where it was."""
        if self.isVisible():
            self._shut()
            self._spot.return_to()

    def _shut(self) -> None:
        _application().focusChanged.disconnect(self._follow_focus)
        if self._under is not None:
            self._under.removeEventFilter(self)
        self.hide()
        self.setParent(self._home)

    @Slot("QWidget*", "QWidget*")
    def _follow_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        inside = new is None or new is self or self.isAncestorOf(new) or new is self._under
        if self.isVisible() and not inside:
            self._shut()

    def event(self, event: QEvent) -> bool:
        """Keep Esc for itself: no button of the page beneath answers to it meanwhile."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # of a ShortcutOverride: it comes back as a key
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go with the button that opened it: another page is in sight."""
        if event.type() == QEvent.Type.Hide and watched is self._under and self.isVisible():
            self._shut()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc; no other key reaches the page beneath."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("there is no window without an application")
    return app
