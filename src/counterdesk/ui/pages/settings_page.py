"""The home of the settings: sections on the left, one of them on the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.setting_form import SettingForm
from counterdesk.ui.setting_words import sections
from counterdesk.ui.theme import ROW_HEIGHT, SECTIONS_WIDTH, SPACE_L, SPACE_M
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.labels import plain_label
from counterdesk.ui.widgets.way_on import WayOn

if TYPE_CHECKING:
    from counterdesk.services.office_settings import KnownSetting

_TOGETHER_MS = 200
"""Changes that come in a burst are read once."""

_INTO = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A section, and what it shows once somebody goes there."""

    name: str
    title: str
    permission: Permission
    make: Callable[[Jobs], QWidget]


class SettingsPage(QWidget):
    """Offers the sections that the person may see; each is built when it is first gone to."""

    place_asked = Signal(str)
    """Name of a place that has more room for what is wanted."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._entries = [one for one in _entries() if jobs.actor and jobs.actor.may(one.permission)]
        self._shown: dict[str, Any] = {}
        self._known: Mapping[str, KnownSetting] = {}
        self.list = _Sections()
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._build()
        self._connect()
        self.list.setCurrentRow(0)

    def begin(self) -> None:
        """Put the focus on the sections."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_section(self, name: str) -> None:
        """Go into a section, if the person has it."""
        names = [one.name for one in self._entries]
        if name in names:
            self.list.setCurrentRow(names.index(name))
            self._go_in()

    def _build(self) -> None:
        self.setObjectName("page")
        for entry in self._entries:
            QListWidgetItem(entry.title, self.list).setSizeHint(QSize(0, ROW_HEIGHT))
        left = QVBoxLayout()
        left.setContentsMargins(SPACE_L, SPACE_M, 0, SPACE_L)
        left.setSpacing(SPACE_M)
        left.addWidget(plain_label(_("Settings"), "h1"))
        left.addWidget(self.list, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(left)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._soon.timeout.connect(self.refresh)
        self._jobs.changed.connect(self._refresh_soon)
        self._jobs.centre.changed.connect(self._refresh_soon)
        self.list.currentRowChanged.connect(self._show_row)
        self.list.chosen.connect(self._go_in)

    @Slot()
    def refresh(self) -> None:
        """Read what holds, and what waits, anew."""
        if self._jobs.actor is None:
            return
        self._jobs.read(self, services.office_settings.office_settings, self._show_known)
        read_anew = getattr(self._stack.currentWidget(), "refresh", None)
        if read_anew is not None:
            read_anew()

    @Slot()
    def _refresh_soon(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _show_known(self, known: Mapping[str, KnownSetting]) -> None:
        self._known = known
        for section in self._shown.values():
            if isinstance(section, SettingForm):
                section.show_known(known)

    @Slot(int)
    def _show_row(self, place: int) -> None:
        entry = self._entries[place]
        if entry.name not in self._shown:
            self._shown[entry.name] = section = entry.make(self._jobs)
            self._stack.addWidget(section)
            if isinstance(section, WayOn):
                section.wanted.connect(self.place_asked)
            if isinstance(section, SettingForm) and self._known:
                section.show_known(self._known)
        self._stack.setCurrentWidget(self._shown[entry.name])

    @Slot()
    def _go_in(self) -> None:
        self._shown[self._entries[self.list.currentRow()].name].begin()

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()


class _Sections(QListWidget):
    """Arrows move through the sections, Enter goes into one."""

    chosen = Signal()
    """Somebody wants to go in."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "settingsSections").setAccessibleName(_("Sections"))
        self.setFixedWidth(SECTIONS_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go into the section under the cursor with Enter."""
        if event.key() in _INTO and not event.isAutoRepeat():
            self.chosen.emit()
        else:
            super().keyPressEvent(event)


def _entries() -> tuple[_Entry, ...]:
    forms = tuple(
        _Entry(one.name, one.title, Permission.SEE_SETTINGS, partial(SettingForm, one))
        for one in sections() if one.settings
    )  # fmt: skip
    return (
        *forms,
        _Entry(
            "receipt_design",
            _("Receipts"),
            Permission.CHANGE_SETTINGS,
            lambda _jobs: WayOn(
                "receipt_design", _("Receipts"), _("They are changed with the paper in sight.")
            ),
        ),
        _Entry("printers", _("Printers"), Permission.CHANGE_PRINTERS, _page("printers_page")),
        _Entry("people", _("People"), Permission.MANAGE_PEOPLE, _page("people_page")),
    )


def _page(module: str) -> Callable[[Jobs], QWidget]:
    def make(jobs: Jobs) -> QWidget:
        page: QWidget = getattr(
            import_module(f"counterdesk.ui.pages.{module}"),
            "".join(word.capitalize() for word in module.split("_")),
        )(jobs)
        return page

    return make
