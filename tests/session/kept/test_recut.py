"""A saved session looked through: marks set later, and stretches left out of its figures."""

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from biofeedback.session.kept import recut
from biofeedback.session.kept.archive import rescore, score_without, show
from biofeedback.session.kept.recut import exclude, mark, take_back
from biofeedback.session.summary import Excluded, SessionSummary
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from tests.session.stage import SHORT, Played, play

LATER, LATEST = "2026-11-26T10:00:00", "2026-11-26T11:00:00"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Played]:
    """Data with a session in it, of which each test has a copy."""
    folder = tmp_path_factory.mktemp("recorded")
    with Store.open(folder) as opened:
        return folder, play(opened, "sim:rest?seed=4", SHORT)


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory, recorded: tuple[Path, Played]) -> Path:
    """The same, with a stretch left out."""
    folder, played = recorded
    copy = copytree(folder, tmp_path_factory.mktemp("cut") / "data")
    with Store.open(copy) as opened:
        exclude(opened, played.whole.session_id, 200.0, 230.0, "talked", LATER)
    return copy


@pytest.fixture
def store(tmp_path: Path, recorded: tuple[Path, Played]) -> Iterator[Store]:
    with Store.open(copytree(recorded[0], tmp_path / "data")) as opened:
        yield opened


@pytest.fixture
def played(recorded: tuple[Path, Played]) -> Played:
    return recorded[1]


def test_a_stretch_left_out_is_in_no_figure_and_the_figures_before_are_kept(store: Store, played: Played) -> None:
    session_id = played.whole.session_id
    whole = show(store, session_id)
    cut = exclude(store, session_id, 200.0, 230.0, "talked to somebody", LATER)
    cut = json.loads(json.dumps(cut))
    assert show(store, session_id) == cut
    assert cut["excluded"] == [{"from_s": 200.0, "to_s": 230.0, "reason": "talked to somebody"}]
    within = [b for b in played.whole.beats if b.time_s > 200.0 and b.time_s - b.rr_ms / 1000.0 < 230.0]
    assert cut["n_beats"] == whole["n_beats"] - len(within)
    assert [phase for phase in cut["phases"] if phase["name"] != "breathe"] == [
        phase for phase in whole["phases"] if phase["name"] != "breathe"
    ]
    breathe, before = ({p["name"]: p for p in each["phases"]}["breathe"] for each in (cut, whole))
    assert breathe["indices"]["n_beats"] == before["indices"]["n_beats"] - len(within)
    assert breathe["indices"]["rmssd_ms"] != before["indices"]["rmssd_ms"]
    kept = [result.document for result in store.results(session_id)]
    assert kept == [whole, show(store, session_id)]
    assert store.beats(session_id) == list(played.whole.beats)


def test_a_gap_that_lies_in_what_is_left_out_is_none_of_the_session(store: Store) -> None:
    session_id = play(store, "sim:dropout?seed=4", SHORT).whole.session_id
    first, *others = show(store, session_id)["gaps"]
    cut = exclude(store, session_id, first["from_s"] - 1.0, first["to_s"] + 1.0, "the strap was taken off", LATER)
    assert list(cut["gaps"]) == others
    take_back(store, session_id, 1, LATEST)
    cut = exclude(store, session_id, first["from_s"] + 1.0, first["to_s"] + 1.0, "only a part of it", LATEST)
    assert list(cut["gaps"]) == [first, *others]


def test_scored_again_the_same_stretches_are_left_out(store: Store, played: Played) -> None:
    session_id = played.whole.session_id
    exclude(store, session_id, 200.0, 230.0, "talked", LATER)
    cut = exclude(store, session_id, 100.0, 110.5, "moved", LATEST)
    assert [each["from_s"] for each in cut["excluded"]] == [100.0, 200.0]
    again = rescore(store, session_id, LATEST)
    assert json.loads(json.dumps(again.document)) == show(store, session_id) == json.loads(json.dumps(cut))
    assert again.before is None
    assert len(store.results(session_id)) == 3


def test_what_somebody_else_leaves_out_at_the_same_time_is_not_lost(
    store: Store, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = played.whole.session_id

    def score_slowly(store: Store, session_id: str, excluded: tuple[Excluded, ...]) -> SessionSummary:
        monkeypatch.setattr(recut, "score_without", score_without)
        exclude(store, session_id, 100.0, 110.0, "somebody else", LATER)
        return score_without(store, session_id, excluded)

    monkeypatch.setattr(recut, "score_without", score_slowly)
    with pytest.raises(StoreError, match="meanwhile"):
        exclude(store, session_id, 200.0, 230.0, "talked", LATER)
    assert [each["reason"] for each in show(store, session_id)["excluded"]] == ["somebody else"]


def test_a_stretch_that_is_counted_again_gives_the_first_figures(store: Store, played: Played) -> None:
    session_id = played.whole.session_id
    whole = show(store, session_id)
    exclude(store, session_id, 200.0, 230.0, "talked", LATER)
    take_back(store, session_id, 1, LATEST)
    assert show(store, session_id) == whole
    assert len(store.results(session_id)) == 3


def test_a_session_of_which_everything_is_left_out_withholds_its_figures(store: Store, played: Played) -> None:
    cut = exclude(store, played.whole.session_id, 0.0, played.whole.duration_s, "another person wore it", LATER)
    assert cut["n_beats"] == 0
    assert cut["artifact_percent"] is None
    for phase in cut["phases"]:
        assert phase["indices"]["rmssd_ms"] is None
        assert phase["indices"]["withheld"]["rmssd_ms"]
    assert cut["score"]["mean"] is None


@pytest.mark.parametrize(
    ("from_s", "to_s", "reason"),
    [
        (-1.0, 5.0, "x"),
        (5.0, 5.0, "x"),
        (5.0, 5.5, "x"),
        (10.0, 5.0, "x"),
        (350.0, 400.0, "x"),
        (float("nan"), 20.0, "x"),
        (10.0, float("inf"), "x"),
        (10.0, 20.0, "  "),
        (10.0, 20.0, "x" * 201),
        (195.0, 205.0, "x"),
    ],
)
def test_what_cannot_be_left_out_is_refused_and_changes_nothing(
    from_s: float, to_s: float, reason: str, cut: Path, tmp_path: Path, played: Played
) -> None:
    session_id = played.whole.session_id
    with Store.open(copytree(cut, tmp_path / "cut")) as store:
        before = show(store, session_id)
        assert len(before["excluded"]) == 1
        with pytest.raises(ValueError, match=r"\w"):
            exclude(store, session_id, from_s, to_s, reason, LATEST)
        with pytest.raises(ValueError, match="no number 2"):
            take_back(store, session_id, 2, LATEST)
        assert show(store, session_id) == before
        assert len(store.results(session_id)) == 2


def test_a_mark_set_later_stands_at_its_second(store: Store, played: Played) -> None:
    session_id = played.whole.session_id
    mark(store, session_id, 90.0, "sighed")
    mark(store, session_id, 12.5, "  the door\nopened ")
    assert [(each.at_s, each.label) for each in store.markers(session_id)] == [
        (90.0, "sighed"),
        (12.5, "the door opened"),
    ]
    for at_s, label in ((-1.0, "x"), (361.0, "x"), (float("nan"), "x"), (5.0, " ")):
        with pytest.raises(ValueError, match=r"\w"):
            mark(store, session_id, at_s, label)
    with pytest.raises(StoreError):
        mark(store, "20200101-0000-none", 5.0, "x")
    assert len(store.markers(session_id)) == 2
