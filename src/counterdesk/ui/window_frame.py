"""The frame of the window: rail, top bar, banner and the stack of pages, without any behaviour."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from counterdesk.ui.theme import WIDE_WINDOW
from counterdesk.ui.widgets.banner import Banner
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.rail import Rail, places
from counterdesk.ui.widgets.top_bar import TopBar


class WindowFrame(QWidget):
    """What stays while pages come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("frame")
        self.rail = Rail([place for place in places() if place.key])
        self.top_bar = TopBar()
        self.banner = Banner()
        self.sync_banner = Banner("syncBanner")
        self.print_banner = Banner("printBanner")
        self.pages = named(QStackedWidget(), "pages")
        middle = _tight(QVBoxLayout())
        middle.addWidget(self.top_bar)
        middle.addWidget(self.sync_banner)
        middle.addWidget(self.banner)
        middle.addWidget(self.print_banner)
        middle.addWidget(self.pages, 1)
        whole = _tight(QHBoxLayout(self))
        whole.addWidget(self.rail)
        whole.addLayout(middle, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the page the room it needs: in a narrow window the rail shows keys alone."""
        self.rail.show_narrow(narrow=event.size().width() < WIDE_WINDOW)
        super().resizeEvent(event)


def _tight(layout: QHBoxLayout | QVBoxLayout) -> QHBoxLayout | QVBoxLayout:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout
