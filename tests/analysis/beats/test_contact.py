"""When a strap's word on its contact is believed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.analysis.beats.contact import N_GOOD, ContactBit, Touch

GOOD_MS = [900.0 + 3.0 * (i % 7) for i in range(60)]


def told(bit: ContactBit, rr_ms: list[float], touching: list[bool], rate_bpm: int | None = 66) -> list[Touch]:
    found: list[Touch] = []
    at_s = 0.0
    for interval_ms, touches in zip(rr_ms, touching, strict=True):
        at_s += interval_ms / 1000.0
        found += bit.take(at_s, (interval_ms,), rate_bpm, touching=touches)
    return found + list(bit.finish())


def test_a_bit_that_never_changes_is_not_believed_against_good_beats() -> None:
    bit = ContactBit()
    found = told(bit, GOOD_MS, [False] * 60)
    assert bit.disbelieved
    assert all(touch.touching for touch in found)
    assert [touch.rr_ms[0] for touch in found] == GOOD_MS


def test_a_bit_that_changes_is_believed() -> None:
    bit = ContactBit()
    touching = [True] * 10 + [False] * 40 + [True] * 10
    assert [touch.touching for touch in told(bit, GOOD_MS, touching)] == touching
    assert not bit.disbelieved


def test_a_bit_that_changes_late_is_believed_from_then_on() -> None:
    bit = ContactBit()
    found = told(bit, GOOD_MS, [False] * 40 + [True] * 10 + [False] * 10)
    assert [touch.touching for touch in found] == [True] * 50 + [False] * 10
    assert not bit.disbelieved


def test_noise_one_value_and_a_strap_without_a_rate_are_off_the_body() -> None:
    noise = [float(rr) for rr in np.random.default_rng(0).uniform(300, 2000, 60)]
    for rr_ms, rate in ((noise, 66), ([900.0] * 60, 66), (GOOD_MS, None), (GOOD_MS, 120)):
        bit = ContactBit()
        assert not any(touch.touching for touch in told(bit, rr_ms, [False] * 60, rate))


@given(st.lists(st.tuples(st.floats(300, 2000), st.booleans()), max_size=80))
def test_every_packet_comes_out_once_and_in_order(packets: list[tuple[float, bool]]) -> None:
    rr_ms, touching = [p[0] for p in packets], [p[1] for p in packets]
    found = told(ContactBit(), rr_ms, touching)
    assert [touch.rr_ms[0] for touch in found] == rr_ms
    first = touching.index(True) if True in touching else N_GOOD
    assert [touch.touching for touch in found[first:]] == touching[first:] or True not in touching
