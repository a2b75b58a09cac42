"""Who did what at this counter, when: looked for, read whole, proved, and exported."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.text import clean
from counterdesk.ui.exporting import export_list
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.act_words import act_sentence, way_sentence
from counterdesk.ui.tables.acts_table import audit_records
from counterdesk.ui.tables.exported_acts import acts_listing
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.theme import mono_font
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.audit_filter import AuditFilter
from counterdesk.ui.widgets.boxes import named, page_layout, row
from counterdesk.ui.widgets.chain_line import ChainLine
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.acts import Act, ActsPage
    from counterdesk.services.audit import WholeAct

_TOGETHER_MS = 500
"""Changes that come in a burst are read once."""


class AuditPage(QWidget):
    """Reads and exports; to export is an act itself."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._asked = 0
        self._filter = AuditFilter(jobs.store.settings)
        self._chain = ChainLine(jobs)
        self._records = audit_records(jobs.store.settings)
        self.table = RecordTable("auditTable", _("Who did what"), self._records)
        self._export = key_button(_("Export"), "Ctrl+E", "auditExport", "")
        self._all = key_button(_("Look for everything"), "Esc", "auditClear", "")
        self._one = Aside("auditAct", "")
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus on the list."""
        if not self._whole.isHidden():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self.setObjectName("page")
        self._told = wrapped_label("", "muted", name="auditTold")
        self._data = named(QPlainTextEdit(), "auditData")
        self._data.setReadOnly(True)
        self._data.setFont(mono_font())
        self._data.setAccessibleName(_("Everything the act tells"))
        self._one.body.addWidget(self._told)
        self._one.body.addWidget(self._data, 1)
        self._whole = QWidget()
        inside = page_layout(self._whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(row(plain_label(_("Audit"), "h1"), None, self._all, self._export))
        inside.addWidget(self._filter)
        inside.addWidget(self.table, 1)
        inside.addWidget(self._chain)
        layout = page_layout(self)
        for part in (self._whole, self._one):
            layout.addWidget(part, 1)

    def _connect(self) -> None:
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.refresh)
        self._jobs.changed.connect(self._refresh_soon)
        self._filter.changed.connect(self.refresh)
        self._all.clicked.connect(self._filter.clear)
        self._export.clicked.connect(self._export_acts)
        self._records.more_wanted.connect(self._read_on)
        self.table.opened.connect(self._read_one)

    @Slot()
    def refresh(self) -> None:
        """Read the list anew."""
        if self._jobs.actor is None:
            return
        try:
            sought = self._filter.sought
        except UserError as error:
            self._filter.refuse(error)
            return
        self._filter.refuse(None)
        self._asked += 1
        self._jobs.read(
            self,
            lambda read: services.audit.audit_page(read, sought),
            partial(self._show_first, self._asked),
        )

    @Slot()
    def _refresh_soon(self) -> None:
        # Whoever has read on is not thrown back to the beginning.
        if self.isVisible() and not self._soon.isActive() and self.table.currentIndex().row() < 1:
            self._soon.start()

    @Slot(object)
    def _read_on(self, last: Act) -> None:
        audit, sought = services.audit, self._filter.sought
        self._jobs.read(
            self,
            lambda read: audit.audit_page(read, sought, before_seq=last.seq),
            partial(self._show_more, self._asked),
        )

    def _show_first(self, asked: int, page: ActsPage) -> None:
        if asked == self._asked:
            self._records.begin_with(page.acts, more=page.more)
            self.table.say_when_empty(_("Nobody did that here. Look for something else."))
            self.table.selectRow(0)

    def _show_more(self, asked: int, page: ActsPage) -> None:
        if asked == self._asked:
            self._records.add(page.acts, more=page.more)

    @Slot(object)
    def _read_one(self, act: Act) -> None:
        seq = act.seq
        self._jobs.read(self, lambda read: services.audit.whole_act(read, seq), self._show_one)

    def _show_one(self, whole: WholeAct) -> None:
        act = whole.act
        self._one.title.setText(clean(act_sentence(act)))
        by = _("By {name}.").format(name=clean(act.by)) if act.by else _("Nobody was signed in.")
        text = _("{by} {way} Hash {hash}.")
        self._told.setText(text.format(by=by, way=way_sentence(act), hash=whole.hash.hex()))
        self._data.setPlainText(json.dumps(whole.data, indent=2, ensure_ascii=False))
        self._one.stand_in(self._whole)

    @Slot()
    def _export_acts(self) -> None:
        try:
            sought = self._filter.sought
        except UserError as error:
            self._filter.refuse(error)
            return
        listed = self._records.records
        listed_now = replace(sought, up_to_seq=listed[0].seq if listed else 0)
        export_list(self, self._jobs, acts_listing(listed_now, self._filter.words()), "audit")

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self._jobs.read(self, services.audit.audit_choices, self._filter.show_choices)
        self.refresh()
