"""Labels for text from outside: plain, harmless, and never wider than their place."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QWidget

from counterdesk.core.text import clean

_LONGEST_TIP = 300


def plain_label(text: str = "", role: str = "", *, name: str = "") -> QLabel:
    """Return a label that shows text as it is, whatever markup it may hold.

    Args:
        text: What it says.
        role: How it looks, one of the theme's roles.
        name: Its object name, where tests or style sheets look for it.
    """
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setText(clean(text))
    return label


def wrapped_label(text: str = "", role: str = "", *, name: str = "") -> QLabel:
    """Return a plain label for whole sentences, which breaks its lines."""
    label = plain_label(text, role, name=name)
    label.setWordWrap(True)
    return label


def badge(text: str, tone: str) -> QLabel:
    """Return a status as word, shape and colour; `tone` is ok, warn, danger or info."""
    label = plain_label(text, f"badge-{tone}")
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return label


def key_hint(text: str) -> QLabel:
    """Return a small picture of a key, to stand beside what it does."""
    label = plain_label(text, "key")
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return label


class FittedLabel(QLabel):
    """One line of figures, painted smaller where it does not fit: an amount is never cut."""

    def __init__(self, text: str, role: str, name: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setObjectName(name)

    def minimumSizeHint(self) -> QSize:
        """Give way: the figures shrink."""
        return QSize(0, super().minimumSizeHint().height())

    def fitting_font(self) -> QFont:
        """Return the font in which the whole text fits into the label."""
        font, wide = self.font(), self.fontMetrics().horizontalAdvance(self.text())
        if wide > self.contentsRect().width() > 0:
            font.setPixelSize(font.pixelSize() * self.contentsRect().width() // wide)
        return font

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the whole text."""
        del event
        painter = QPainter(self)
        painter.setFont(self.fitting_font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        along = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        painter.drawText(self.contentsRect(), int(along | Qt.TextFlag.TextSingleLine), self.text())


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis where it does not fit; the whole is its tool tip."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.say(text)

    def say(self, text: str) -> None:
        """Show another text."""
        harmless = " ".join(clean(text).split())
        self.setText(harmless)
        self.setToolTip(f"<p>{escape(harmless[:_LONGEST_TIP])}</p>" if harmless else "")

    def minimumSizeHint(self) -> QSize:
        """Give way to everything else on the line."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much of the text as there is room for."""
        del event
        place: QRect = self.contentsRect()
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        along = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        painter.drawText(place, int(along | Qt.TextFlag.TextSingleLine), shown)
