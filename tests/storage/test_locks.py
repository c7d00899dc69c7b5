"""Locks of sessions whose files do not obey."""

from pathlib import Path

import pytest

from biofeedback.storage.locks import SessionLocks


def test_a_lock_file_that_cannot_be_removed_leaves_the_session_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    locks = SessionLocks(tmp_path)
    lock = locks.take("one")
    monkeypatch.setattr(Path, "unlink", refuse)
    locks.release(lock)
    assert (tmp_path / "one.lock").exists()
    assert locks.running(["one"]) == frozenset()
    locks.release(locks.take("one"))
