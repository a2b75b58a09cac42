"""Step 1: who pays? One box finds the consumer while one types."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.text import clean
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.step import Step
from counterdesk.ui.tables.consumer_hits import ConsumerHitsList
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.changing import facts
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.search_box import SearchBox

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.consumers import AccountView, ConsumerHit
    from counterdesk.store.session import ReadSession

_FROM_LETTERS = 2
_LONGEST_SHOWN = 40


class ConsumerStep(Step):
    """Find the consumer whose account the visit is for."""

    account_found = Signal(object, str, list)
    """An `AccountView`, what was typed for it, and the keys typed since."""

    fields = ("consumerSearch",)

    def __init__(self, jobs: Jobs) -> None:
        super().__init__(_("Who is it for?"), _("Choose"), _("Back"))
        self._jobs = jobs
        self._looked_up = 0
        self._found_for = ""
        self.search = SearchBox()
        self.results = ConsumerHitsList()
        self._hint = wrapped_label("", "muted", name="consumerHint")
        self._below = QStackedWidget()
        self._build()
        self._connect()

    def clear(self, *, adding: bool) -> None:
        """Forget the last search; `adding` is for another account of a visit under way."""
        self._forget_look_up()
        self.search.clear()
        self.clear_refusals()
        self._show_hits("", ())
        self.title.setText(_("Whose account as well?") if adding else _("Who is it for?"))
        self.go_back.setVisible(adding)

    def begin(self) -> None:
        """Wait for a consumer."""
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_text(self, text: str) -> None:
        """Begin a search with what was typed elsewhere."""
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.setText(text)

    def open_consumer(self, text: str) -> None:
        """Go straight to the consumer of an account number, an invoice or a scan."""
        self.search.blockSignals(True)
        self.search.setText(text)
        self.search.blockSignals(False)
        self.clear_refusals()
        self._looked_up += 1
        self.search.held = []
        self._jobs.read(
            self,
            lambda read: _open_exactly(read, text),
            done=partial(self._show_exact, self._looked_up, text),
            failed=self._show_refusal,
        )

    def _build(self) -> None:
        self.body.addWidget(self.place(Field(_("Search or scan"), self.search)))
        self._below.addWidget(_what_can_be_typed())
        self._below.addWidget(self.results)
        self.body.addWidget(self._below, 1)
        self.body.addWidget(self._hint)
        self.results.setAccessibleName(_("Consumers found"))
        self.go_back.hide()
        self.close_with()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search)
        self.search.moved.connect(self.results.step)
        self.results.clicked.connect(self._open_row)

    @Slot(str)
    def _search(self, text: str) -> None:
        self.clear_refusals()
        wanted = text.strip()
        if len(wanted) < _FROM_LETTERS:
            self._jobs.search(self, _find_nobody)
            self._show_hits("", ())
            return
        self._jobs.search(
            self,
            lambda read: services.consumers.search_consumers(read, wanted),
            done=partial(self._show_hits, wanted),
            failed=self._show_refusal,
        )

    @Slot()
    def try_onward(self) -> None:
        """Open the marked consumer, or the one whose number was typed."""
        marked = self.results.hits.hit(self.results.currentIndex().row())
        text = self.search.text().strip()
        if marked is not None and self._found_for == text:
            self._open(marked)
        elif text:
            self.open_consumer(text)
        else:
            self.refuse("consumerSearch", _("Type or scan what you know of the consumer."))

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        hit = self.results.hits.hit(index.row())
        if hit is not None:
            self._open(hit)

    def _open(self, hit: ConsumerHit) -> None:
        self._looked_up += 1
        self.search.held = []
        self._jobs.read(
            self,
            lambda read: services.consumers.account_view(read, hit.consumer_id),
            done=partial(self._show_account, self._looked_up, hit.account_number),
            failed=self._show_refusal,
        )

    def _show_exact(self, number: int, text: str, view: AccountView | None) -> None:
        if number != self._looked_up:
            return
        if view is not None:
            self._show_account(number, text, view)
            return
        self._forget_look_up()
        count = self.results.hits.rowCount() if self._found_for == text else 0
        only = self.results.hits.hit(0)
        if count == 1 and only is not None:
            self._open(only)
        elif count:
            self.results.step(1)
            self._hint.setText(_("Choose one with the arrow keys, then Enter."))
        else:
            self.refuse("consumerSearch", _no_match(text))

    def _show_account(self, number: int, text: str, view: AccountView) -> None:
        if number != self._looked_up:
            return
        held = self.search.held or []
        self._forget_look_up()
        self.account_found.emit(view, text, held)

    def _show_refusal(self, error: UserError) -> None:
        self._forget_look_up()
        self.refuse(error.field or "consumerSearch", error.message)

    def _show_hits(self, text: str, hits: tuple[ConsumerHit, ...]) -> None:
        self._found_for = text
        self.results.hits.show_hits(hits)
        self._below.setCurrentIndex(1 if hits else 0)
        if not text:
            self._hint.setText("")
        elif hits:
            count = ngettext("{count} found.", "{count} found.", len(hits)).format(count=len(hits))
            self._hint.setText(f"{count} {_('Arrow keys choose, Enter opens.')}")
        else:
            self._hint.setText(_no_match(text))

    def _forget_look_up(self) -> None:
        self._looked_up += 1
        self.search.held = None


def _open_exactly(read: ReadSession, text: str) -> AccountView | None:
    hit = services.consumers.find_exactly(read, text)
    return None if hit is None else services.consumers.account_view(read, hit.consumer_id)


def _find_nobody(_read: ReadSession) -> None:
    """Takes the place of a search that is no longer wanted."""


def _what_can_be_typed() -> QWidget:
    place = QWidget()
    layout = QVBoxLayout(place)
    layout.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
    layout.addWidget(
        facts(
            (
                (_("Account"), _("WU-10001, or its digits alone and Enter")),
                (_("Name"), _("from two letters on, in any order: doe john")),
                (_("Phone, address"), _("any part of it")),
                (_("Invoice"), _("its number and Enter: ticked at once")),
                (_("Scan"), _("a printed bill, from any page")),
            )
        )
    )
    layout.addStretch(1)
    return place


def _no_match(text: str) -> str:
    shown = clean(text)
    if len(shown) > _LONGEST_SHOWN:
        shown = f"{shown[:_LONGEST_SHOWN]}…"
    return _("No consumer matches “{text}”.").format(text=shown)
