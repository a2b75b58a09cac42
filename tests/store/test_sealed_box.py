"""A box that only the owner of a key opens, and only about whom it was sealed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from counterdesk.store.sealed_box import open_box, seal, sealing_key

KEY = sealing_key(b"s" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()


@pytest.mark.req("AUD-2")
def test_the_owner_opens_it_and_two_boxes_of_the_same_are_not_alike() -> None:
    one, two = seal(PUBLIC, b"hash", b"jane"), seal(PUBLIC, b"hash", b"jane")
    assert open_box(sealing_key(b"s" * 32), one, b"jane") == b"hash"
    assert one != two
    assert b"hash" not in one


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("place", [0, 31, 32, -1])
def test_a_changed_box_and_another_key_or_person_open_nothing(place: int) -> None:
    box = bytearray(seal(PUBLIC, b"hash", b"jane"))
    box[place] ^= 1
    with pytest.raises(ValueError, match="does not open"):
        open_box(KEY, bytes(box), b"jane")
    good = seal(PUBLIC, b"hash", b"jane")
    for key, about in ((X25519PrivateKey.generate(), b"jane"), (KEY, b"john")):
        with pytest.raises(ValueError, match="does not open"):
            open_box(key, good, about)
    with pytest.raises(ValueError, match="32 bytes"):
        open_box(KEY, b"", b"jane")
