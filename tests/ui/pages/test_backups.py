"""Backups in plain words: when the newest was made and where they lie, one made now, one saved elsewhere."""

import errno
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from biofeedback.app import Application
from biofeedback.storage.database import Store
from biofeedback.storage.keeping import rotation
from biofeedback.storage.keeping.backup import opened_backup
from biofeedback.storage.keeping.rotation import own_backups
from biofeedback.ui.pages.backups import BackupsPage
from biofeedback.ui.words import backups as words
from tests.ui.conftest import wait_until
from tests.ui.using import press, texts

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def opened(application: Application) -> BackupsPage:
    application.window.go("settings")
    press(application.window.rooms.settings, words.TITLE)
    page = application.window.rooms.backups
    wait_until(lambda: str(application._folder) in texts(page))
    return page


def test_one_is_made_now_and_told(application: Application) -> None:
    page = opened(application)
    before = {each.path for each in own_backups(application._folder)}
    press(page, words.NOW)
    wait_until(lambda: words.DONE in texts(page))
    wait_until(lambda: "of today" in texts(page))
    assert {each.path for each in own_backups(application._folder)} - before


def test_one_is_saved_elsewhere_and_can_be_read(application: Application, tmp_path: Path) -> None:
    page, out = opened(application), tmp_path / "stick.zip"
    page.write(out)
    wait_until(lambda: words.SAVED.format(out) in texts(page))
    with out.open("rb") as file, opened_backup(file, "it") as (_, about):
        assert about.n_sessions == 0
    page.write(tmp_path / "nowhere" / "stick.zip")
    wait_until(lambda: words.SAVED.format(out) not in texts(page) and page.save.isEnabled())
    assert str(tmp_path / "nowhere") in page.said.text()


def test_a_disk_that_fails_is_told_and_the_button_comes_back(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    page = opened(application)
    monkeypatch.setattr(rotation, "write_backup", fail)
    press(page, words.NOW)
    wait_until(lambda: "No backup was made" in texts(page))
    assert page.now.isEnabled()
    with Store.read(application._folder) as store:
        assert store.people.list() == []


def test_words_of_when() -> None:
    folder = Path("backups")
    assert "today" in words.kept([NOW], folder, NOW)
    assert "one backup" in words.kept([NOW], folder, NOW)
    assert "of 24 Nov 2026" in words.kept([NOW - timedelta(2), NOW - timedelta(3)], folder, NOW)
    assert words.NONE_YET in words.kept([], folder, NOW)
