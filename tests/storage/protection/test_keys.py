"""The recovery key as it is typed from paper, and a lock that opens with its passphrase only."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.storage.errors import StoreError
from biofeedback.storage.protection.key_file import KEYS, KeyFile, checked_passphrase, read_key_file
from biofeedback.storage.protection.keys import ALPHABET, DataKey, recovered

keys = st.builds(DataKey, st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))


@given(keys)
def test_a_recovery_key_is_read_as_it_was_written_however_it_is_typed(key: DataKey) -> None:
    paper = key.recovery
    assert [len(group) for group in paper.split("-")] == [4] * 14
    assert not set("ILOU") & set(paper)
    for typed in (paper, paper.lower(), paper.replace("-", ""), f"  {paper.replace('-', '  ')}\n",
                  paper.replace("0", "O").replace("1", "l")):  # fmt: skip
        assert recovered(typed) == key.secret


@given(keys, st.data())
def test_a_mistyped_recovery_key_is_known_as_such(key: DataKey, data: st.DataObject) -> None:
    signs = key.recovery.replace("-", "")
    place = data.draw(st.integers(0, len(signs) - 1))
    other = data.draw(st.sampled_from([sign for sign in ALPHABET if sign != signs[place]]))
    assert recovered(signs[:place] + other + signs[place + 1 :]) is None
    assert recovered(signs[:-1]) is None
    assert recovered(signs + "0") is None


def test_a_key_is_not_told_where_it_is_printed() -> None:
    key = DataKey.new()
    assert key.secret.hex() not in repr(key)
    assert repr(key.secret) not in repr(key)


def test_a_lock_opens_with_its_passphrase_only() -> None:
    key = DataKey.new()
    file = KeyFile.of(key, "correct horse")
    assert file.key_of("correct horse") == (key, "")
    assert file.key_of(key.recovery.lower()) == (key, "")
    for n in range(100):
        with pytest.raises(StoreError, match="not the passphrase"):
            file.key_of(f"correct hors{n}")
    with pytest.raises(StoreError, match="mistyped"):
        file.key_of(key.recovery[:-1] + ("0" if key.recovery[-1] != "0" else "2"))
    with pytest.raises(StoreError, match="of other data"):
        file.key_of(DataKey.new().recovery)


def test_a_passphrase_is_the_same_however_its_accents_are_made() -> None:
    key = DataKey.new()
    assert KeyFile.of(key, "caf\u00e9 cr\u00e8me").key_of("cafe\u0301 cre\u0300me") == (key, "")


def test_a_file_of_keys_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    key = DataKey.new()
    locked = KeyFile.of(key, "correct horse")
    for file in (KeyFile.of(key), locked, locked.changed(key, "ab", "battery staple")):
        file.keep(tmp_path)
        assert read_key_file(tmp_path) == file
        assert (tmp_path / KEYS).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("change", [{"memory_kib": 1 << 40}, {"passes": 10**9}, {"lanes": 0}, {"salt": ""},
                                    {"salt": "zz"}, {"locked": "00"}, {"passes": 1.5}, {"more": 1}])  # fmt: skip
def test_a_file_of_keys_that_asks_for_too_much_is_not_understood(tmp_path: Path, change: dict[str, object]) -> None:
    KeyFile.of(DataKey.new(), "correct horse").keep(tmp_path)
    document = json.loads((tmp_path / KEYS).read_text())
    document["lock"] |= change
    (tmp_path / KEYS).write_text(json.dumps(document))
    assert read_key_file(tmp_path) is None


@given(st.binary(max_size=200))
def test_any_other_file_is_not_understood(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / KEYS).write_bytes(content)
        assert read_key_file(Path(folder)) is None


def test_less_work_cannot_be_asked_for_afterwards() -> None:
    key = DataKey.new()
    file = KeyFile.of(key, "correct horse").changed(key, "ab", "battery staple")
    assert file.lock is not None
    other = dataclasses.replace(file, ident=DataKey.new().ident)
    works = ({"passes": 1}, {"memory_kib": 128}, {"lanes": 1})
    for changed in (other, *(dataclasses.replace(file, lock=dataclasses.replace(file.lock, **work)) for work in works)):
        for word in ("correct horse", "battery staple"):
            with pytest.raises(StoreError, match="not the passphrase"):
                changed.key_of(word)


def test_each_user_opens_with_a_passphrase_of_their_own_and_is_told_by_it() -> None:
    key = DataKey.new()
    file = KeyFile.of(key, "correct horse").changed(key, "ab", "battery staple").changed(key, "cd", "seven winds")
    told = {word: file.key_of(word) for word in ("correct horse", "battery staple", "seven winds", key.recovery)}
    assert [user for _, user in told.values()] == ["", "ab", "cd", ""]
    assert {opened for opened, _ in told.values()} == {key}
    for user, word in (("cd", "correct horse"), ("", "battery staple"), ("ef", "seven winds")):
        with pytest.raises(ValueError, match="choose another"):
            file.changed(key, user, word)
    file = file.changed(key, "", "another horse").changed(key, "ab", "battery acid").without("cd")
    assert [file.key_of(word)[1] for word in ("another horse", "battery acid")] == ["", "ab"]
    for word in ("correct horse", "battery staple", "seven winds"):
        with pytest.raises(StoreError, match="not the passphrase"):
            file.key_of(word)


def test_the_lock_of_a_user_cannot_be_given_to_another() -> None:
    key = DataKey.new()
    file = KeyFile.of(key, "correct horse").changed(key, "ab", "battery staple")
    (mine,) = file.users
    swapped = dataclasses.replace(file, users=(dataclasses.replace(mine, user="cd"),))
    with pytest.raises(StoreError, match="not the passphrase"):
        swapped.key_of("battery staple")


@pytest.mark.parametrize(
    "text", ["", "seven77", "x" * 1025, DataKey.new().recovery], ids=["empty", "short", "long", "a recovery key"]
)
def test_what_is_no_good_passphrase_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="passphrase"):
        checked_passphrase(text)
