"""Finding consumers on a real `ref.db`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from counterdesk.core.permissions import Actor
from counterdesk.core.search_text import pieces_of
from counterdesk.services.consumers import ConsumerHit, find_exactly, search_consumers
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts
from tests.services.towns import bill, fill, person

Find = Callable[[str], list[str]]


@pytest.fixture
def names(store: Store, cashier: Actor) -> Find:
    """Search, and return the names found."""

    def names(text: str) -> list[str]:
        hits = store.search(lambda read: search_consumers(read, text), cashier).result()
        return [hit.name for hit in hits]

    return names


@pytest.fixture
def exact(store: Store, cashier: Actor) -> Callable[[str], ConsumerHit | None]:
    return lambda text: store.read(lambda read: find_exactly(read, text), cashier).result()


@pytest.fixture
def town(store: Store) -> Store:
    fill(
        store,
        AccountFacts(person(1, "John Doe", "123 Main Street", "(555) 123-4567"), (bill(1_234),)),
        AccountFacts(person(2, "José Muñoz", "7 Johnson Avenue", "(555) 765-4321")),
        AccountFacts(person(3, "Mary Johnston", "9 Doe Lane")),
        AccountFacts(person(4, "Ali bin Jo", "1 Reed Way")),
        AccountFacts(person(5, "林小泉")),
        AccountFacts(person(6, "ليلى النبع")),
        AccountFacts(person(7, "Łucja O'Brien")),
    )
    return store


@pytest.mark.req("SRCH-1")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("jo", ["John Doe", "José Muñoz", "Ali bin Jo", "Mary Johnston"]),
        ("JOHN", ["John Doe", "Mary Johnston", "José Muñoz"]),
        ("ohns", ["José Muñoz", "Mary Johnston"]),
        ("wu-10003", ["Mary Johnston"]),
        ("WU10003", ["Mary Johnston"]),
        ("0003", ["Mary Johnston"]),
        ("555 765", ["José Muñoz"]),
        ("7654321", ["José Muñoz"]),
        ("reed way", ["Ali bin Jo"]),
        ("INV-2025-001234", ["John Doe"]),
        ("001234", ["John Doe"]),
        ("doe main", ["John Doe"]),
        ("j doe", ["John Doe", "Mary Johnston"]),
        ("12 jo", ["John Doe"]),
        ("nobody", []),
    ],
)
def test_one_box_finds_by_part_of_anything(
    town: Store, names: Find, typed: str, found: list[str]
) -> None:
    assert names(typed) == found


@pytest.mark.req("SRCH-1")
def test_one_letter_finds_nothing_yet(town: Store, names: Find) -> None:
    assert names("j") == []
    assert names(" j ") == []


@pytest.mark.req("SRCH-2")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("jose munoz", "José Muñoz"),
        ("MUÑOZ josé", "José Muñoz"),
        ("doe john", "John Doe"),
        ("小泉", "林小泉"),
        ("泉林", "林小泉"),
        ("النبع", "ليلى النبع"),
        ("lucja", "Łucja O'Brien"),
        ("o’brien", "Łucja O'Brien"),
        ("brien łu", "Łucja O'Brien"),
    ],
)
def test_accents_case_script_and_word_order_do_not_matter(
    town: Store, names: Find, typed: str, found: str
) -> None:
    assert names(typed)[0] == found


@pytest.mark.req("SRCH-1")
def test_names_that_begin_with_it_come_first_then_words_then_parts(
    store: Store, names: Find
) -> None:
    everyone = ("Annamar Zed", "Zed Marlow", "Marlow Zed", "Marga Abel", "Xu Margate")
    fill(store, *(AccountFacts(person(place, name)) for place, name in enumerate(everyone, 1)))
    assert names("mar") == [
        "Marga Abel", "Marlow Zed", "Xu Margate", "Zed Marlow", "Annamar Zed",
    ]  # fmt: skip


@pytest.mark.req("SRCH-1")
def test_words_that_stand_together_come_before_words_here_and_there(
    store: Store, names: Find
) -> None:
    fill(
        store,
        AccountFacts(person(1, "Ada Neighbour", "16 Pumphouse Lane"), (bill(12),)),
        AccountFacts(person(2, "Bea Longstreet", "120 Pumphouse Lane")),
        AccountFacts(person(3, "Zo Wanted", "12 Pumphouse Lane")),
        AccountFacts(person(4, "Otter Pumphouse", "9 Mill Race"), (bill(120),)),
    )
    assert names("12 pumphouse") == [
        "Zo Wanted", "Bea Longstreet", "Ada Neighbour", "Otter Pumphouse",
    ]  # fmt: skip
    assert names("pumphouse 12")[:2] == ["Bea Longstreet", "Zo Wanted"]
    assert names("umphous 12") == [
        "Bea Longstreet", "Zo Wanted", "Ada Neighbour", "Otter Pumphouse",
    ]  # fmt: skip


@pytest.mark.req("SRCH-1")
@pytest.mark.parametrize("typed", ["12 pump", "pumphouse 125", "125 pumphouse lane"])
def test_a_house_is_found_however_many_neighbours_have_its_number_in_an_invoice(
    store: Store, names: Find, typed: str
) -> None:
    neighbours = (
        AccountFacts(
            person(place, f"A {place}", "16 Pumphouse Lane"),
            (replace(bill(place), number=f"INV-2025-{place:03}125"),),
        )
        for place in range(2, 2_500)
    )
    fill(store, AccountFacts(person(1, "Zo Wanted", "125 Pumphouse Lane")), *neighbours)
    assert names(typed)[0] == "Zo Wanted"


@pytest.mark.req("SRCH-1")
def test_a_whole_account_number_comes_before_everything_that_contains_it(
    store: Store, names: Find
) -> None:
    many = [
        AccountFacts(person(place, f"A {place}", number=f"WU-100{place:04}"))
        for place in range(1, 400)
    ]
    fill(store, AccountFacts(person(900, "Zo Whole", number="WU-100")), *many)
    found = names("100")
    assert found[0] == "Zo Whole"
    assert len(found) == 200


@pytest.mark.req("SRCH-1")
def test_a_whole_invoice_number_is_found_however_many_look_alike(store: Store, names: Find) -> None:
    wanted = replace(bill(1), number="INV-2025-000123")
    alike = (
        AccountFacts(
            person(place, f"A {place}"),
            (replace(bill(place), number=f"INV-2025-{place:03}123000"),),
        )
        for place in range(2, 2_500)
    )
    fill(store, AccountFacts(person(1, "Zo Whole"), (wanted,)), *alike)
    assert names("inv-2025-000123")[0] == "Zo Whole"


@pytest.mark.req("SRCH-1")
@pytest.mark.parametrize(
    "typed",
    [
        "WU-10001", "wu-10001", "10001", "١٠٠٠١", " 10001 ", "INV-2025-001234",
        "inv-2025-001234", "CD-BILL:WU-10001:INV-2025-001234", "cd-bill:WU-10001",
        "CD-BILL::INV-2025-001234", "CD-BILL:WU-99:INV-2025-001234",
    ],
)  # fmt: skip
def test_a_number_or_a_scan_goes_straight_to_its_consumer(
    town: Store, exact: Callable[[str], ConsumerHit | None], typed: str
) -> None:
    hit = exact(typed)
    assert hit is not None
    assert hit.name == "John Doe"


@pytest.mark.req("SRCH-1")
@pytest.mark.parametrize("typed", ["", "   ", "1000", "WU", "John Doe", "CD-BILL:", "9" * 10_000])
def test_what_is_no_whole_number_names_nobody(
    town: Store, exact: Callable[[str], ConsumerHit | None], typed: str
) -> None:
    assert exact(typed) is None


def test_digits_that_fit_two_accounts_name_neither(
    store: Store, exact: Callable[[str], ConsumerHit | None]
) -> None:
    fill(
        store,
        AccountFacts(person(1, "Water", number="WU-77")),
        AccountFacts(person(2, "Gas", number="GA-77")),
    )
    assert exact("77") is None
    assert exact("GA-77") is not None


HOSTILE = ['%_"*', '"', "'; drop table event; --", "NEAR(a b)", "john OR doe", "name : x", "a\x00b",
           "\x1b@", "\u202enhoj", "<b>x</b>", "jo*", "^jo", "-jo", "x" * 10_000, "jo hn " * 2_000,
           "\ud800", "AND", "NOT NOT", "{name} : y"]  # fmt: skip


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_text_is_harmless_and_quick(town: Store, names: Find, typed: str) -> None:
    names("warm")
    began = time.perf_counter()
    names(typed)
    assert time.perf_counter() - began < 1


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=40) | st.lists(st.sampled_from(HOSTILE)).map(" ".join))
def test_any_text_at_all_can_be_searched(
    town: Store, names: Find, exact: Callable[[str], ConsumerHit | None], typed: str
) -> None:
    names(typed)
    exact(typed)


WORDS = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=2, max_size=9)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(WORDS, min_size=1, max_size=4))
def test_everyone_is_found_by_their_name_in_any_script(
    store: Store, names: Find, words: list[str]
) -> None:
    assume(all(len(piece) > 1 or not piece.isascii() for piece in pieces_of(" ".join(words))))
    fill(store, AccountFacts(person(1, "Someone Else")), AccountFacts(person(2, " ".join(words))))
    assert " ".join(words) in names(" ".join(reversed(words)))
