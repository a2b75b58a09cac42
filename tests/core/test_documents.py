from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.documents import (
    Align,
    Block,
    Column,
    Document,
    Feed,
    KeyValue,
    Logo,
    QrCode,
    Rule,
    Style,
    Table,
    Text,
    as_copy,
    as_electronic,
    document_from_json,
    document_to_json,
    logo_from,
)
from counterdesk.core.settings import PAGES, settings_from, settings_rows
from counterdesk.printing.paper import PAPERS

any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
styles = st.builds(Style, st.booleans(), st.booleans(), st.booleans(), st.booleans())
columns = st.builds(Column, any_text, st.sampled_from(Align))
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, any_text, st.sampled_from(Align), styles),
    st.builds(KeyValue, any_text, any_text, styles, st.booleans()),
    st.builds(Table, st.tuples(columns), st.lists(st.tuples(any_text), max_size=2).map(tuple)),
    st.just(Rule()),
    st.builds(QrCode, any_text, any_text),
    st.builds(Logo, st.just(9), st.just(1), st.just("AIA="), st.sampled_from(Align)),
    st.builds(Feed, st.integers(1, 9)),
)
documents = st.builds(
    Document, any_text, any_text, any_text, any_text, st.booleans(),
    st.lists(blocks, max_size=5).map(tuple), st.integers(0, 9),
    st.lists(any_text, max_size=2).map(tuple),
)  # fmt: skip
EMPTY = Document("receipt", "R-5001", "Receipt R-5001", "en", right_to_left=False, blocks=())


@given(documents)
def test_a_document_reads_back_as_it_was_written(document: Document) -> None:
    written = document_to_json(document)
    assert document_from_json(written) == document
    assert written.isascii()


@pytest.mark.req("RCT-3")
def test_a_copy_says_so_with_its_count_and_its_reason() -> None:
    copy = as_copy(EMPTY, 2, "paper jam")
    assert copy.copy == 2
    assert copy.marks == ("COPY 2", "paper jam")


@pytest.mark.req("RCT-6")
def test_an_electronic_copy_says_so_and_stays_the_same_document() -> None:
    assert as_electronic(EMPTY) == replace(EMPTY, marks=("ELECTRONIC COPY",))


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", '{"v":2}', '{"v":1}', '{"v":1,"blocks":[{"block":"Exec"}],"marks":[]}', "no"],
)
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"document|Expecting"):
        document_from_json(text)


def logo_text(width: object, height: object, rows: object) -> str:
    return json.dumps({"width": width, "height": height, "rows": rows})


@pytest.mark.req("RCT-1")
def test_the_largest_logo_is_kept_as_a_setting_and_read_back() -> None:
    rows = b64encode(b"\x10\x14" * 24 * 200).decode()
    given = settings_from({"receipt_logo": json.dumps(logo_text(384, 200, rows))})
    assert logo_from(given.receipt_logo) == Logo(384, 200, rows)
    assert settings_from(settings_rows(given)) == given


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (logo_text(385, 1, "AA=="), "at most 384 wide and 200 high"),
        (logo_text(8, 201, "AA=="), "at most 384 wide and 200 high"),
        (logo_text(0, 1, ""), "at most"),
        (logo_text(8.0, 1, "AA=="), "whole dots"),
        (logo_text("8", 1, "AA=="), "whole dots"),
        (logo_text(9, 1, "AA=="), "has 1 bytes of dots and needs 2"),
        (logo_text(8, 1, "A A=="), "base64|padding"),
        (logo_text(8, 1, "é"), "ASCII"),
        (logo_text(8, 1, None), "a width, a height and rows"),
        ("[]", "a width, a height and rows"),
        ('{"width": 8}', "a width, a height and rows"),
        ("drop.png", "Expecting"),
    ],
)
def test_what_is_no_logo_is_refused_as_a_setting(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        settings_from({"receipt_logo": json.dumps(text)})


def test_a_logo_that_is_no_text_is_refused_as_a_setting() -> None:
    with pytest.raises(ValueError, match="a logo has a width"):
        settings_from({"receipt_logo": '{"width": 8}'})


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize(
    ("name", "value"),
    [("document_page", "A3"), ("document_page", 4), ("receipt_language", "klingon!"),
     ("receipt_language", 7)],
)  # fmt: skip
def test_a_page_or_a_language_that_there_is_not_is_no_setting(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"page|language|letters"):
        settings_from({name: json.dumps(value)})


def test_the_pages_of_the_settings_are_the_papers_of_a_pdf() -> None:
    assert tuple(PAPERS) == PAGES
