from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from counterdesk.core import i18n
from counterdesk.core.documents import as_copy, as_electronic
from counterdesk.core.i18n import _, in_language, language_in_use, ngettext, use_language
from counterdesk.core.resources import resource_path
from tests.printing.sample_receipt import in_arabic, sample_receipt

LANGUAGES = ["ar", "es", "hi", "zh"]
PAPER = re.compile(
    r"services/receipts|services/deposit_slip|services/credit_papers|services/refund_vouchers"
    r"|services/statement_papers|core/account_words|core/undoing"
    r"|core/documents|core/credit_words|printing/mail_message"
)
"""Whose texts stand on paper or in a mail."""

NO_PAPER = {"The sender's address in the settings is no email address."}


def texts_on_paper() -> set[str]:
    source = Path(__file__).resolve().parents[2] / "src" / "counterdesk"
    files = [path for path in source.rglob("*.py") if PAPER.search(str(path.relative_to(source)))]
    found = [row for path in files for row in extract_from_file("python", path, {"_": None})]
    return {str(text) for _line, text, *_rest in found} - NO_PAPER


@pytest.mark.req("RCT-2", "USE-1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_a_receipt_is_translated_and_keeps_its_places(language: str) -> None:
    wanted = texts_on_paper()
    assert len(wanted) > 30
    with resource_path(f"locale/{language}/LC_MESSAGES/counterdesk.po").open("rb") as file:
        catalogue = read_po(file)
    for text in wanted:
        message = catalogue.get(text)
        assert message is not None, text
        assert message.string, text
        assert places(str(message.string)) == places(text)


def places(text: str) -> set[str | None]:
    return {name for _before, name, _spec, _convert in Formatter().parse(text)} - {None}


def test_a_block_of_code_is_in_its_language_and_other_threads_in_theirs() -> None:
    said: list[str] = []
    with in_language("es_MX"):
        thread = threading.Thread(target=lambda: said.append(_("Change")))
        thread.start()
        thread.join()
        assert _("Change") == "Cambio"
        with in_language("hi"):
            assert _("Change") == "वापसी"
        assert _("Change") == "Cambio"
    assert said == [_("Change")] == ["Change"]


def test_a_language_nobody_has_written_is_english() -> None:
    for language in ("xx", "../../etc", "pt_BR"):
        with in_language(language):
            assert (_("Change"), ngettext("one", "many", 2)) == ("Change", "many")


def test_the_window_speaks_one_language_until_it_is_switched() -> None:
    use_language("es")
    try:
        assert (_("Change"), language_in_use()) == ("Cambio", "es")
        with in_language(""):
            assert language_in_use() == "es"
    finally:
        use_language("en")


@pytest.mark.req("RCT-3", "RCT-6")
def test_the_marks_of_a_copy_are_in_the_language_of_its_receipt() -> None:
    copy = as_electronic(as_copy(in_arabic(sample_receipt()), 2, "paper jam"))
    assert copy.marks == ("نسخة إلكترونية", "نسخة 2", "paper jam")


def test_a_catalogue_is_read_alike_whether_it_was_built_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(resource_path("locale"), tmp_path / "locale")
    for built in tmp_path.rglob("*.mo"):
        built.unlink()
    monkeypatch.setattr(i18n, "resource_path", tmp_path.joinpath)
    i18n._catalogue.cache_clear()
    try:
        with in_language("ar"):
            assert _("Change") == "الباقي"
    finally:
        i18n._catalogue.cache_clear()
