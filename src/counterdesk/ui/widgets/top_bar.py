"""The bar on top: office, counter, shift, what waits, the printer, and who is signed in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor
from counterdesk.ui.status_badge import show_status
from counterdesk.ui.theme import SPACE_L, SPACE_M, TOPBAR_HEIGHT, theme_in_use
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.labels import ElidedLabel, badge, plain_label


class TopBar(QFrame):
    """How things stand; says everything in words."""

    lock_asked = Signal()
    """The person wants the window locked behind them."""

    sign_out_asked = Signal()
    """The person leaves."""

    sync_asked = Signal()
    """Somebody wants to know more of how things stand with the centre."""

    theme_chosen = Signal(str)
    """Name of the theme that is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "topbar")
        self.setFixedHeight(TOPBAR_HEIGHT)
        self._counter = ""
        self._build()
        self._connect()

    def show_office(self, utility: str, counter: str) -> None:
        """Say whose till this is."""
        self._utility.setText(utility)
        self._counter = counter
        self.show_shift("")

    def show_shift(self, text: str) -> None:
        """Say which shift runs; "" while none is known."""
        self._where.say(" \u00b7 ".join(part for part in (self._counter, text) if part))

    def show_sync(self, tone: str, text: str) -> None:
        """Say how this counter stands to the centre."""
        show_status(self.sync_status, tone, text)
        self.sync_status.setAccessibleName(_("Centre: {how}").format(how=text))

    def show_printer(self, tone: str, text: str) -> None:
        """Say how the printer does."""
        show_status(self.printer_status, tone, text)

    def show_disk(self, *, low: bool) -> None:
        """Say that the disk fills up, or nothing."""
        show_status(self.disk_status, "warn", _("Disk nearly full"))
        self.disk_status.setVisible(low)

    def show_drawer(self, *, over: bool) -> None:
        """Say that too much cash lies in the drawer, or nothing."""
        show_status(self.drawer_status, "warn", _("Drop cash: F7"))
        self.drawer_status.setVisible(over)

    def show_person(self, actor: Actor | None) -> None:
        """Say who is signed in."""
        for part in (self._person, self.sync_status, self.printer_status):
            part.setVisible(actor is not None)
        for part in (self.disk_status, self.drawer_status):
            part.hide()  # until it is known
        if actor is not None:
            self._person.setText(f"{actor.name} \u25be")
            self._person.setAccessibleName(_("Signed in: {name}").format(name=actor.name))
        self.lock.setEnabled(actor is not None)
        self.sign_out.setEnabled(actor is not None)

    def _build(self) -> None:
        self._utility = plain_label(role="h2", name="utilityName")
        self._where = ElidedLabel(role="muted")
        self._where.setObjectName("whereStatus")
        self.sync_status = named(QPushButton(), "syncStatus")
        self.sync_status.setProperty("role", "badge-info")
        self.sync_status.setToolTip(_("How things stand with the centre: F11"))
        self.printer_status = named(badge("", "info"), "printerStatus")
        self.disk_status = named(badge("", "warn"), "diskStatus")
        self.drawer_status = named(badge("", "warn"), "drawerStatus")
        self._person = named(QPushButton(), "personMenu")
        self._person.setProperty("role", "person")
        self._person.setMenu(self._menu())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_L, 0, SPACE_M, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self._utility)
        layout.addWidget(self._where, 1)
        badges = (self.drawer_status, self.disk_status, self.sync_status, self.printer_status)
        for part in (*badges, self._person):
            layout.addWidget(part)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        # Owned here, not by the menu: its own were found deleted while the window still stood.
        self.lock = QAction(_("Lock"), self)
        self.lock.setShortcut("Ctrl+L")
        self.sign_out = QAction(_("Sign out"), self)
        menu.addActions([self.lock, self.sign_out])
        menu.addSeparator()
        self._themes = QActionGroup(self)
        for name, text in (
            ("light", _("Light colours")),
            ("dark", _("Dark colours")),
            ("contrast", _("High contrast")),
        ):
            self._add_theme(menu, name, text)
        return menu

    def _add_theme(self, menu: QMenu, name: str, text: str) -> None:
        action = QAction(text, self, checkable=True, checked=name == theme_in_use())
        action.setData(name)
        self._themes.addAction(action)
        menu.addAction(action)

    def _connect(self) -> None:
        self.sync_status.clicked.connect(self.sync_asked)
        self.lock.triggered.connect(self.lock_asked)
        self.sign_out.triggered.connect(self.sign_out_asked)
        self._themes.triggered.connect(self._choose_theme)
        for action in (self.lock, self.sign_out):
            self.addAction(action)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)

    def _choose_theme(self, action: QAction) -> None:
        self.theme_chosen.emit(action.data())
