"""Two sessions of one person side by side: their practice time, their parts, and who is never beside whom."""

from collections.abc import Iterator

import pytest

from biofeedback.session.kept.beside import read_beside
from biofeedback.session.kept.recut import exclude
from biofeedback.session.runner import SessionRunner
from biofeedback.storage.database import Store
from protocols.breathing import BreathPattern
from tests.session.stage import SHORT, ScriptedStrap, beating, play

SCORED = "2026-11-26T10:00:00"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, dict[str, str]]]:
    """One that went through, one that was paused, paced otherwise and moved on, one of somebody else."""
    acts = [
        (40.0, SessionRunner.pause),
        (60.0, SessionRunner.resume),
        (150.0, lambda runner: runner.repace(BreathPattern(5.0, 4, 0, 6, 0))),
        (200.0, SessionRunner.skip),
    ]
    with Store.open(tmp_path_factory.mktemp("beside")) as store:
        whole = play(store, ScriptedStrap(*beating(400.0)), SHORT, person="Ana")
        turned = play(store, ScriptedStrap(*beating(400.0)), SHORT, acts, person="Ana")
        other = play(store, ScriptedStrap(*beating(400.0)), SHORT, person="Ben")
        yield store, {
            "whole": whole.whole.session_id, "turned": turned.whole.session_id, "other": other.whole.session_id,
        }  # fmt: skip


def test_parts_of_both_lie_at_the_same_practice_time_whatever_came_between(told: tuple[Store, dict[str, str]]) -> None:
    store, ids = told
    beside = read_beside(store, ids["whole"], ids["turned"])
    lived = [[side.lived(phase) for phase in side.summary.phases] for side in beside.sides]
    assert [begin for begin, _ in lived[0]] == pytest.approx([0.0, 20.0, 80.0, 320.0], abs=1e-6)
    assert [begin for begin, _ in lived[1]] == pytest.approx([0.0, 20.0, 80.0, 320.0], abs=1e-6)
    assert lived[1][2][1] == pytest.approx(180.0, abs=1.0), "what was passed over was not lived"
    turned = beside.second
    assert turned.practised_at(50.0) is None
    assert turned.practised_at(70.0) == pytest.approx(50.0, abs=1.0)
    assert turned.practised_at(210.0) == pytest.approx(330.0, abs=1.0)
    assert [tuple(each.name for each in pair if each) for pair in beside.pairs()] == [
        ("settle",) * 2, ("baseline",) * 2, ("breathe",) * 2, ("rest",) * 2,
    ]  # fmt: skip


def test_nobody_is_beside_somebody_else_or_beside_themselves(told: tuple[Store, dict[str, str]]) -> None:
    store, ids = told
    for first, second, why in (
        ("whole", "other", "sessions of two people"),
        ("other", "turned", "sessions of two people"),
        ("whole", "whole", "twice the same"),
        ("whole", "", "it is its own original"),
    ):
        with pytest.raises(ValueError, match=why):
            read_beside(store, ids[first], ids.get(second, ""))


def test_what_was_left_out_stands_beside_its_original(told: tuple[Store, dict[str, str]]) -> None:
    store, ids = told
    exclude(store, ids["other"], 100.0, 130.0, "talked", SCORED)
    beside = read_beside(store, ids["other"])
    original, cut = (side.summary for side in beside.sides)
    assert beside.recut
    assert (original.session_id, original.excluded) == (cut.session_id, ())
    assert original.n_beats > cut.n_beats
    assert not any(100.0 < beat.time_s - beat.rr_ms / 1000.0 < 129.0 for beat in cut.beats)
