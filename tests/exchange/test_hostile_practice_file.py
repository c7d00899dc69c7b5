"""A practice file that is damaged, made up or of another key changes nothing, and is refused in one sentence."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biofeedback.exchange import sealed
from biofeedback.exchange.practice_file import KIND, read_practice
from biofeedback.exchange.sealed import SealedError, sealed_file
from biofeedback.exchange.signing import SigningKey, own_key
from biofeedback.storage.database import Store
from tests.exchange.practice import WORD, content, hostile
from tests.session.figures import figures
from tests.storage.examples import SESSION_ID

pytestmark = pytest.mark.usefixtures("quick")


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_byte_can_be_changed_or_left_out(clinic: Store, file: Path, tmp_path: Path, data: st.DataObject) -> None:
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = bytearray(whole)
    if data.draw(st.booleans()):
        broken[at] ^= data.draw(st.integers(1, 255))
    else:
        del broken[at:]
    path = tmp_path / "broken"
    path.write_bytes(broken)
    with pytest.raises(SealedError, match="Nothing was changed"):
        read_practice(clinic, "Ana", path, WORD)
    assert content(clinic, "Ana") == [[], [], []]


def test_more_behind_the_end_is_told(clinic: Store, file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"more")
    with pytest.raises(SealedError, match="damaged"):
        read_practice(clinic, "Ana", file, WORD)


def test_a_wrong_passphrase_and_a_newer_file_have_their_sentences(clinic: Store, file: Path, tmp_path: Path) -> None:
    with pytest.raises(SealedError, match="not the passphrase"):
        read_practice(clinic, "Ana", file, "five good words here")
    file.write_bytes(file.read_bytes().replace(b'"version": 1', b'"version": 2', 1))
    with pytest.raises(SealedError, match="newer version"):
        read_practice(clinic, "Ana", file, WORD)
    for path in (tmp_path, tmp_path / "none", Path("/dev/zero")):
        with pytest.raises(SealedError, match="Nothing was changed"):
            read_practice(clinic, "Ana", path, WORD)


def test_a_file_cannot_ask_for_endless_work(clinic: Store, file: Path) -> None:
    whole = file.read_bytes()
    for work in (b"1000000", b"true", b"-1", b"1.0", b"null"):
        file.write_bytes(whole.replace(b'"passes": 1', b'"passes": ' + work, 1))
        with pytest.raises(SealedError, match="no practice file"):
            read_practice(clinic, "Ana", file, WORD)


def test_a_line_without_end_is_not_read_to_its_end(
    home: Store, clinic: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile(home, tmp_path / "f", {"entry": "0" * (3 << 20)})
    monkeypatch.setattr(sealed, "MOST_LINE_BYTES", 1 << 20)
    with pytest.raises(SealedError, match="holds more"):
        read_practice(clinic, "Ana", tmp_path / "f", WORD)


def test_another_key_cannot_sign_for_the_first(home: Store, clinic: Store, tmp_path: Path) -> None:
    class Other(SigningKey):
        @property
        def public(self) -> str:
            return own_key(home).public

    with sealed_file(tmp_path / "f", KIND, WORD, Other(bytes(32)), {}) as put:
        put.line({"rungs": []})
    with pytest.raises(SealedError, match="its signature is not right"):
        read_practice(clinic, "Ana", tmp_path / "f", WORD)


BAD_ENTRIES: tuple[Any, ...] = (
    5,
    {},
    {"kind": "plan"},
    {"kind": "sender"},
    {"kind": "checkin", "subject": "pain", "on": "soon", "told_utc": "2026-11-20T08:00:00+00:00", "document": {}},
    {"kind": "checkin", "subject": "pain", "on": "20261120", "told_utc": "2026-11-20T08:00:00+00:00", "document": {}},
    {"kind": "checkin", "subject": 5, "on": "2026-11-20", "told_utc": "2026-11-20T08:00:00+00:00", "document": {}},
    {"kind": "checkin", "subject": "pain", "on": "2026-11-20", "told_utc": "now", "document": {}},
    {"kind": "checkin", "subject": "pain", "on": "2026-11-20", "told_utc": "2026-11-20T08:00:00+00:00", "document": []},
)


BAD_LINES: tuple[dict[str, Any], ...] = (
    {"more": 1},
    {"rungs": 3},
    {"rungs": [{"text": "", "distress": 3, "archived": 0}]},
    {"rungs": [{"text": "swim", "distress": 30, "archived": 0}]},
    {"session": None},
    {"session": {"session": {}, "tables": {}}},
    *({"entry": each} for each in BAD_ENTRIES),
)


def test_what_is_not_what_it_says_changes_nothing(home: Store, clinic: Store, tmp_path: Path) -> None:
    good = {"kind": "diary", "subject": "note", "on": "2026-11-20", "told_utc": "2026-11-20T08:00:00+00:00"}
    for line in BAD_LINES:
        hostile(home, tmp_path / "f", {"entry": {**good, "document": {"words": "kept"}}}, line)
        with pytest.raises(SealedError, match="Nothing was changed"):
            read_practice(clinic, "Ana", tmp_path / "f", WORD)
        assert content(clinic, "Ana") == [[], [], []], line


BAD_VALUES: tuple[tuple[str, str, Any], ...] = (
    ("session", "session_id", "../../evil"),
    ("session", "started_utc", "yesterday"),
    ("session", "settings", "{"),
    ("session", "settings", '{"minutes": "five"}'),
    ("session", "settings", '{"minutes": NaN}'),
    ("session", "simulated", "yes"),
    ("session", "duration_s", -1.0),
    ("session", "more", 1),
    ("packets", "format", ["none"] * 3),
    ("packets", "payload", ["not base 64"] * 3),
    ("packets", "received_s", [None] * 3),
    ("packets", "received_s", [1.0]),
    ("packets", "more", [1.0]),
    ("beats", "verdict", ["fine"] * 2),
    ("beats", "ordinal", [1 << 70, 0]),
    ("blocks", "frames", ["AAAA", "AAAA"]),
    ("news", "detail", ["[]"]),
    ("ratings", "value", [11, 3]),
    ("phases", "pacing", ["{", None]),
    ("evil", "drop", [1]),
    *(
        ("results", "document", [document])
        for document in (
            "[]",
            json.dumps(figures() | {"score": "high"}),
            json.dumps(figures() | {"gaps": None}),
            json.dumps(figures() | {"result": {"kind": []}}),
            json.dumps(figures()).replace("66.0", "1e999"),
            json.dumps(figures()).replace("66.0", "9" * 400),
            json.dumps(figures() | {"more": 1}).replace('"more": 1', '"more": ' + "[" * 100_000),
        )
    ),
    ("timeline_events", "detail", ["{}"] * 3),
    ("timeline_events", "detail", ["{}", "{}", '{"rate_per_min": -1}']),
    ("timeline_events", "detail", ["{}", "{}", '{"rate_per_min": 6, "more": 1}']),
    ("session", "settings", "[" * 100_000),
    ("news", "detail", ["[" * 100_000]),
)


def test_a_session_that_is_none_changes_nothing(home: Store, clinic: Store, tmp_path: Path) -> None:
    for where, column, value in BAD_VALUES:
        document = home.transfer.session(SESSION_ID)
        (document["session"] if where == "session" else document["tables"].setdefault(where, {}))[column] = value
        hostile(home, tmp_path / "f", {"session": document})
        with pytest.raises(SealedError, match="Nothing was changed"):
            read_practice(clinic, "Ana", tmp_path / "f", WORD)
        assert clinic.sessions() == [], (where, column)


def test_a_refusal_does_not_quote_a_value_without_an_end(clinic: Store, tmp_path: Path) -> None:
    entry = {"kind": "checkin", "subject": "pain", "on": "2026-11-20", "told_utc": "a" * 200_000, "document": {}}
    with sealed_file(tmp_path / "file", KIND, WORD, own_key(clinic), {}) as file:
        file.line({"entry": entry})
    with pytest.raises(SealedError) as refused:
        read_practice(clinic, "Ana", tmp_path / "file", WORD)
    assert len(str(refused.value)) < 1000
