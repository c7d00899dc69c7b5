"""The simulated strap: what it says, when, and what goes wrong with it on purpose."""

import numpy as np
import pytest

from devices.person import Person, Traits
from devices.samples import BatteryRead, Contact, LinkChanged, LinkState, RRSupport, StrapIdentified
from devices.simulated import LINK_DELAY_S, SCENARIOS, scenario_from
from devices.source import SourceError
from devices.uri import open_source
from tests.hand_clock import heard_from, samples_in


def rr_of(uri: str, until_s: float = 300.0) -> np.ndarray:
    return np.array([rr for sample in samples_in(heard_from(open_source(uri), until_s)) for rr in sample.rr_ms])


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_uri_gives_the_same_beats_to_the_bit(name: str) -> None:
    once, again = (heard_from(open_source(f"sim:{name}?seed=4"), 200.0) for _ in range(2))
    assert once == again
    assert len(samples_in(once)) > 100


def test_another_seed_is_another_person() -> None:
    assert rr_of("sim:?seed=1", 30).tolist() != rr_of("sim:?seed=2", 30).tolist()


def test_sim_alone_is_the_healthy_person_at_rest() -> None:
    assert samples_in(heard_from(open_source("sim:"), 30.0)) == samples_in(heard_from(open_source("sim:rest"), 30.0))


def test_it_notifies_about_once_a_second_with_0_to_3_intervals() -> None:
    samples = samples_in(heard_from(open_source("sim:?hr=64"), 600.0))
    arrivals_s = np.array([sample.received_s for sample in samples])
    assert np.all(np.diff(arrivals_s) > 0)
    assert float(np.diff(arrivals_s).mean()) == pytest.approx(1.0, abs=0.01)
    numbers = {len(sample.rr_ms) for sample in samples}
    assert numbers <= {0, 1, 2, 3}
    assert {0, 1, 2} <= numbers


def test_the_intervals_are_those_of_the_person_in_1024ths() -> None:
    beats = Person(Traits(), 9).beats_until(300, lambda _: None)
    heard = rr_of("sim:?seed=9", 290.0)
    truth = 1000 * np.diff(beats)[: len(heard)]
    assert np.abs(heard - truth).max() <= 1000 / 1024 + 1e-9
    assert np.abs(np.cumsum(heard - truth)).max() <= 1000 / 1024 + 1e-9, "rounding must not add up"
    assert np.array_equal(heard * 1.024, np.round(heard * 1.024))


def test_each_notification_arrives_after_the_delay_of_a_radio_link() -> None:
    arrivals_s = np.array([sample.received_s for sample in samples_in(heard_from(open_source("sim:"), 600.0))])
    delays_s = arrivals_s - np.arange(1, len(arrivals_s) + 1)
    assert LINK_DELAY_S - 0.011 <= delays_s.min() < LINK_DELAY_S + 0.02
    assert float(delays_s.mean()) == pytest.approx(LINK_DELAY_S + 0.06, abs=0.02)


def test_each_beat_arrives_after_the_delay_of_a_radio_link() -> None:
    beats = Person(Traits(), 9).beats_until(300, lambda _: None)
    ages_s, n = [], 1
    for sample in samples_in(heard_from(open_source("sim:?seed=9"), 290.0)):
        for _ in sample.rr_ms:
            ages_s.append(sample.received_s - beats[n])
            n += 1
    assert min(ages_s) >= LINK_DELAY_S
    assert LINK_DELAY_S + 0.3 < float(np.mean(ages_s)) < 1.0


def test_it_says_who_it_is_and_that_it_is_simulated() -> None:
    source = open_source("sim:calm")
    heard = heard_from(source, 5.0)
    assert source.info.simulated
    assert isinstance(heard[0], LinkChanged)
    assert heard[0].state is LinkState.CONNECTED
    (identified,) = (reading for reading in heard if isinstance(reading, StrapIdentified))
    assert identified.name == source.info.name
    assert [reading.percent for reading in heard if isinstance(reading, BatteryRead)] == [100]
    assert [reading.present for reading in heard if isinstance(reading, RRSupport)] == [True]


def test_the_dropout_loses_the_link_when_and_as_long_as_told() -> None:
    heard = heard_from(open_source("sim:dropout?every_s=40&for_s=6"), 160.0)
    changes = [reading for reading in heard if isinstance(reading, LinkChanged)][1:]
    assert [change.state for change in changes[:4]] == [LinkState.LOST, LinkState.CONNECTED] * 2
    assert [change.at_s for change in changes[:4]] == pytest.approx([40, 46, 86, 92], abs=1.3)
    lost_s, back_s = changes[0].at_s, changes[1].at_s
    assert not [sample for sample in samples_in(heard) if lost_s <= sample.received_s < back_s]
    assert all(change.detail for change in changes)


def test_off_the_body_there_is_neither_contact_nor_beat_nor_rate() -> None:
    heard = heard_from(open_source("sim:off_body?every_s=30&for_s=10"), 60.0)
    off = [sample for sample in samples_in(heard) if sample.contact is Contact.LOST]
    assert len(off) == pytest.approx(10, abs=1)
    assert all(sample.rate_bpm is None and not sample.rr_ms for sample in off)
    assert [reading.state for reading in heard if isinstance(reading, LinkChanged)] == [LinkState.CONNECTED]
    back = [sample for sample in samples_in(heard) if sample.received_s > off[-1].received_s]
    assert max(rr for sample in back for rr in sample.rr_ms) < 1500, "the first interval after does not span the time"


@pytest.mark.parametrize("per_min", [2, 8])
def test_extra_beats_come_as_often_as_told_each_with_its_pause(per_min: int) -> None:
    rr_ms = rr_of(f"sim:ectopic?per_min={per_min}&amplitude_ms=0&noise_ms=0&drift_bpm=0", 900.0)
    early = np.flatnonzero(rr_ms < 0.85 * np.median(rr_ms))
    assert len(early) == pytest.approx(15 * per_min, rel=0.35)
    early = early[early + 1 < len(rr_ms)]
    whole = np.isclose(rr_ms[early] + rr_ms[early + 1], 2 * np.median(rr_ms), rtol=0.02)
    assert whole.mean() > 0.75, "all but those that meet another one"
    shares = rr_ms[early[whole]] / np.median(rr_ms)
    assert shares.min() > 0.59
    assert shares.max() < 0.81


def test_the_irregular_rhythm_is_without_order() -> None:
    rr_ms = rr_of("sim:irregular")
    steps = np.diff(rr_ms)
    assert np.sqrt(np.mean(steps**2)) / rr_ms.mean() > 0.115
    assert abs(np.corrcoef(rr_ms[:-1], rr_ms[1:])[0, 1]) < 0.7


def test_scenarios_are_the_people_they_are_named_after() -> None:
    rest, calm, anxious, low = (rr_of(f"sim:{name}") for name in ("rest", "calm", "anxious", "low_hrv"))
    assert 60000 / calm.mean() < 60000 / rest.mean() < 60000 / anxious.mean()
    assert low.std() < 15 < rest.std()


def test_every_scenario_takes_every_parameter() -> None:
    wanted = {
        "hr": "61", "resonance": "5.1", "amplitude_ms": "33", "q": "2", "noise_ms": "7", "respiration": "13",
        "following": "0.5", "lag_s": "1", "seed": "12",
    }  # fmt: skip
    for name in SCENARIOS:
        scenario, seed = scenario_from(name, wanted)
        assert seed == 12
        for key, text in wanted.items():
            assert key == "seed" or getattr(scenario.traits, key) == float(text)


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("sim:nobody", "no simulated person called 'nobody'.*rest"),
        ("sim:rest?hrr=60", "no 'hrr'.*hr"),
        ("sim:rest?hr=fast", "hr=fast: not a number"),
        ("sim:rest?hr=nan", "hr=nan: must be from 30 to 180"),
        ("sim:rest?hr=20", "hr=20: must be from 30 to 180"),
        ("sim:rest?following=1.1", "following=1.1: must be from 0 to 1"),
        ("sim:dropout?every_s=8&for_s=8", "for_s .8. must be less than every_s .8."),
        ("sim:rest?hr", "name=value"),
        ("sim:rest?seed=-1", "seed=-1"),
    ],
)
def test_a_wrong_parameter_is_told(uri: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        open_source(uri)
