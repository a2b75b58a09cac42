"""Files as they come: what is read, what is refused, and what each line is told to lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.errors import UserError
from counterdesk.core.money import Currency
from counterdesk.sync.centre.import_fields import Kind, Rules, fields_of, read_amount
from counterdesk.sync.centre.import_layout import Layout, find_layout
from counterdesk.sync.centre.import_letters import look_at, open_text
from counterdesk.sync.centre.import_reading import Line, LineReader, read_first_line

USD, KWD = Currency("USD", 2, "$"), Currency("KWD", 3, "")
RULES = Rules(USD, methods=frozenset({"cash", "card"}))
PEOPLE = "account_number,name,phone\n"
OWED = "number,account_number,kind,charged_on,due_on,amount\n"
TORN = ("Lines {} to {} cannot be told apart: a quote is not closed, or stands in the middle of a "
        "cell.")  # fmt: skip
BILL = "A,WU-1,Bill,2025-04-01,2025-04-15,1.00\n"


def layout_of(first: str, columns: Mapping[str, str] | None = None, rules: Rules = RULES) -> Layout:
    return find_layout(first, {kind: fields_of(kind, rules) for kind in Kind}, columns or {})


def read(folder: Path, content: str | bytes, rules: Rules = RULES) -> list[Line]:
    path = folder / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with open_text(path, look_at(path)) as file:
        return list(LineReader(layout_of(read_first_line(file), rules=rules)).read(file))


def told(lines: list[Line]) -> list[tuple[int, str, str]]:
    return [(one.line, one.field, one.reason) for line in lines for one in line.faults]


def test_a_line_becomes_values_in_the_order_of_its_cells(tmp_path: Path) -> None:
    [line] = read(tmp_path, OWED + BILL)
    day = date(2025, 4, 1), date(2025, 4, 15)
    assert line == Line(2, ("A", "WU-1", "Bill", *day, 100))


@pytest.mark.parametrize(
    "first",
    [
        "account_number;name;phone",
        "Account number\tNAME\tphone",
        "\ufeffaccount-number|Name|Phone",
        '"account_number","name","phone"\r',
    ],
)
def test_delimiter_mark_and_spelling_of_headings_are_found_out(tmp_path: Path, first: str) -> None:
    mark = next(sign for sign in ";\t|," if sign in first)
    [line] = read(tmp_path, f"{first}\nWU-1{mark}Ana{mark}5\n")
    assert line.values == ("WU-1", "Ana", "5")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ((PEOPLE + "1,Łukasz,\n").encode(), "Łukasz"),
        (("\ufeff" + PEOPLE + "1,Łukasz,\n").encode(), "Łukasz"),
        ((PEOPLE + "1,Łukasz,\n").encode("utf-16"), "Łukasz"),
        ((PEOPLE + "1,José,\n").encode("cp1252"), "José"),
    ],
)
def test_letters_are_read_as_they_were_written(tmp_path: Path, content: bytes, name: str) -> None:
    [line] = read(tmp_path, content)
    assert line.values[1] == name


def test_windows_letters_are_a_guess_and_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("José".encode("cp1252"))
    letters = look_at(path)
    assert (letters.encoding, letters.guessed) == ("cp1252", True)
    assert not look_at(path, "windows-1252").guessed


def test_damaged_utf_8_is_not_taken_for_windows_letters(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Line 3 is damaged"):
        read(tmp_path, (PEOPLE + "1,José,\n2,Jos").encode() + b"\xe9,\n")


def test_a_byte_that_is_no_letter_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"Near line \d+ stands a byte that is no letter"):
        read(tmp_path, PEOPLE.encode() + b"1,Jos\xe9 \x81,\n")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "must name the columns"),
        (b"one;two;three\n1;2;3\n", "some are missing"),
        (b"account_number,name,Name\n", "Two columns are name"),
        (b"account_number,name,phone,number,cancelled\n", "say which with --kind"),
        (PEOPLE.encode() + b"x" * (1 << 21), "too long to be one"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        read(tmp_path, content)


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(UserError, match="cannot be read"):
            look_at(path)


def test_a_heading_can_be_told() -> None:
    columns = {"kundennr=1": "account_number", "Name2": "name", "x": ""}
    layout = layout_of("Kundennr=1,name,NAME2,x\n", columns)
    assert [(one.place, one.field.name) for one in layout.columns] == [
        (0, "account_number"), (2, "name"),
    ]  # fmt: skip
    assert layout.unused == ("name", "x")


@pytest.mark.parametrize("columns", [{"name": "surname"}, {"surname": "name"}])
def test_a_told_heading_must_exist_on_both_sides(columns: dict[str, str]) -> None:
    with pytest.raises(UserError, match="no column surname"):
        layout_of(PEOPLE, columns)


def test_a_cell_may_hold_quotes_marks_and_line_ends(tmp_path: Path) -> None:
    lines = read(tmp_path, PEOPLE + '1,"Ana ""A"",\r\nFlat 2",5\r\n2,Bob,\n')
    assert [(line.number, line.values[1]) for line in lines] == [(2, 'Ana "A", Flat 2'), (4, "Bob")]


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("1,Ana\n", (2, "", "This line has 2 cells, the first line has 3.")),
        ("1,Ana,5,6\n", (2, "", "This line has 4 cells, the first line has 3.")),
        ("1,Ana,5\n2,Bo", (3, "", "This line has 2 cells, the first line has 3.")),
        (",Ana,\n", (2, "account_number", "This must not be empty.")),
        ("1,  ,\n", (2, "name", "This must not be empty.")),
        ("1,A\0na,\n", (2, "name", "This is no text: it holds a zero byte.")),
        ("1," + "A" * 10_240 + ",\n", (2, "name", "At most 1000 characters.")),
        ("1" * 61 + ",A,\n", (2, "account_number", "At most 60 characters.")),
        ("1\u202e2,A,\n", (2, "account_number", "It holds characters that cannot be seen.")),
        ('1,"Ana"x,\n', (2, "", TORN.format(2, 2))),
        ('1,A,\n2,"Ana\n3,B,\n', (3, "", TORN.format(3, 4))),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_taken_is_named(
    tmp_path: Path, rest: str, found: tuple[int, str, str]
) -> None:
    assert told(read(tmp_path, PEOPLE + rest)) == [found]


def test_an_open_quote_takes_no_line_with_it_that_can_be_told_apart(tmp_path: Path) -> None:
    lines = read(tmp_path, PEOPLE + '1,"Ana,\n2,B,\n3,"C",\n4,D,\n')
    assert [line.number for line in lines if not line.faults] == [5]
    assert [fault[0] for fault in told(lines)] == [2]


def test_a_file_without_amounts_can_only_cancel(tmp_path: Path) -> None:
    lines = read(tmp_path, "number,account_number,cancelled\nA,WU-1,yes\nB,WU-1,no\n")
    assert lines[0].values == ("A", "WU-1", True)
    assert {(fault[:2]) for fault in told(lines)} == {
        (3, "kind"), (3, "charged_on"), (3, "due_on"), (3, "amount"),
    }  # fmt: skip


def test_lines_without_anything_are_no_lines(tmp_path: Path) -> None:
    assert [line.number for line in read(tmp_path, PEOPLE + "\n,,\n ,,\n1,Ana,\n\n")] == [5]


@pytest.mark.req("AUD-4")
def test_a_hostile_name_is_kept_as_text_without_controls(tmp_path: Path) -> None:
    hostile = "=cmd|' /C calc'!A0 \x1b[31m\u202eevil'; drop table cd.charge; -- <b>%s"
    [line] = read(tmp_path, PEOPLE + f'1,"{hostile}",\n')
    assert line.values[1] == "=cmd|' /C calc'!A0 [31mevil'; drop table cd.charge; -- <b>%s"


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({5: "-5"}, [("amount", "An amount cannot be negative.")]),
        ({5: "0.00"}, [("amount", "An amount must be more than zero.")]),
        ({5: "1e3"}, [("amount", "Use digits only, such as 145.50.")]),
        ({5: "1.005"}, [("amount", "Use at most 2 decimals.")]),
        ({5: '"1,500"'}, [("amount", "Write amounts with no mark but the decimal one: 1450.50.")]),
        ({5: "NaN"}, [("amount", "Use digits only, such as 145.50.")]),
        ({5: "9" * 13}, [("amount", "This amount is too large.")]),
        ({5: "9" * 5_000}, [("amount", "This amount is too large.")]),
        ({2: "Invoice"}, [("kind", "Write one of: Bill, Service, Installment.")]),
        ({3: "01.04.2025"}, [("charged_on", "This is no date written YYYY-MM-DD.")]),
        ({3: "2025-02-30"}, [("charged_on", "This is no date written YYYY-MM-DD.")]),
        ({4: "0025-04-15"}, [("due_on", "This is no date written YYYY-MM-DD.")]),
        ({4: "2025-03-31"}, [("due_on", "It is due before the day it was charged.")]),
        ({2: "x", 5: "x"}, [("kind", "Write one of: Bill, Service, Installment."),
                            ("amount", "Use digits only, such as 145.50.")]),
    ],
)  # fmt: skip
def test_every_fault_of_a_charge_is_named(
    tmp_path: Path, cells: dict[int, str], found: list[tuple[str, str]]
) -> None:
    given = [cells.get(place, cell) for place, cell in enumerate(BILL.strip().split(","))]
    faults = told(read(tmp_path, OWED + ",".join(given)))
    assert faults == [(2, *one) for one in found]


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("currency", "EUR", "The centre takes USD."),
        ("period", "2025-13", "A period is a month such as 2025-04."),
        ("installment", "two", "An installment is a whole number."),
        ("plan_status", "good", "Write one of: On track, Late, Broken."),
        ("disputed", "maybe", "Write yes or no."),
        ("cancelled", "maybe", "Write yes or no."),
        ("refused_methods", "gold", "There is no payment mode gold."),
        ("minimum", "1.234", "Use at most 2 decimals."),
    ],
)
def test_every_other_column_has_its_rule(
    tmp_path: Path, column: str, cell: str, sentence: str
) -> None:
    text = f"{OWED.strip()},{column}\n{BILL.strip()},{cell}\n"
    assert told(read(tmp_path, text)) == [(2, column, sentence)]


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [("145.50", USD, 14_550), ("145.5", USD, 14_550), (" 145 ", USD, 14_500),
     ("145.500", KWD, 145_500), ("١٤٥.٥٠", USD, 14_550)],
)  # fmt: skip
def test_an_amount_is_read_in_the_currency_of_the_site(
    typed: str, currency: Currency, minor: int
) -> None:
    assert read_amount(typed, rules=Rules(currency)) == minor


def test_a_decimal_comma_is_read_where_it_is_told() -> None:
    assert read_amount("1450,50", rules=Rules(USD, decimal_mark=",")) == 145_050
    with pytest.raises(UserError):
        read_amount("1.450,50", rules=Rules(USD, decimal_mark=","))


@given(st.integers(min_value=0, max_value=10**14 - 1))
def test_every_amount_is_read_exactly(minor: int) -> None:
    typed = f"{minor // 100}.{minor % 100:02}"
    assert read_amount(typed, rules=Rules(USD)) == minor


def test_dates_are_read_as_told(tmp_path: Path) -> None:
    line = BILL.replace("2025-04-01", "1/4/2025").replace("2025-04-15", "15/04/2025")
    [read_line] = read(tmp_path, OWED + line, replace(RULES, dates="DD/MM/YYYY"))
    assert read_line.values[3:5] == (date(2025, 4, 1), date(2025, 4, 15))


def test_dates_are_described_whole() -> None:
    with pytest.raises(UserError, match="YYYY, MM and DD"):
        layout_of(OWED, rules=replace(RULES, dates="DD/MM"))


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_refuse(
    tmp_path_factory: pytest.TempPathFactory, rest: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any", numbered=True)
    try:
        lines = read(folder, OWED.encode() + rest)
    except UserError:
        return
    assert all(line.faults or len(line.values) == 6 for line in lines)


def test_the_page_about_files_names_every_column() -> None:
    page = (Path(__file__).parents[2] / "docs" / "import.md").read_text("utf-8")
    for kind in Kind:
        for field in fields_of(kind, RULES):
            assert f"`{field.name}`" in page
