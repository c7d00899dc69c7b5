"""The data go in the middle of a session: it ends with a sentence, and comes back with the next start."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from biofeedback.session.events import SignalChanged
from biofeedback.session.kept.archive import read_summary, show
from biofeedback.storage.database import Store
from biofeedback.storage.recording import rescue
from tests.session.several.test_group import FIVE
from tests.session.several.test_group import play as play_group
from tests.session.stage import SLOW, play

SHORT = SLOW.lasting(2.0)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where rescue files go."""
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setattr(rescue, "places", lambda folder: (folder, elsewhere))
    return elsewhere


def test_a_folder_removed_on_the_way_is_told_of_at_the_end(tmp_path: Path, elsewhere: Path) -> None:
    folder = tmp_path / "data"
    with Store.open(folder) as store:
        played = play(store, "sim:?seed=1", SHORT, [(30.0, lambda _: shutil.rmtree(folder))])
    assert played.summary is None
    assert played.ended.failed
    assert not played.ended.saved
    (path,) = elsewhere.iterdir()
    assert f"What there was of this session was put into {path}" in played.ended.cause
    assert store.parting == ()  # it was said already
    with Store.read(folder) as store:
        (row,) = store.sessions()
        assert not row.interrupted
        assert [packet.received_s for packet in store.packets(row.session_id)][-1] > 100.0
        assert store.latest_result(row.session_id) is not None


def no_more_room(store: Store) -> None:
    """From here on SQLite fails as on a full disk."""
    event.listen(
        store._engine, "checkout", lambda connection, *_: connection.execute("PRAGMA max_page_count = 1").close()
    )


@pytest.mark.parametrize("happens", ["full", "gone"])
@pytest.mark.parametrize("together", [True, False], ids=["in step", "apart"])
def test_where_the_data_go_while_a_group_runs_everybody_s_rows_are_kept(
    happens: str, together: bool, tmp_path: Path, elsewhere: Path
) -> None:
    folder = tmp_path / "data"
    with Store.open(tmp_path / "sound") as sound:
        whole = play_group(sound, FIVE[:3], SHORT, in_step=together)
    with Store.open(folder) as store:
        happen: Callable[[object], None] = (
            (lambda _: no_more_room(store)) if happens == "full" else (lambda _: shutil.rmtree(folder))
        )
        played = play_group(store, FIVE[:3], SHORT, [(30.0, happen)], in_step=together)
    told = [member.as_json() for member in played.members]
    assert [(each["n_beats"], each["gaps"]) for each in told] == [(None, None)] * 3
    assert all(member.lost and member.failed and member.session_id in member.ended for member in played.members)
    for events in played.events:  # in the middle of each session, too
        assert any(
            "is kept in memory and the session goes on" in e.words for e in events if isinstance(e, SignalChanged)
        )
    with Store.open(folder) as store:
        assert [row.interrupted for row in store.sessions()] == [False] * 3
        for number, member in enumerate(played.members):
            again = read_summary(store, member.session_id)
            assert show(store, member.session_id) == json.loads(json.dumps(again.as_json()))
            assert again.n_beats == whole.whole(number).n_beats
    assert not [*elsewhere.glob("*.db"), *folder.glob("biofeedback.rescue*")]
