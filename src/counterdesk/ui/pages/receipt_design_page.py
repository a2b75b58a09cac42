"""How the office's receipts look: changed on one side, seen on the other as they would print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QTabBar, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.settings import settings_rows
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SPACE_L, SPACE_S
from counterdesk.ui.widgets.boxes import named, page_layout, row
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.receipt_form import NAMES, ReceiptForm
from counterdesk.ui.widgets.receipt_paper import ReceiptPaper

if TYPE_CHECKING:
    from counterdesk.core.documents import Logo
    from counterdesk.services.office_changes import ShownSetting
    from counterdesk.store.session import ReadSession, Session

_ROLLS = {0: 48, 1: 32}
"""Letters across the paper, by its tab; the last tab is the sheet of PDF."""


class ReceiptDesignPage(QWidget):
    """Shows an invented receipt anew at each keystroke; saving asks the centre for the change."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._seen: dict[str, ShownSetting] = {}
        self._asked: dict[str, object] = {}
        self._form = ReceiptForm()
        self._side = QScrollArea()
        self._tabs = named(QTabBar(), "samplePaperTabs")
        self._paper = ReceiptPaper("samplePaper")
        self._waits = wrapped_label(role="muted", name="receiptDesignWaits")
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus on the first field."""
        self._form.begin()

    def _build(self) -> None:
        self.setObjectName("page")
        self._tabs.setAccessibleName(_("Paper"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        for text in (_("80 mm"), _("58 mm"), _("PDF")):
            self._tabs.addTab(text)
        seen = QVBoxLayout()
        seen.setSpacing(SPACE_S)
        seen.addLayout(row(self._tabs, None))
        seen.addWidget(self._paper, 1)
        self._side.setWidget(self._form)
        self._side.setWidgetResizable(True)
        self._side.setFrameShape(QFrame.Shape.NoFrame)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        columns = row(spacing=SPACE_L)
        left = QVBoxLayout()
        left.setSpacing(SPACE_S)
        left.addWidget(self._side, 1)
        left.addWidget(self._form.saving)
        columns.addLayout(left, 2)
        columns.addLayout(seen, 3)
        layout = page_layout(self)
        layout.addWidget(plain_label(_("Receipts"), "h1"))
        layout.addWidget(self._waits)
        layout.addLayout(columns, 1)

    def _connect(self) -> None:
        self._form.edited.connect(self._follow)
        self._form.logo_asked.connect(self._choose_logo)
        self._form.save_asked.connect(self._save)
        self._tabs.currentChanged.connect(self._show_paper)
        self._jobs.changed.connect(self._refresh_if_seen)
        self._jobs.centre.changed.connect(self._refresh_if_seen)

    @Slot()
    def refresh(self) -> None:
        """Read anew what holds now."""
        if self._jobs.actor is not None:
            self._jobs.read(self, _look, self._show)

    @Slot()
    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    @Slot()
    def _follow(self) -> None:
        self._form.allow(save=self._form.is_right and bool(self._changed()))
        self._show_paper()
        if self._form.at_the_end:  # once the paper has its new length
            QTimer.singleShot(0, self._paper, self._paper.roll_to_end)

    @Slot()
    def _choose_logo(self) -> None:
        kind = _("Pictures") + " (*.png *.jpg *.jpeg *.bmp *.gif)"
        path = messages.open_file(self, _("Choose a picture"), kind)
        if path:
            self._jobs.read(
                self, lambda _read: _logo(Path(path)), self._form.show_logo, self._form.refuse
            )

    @Slot()
    def _save(self) -> None:
        wanted = self._changed()
        if wanted and self._form.is_right:
            self._jobs.write(
                self, lambda session: _ask(session, wanted), self._show_asked, self._form.refuse
            )

    def _changed(self) -> list[tuple[ShownSetting, object]]:
        """Return what was seen and what the fields say instead, but for what is asked already."""
        given = settings_rows(self._form.applied(self._jobs.store.settings))
        after = {name: json.loads(given[name]) for name in self._seen}
        return [
            (seen, after[name])
            for name, seen in self._seen.items()
            if after[name] != self._asked.get(name, seen.value)
        ]

    def _show(self, found: tuple[dict[str, ShownSetting], bool]) -> None:
        seen, waits = found
        text = _("A change is on its way to the centre: it holds as soon as the centre has made it")
        self._waits.setText(f"{text}." if waits else "")
        self._waits.setVisible(waits)
        if seen != self._seen:  # else what is being typed stays
            self._seen, self._asked = seen, {}
            self._form.show_settings(self._jobs.store.settings)
        self._follow()

    def _show_asked(self, asked: dict[str, object]) -> None:
        self._asked |= asked
        messages.toast(self, _("Saved, and on its way to the centre."))
        self.refresh()

    @Slot()
    def _show_paper(self) -> None:
        if not self._seen:
            return
        store = self._jobs.store
        settings = self._form.applied(store.settings)
        document = services.receipt_sample.sample_receipt(
            settings, store.counter, store.clock.now_utc()
        )
        room, tab = self.width() - self._side.width() - 4 * SPACE_L, self._tabs.currentIndex()
        if tab in _ROLLS:
            self._paper.show_document(document, _ROLLS[tab], room)
        else:
            self._paper.show_sheet(document, settings.document_page, room)

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the paper as much room as there is."""
        super().resizeEvent(event)
        self._show_paper()


def _look(read: ReadSession) -> tuple[dict[str, ShownSetting], bool]:
    changes = services.office_changes
    seen = {name: changes.shown_setting(read, name) for name in NAMES}
    return seen, any(changes.waits_for_centre(read, one) for one in seen.values())


def _ask(session: Session, wanted: list[tuple[ShownSetting, object]]) -> dict[str, object]:
    changes = services.office_changes
    for seen, after in wanted:
        changes.change_setting(session, changes.SettingChange(seen, after))
    return {seen.name: after for seen, after in wanted}


def _logo(path: Path) -> Logo:
    from counterdesk.printing.logo_picture import logo_from_file  # noqa: PLC0415 - rarely wanted

    return logo_from_file(path)
