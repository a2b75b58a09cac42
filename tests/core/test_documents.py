from __future__ import annotations

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
    QrCode,
    Rule,
    Style,
    Table,
    Text,
    as_copy,
    as_electronic,
    document_from_json,
    document_to_json,
)

any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
styles = st.builds(Style, st.booleans(), st.booleans(), st.booleans(), st.booleans())
columns = st.builds(Column, any_text, st.sampled_from(Align))
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, any_text, st.sampled_from(Align), styles),
    st.builds(KeyValue, any_text, any_text, styles, st.booleans()),
    st.builds(Table, st.tuples(columns), st.lists(st.tuples(any_text), max_size=2).map(tuple)),
    st.just(Rule()),
    st.builds(QrCode, any_text, any_text),
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
