"""The data go in the middle of a session: it ends with a sentence, and comes back with the next start."""

import shutil
from pathlib import Path

import pytest

from biofeedback.storage import rescue
from biofeedback.storage.database import Store
from tests.session.stage import SLOW, play


def test_a_folder_removed_on_the_way_is_told_of_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setattr(rescue, "places", lambda folder: (folder, elsewhere))
    folder = tmp_path / "data"
    with Store.open(folder) as store:
        played = play(store, "sim:?seed=1", SLOW.lasting(2.0), [(30.0, lambda _: shutil.rmtree(folder))])
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
