from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.errors import UserError
from counterdesk.core.money import Currency, format_amount, format_number, parse_amount

DOLLAR = Currency("USD", 2, "$")
YEN = Currency("JPY", 0, "¥")
DINAR = Currency("KWD", 3, "KD ")


@pytest.mark.req("PAY-6")
@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("150", 15_000), ("150.00", 15_000), ("145.5", 14_550), (".50", 50), ("0.05", 5),
        ("1,234.56", 123_456), ("$145.50", 14_550), (" 12 ", 1_200), ("007", 700),
        ("١٥٠", 15_000), ("１５０", 15_000), ("0" * 5_000 + "5", 500), ("0", 0),
    ],
)  # fmt: skip
def test_what_is_typed_means_this_many_cents(typed: str, minor: int) -> None:
    assert parse_amount(typed, DOLLAR, "en_US") == minor


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter an amount."), ("   ", "Enter an amount."), ("abc", "Use digits only"),
        ("12a", "Use digits only"), ("1.234", "at most 2 decimals"), ("-5", "cannot be negative"),
        ("−5", "cannot be negative"), ("1e5", "Use digits only"), ("12..5", "Use digits only"),
        ("1,23", "Use digits only"), (",123", "Use digits only"), ("9" * 13, "too large"),
        ("9" * 5_000, "too large"), ("½", "Use digits only"), ("NaN", "Use digits only"),
        ("0x10", "Use digits only"), ("1_000", "Use digits only"), ("5\x1b", "Use digits only"),
        ("5 000", "Use digits only"), (".", "Use digits only"), ("12.", "Use digits only"),
        ("0,500", "Use digits only"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_beside_its_field(typed: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence) as refusal:
        parse_amount(typed, DOLLAR, "en_US", "cashReceived")
    assert refusal.value.field == "cashReceived"


def test_the_office_decides_which_mark_is_the_decimal_one() -> None:
    assert parse_amount("1.234,56", DOLLAR, "de_DE") == 123_456
    assert parse_amount("145,50", DOLLAR, "de_DE") == 14_550
    assert format_number(123_456, DOLLAR, "de_DE") == "1.234,56"


def test_a_currency_has_the_decimals_it_has() -> None:
    assert parse_amount("150", YEN, "en_US") == 150
    assert parse_amount("1.234", DINAR, "en_US") == 1_234
    assert format_amount(150, YEN, "en_US") == "¥150"
    with pytest.raises(UserError, match="no decimals"):
        parse_amount("1.5", YEN, "en_US")


@pytest.mark.parametrize(
    ("locale", "number", "amount"),
    [
        ("en_US", "1,234,567.50", "-$1,234,567.50"),
        ("es_ES", "1.234.567,50", "-1.234.567,50\u00a0$"),
        ("hi_IN", "12,34,567.50", "-$12,34,567.50"),
        ("zh_CN", "1,234,567.50", "-$1,234,567.50"),
        ("ar_EG", "١٬٢٣٤٬٥٦٧٫٥٠", "-١٬٢٣٤٬٥٦٧٫٥٠\u00a0$"),
        ("mr_IN", "१२,३४,५६७.५०", "-$१२,३४,५६७.५०"),
        ("bn_BD", "12,34,567.50", "-12,34,567.50$"),
    ],
)
def test_an_office_writes_figures_as_its_country_does(
    locale: str, number: str, amount: str
) -> None:
    assert format_number(123_456_750, DOLLAR, locale) == number
    assert format_amount(-123_456_750, DOLLAR, locale) == amount
    assert parse_amount(amount.removeprefix("-"), DOLLAR, locale) == 123_456_750


def test_latin_figures_are_understood_where_others_are_written() -> None:
    assert parse_amount("1,234.50", DOLLAR, "ar_EG") == 123_450
    with pytest.raises(UserError, match="١٤٥٫٥٠"):
        parse_amount("12,34.50", DOLLAR, "ar_EG")


def test_an_amount_reads_with_its_sign_first() -> None:
    assert format_amount(14_550, DOLLAR, "en_US") == "$145.50"
    assert format_amount(-450, DOLLAR, "en_US") == "-$4.50"
    assert format_amount(123_456_789, DOLLAR, "en_US") == "$1,234,567.89"


@given(
    st.integers(0, 10**13),
    st.sampled_from([DOLLAR, YEN, DINAR]),
    st.sampled_from(["en_US", "de_DE", "fr_FR", "hi_IN", "ar_EG"]),
)
def test_what_is_written_can_be_typed_again(minor: int, currency: Currency, locale: str) -> None:
    if minor >= 10 ** (12 + currency.decimals):
        minor //= 10**4
    assert parse_amount(format_number(minor, currency, locale), currency, locale) == minor


@given(st.text(max_size=40))
def test_no_text_at_all_gives_anything_but_cents_or_a_sentence(text: str) -> None:
    try:
        read: int | None = parse_amount(text, DOLLAR, "en_US")
    except UserError:
        read = None
    assert read is None or read >= 0
