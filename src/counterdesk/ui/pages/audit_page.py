"""Who did what at this counter, when: looked for, read whole, proved, written into a file."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.text import clean
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.act_words import act_sentence, way_sentence
from counterdesk.ui.tables.acts_table import audit_records
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
    from counterdesk.services.audit import ExportedActs, WholeAct

_TOGETHER_MS = 500
"""Changes that come in a burst are read once."""


class AuditPage(QWidget):
    """Reads; the one thing it writes is that somebody took the acts away in a file."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._asked = 0
        self._filter = AuditFilter(jobs.store.settings)
        self._chain = ChainLine(jobs)
        self._records = audit_records(jobs.store.settings)
        self.table = RecordTable("auditTable", _("Who did what"), self._records)
        self._export = key_button(_("Write into a file"), "Ctrl+S", "auditExport", "")
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
        self._export.clicked.connect(self._write_out)
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
    def _write_out(self) -> None:
        try:
            sought = self._filter.sought
        except UserError as error:
            self._filter.refuse(error)
            return
        path = messages.save_as(self, _("Write into a file"), "audit.csv", "CSV (*.csv)")
        if path:
            self._jobs.read(
                self,
                lambda read: services.audit.export_acts(read, sought),
                done=partial(self._note, Path(path)),
            )

    def _note(self, path: Path, exported: ExportedActs) -> None:
        """Nobody takes acts away before it is recorded that they do."""
        self._jobs.write(
            self,
            lambda session: services.audit.note_export(session, exported),
            done=lambda _event: self._keep(path, exported.text),
        )

    def _keep(self, path: Path, text: str) -> None:
        self._jobs.read(
            self,
            lambda _read: _write(path, text),
            done=lambda _none: messages.toast(self, _("Written: {file}").format(file=path.name)),
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self._jobs.read(self, services.audit.audit_choices, self._filter.show_choices)
        self.refresh()


def _write(path: Path, text: str) -> None:
    """Write the file as spreadsheets know their letters."""
    try:
        path.write_text(text, encoding="utf-8-sig", newline="")
    except OSError as error:
        reason = _("The file cannot be written there: {reason}.")
        raise UserError(reason.format(reason=error.strerror)) from error
