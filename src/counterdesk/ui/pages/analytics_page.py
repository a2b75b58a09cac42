"""Analytics: how money comes in, by time and by what it breaks down by, with what is behind."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.clock import office_date
from counterdesk.core.dates import write_instant
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.periods import Period
from counterdesk.core.scales import write_roughly
from counterdesk.ui.exporting import export_list
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages import analytics_words
from counterdesk.ui.pages.exported_figures import figures_listing
from counterdesk.ui.pages.payments_behind import PaymentsBehind
from counterdesk.ui.theme import SPACE_M, set_role
from counterdesk.ui.widgets.boxes import card, named, page_layout, row
from counterdesk.ui.widgets.breakdown_bars import BreakdownBars
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import ElidedLabel, plain_label, wrapped_label
from counterdesk.ui.widgets.period_box import PeriodBox
from counterdesk.ui.widgets.trend_chart import TrendChart

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.analytics import Analytics, Bar, Figures, Moment

_TOGETHER_MS = 200
"""Changes that come in a burst are read once."""

_IN_A_ROW = 3


class AnalyticsPage(QWidget):
    """Charts of a period beside another; every bar opens the payments behind it."""

    consumer_asked = Signal(object)
    """Id of the consumer whom somebody wants to see: a `UUID`."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._asked = 0
        self._found: Analytics | None = None
        self._charts = QWidget()
        self._behind = PaymentsBehind(jobs)
        self._build()
        self._connect()

    def begin(self) -> None:
        """Show the charts, with the focus on the trend."""
        self._behind.leave()
        self.trend.setFocus(Qt.FocusReason.OtherFocusReason)

    def _today(self) -> date:
        return office_date(self._jobs.store.clock.now_utc(), self._settings.time_zone)

    def _build(self) -> None:
        whole = page_layout(self)
        for part in (self._charts, self._behind):
            whole.addWidget(part)
        self.period = PeriodBox(self._today, self._settings)
        self.export = key_button(_("Export"), _("Ctrl+E"), "exportFigures", "", within=self._charts)
        self.total = plain_label("", "figure", name="analyticsTotal")
        self.total.setToolTip(analytics_words.definition())
        self._change = plain_label("", "muted", name="analyticsChange")
        self._where_from = named(ElidedLabel(role="muted"), "analyticsWhereFrom")
        self._where_from.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._error = wrapped_label("", "error", name="analyticsError")
        self._error.hide()
        self.trend = TrendChart(
            "trendChart", _("Collected"),
            lambda minor: write_roughly(minor, self._settings.currency, self._settings.locale),
        )  # fmt: skip
        self.trend.setAccessibleDescription(analytics_words.definition())
        self.breakdowns = {
            by: BreakdownBars(f"{by}Bars", title)
            for by, title in analytics_words.breakdown_titles().items()
        }
        layout = QVBoxLayout(self._charts)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addLayout(row(plain_label(_("Analytics"), "h1"), None, self.export))
        layout.addWidget(self.period)
        layout.addWidget(self._error)
        layout.addWidget(self._scrolled(), 1)

    def _scrolled(self) -> QScrollArea:
        inside = QWidget()
        inside.setObjectName("scrolled")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE_M)
        trend, body = card("trendCard")
        head = row(self.total, self._change, self._where_from, spacing=SPACE_M)
        head.setStretch(2, 1)
        body.addLayout(head)
        body.addWidget(self.trend, 1)
        grid.addWidget(trend, 0, 0, 1, _IN_A_ROW)
        for place, (by, chart) in enumerate(self.breakdowns.items()):
            grid.addWidget(self._card(by, chart), 1 + place // _IN_A_ROW, place % _IN_A_ROW)
        for column in range(_IN_A_ROW):
            grid.setColumnStretch(column, 1)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidgetResizable(True)
        self._area.setWidget(inside)
        return self._area

    def _card(self, by: str, chart: BreakdownBars) -> QWidget:
        frame, body = card(f"{by}Card")
        title = plain_label(analytics_words.breakdown_titles()[by], "h2")
        title.setToolTip(analytics_words.definition(by))
        chart.setAccessibleDescription(analytics_words.definition(by))
        body.addWidget(title)
        body.addWidget(chart)
        body.addStretch(1)
        return frame

    def _connect(self) -> None:
        self._behind.consumer_asked.connect(self.consumer_asked)
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.refresh)
        self._jobs.changed.connect(self._refresh_soon)
        self.period.chosen.connect(self.refresh)
        self.export.clicked.connect(self._export)
        self.trend.opened.connect(self._open_moment)
        for chart in self.breakdowns.values():
            chart.opened.connect(self._open_bar)

    @Slot()
    def refresh(self) -> None:
        """Read the figures anew."""
        if self._jobs.actor is None:
            return
        self._asked += 1
        self.period.renew()
        period, before = self.period.period, self.period.before
        self._jobs.read(
            self,
            lambda read: services.analytics.analytics(read, period, before),
            partial(self._show_figures, self._asked),
            self._show_refusal,
        )

    @Slot()
    def _refresh_soon(self) -> None:
        # A page nobody looks at is read when it is shown again.
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _export(self) -> None:
        found = self._found
        if found is None:
            return
        listing = figures_listing(found, self._settings, self._told_when(found))
        first, last = found.period.first.isoformat(), found.period.last.isoformat()
        export_list(self, self._jobs, listing, f"figures-{first}-{last}")

    @Slot(object)
    def _open_moment(self, moment: Moment) -> None:
        self._show_behind(moment.period, "", moment.now, {})

    @Slot(object)
    def _open_bar(self, opened: tuple[str, Bar]) -> None:
        by, bar = opened
        if self._found is not None:
            name = analytics_words.bar_name(by, bar.name)
            self._show_behind(self._found.period, name, bar.now, {by: (bar.name,)})

    def _show_behind(
        self, period: Period, name: str, figures: Figures, chosen: dict[str, Any]
    ) -> None:
        days = analytics_words.period_words(period, self._settings)
        self._behind.show_payments(
            f"{name}, {days}" if name else days,
            analytics_words.figures_words(figures, self._settings),
            services.payment_filters.PaymentFilter(
                first=period.first, last=period.last, counted=True, **chosen
            ),
            backs=figures.back_minor != 0,
        )
        self._behind.stand_in(self._charts)

    def _show_figures(self, asked: int, found: Analytics) -> None:
        if asked != self._asked:
            return
        self._found = found
        self._error.hide()
        given = self._settings
        self.total.setText(analytics_words.money(found.total.collected_minor, given))
        change, tone = analytics_words.compared_words(found, given)
        self._change.setText(change)
        set_role(self._change, tone)
        self._where_from.say(self._told_when(found))
        self.trend.show_periods(
            analytics_words.period_words(found.period, given),
            analytics_words.period_words(found.before, given) if found.before_known else "",
        )
        self.trend.show_bars(analytics_words.trend_bars(found, given))
        for by, chart in self.breakdowns.items():
            chart.show_bars(analytics_words.breakdown_bars(by, found, given))

    def _told_when(self, found: Analytics) -> str:
        if found.as_of_utc is None:
            return _("This counter alone")
        when = write_instant(found.as_of_utc, self._settings.locale, self._settings.time_zone)
        return _("All counters; the others as of {time}.").format(time=when)

    def _show_refusal(self, error: UserError) -> None:
        self._error.setText(error.message)
        self._error.show()

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew whatever changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()
