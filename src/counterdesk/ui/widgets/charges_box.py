"""The three lists of open charges, one tab each, and beside the tabs room for one thing more."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from counterdesk.core.account_draft import AccountDraft
from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings
from counterdesk.core.visit import PaymentType
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.tables.charges import ChargesModel
from counterdesk.ui.tables.charges_table import ChargesTable
from counterdesk.ui.theme import SPACE_S, SPACE_XL
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.named import named

_KINDS = tuple(PaymentType)


class ChargesBox(QWidget):
    """Tabs Bill, Service and Installment over one table."""

    ticked = Signal()
    """A tick or a charge's part was changed."""

    refused = Signal(str)
    """Why a charge's part was not taken."""

    typed = Signal(str)
    """A digit that is meant for the amount."""

    def __init__(self, settings: Settings, beside: QWidget) -> None:
        super().__init__()
        self._account: AccountDraft | None = None
        self._draft: VisitDraft | None = None
        self._model = ChargesModel(settings)
        self.table = ChargesTable(self._model)
        self.field = Field("", self.table)
        self._empty = wrapped_label("", "muted", name="chargesEmpty")
        self._types = named(QTabBar(drawBase=False), "typeTabs", _("Type of charge"))
        for kind in _KINDS:
            self._types.addTab(_tab_text(kind, 0))
        self._build(beside)
        self._connect()

    def show_account(self, draft: VisitDraft) -> None:
        """Show the charges of the account being worked on, beginning with a ticked one."""
        self._draft, account = draft, draft.current
        first = next(iter((*account.ticked, *account.charges)), None)
        same = self._account is account
        self._account = account
        if not same:
            self._types.blockSignals(True)
            self._types.setCurrentIndex(_KINDS.index(first.kind) if first else 0)
            self._types.blockSignals(False)
        self._show_rows()

    def refresh(self) -> None:
        """Show ticks and parts as they are now."""
        self._model.refresh()

    def begin(self) -> None:
        """Put the focus on the table, or on the tabs where there is nothing to tick."""
        target = self._types if self.field.isHidden() else self.table
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, beside: QWidget) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        hint = plain_label(_("Space ticks"), "muted")
        layout.addLayout(row(self._types, hint, None, beside))
        layout.addWidget(self.field, 1)
        layout.addWidget(self._empty, 1)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMinimumHeight(2 * SPACE_XL)

    def _connect(self) -> None:
        self._types.currentChanged.connect(self._show_rows)
        self._model.ticked.connect(self._tell_ticked)
        self._model.refused.connect(self.refused)
        self.table.typed.connect(self.typed)
        self.table.turned.connect(self._turn)

    @Slot(int)
    def _turn(self, by: int) -> None:
        self._types.setCurrentIndex((self._types.currentIndex() + by) % len(_KINDS))
        self.begin()

    @Slot()
    def _tell_ticked(self) -> None:
        self._show_counts()
        self.ticked.emit()

    @Slot()
    def _show_rows(self) -> None:
        if self._draft is None:
            return
        kind = _KINDS[self._types.currentIndex()]
        self._model.show_charges(self._draft.current, kind, self._draft.today)
        self.table.mark_first()
        none = self._model.rowCount() == 0
        owes = bool(self._draft.current.charges)
        self._empty.setText(_nothing_open(kind) if owes else _nothing_owed())
        self._empty.setVisible(none)
        self.field.setVisible(not none)
        self._show_counts()

    def _show_counts(self) -> None:
        if self._draft is not None:
            for place, kind in enumerate(_KINDS):
                self._types.setTabText(place, _tab_text(kind, len(self._draft.current.rows(kind))))


def _tab_text(kind: PaymentType, count: int) -> str:
    names = {
        PaymentType.BILL: _("Bill"),
        PaymentType.SERVICE: _("Service"),
        PaymentType.INSTALLMENT: _("Installment"),
    }
    return f"{names[kind]} ({count})"


def _nothing_owed() -> str:
    return _("Nothing is owed on this account. Alt+O takes money in advance.")


def _nothing_open(kind: PaymentType) -> str:
    match kind:
        case PaymentType.BILL:
            return _("No unpaid bill. Left and right turn to services and installments.")
        case PaymentType.SERVICE:
            return _("No unpaid service.")
    return _("No unpaid installment.")
