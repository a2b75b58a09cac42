"""How things stand with the centre, and where every act of this counter is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QTabBar, QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.act_words import way_sentence
from counterdesk.ui.tables.acts_table import acts_records, acts_table
from counterdesk.ui.widgets.boxes import named, page_layout, row
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.sync_card import SyncCard

if TYPE_CHECKING:
    from counterdesk.services.acts import Act, ActCounts, ActsPage, Wanted
    from counterdesk.store.session import ReadSession

_TOGETHER_MS = 200
"""Changes that come in a burst are read once."""

_FIRST_PAGE, _MOST_AT_ONCE = 100, 1_000
"""Acts that are read first, and again when something changed: as many as somebody has come to."""

_AGES_MS = 20_000
"""So often "5 minutes ago" is written anew."""


class SyncPage(QWidget):
    """Reads what was recorded and how far it came; changes nothing."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._asked = self._acts = 0
        self._card = SyncCard(jobs.store.settings)
        self._tabs = named(QTabBar(), "actsTabs")
        self._records = acts_records(jobs.store.settings)
        self.table = acts_table(self._records)
        self._detail = wrapped_label(role="muted", name="actDetail")
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus on the list, at what was done last."""
        self.table.scrollToTop()
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self.setObjectName("page")
        self._tabs.setAccessibleName(_("Which acts"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        self._tabs.setElideMode(Qt.TextElideMode.ElideNone)
        for text in (_("Everything"), _("Waiting"), _("Exceptions")):
            self._tabs.addTab(text)
        layout = page_layout(self)
        layout.addWidget(plain_label(_("Sync with the centre"), "h1"))
        layout.addWidget(self._card)
        layout.addLayout(row(self._tabs, None))
        for part in (self.table, self._detail):
            layout.addWidget(part)
        layout.setStretchFactor(self.table, 1)

    def _connect(self) -> None:
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.refresh)
        self._ages = QTimer(self, interval=_AGES_MS)
        self._ages.timeout.connect(self._show_centre)
        self._jobs.changed.connect(self._refresh_soon)
        self._jobs.centre.changed.connect(self._refresh_soon)
        self._jobs.centre.changed.connect(self._show_centre)
        self._card.try_asked.connect(self._jobs.centre.try_now)
        self._card.stop_asked.connect(self._jobs.centre.hold_fill)
        self._tabs.currentChanged.connect(self.refresh)
        self._records.more_wanted.connect(self._read_on)
        self.table.selectionModel().currentRowChanged.connect(self._show_detail)

    @Slot()
    def refresh(self) -> None:
        """Read the list and its counts anew."""
        if self._jobs.actor is None:
            return
        self._asked += 1
        most = min(max(_FIRST_PAGE, len(self._records.records)), _MOST_AT_ONCE)
        page = partial(_first, self._wanted(), self._jobs.centre.sent_through, most)
        self._jobs.read(self, page, partial(self._show_first, self._asked))

    @Slot()
    def _refresh_soon(self) -> None:
        # A page nobody looks at is read when it is shown again.
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot(object)
    def _read_on(self, last: Act) -> None:
        page = partial(_after, self._wanted(), self._jobs.centre.sent_through, last.seq)
        self._jobs.read(self, page, partial(self._show_more, self._asked))

    def _wanted(self) -> Wanted:
        return list(services.acts.Wanted)[self._tabs.currentIndex()]

    def _show_first(self, asked: int, found: tuple[ActCounts, ActsPage]) -> None:
        if asked != self._asked:
            return
        counts, page = found
        self._acts = counts.saved
        chosen = self._chosen_seq()
        self._records.begin_with(page.acts, more=page.more)
        self._choose(chosen)
        self.table.say_when_empty(_empty(self._tabs.currentIndex()))
        for tab, count in ((1, counts.waiting), (2, counts.exceptions)):
            text = (_("Waiting"), _("Exceptions"))[tab - 1]
            self._tabs.setTabText(tab, f"{text} {count}" if count else text)
        self._show_centre()

    def _show_more(self, asked: int, page: ActsPage) -> None:
        if asked == self._asked:
            self._records.add(page.acts, more=page.more)

    def _chosen_seq(self) -> int:
        """Return the act somebody looks at; 0 for the newest, whichever that will be."""
        place = self.table.currentIndex().row()
        return self._records.records[place].seq if place > 0 else 0

    def _choose(self, seq: int) -> None:
        places = [place for place, act in enumerate(self._records.records) if act.seq == seq]
        if self._records.records:
            self.table.selectRow(places[0] if places else 0)
        self._show_detail()

    @Slot()
    def _show_detail(self) -> None:
        index = self.table.currentIndex()
        known = index.isValid() and index.row() < len(self._records.records)
        self._detail.setText(way_sentence(self._records.records[index.row()]) if known else "")

    @Slot()
    def _show_centre(self) -> None:
        if not self.isVisible():  # it is shown anew when somebody comes back
            return
        now = self._jobs.store.clock.now_utc()
        self._card.show_centre(self._jobs.centre, self._acts, now)
        for part in (self._tabs, self._detail):
            part.setVisible(self._jobs.centre.state != "alone")

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self._ages.start()
        self._show_centre()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do nothing for a page nobody looks at."""
        super().hideEvent(event)
        self._ages.stop()


def _first(wanted: Wanted, sent: int, most: int, read: ReadSession) -> tuple[ActCounts, ActsPage]:
    acts = services.acts
    return acts.count_acts(read), acts.acts_page(read, wanted, sent_through=sent, most=most)


def _after(wanted: Wanted, sent: int, seq: int, read: ReadSession) -> ActsPage:
    return services.acts.acts_page(read, wanted, before_seq=seq, sent_through=sent)


def _empty(tab: int) -> str:
    return (
        _("Nothing was done at this counter yet."),
        _("Nothing waits: the centre has everything."),
        _("No exceptions: the centre could place everything."),
    )[tab]
