"""The check before a practice: in which order it goes, what it says, and what it does not let through."""

from hypothesis import given
from hypothesis import strategies as st

from devices.gatt import decode_packet, encode_heart_rate
from devices.known_straps import Sensor, known_straps, strap_named
from devices.preflight import ENOUGH_BEATS, Preflight, Standing, Step
from devices.samples import (
    BatteryRead,
    Contact,
    HeartRateSample,
    LinkChanged,
    LinkState,
    Packet,
    PacketFormat,
    RRSupport,
    StrapIdentified,
)

CONNECTED = LinkChanged(0.5, LinkState.CONNECTED, "Connected to it.")


def beats(at_s: float, *rr_1024: int, contact: Contact = Contact.GOOD, rate_bpm: int = 66) -> HeartRateSample:
    return decode_packet(
        Packet(at_s, PacketFormat.HEART_RATE_MEASUREMENT, encode_heart_rate(rate_bpm, rr_1024, contact))
    )


def at_hand(preflight: Preflight, now_s: float) -> tuple[Step, Standing] | None:
    return next(
        ((c.step, c.standing) for c in preflight.steps(now_s) if c.standing in (Standing.NOW, Standing.FAILING)), None
    )


def clear(preflight: Preflight, from_s: int = 1, n: int = ENOUGH_BEATS, contact: Contact = Contact.GOOD) -> float:
    for at_s in range(from_s, from_s + n):
        preflight.take(beats(float(at_s), 940 + at_s % 9, contact=contact))
    return float(from_s + n - 1)


def test_it_goes_step_by_step_until_the_signal_is_clear() -> None:
    preflight = Preflight(0.0)
    assert at_hand(preflight, 0.1) == (Step.FOUND, Standing.NOW)
    preflight.take(LinkChanged(0.2, LinkState.CONNECTING, "Connecting."))
    assert at_hand(preflight, 0.3) == (Step.CONNECTED, Standing.NOW)
    preflight.take(CONNECTED)
    assert at_hand(preflight, 0.6) == (Step.ON_THE_SKIN, Standing.NOW)
    preflight.take(beats(1.0, rate_bpm=0))
    assert at_hand(preflight, 1.1) == (Step.BEATS, Standing.NOW)
    preflight.take(beats(2.0))
    assert at_hand(preflight, 2.1) == (Step.INTERVALS, Standing.NOW)
    preflight.take(beats(3.0, 940))
    assert at_hand(preflight, 3.1) == (Step.GOOD_ENOUGH, Standing.NOW)
    now_s = clear(preflight, 4)
    assert preflight.ready
    assert {each.standing for each in preflight.steps(now_s)} == {Standing.DONE}


def test_each_step_that_does_not_come_says_what_to_do() -> None:
    preflight = Preflight(0.0)
    (found, *rest) = preflight.steps(11.0)
    assert found.standing is Standing.FAILING
    assert "phone" in found.do
    assert {each.standing for each in rest} == {Standing.LATER}
    preflight.take(CONNECTED)
    preflight.take(beats(12.0, contact=Contact.LOST))
    assert at_hand(preflight, 12.1) == (Step.ON_THE_SKIN, Standing.FAILING)
    assert "Wet the electrodes" in preflight.steps(12.1)[2].do
    for at_s in range(13, 23):
        preflight.take(beats(float(at_s)))
    preflight.take(RRSupport(23.0, present=False))
    assert at_hand(preflight, 23.1) == (Step.INTERVALS, Standing.FAILING)


def test_what_the_link_has_trouble_with_is_told_in_its_own_words() -> None:
    preflight = Preflight(0.0)
    preflight.take(LinkChanged(5.0, LinkState.SEARCHING, "Bluetooth is switched off. Switch it on.", 2.0))
    assert preflight.steps(5.1)[0].words == "Bluetooth is switched off. Switch it on."
    assert preflight.steps(5.1)[0].standing is Standing.FAILING


def test_a_strap_that_was_ready_is_not_any_more_when_it_goes() -> None:
    for gone in (LinkChanged(20.0, LinkState.LOST, "Lost."), beats(20.0, contact=Contact.LOST)):
        preflight = Preflight(0.0)
        preflight.take(CONNECTED)
        clear(preflight)
        assert preflight.ready
        preflight.take(gone)
        assert not preflight.ready
    preflight = Preflight(0.0)
    preflight.take(CONNECTED)
    now_s = clear(preflight)
    preflight.steps(now_s + 6.0)
    assert not preflight.ready, "a strap that falls silent"


def test_wild_intervals_are_not_good_enough() -> None:
    preflight = Preflight(0.0)
    preflight.take(CONNECTED)
    for at_s in range(1, 40):
        preflight.take(beats(float(at_s), 500 if at_s % 3 else 1500))
    assert at_hand(preflight, 40.0) == (Step.GOOD_ENOUGH, Standing.FAILING)


def test_a_strap_that_tells_no_contact_is_shown_by_its_beats() -> None:
    preflight = Preflight(0.0)
    preflight.take(CONNECTED)
    now_s = clear(preflight, contact=Contact.UNSUPPORTED)
    assert preflight.ready
    assert "does not tell" in preflight.steps(now_s)[2].words


@given(st.lists(st.sampled_from(["clear", "lost", "off", "silent", "connected"]), max_size=12))
def test_it_is_ready_only_with_beats_that_follow_each_other_now(course: list[str]) -> None:
    preflight, now_s = Preflight(0.0), 1
    for what in course:
        if what == "clear":
            clear(preflight, now_s)
        elif what == "lost":
            preflight.take(LinkChanged(float(now_s), LinkState.LOST))
        elif what == "off":
            preflight.take(beats(float(now_s), contact=Contact.LOST))
        elif what == "connected":
            preflight.take(LinkChanged(float(now_s), LinkState.CONNECTED))
        now_s += 10
        steps = preflight.steps(float(now_s - 1))
        assert preflight.ready == all(each.standing is Standing.DONE for each in steps)
        if what in ("lost", "off", "silent"):
            assert not preflight.ready


def test_battery_and_kind_of_strap_are_told_and_the_strap_itself_has_the_last_word() -> None:
    preflight = Preflight(0.0)
    preflight.take(CONNECTED)
    preflight.take(BatteryRead(0.6, 0))
    preflight.take(StrapIdentified(0.7, "Zwift Hub 1", "C4:43:1A:00:00:02"))
    assert [note[:11] for note in preflight.notes] == ["Its battery", "This is a t"]
    clear(preflight)
    assert len(preflight.notes) == 1, "it does send single beats, whatever its name says"
    preflight.take(StrapIdentified(0.7, "Polar Sense 1", "C4:43:1A:00:00:02"))
    assert "light" in preflight.notes[1]


def test_the_table_of_straps() -> None:
    assert all(strap.model and strap.names for strap in known_straps())
    assert all(quirk.what and quirk.source for strap in known_straps() for quirk in strap.quirks)
    assert all(strap.say for strap in known_straps() if strap.sensor is not Sensor.ELECTRODES)
    h10 = strap_named("polar h10 0A1B2C3D")
    assert h10 is not None
    assert h10.model == "Polar H10"
    assert strap_named("Nothing that is known") is None
    assert strap_named("") is None
