"""One theme: colours by role, sizes on an 8 px grid, light, dark and high contrast.

Pages write no colour and no size. They set a widget's `role` (see `set_role`), and lay out with
the spaces below; what painted cells need, they ask `colours()`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from string import Template

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from counterdesk.core.resources import resource_path

SPACE_XS = 4
SPACE_S = 8
SPACE_M = 16
SPACE_L = 24
SPACE_XL = 32

RAIL_WIDTH = 208
NARROW_RAIL_WIDTH = 56
TOPBAR_HEIGHT = 56
SIDE_WIDTH = 320
FORM_WIDTH = 480
SHIFT_WIDTH = 640
COUNT_WIDTH = 544
SECTIONS_WIDTH = 168
AMOUNT_WIDTH = 256
DATE_WIDTH = 144
PIECES_WIDTH = 88
SEARCH_WIDTH = 320
FILTER_SIZE = (520, 440)
SAVED_SIZE = (360, 400)
COLUMNS_SIZE = (264, 424)
ROW_HEIGHT = 40
CELL_SIDE = 11
"""Room at the side of a cell's text: the style sheet's, and the style's own for a frame."""
NARROWEST_WINDOW = (1024, 640)
WIDE_WINDOW = 1180
"""From this width on, the rail has room for words beside its keys."""
FIRST_WINDOW = (1360, 850)
WIDE_PAGE = 1152
"""From this width on, a payment page has room for a receipt and the visit beside it."""

_MIDDLE = 128
"""Lighter is a light colour."""

TEXT_PX = 15
AMOUNT_PX = 20
TOTAL_PX = 32
BADGE_PX = 14

_FONT_FILES = (
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "NotoSansMono-Regular.ttf",
)
_OTHER_SCRIPTS = (
    "NotoSansArabic-Regular.ttf",
    "NotoSansArabic-Bold.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansDevanagari-Bold.ttf",
)


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme, each named by what it is for."""

    background: str
    surface: str
    line: str
    field_line: str
    text: str
    muted: str
    accent: str
    accent_pressed: str
    on_accent: str
    soft: str
    focus: str
    ok: str
    ok_soft: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str
    rail: str
    rail_on: str
    rail_text: str
    rail_strong: str
    toast: str
    toast_text: str


THEMES: dict[str, Colours] = {
    "light": Colours(
        background="#F3F5F8", surface="#FFFFFF", line="#DDE3EA", field_line="#7F8C99",
        text="#17212B", muted="#566473", accent="#0B63CE", accent_pressed="#084EA3",
        on_accent="#FFFFFF", soft="#E6F0FC", focus="#17212B", ok="#0B7044", ok_soft="#E3F5EC",
        warning="#8A4F00", warning_soft="#FFF1DC", danger="#B3261E", danger_soft="#FDECEA",
        rail="#16283C", rail_on="#2B3D51", rail_text="#B9C7D6", rail_strong="#FFFFFF",
        toast="#17212B", toast_text="#FFFFFF",
    ),
    "dark": Colours(
        background="#10161D", surface="#18212B", line="#2A3746", field_line="#6E7F91",
        text="#E8EEF4", muted="#9AAABA", accent="#5AA9FF", accent_pressed="#8CC3FF",
        on_accent="#08131F", soft="#17304B", focus="#E8EEF4", ok="#4CD19A", ok_soft="#12342A",
        warning="#FFC46B", warning_soft="#3A2B12", danger="#FF9389", danger_soft="#431C1A",
        rail="#0B1219", rail_on="#1F2933", rail_text="#9AAABA", rail_strong="#FFFFFF",
        toast="#E8EEF4", toast_text="#10161D",
    ),
    "contrast": Colours(
        background="#000000", surface="#000000", line="#FFFFFF", field_line="#FFFFFF",
        text="#FFFFFF", muted="#F2F2F2", accent="#FFD800", accent_pressed="#FFFFFF",
        on_accent="#000000", soft="#3A3200", focus="#FFFFFF", ok="#7CFFB2", ok_soft="#00260F",
        warning="#FFD800", warning_soft="#2E2600", danger="#FFB3AC", danger_soft="#3A0500",
        rail="#000000", rail_on="#3A3200", rail_text="#FFFFFF", rail_strong="#FFD800",
        toast="#FFFFFF", toast_text="#000000",
    ),
}  # fmt: skip

_in_use = "light"


def apply_theme(app: QApplication, name: str) -> None:
    """Dress the whole application; an unknown name means light.

    Args:
        app: The one application object.
        name: "light", "dark" or "contrast".
    """
    global _in_use  # noqa: PLW0603 - one process wears one theme
    _in_use = name if name in THEMES else "light"
    # Every widget forgets the old sheet first: to put one over another takes five times as long.
    app.setStyleSheet("")
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setFont(text_font())
    app.setPalette(_palette(colours()))
    app.setStyleSheet(style_sheet(colours()))


def theme_in_use() -> str:
    """Return the name of the theme that was applied last."""
    return _in_use


def colours() -> Colours:
    """Return the colours in use, for cells and pictures that are painted by hand."""
    return THEMES[_in_use]


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget another role and let it look like it at once."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def text_font(pixels: int = TEXT_PX, *, bold: bool = False) -> QFont:
    """Return the face of all texts, with figures of equal width.

    Args:
        pixels: Height in device-independent pixels.
        bold: Whether it is heavy.
    """
    return _sized(QFont(_families()[0]), pixels, bold=bold)


def mono_font(pixels: int = TEXT_PX) -> QFont:
    """Return the face of numbers and ids that are compared letter by letter."""
    return _sized(QFont(_families()[1]), pixels, bold=False)


def style_sheet(theme: Colours) -> str:
    """Return the one style sheet, filled with a theme's colours."""
    sheet = resource_path("styles/counterdesk.qss").read_text(encoding="utf-8")
    tick = "light" if QColor(theme.on_accent).lightness() > _MIDDLE else "dark"
    path = resource_path(f"icons/tick-{tick}.png").as_posix()
    return Template(sheet).substitute(asdict(theme), mono=_families()[1][0], tick=path)


def _sized(font: QFont, pixels: int, *, bold: bool) -> QFont:
    font.setPixelSize(pixels)
    font.setBold(bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def add_other_scripts() -> None:
    """Let the window write the names of more people; the first picture does not wait for it."""
    _add_fonts(_OTHER_SCRIPTS)


@cache
def _families() -> tuple[list[str], list[str]]:
    _add_fonts(_FONT_FILES)
    others = ["Noto Sans Devanagari", "Noto Sans Arabic"]
    texts = ["Noto Sans", *others, "Noto Sans Mono", "DejaVu Sans"]
    return texts, ["Noto Sans Mono", *others, "DejaVu Sans Mono"]


def _add_fonts(names: tuple[str, ...]) -> None:
    for name in names:
        path = resource_path(f"fonts/{name}")
        if path.is_file():
            QFontDatabase.addApplicationFont(str(path))


def _palette(theme: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for colour, roles in (
        (theme.background, (role.Window,)),
        (theme.surface, (role.Base, role.Button, role.ToolTipBase)),
        (theme.background, (role.AlternateBase,)),
        (theme.text, (role.WindowText, role.Text, role.ButtonText, role.ToolTipText)),
        (theme.muted, (role.PlaceholderText,)),
        (theme.soft, (role.Highlight,)),
        (theme.text, (role.HighlightedText,)),
        (theme.accent, (role.Link, role.Accent)),
        (theme.line, (role.Mid, role.Midlight, role.Light, role.Dark)),
    ):
        for each in roles:
            palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.muted))
    return palette
