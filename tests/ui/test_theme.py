"""The theme: every colour pair can be read, every role is dressed."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from PySide6.QtGui import QColor, QFontMetrics, QTextLayout
from PySide6.QtWidgets import QApplication, QLabel

from counterdesk.core.resources import resource_path
from counterdesk.ui.theme import (
    THEMES,
    Colours,
    add_other_scripts,
    apply_theme,
    colours,
    set_role,
    text_font,
    theme_in_use,
)

_TEXTS = (
    ("text", "background"), ("text", "surface"), ("text", "soft"), ("text", "warning_soft"),
    ("text", "ok_soft"), ("text", "danger_soft"), ("muted", "background"), ("muted", "surface"),
    ("muted", "soft"), ("accent", "surface"), ("accent", "background"), ("accent", "soft"),
    ("on_accent", "accent"), ("on_accent", "accent_pressed"), ("ok", "ok_soft"), ("ok", "surface"),
    ("ok", "background"), ("warning", "warning_soft"), ("danger", "danger_soft"),
    ("danger", "surface"), ("danger", "background"), ("rail_text", "rail"),
    ("rail_text", "rail_on"), ("rail_strong", "rail"), ("rail_strong", "rail_on"),
    ("toast_text", "toast"),
)  # fmt: skip
_EDGES = (
    ("field_line", "surface"), ("field_line", "background"), ("accent", "surface"),
    ("accent", "background"), ("focus", "accent"), ("focus", "background"), ("danger", "surface"),
)  # fmt: skip


def _luminance(colour: str) -> float:
    # Source: WCAG 2.2, relative luminance.
    given = QColor(colour)
    parts = (given.redF(), given.greenF(), given.blueF())
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])


def _contrast(theme: Colours, ink: str, ground: str) -> float:
    given = asdict(theme)
    light, dark = sorted((_luminance(given[ink]), _luminance(given[ground])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("ink", "ground"), _TEXTS)
def test_text_can_be_read(name: str, ink: str, ground: str) -> None:
    wanted = 7 if name == "contrast" else 4.5
    assert _contrast(THEMES[name], ink, ground) >= wanted


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("edge", "ground"), _EDGES)
def test_edges_and_the_focus_can_be_seen(name: str, edge: str, ground: str) -> None:
    # 2.4 for the ring on the accent itself: it also stands against the page behind it.
    wanted = 1.2 if (edge, ground) == ("focus", "accent") else 3
    assert _contrast(THEMES[name], edge, ground) >= wanted


def test_no_text_is_smaller_than_14_pixels() -> None:
    sheet = resource_path("styles/counterdesk.qss").read_text(encoding="utf-8")
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", sheet)]
    assert min(sizes) >= 14
    assert text_font().pixelSize() >= 14


def test_the_theme_switches_while_the_window_stands(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")
    assert theme_in_use() == "dark"
    assert colours() is THEMES["dark"]
    assert qapp.palette().window().color() == QColor(THEMES["dark"].background)


def test_an_unknown_theme_is_light(qapp: QApplication) -> None:
    apply_theme(qapp, "sepia")
    assert theme_in_use() == "light"


def test_a_role_is_worn_at_once(qtbot: object, qapp: QApplication) -> None:
    del qtbot
    label = QLabel("5.00")
    label.show()
    qapp.processEvents()
    before = label.sizeHint().height()
    set_role(label, "total")
    assert label.sizeHint().height() > before
    label.close()


def test_figures_are_equally_wide(qapp: QApplication) -> None:
    del qapp
    metrics = QFontMetrics(text_font())
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


@pytest.mark.parametrize(
    ("name", "family"),
    [("नदी झरनेवाला", "Noto Sans Devanagari"), ("ليلى النبع", "Noto Sans Arabic")],
)
def test_a_name_in_another_script_is_written_with_fonts_of_our_own(
    qapp: QApplication, name: str, family: str
) -> None:
    add_other_scripts()
    layout = QTextLayout(name.replace(" ", ""), text_font())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    assert {run.rawFont().familyName() for run in layout.glyphRuns()} == {family}
