"""The parts of a workbook of one sheet, and how its cells are written.

Source: ECMA-376, part 1, section 18 (SpreadsheetML), and part 2 (its packaging).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from counterdesk.core.listed import Kind

XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET: Final = "xl/worksheets/sheet1.xml"
WIDTHS: Final = {
    Kind.TEXT: 24, Kind.ID: 18, Kind.AMOUNT: 16, Kind.NUMBER: 12, Kind.DATE: 12, Kind.MOMENT: 20,
}  # fmt: skip
"""Of columns, in letters."""

PLAIN, TITLE, HEADING, TOTAL, TOTAL_AMOUNT, TOTAL_NUMBER = range(6)
"""Places among the styles; those of the kinds follow."""

STYLE_OF: Final = {kind: TOTAL_NUMBER + place for place, kind in enumerate(Kind, start=1)}

_LONGEST_TEXT: Final = 32_767
_LONGEST_NAME: Final = 31
"""Source: Microsoft, "Excel specifications and limits": of a cell's text, of a sheet's name."""

_LIKE_AN_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_MAIN: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def inline(text: str, style: int) -> str:
    """Return the inside of a cell of text, which nothing takes for a formula."""
    return f't="inlineStr" s="{style}"><is>{_text(text)}</is>'


def number(figure: str, style: int) -> str:
    """Return the inside of a cell of a number."""
    return f's="{style}"><v>{figure}</v>'


def shared_texts(texts: Sequence[str]) -> str:
    """Return the table of texts that cells name by their place."""
    entries = "".join(f"<si>{_text(text)}</si>" for text in texts)
    return f'<sst {_MAIN} count="{len(texts)}" uniqueCount="{len(texts)}">{entries}</sst>'


def sheet_start(widths: Sequence[int], titles_at: int, *, from_right: bool) -> str:
    """Return how a sheet begins.

    Args:
        widths: Of its columns, in letters.
        titles_at: The row of the titles, which stay in sight with what is above them.
        from_right: Whether its first column stands on the right.
    """
    side = ' rightToLeft="1"' if from_right else ""
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(widths, start=1)
    )
    return (
        f'<worksheet {_MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView{side} tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{titles_at}" topLeftCell="A{titles_at + 1}" activePane="bottomLeft" '
        'state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'
    )


def sheet_end(titles_at: int, last_column: str, last_row: int) -> str:
    """Return how a sheet ends; its arguments say where the rows with their titles stand."""
    return (
        f'</sheetData><autoFilter ref="A{titles_at}:{last_column}{last_row}"/>'
        '<pageMargins left="0.5" right="0.5" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter></headerFooter>"
        "</worksheet>"
    )


def workbook(title: str, titles_at: int, last_column: str, last_row: int) -> str:
    """Return what names the sheet, and where its titles and rows stand."""
    name = _NOT_IN_A_NAME.sub(" ", title)[:_LONGEST_NAME].strip("' ") or "1"
    sheet = escape("'" + name.replace("'", "''") + "'")
    return (
        f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews><sheets>'
        f'<sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets><definedNames>'
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">{sheet}!'
        f"$A${titles_at}:${last_column}${last_row}</definedName>"
        f'<definedName name="_xlnm.Print_Titles" localSheetId="0">{sheet}!${titles_at}:'
        f"${titles_at}</definedName></definedNames></workbook>"
    )


def styles(decimals: int) -> str:
    """Return the styles, in the order of their places.

    Args:
        decimals: Of the currency.
    """
    amount = "#,##0" + ("." + "0" * decimals if decimals else "")
    # 49 is text as it is, 3 is #,##0; 164 and on are this file's own.
    formats = {
        Kind.TEXT: 49, Kind.ID: 49, Kind.AMOUNT: 164, Kind.NUMBER: 3, Kind.DATE: 165,
        Kind.MOMENT: 166,
    }  # fmt: skip
    of_kinds = "".join(_style(formats[kind]) for kind in STYLE_OF)
    return (
        f'<styleSheet {_MAIN}><numFmts count="3"><numFmt numFmtId="164" formatCode="{amount}"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="166" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
        '<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="14"/><name val="Calibri"/></font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">'
        '<fgColor rgb="FFEEF2F6"/><bgColor indexed="64"/></patternFill></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        f'</cellStyleXfs><cellXfs count="{TOTAL_NUMBER + 1 + len(STYLE_OF)}">{_style(0)}'
        f"{_style(0, font=2)}{_style(49, font=1, fill=2)}{_style(49, font=1)}"
        f"{_style(164, font=1)}{_style(3, font=1)}{of_kinds}</cellXfs>"
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )


def column_letters(place: int) -> str:
    """Return what a column is called: "A" for 0, "AA" for 26."""
    text = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        text = chr(ord("A") + letter) + text
    return text


def _text(text: str) -> str:
    # "_x0041_" would be read as the letter of that code.
    plain = _LIKE_AN_ESCAPE.sub("_x005F_", text[:_LONGEST_TEXT]) if "_x" in text else text
    return f'<t xml:space="preserve">{escape(plain[:_LONGEST_TEXT])}</t>'


def _style(numbers: int, *, font: int = 0, fill: int = 0) -> str:
    return (
        f'<xf numFmtId="{numbers}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" '
        'applyNumberFormat="1" applyFont="1" applyFill="1"/>'
    )


PACKAGE: Final = {
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{_TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
        '<Override PartName="/xl/sharedStrings.xml" '
        f'ContentType="{_TYPES}.sharedStrings+xml"/></Types>'
    ),
}
"""What says which part is which."""
