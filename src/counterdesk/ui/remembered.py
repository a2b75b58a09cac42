"""What the window remembers between two days: its place, its colours, the widths of columns.

Kept in the data folder, not in the user's profile: a till's window looks the same for everybody
who sits down at it. Nothing personal goes here.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QSize
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.theme import FIRST_WINDOW


class Remembered:
    """A small file beside the ledger; without a folder, nothing is remembered."""

    def __init__(self, folder: Path | None) -> None:
        path = "" if folder is None else str(folder / "window.ini")
        self._file = QSettings(path, QSettings.Format.IniFormat) if path else None

    def theme(self) -> str:
        """Return the name of the colours used last."""
        return self._text("theme", "light")

    def language(self) -> str:
        """Return the language of the office, as it was when the window closed."""
        return self._text("language", "en")

    def kept(self, name: str) -> str:
        """Return a word that was kept; "" for none."""
        return self._text(name, "")

    def keep(self, name: str, value: str) -> None:
        """Remember a word."""
        if self._file is not None:
            self._file.setValue(name, value)

    def restore(self, window: QWidget) -> None:
        """Put a window where it was; the first time it is no larger than the screen."""
        window.resize(QSize(*FIRST_WINDOW).boundedTo(window.screen().availableSize()))
        place = self._bytes("geometry")
        if place is not None:
            window.restoreGeometry(place)

    def restore_tables(self, page: QWidget) -> None:
        """Give the lists of a page the columns and widths that somebody chose for them.

        Widths alone: which column sorts is nothing that the next morning begins with, and a
        column that takes the rest follows the window.
        """
        for table in page.findChildren(QTableView):
            header, widths = table.horizontalHeader(), self._widths(table)
            if len(widths) == header.count():
                for section in _draggable(header):
                    if widths[section]:  # 0 of a column that was out of sight
                        header.resizeSection(section, widths[section])
            names = self._text(f"columns/{table.objectName()}", "")
            if names and isinstance(table, PagedTable):
                table.show_columns(names.split())

    def keep_tables(self, page: QWidget) -> None:
        """Remember the columns and widths of a page's lists."""
        for table in page.findChildren(QTableView):
            header = table.horizontalHeader()
            if self._file is not None and _draggable(header):
                widths = [str(header.sectionSize(section)) for section in range(header.count())]
                self._file.setValue(f"table/{table.objectName()}", " ".join(widths))
            if self._file is not None and isinstance(table, PagedTable):
                names = " ".join(table.shown_columns())
                self._file.setValue(f"columns/{table.objectName()}", names)

    def keep_all(self, window: QWidget) -> None:
        """Remember where a window is, and the widths of its lists."""
        if self._file is not None:
            self._file.setValue("geometry", window.saveGeometry())
            self.keep_tables(window)
            self._file.sync()

    def _widths(self, table: QTableView) -> list[int]:
        words = self._text(f"table/{table.objectName()}", "").split()
        return [int(word) for word in words if word.isdecimal()]

    def _text(self, name: str, default: str) -> str:
        return default if self._file is None else str(self._file.value(name, default))

    def _bytes(self, name: str) -> QByteArray | None:
        value = None if self._file is None else self._file.value(name)
        return value if isinstance(value, QByteArray) else None


def _draggable(header: QHeaderView) -> list[int]:
    mode = QHeaderView.ResizeMode.Interactive
    return [each for each in range(header.count()) if header.sectionResizeMode(each) is mode]
