"""Which code pages a family of printers has, and under which numbers.

Only pages that every printer of a family has are named: a page too few costs time, since a row is
drawn; one that is not there prints wrong letters.

Source: Epson, ESC/POS Command Reference, ESC t; the makers' command manuals, as compared in the
capabilities of python-escpos 3.1.
"""

from __future__ import annotations

from typing import Final

from counterdesk.core.printers import Family, PrinterSetting
from counterdesk.printing.profiles import CodePage, PrinterProfile

_COMMON: Final = (
    CodePage(0, "cp437"),
    CodePage(19, "cp858"),
    CodePage(16, "cp1252"),
    CodePage(18, "cp852"),
    CodePage(17, "cp866"),
)
_PAGES: Final[dict[Family, tuple[CodePage, ...]]] = {
    Family.EPSON: _COMMON,
    Family.SEIKO: (
        *_COMMON,
        CodePage(14, "cp737"),
        CodePage(13, "cp857"),
        CodePage(45, "cp1250"),
        CodePage(46, "cp1251"),
        CodePage(47, "cp1253"),
        CodePage(48, "cp1254"),
    ),
    Family.RONGTA: (
        CodePage(0, "cp437"),
        CodePage(19, "cp858"),
        CodePage(16, "cp1252"),
        CodePage(18, "cp852"),
        CodePage(7, "cp866"),
        CodePage(24, "cp737"),
        CodePage(29, "cp857"),
    ),
    Family.ZJIANG: (
        CodePage(0, "cp437"),
        CodePage(16, "cp1252"),
        CodePage(18, "cp852"),
        CodePage(17, "cp866"),
    ),
    Family.PLAIN: (CodePage(0, "cp437"),),
}


def profile_of(setting: PrinterSetting) -> PrinterProfile:
    """Return what a printer can do, as its setting says."""
    return PrinterProfile(
        columns=setting.columns,
        code_pages=_PAGES[setting.family],
        native_qr=setting.native_qr,
        cutter=setting.cutter,
    )
