"""The printers of this counter: list, add, change, try out, and which paper goes to which."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.printers import Paper, Printers, PrinterSetting, Way, paper_words
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.printers_table import printers_records, printers_table
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.boxes import card, named, page_layout, row
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.printer_form import PrinterForm

if TYPE_CHECKING:
    from counterdesk.store.session import Session

_ACROSS = 3


class PrintersPage(QWidget):
    """Every change is saved at once; the workers follow by themselves."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._printers = Printers()
        self._records = printers_records(jobs.printing.words_of)
        self.table = printers_table(self._records)
        self._form = PrinterForm()
        self._boxes = {kind: named(ChoiceBox(), f"paper_{kind}") for kind in Paper}
        self._make_buttons()
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus on the list."""
        if self._form.isHidden():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_buttons(self) -> None:
        self._add = key_button(_("Add a printer"), "Ctrl+N", "printerAdd", "primary")
        self._test = key_button(_("Test page"), "Ctrl+T", "printerTest", "")
        self._first = key_button(_("Make it the first"), "Ctrl+Up", "printerFirst", "")
        self._remove = key_button(_("Remove"), "Del", "printerRemove", "")

    def _build(self) -> None:
        self.setObjectName("page")
        self._whole = QWidget()
        inside = page_layout(self._whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(row(plain_label(_("Printers"), "h1"), None, self._add))
        inside.addWidget(self.table, 1)
        inside.addLayout(row(self._test, self._first, None, self._remove))
        inside.addWidget(self._assignment())
        layout = page_layout(self)
        layout.addWidget(self._whole, 1)
        layout.addWidget(self._form, 1)

    def _assignment(self) -> QFrame:
        frame, inside = card("paperCard")
        inside.addWidget(plain_label(_("Which paper goes where"), "h2"))
        inside.addWidget(
            wrapped_label(_("What is not assigned goes to the first printer of the list."), "muted")
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_M)
        for place, (kind, box) in enumerate(self._boxes.items()):
            grid.addWidget(Field(paper_words(kind), box), place // _ACROSS, place % _ACROSS)
        for column in range(_ACROSS):
            grid.setColumnStretch(column, 1)
        inside.addLayout(grid)
        return frame

    def _connect(self) -> None:
        self._jobs.changed.connect(self._refresh_if_seen)
        self._jobs.printing.changed.connect(self._show_words)
        self._jobs.printing.found.connect(self._form.show_found)
        self._add.clicked.connect(self._add_one)
        self._test.clicked.connect(self._print_test)
        self._first.clicked.connect(self._put_first)
        self._remove.clicked.connect(self._remove_chosen)
        self.table.opened.connect(self._change)
        self.table.selectionModel().currentRowChanged.connect(self._show_choices)
        self._form.wanted.connect(self._save)
        for kind, box in self._boxes.items():
            box.activated.connect(partial(self._assign, kind))

    @Slot()
    def refresh(self) -> None:
        """Read the printers anew."""
        if self._jobs.actor is not None:
            self._jobs.read(self, services.printers.counter_printers, self._show)

    @Slot()
    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def _show(self, printers: Printers) -> None:
        self._jobs.printing.show_printers(printers)
        chosen = self._chosen()
        if printers != self._printers or not self._records.records:
            self._printers = printers
            self._records.show_records(printers.all)
            self._show_boxes()
            ids = [one.printer_id for one in printers.all]
            if ids:
                place = ids.index(chosen.printer_id) if chosen and chosen.printer_id in ids else 0
                self.table.selectRow(place)
        self.table.say_when_empty(
            _("No printer is set up: receipts wait until there is one. Ctrl+N adds one.")
        )
        self._show_choices()

    def _show_boxes(self) -> None:
        for kind, box in self._boxes.items():
            box.clear()
            box.addItem(_("The first printer"), None)
            for one in self._printers.all:
                box.addItem(one.name, one.printer_id)
            box.choose(self._printers.assigned.get(kind))

    @Slot()
    def _show_choices(self) -> None:
        chosen, actor = self._chosen(), self._jobs.actor
        may = actor is not None and actor.may(Permission.CHANGE_PRINTERS)
        self._add.setEnabled(may)
        self._test.setEnabled(may and chosen is not None)
        self._remove.setEnabled(may and chosen is not None)
        self._first.setEnabled(may and chosen not in {None, self._printers.default})
        for box in self._boxes.values():
            box.setEnabled(may and bool(self._printers.all))

    @Slot()
    def _show_words(self) -> None:
        self.table.viewport().update()

    def _chosen(self) -> PrinterSetting | None:
        place = self.table.currentIndex().row()
        known = 0 <= place < len(self._records.records)
        return self._records.records[place] if known else None

    @Slot()
    def _add_one(self) -> None:
        setting = PrinterSetting(uuid4(), "", Way.NETWORK, "", answers=True)
        self._form.show_setting(setting, _("Add a printer"), looks=True)
        self._jobs.printing.discover()
        self._form.stand_in(self._whole)

    @Slot(object)
    def _change(self, setting: PrinterSetting) -> None:
        title = _("Change {name}").format(name=setting.name)
        self._form.show_setting(setting, title, looks=False)
        self._form.stand_in(self._whole)

    @Slot(object)
    def _save(self, setting: PrinterSetting) -> None:
        self._jobs.write(
            self,
            lambda session: services.printers.save_printer(session, setting),
            done=self._show_saved,
            failed=self._form.refuse,
        )

    def _show_saved(self, printers: Printers) -> None:
        self._form.leave()
        self._show(printers)
        messages.toast(self, _("Saved. Print a test page to see whether all is right."))

    @Slot()
    def _print_test(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            trial, printer_id = services.printer_trial, chosen.printer_id
            self._do(lambda session: trial.print_test_page(session, printer_id), self._show_queued)

    def _show_queued(self, _job_id: UUID) -> None:
        messages.toast(self, _("A test page is on its way; Print jobs (F12) tells how it goes."))

    @Slot()
    def _put_first(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            printer_id = chosen.printer_id
            self._do(lambda session: services.printers.put_first(session, printer_id))

    @Slot()
    def _remove_chosen(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        question = _("Remove {name}? What waits there goes to the first printer.")
        if messages.ask(self, question.format(name=chosen.name), _("Remove"), danger=True):
            printer_id = chosen.printer_id
            self._do(lambda session: services.printers.remove_printer(session, printer_id))

    def _assign(self, kind: Paper, _place: int) -> None:
        target = self._boxes[kind].currentData()
        self._do(lambda session: services.printers.assign_paper(session, kind, target))

    def _do(
        self, work: Callable[[Session], object], done: Callable[..., None] | None = None
    ) -> None:
        self._jobs.write(self, work, done, self._show_refusal)

    def _show_refusal(self, error: UserError) -> None:
        messages.tell(self, error.message)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()
