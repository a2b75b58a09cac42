"""Names and streets of the invented town, in several scripts; nobody real is meant."""

from __future__ import annotations

_GIVEN = (
    "Mira", "Tobin", "Amélie", "Soren", "Zoë", "Pavel", "Iñaki", "Ngozi", "Henrike", "Oskar",
    "Lúcia", "Dmitar", "Wanjiru", "Þóra", "Emre", "Ludmiła", "Kofi", "Saoirse", "Bálint", "Noor",
    "Jovana", "Anselm", "Çiğdem", "Rafiq",
    "Małgorzata", "Jorun", "Tadeo", "Ilse", "Øystein",
    "Priya", "Marek", "Odile", "Juno", "Elias", "Fennick", "Greta", "Halima", "Ivo", "Smilla",
)  # fmt: skip
_FIRST_HALVES = (
    "Brook", "Well", "Tide", "Reed", "Foam", "Drizzle", "Pebble", "Ripple", "Marsh", "Otter",
    "Heron", "Willow", "Sluice", "Ferry", "Mist", "Dew", "Kettle", "Lantern", "Copper", "Amber",
    "Clover", "Thistle", "Barley", "Hazel", "Flint", "Quill", "Saddle", "Tallow", "Velvet",
    "Wicker",
)  # fmt: skip
_SECOND_HALVES = (
    "water", "bridge", "mere", "wick", "ford", "well", "brook", "stone", "gate", "hollow",
    "field", "bank", "combe", "holm", "stead", "worth", "croft", "dale", "garth", "shaw",
    "thwaite", "bourne", "ness", "keld", "lode", "pool", "rill", "sike", "tarn", "weir", "lund",
)  # fmt: skip
_OTHER_SCRIPTS = (
    "ليلى النبع", "سليم الساقية", "نور الغدير", "林小泉", "江一苇", "水野 しずく",
    "Аглая Родникова", "Роман Водолей",
    "Δρόσος Πηγαδάκης", "नदी झरनेवाला", "तरंग सागरिका", "샘이 한강물",
    "מעיין נחלי", "น้ำฝน ธารใส", "D'Arcy O'Brook", "Zoë-Maëlle van der Bron",
)  # fmt: skip
_STREETS = (
    "Reservoir Road", "Pumphouse Lane", "Cistern Street", "Aqueduct Avenue", "Mill Race",
    "Fountain Square", "Sluice Gate", "Brook Terrace", "Old Well Court", "Culvert Close",
    "Weir Street", "Spring Rise", "Valve Alley", "Ferry Steps", "Dew Pond Way", "Tide Street",
)  # fmt: skip
_DISTRICTS = ("Cityville", "Upper Cityville", "Cityville Docks", "New Cityville")
_EVERY = 9
"""Of so many people one has a name in another script."""


def invented_name(place: int) -> str:
    """Return the name of the person at a place in the row."""
    if place % _EVERY == _EVERY - 1:
        return _OTHER_SCRIPTS[place // _EVERY % len(_OTHER_SCRIPTS)]
    # Steps that share no factor with the length visit every entry before one comes again.
    first = _FIRST_HALVES[place * 7 % len(_FIRST_HALVES)]
    second = _SECOND_HALVES[place // len(_FIRST_HALVES) * 11 % len(_SECOND_HALVES)]
    return f"{_GIVEN[place * 17 % len(_GIVEN)]} {first}{second}"


def invented_address(place: int) -> str:
    """Return where the person at a place in the row lives."""
    street = _STREETS[place * 5 % len(_STREETS)]
    return f"{1 + place // 16 % 240} {street}, {_DISTRICTS[place // 3_840 % len(_DISTRICTS)]}"
