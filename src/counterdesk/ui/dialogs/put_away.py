"""Dialogs of a window that is locked: out of sight and out of reach, and back with their person."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget
from shiboken6 import isValid

_CHOICE = 2
"""Buttons that leave somebody something to choose."""


class DialogsPutAway:
    """A dialog is a window of its own: what covers the one beneath does not cover it."""

    def __init__(self, window: QWidget, cover: QWidget) -> None:
        """Begin with none.

        Args:
            window: Whose dialogs.
            cover: Covers the window; its own dialogs are for whoever is locked out.
        """
        self._window, self._cover = window, cover
        self._away: list[QDialog] = []

    def put_away(self) -> None:
        """Hide every dialog with what stands in it; a menu closes, and a question is answered no.

        No file is chosen either. What only tells something stays: there is nothing to choose.
        """
        while (menu := QApplication.activePopupWidget()) is not None:
            menu.close()
        for one in self._open_ones():
            self._put_away(one)

    def is_beneath(self, widget: object) -> bool:
        """Tell whether something is a dialog that nobody may reach now."""
        return isinstance(widget, QDialog) and widget.isVisible() and self._is_ours(widget)

    def bring_back(self) -> None:
        """Show again what was hidden, the last one on top."""
        for one in self._taken_out():
            one.open()

    def give_up(self) -> None:
        """Close what was hidden: somebody else goes on."""
        for one in self._taken_out():
            one.reject()
            if isValid(one):
                one.deleteLater()

    def _put_away(self, dialog: QDialog) -> None:
        if isinstance(dialog, QMessageBox) and len(dialog.buttons()) < _CHOICE:
            return
        if isinstance(dialog, QMessageBox | QFileDialog):  # somebody's code waits for its answer
            dialog.reject()
            return
        dialog.hide()
        dialog.finished.connect(partial(self._forget, dialog))
        self._away.append(dialog)

    def _taken_out(self) -> list[QDialog]:
        away, self._away = self._away, []
        return [one for one in away if isValid(one)]

    def _forget(self, dialog: QDialog, _result: int) -> None:
        """Show one no more that came to its end while it was hidden."""
        if dialog in self._away:
            self._away.remove(dialog)

    def _open_ones(self) -> list[QDialog]:
        """A dialog comes before what was asked above it."""
        tops = QApplication.topLevelWidgets()
        found = [one for one in tops if isinstance(one, QDialog) and self.is_beneath(one)]
        return sorted(found, key=lambda one: sum(1 for _above in _line_of(one)))

    def _is_ours(self, widget: QWidget) -> bool:
        line = list(_line_of(widget))
        return self._window in line and self._cover not in line


def _line_of(widget: QWidget) -> Iterator[QWidget]:
    above: QWidget | None = widget
    while above is not None:
        yield above
        above = above.parentWidget()
