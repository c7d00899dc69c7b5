"""All of a person's practice from home to the clinic: nothing twice, nothing overwritten, nobody else's profile."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from biofeedback.care.checkin import keep_day
from biofeedback.care.diary import About, read_lines, write
from biofeedback.care.plan import at_stage, begin_course, keep_plan, read_plan
from biofeedback.exchange import sealed
from biofeedback.exchange.files import ExportError
from biofeedback.exchange.practice_file import KIND, Sender, read_practice, write_practice
from biofeedback.session.kept.archive import show
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.records import EntryKind, StoredMarker, StoredResult
from protocols.courses.library import find_course
from protocols.library import load_library
from protocols.specification import Finding
from tests.exchange.practice import ON, WORD, content, hostile
from tests.session.figures import figures
from tests.storage.damage import spoil
from tests.storage.examples import SESSION_ID, beat, new_session, packet, record_everything

pytestmark = pytest.mark.usefixtures("quick")


def test_everything_comes_over_and_nothing_twice(home: Store, clinic: Store, file: Path) -> None:
    brought = read_practice(clinic, "Ana", file, WORD)
    assert content(clinic, "Ana") == content(home, "")
    assert (brought.taken.new_sessions, brought.taken.new_entries, brought.taken.new_rungs) == (1, 3, 1)
    again = read_practice(clinic, "Ana", file, WORD)
    assert (again.taken.duplicates, again.taken.duplicate_entries, again.taken.conflicts) == (1, 3, [])
    assert (again.taken.new_sessions, again.taken.new_entries, again.taken.new_rungs) == (0, 0, 0)
    assert content(clinic, "Ana") == content(home, "")
    assert (brought.sender, again.sender) == (Sender.NEW, Sender.KNOWN)


def test_a_dry_run_tells_the_same_and_changes_nothing(clinic: Store, file: Path) -> None:
    before = content(clinic, "Ana")
    told = read_practice(clinic, "Ana", file, WORD, really=False)
    assert content(clinic, "Ana") == before
    assert read_practice(clinic, "Ana", file, WORD) == told


def test_an_interrupted_session_comes_over_as_one(home: Store, clinic: Store, tmp_path: Path) -> None:
    with home.recorder(new_session("20261122-0831-aaaa", "")) as recorder:
        recorder.packet(packet(0.5, 900))
        recorder.packet(packet(1.5, 900))
        recorder.beats([beat(0)])
    write_practice(home, "", tmp_path / "f", WORD)
    read_practice(clinic, "Ana", tmp_path / "f", WORD)
    assert clinic.session("20261122-0831-aaaa").row.interrupted
    assert content(clinic, "Ana") == content(home, "")


def test_what_differs_is_told_and_what_is_here_stays(home: Store, clinic: Store, file: Path) -> None:
    keep_day(clinic, "Ana", ON, {"pain": 7})
    clinic.ladders.add("Ana", "Swim", 5)
    first = read_practice(clinic, "Ana", file, WORD).taken
    assert [(each.what, each.why.partition(";")[0]) for each in first.conflicts] == [
        ("step of the ladder, Swim", "its distress is 5 here and 3 in the file"),
        ("checkin pain, 2026-11-20", "7 is told here and 4 in the file"),
    ]
    assert [each.document for each in clinic.journal.entries("Ana", EntryKind.CHECKIN)] == [{"value": 7}]
    home.add_rating(SESSION_ID, "after", "tension", 2)
    home.add_rating(SESSION_ID, "after", "pain", 9)
    write_practice(home, "", file, WORD, force=True)
    second = read_practice(clinic, "Ana", file, WORD).taken
    assert second.duplicates == 1
    assert f"session {SESSION_ID}, pain after" in [each.what for each in second.conflicts]
    assert clinic.ratings(SESSION_ID)["after"] == {"pain": 4, "tension": 2}


def test_the_same_id_with_another_content_is_not_taken(home: Store, clinic: Store, file: Path, tmp_path: Path) -> None:
    read_practice(clinic, "Ana", file, WORD)
    home.delete([SESSION_ID])
    with home.recorder(new_session(person="")) as recorder:
        recorder.packet(packet(0.5, 900))
        recorder.finish("2026-11-21T08:33:00Z", "done", figures(), "1")
    write_practice(home, "", tmp_path / "other", WORD)
    before = content(clinic, "Ana")
    taken = read_practice(clinic, "Ana", tmp_path / "other", WORD).taken
    assert [each.what for each in taken.conflicts] == [f"session {SESSION_ID}"]
    assert content(clinic, "Ana") == before


def test_a_file_is_not_taken_into_the_profile_of_somebody_else(clinic: Store, file: Path) -> None:
    read_practice(clinic, "Ana", file, WORD)
    with pytest.raises(StoreError, match="as that of somebody else"):
        read_practice(clinic, "Bob", file, WORD)
    assert content(clinic, "Bob") == [[], [], []]


def test_a_signature_that_changed_is_told(home: Store, clinic: Store, file: Path, tmp_path: Path) -> None:
    read_practice(clinic, "Ana", file, WORD)
    with Store.open(tmp_path / "new") as moved:
        keep_day(moved, "", ON, {"sleep": 4})
        write_practice(moved, "", tmp_path / "f", WORD)
    told = read_practice(clinic, "Ana", tmp_path / "f", WORD)
    assert told.sender is Sender.CHANGED
    assert "ask whoever sent it" in told.doubts[0]


def test_a_plan_of_the_clinic_stays_in_force_over_an_older_one(home: Store, clinic: Store, file: Path) -> None:
    course = find_course("flares", {each.id: each for each in load_library()})
    begin_course(clinic, "Ana", course)
    entry = clinic.journal.latest("Ana", EntryKind.PLAN)
    assert entry is not None
    hostile(home, file, *({"entry": line} for line in ({**_entry(home), "told_utc": "2020-01-01T00:00:00+00:00"},)))
    read_practice(clinic, "Ana", file, WORD)
    plan = read_plan(clinic, "Ana")
    assert plan is not None
    assert plan.course == "flares"


def _entry(store: Store) -> dict[str, Any]:
    plan = store.journal.latest("", EntryKind.PLAN)
    assert plan is not None
    return {"kind": "plan", "subject": "", "on": plan.on, "told_utc": plan.told_utc, "document": plan.document}


def test_a_newer_plan_of_home_is_in_force(home: Store, clinic: Store, tmp_path: Path) -> None:
    plan = read_plan(home, "")
    assert plan is not None
    keep_plan(home, "", at_stage(plan, 2, date.today()))
    write_practice(home, "", tmp_path / "f", WORD)
    read_practice(clinic, "Ana", tmp_path / "f", WORD)
    assert read_plan(clinic, "Ana") == read_plan(home, "")


def test_marks_set_later_come_over_and_stretches_left_out_are_told(home: Store, clinic: Store, file: Path) -> None:
    read_practice(clinic, "Ana", file, WORD)
    clinic.add_marker(SESSION_ID, StoredMarker(5.0, "office"))
    home.add_marker(SESSION_ID, StoredMarker(6.0, "home"))
    left_out = {"excluded": [{"from_s": 2.0, "to_s": 9.0, "reason": "phone"}]}
    home.add_result(SESSION_ID, StoredResult("2026-11-22T08:33:00Z", "1", figures() | left_out))
    for _ in range(2):
        write_practice(home, "", file, WORD, force=True)
        taken = read_practice(clinic, "Ana", file, WORD).taken
        assert taken.duplicates == 1
        assert [each.why.partition(";")[0] for each in taken.conflicts] == [
            "other stretches are left out of its figures in the file"
        ]
        assert [mark.label for mark in clinic.markers(SESSION_ID)] == ["coughed", "office", "home"]


def test_what_a_disk_damaged_keeps_nothing_else_away(home: Store, clinic: Store, file: Path, tmp_path: Path) -> None:
    read_practice(clinic, "Ana", file, WORD)
    spoil(clinic.folder, "UPDATE phases SET title = 'x'")
    (conflict,) = read_practice(clinic, "Ana", file, WORD).taken.conflicts
    assert "is damaged here" in conflict.why
    told = write_practice(clinic, "Ana", tmp_path / "g", WORD)
    assert (told.n_sessions, told.n_entries) == (0, 3)
    assert "is damaged" in told.left_out[0]


def test_two_alike_lines_of_a_diary_stay_two(home: Store, clinic: Store, tmp_path: Path) -> None:
    write(home, "", About.NOTE, "a walk")
    for _ in range(2):
        write_practice(home, "", tmp_path / "f", WORD, force=True)
        read_practice(clinic, "Ana", tmp_path / "f", WORD)
    assert [line.words for line in read_lines(clinic, "Ana")] == ["a walk", "a walk"]


def test_days_can_be_chosen_and_nothing_is_no_file(home: Store, tmp_path: Path) -> None:
    told = write_practice(home, "", tmp_path / "f", WORD, "2026-11-20", "2026-11-20")
    assert (told.n_sessions, told.n_entries) == (0, 2)
    with pytest.raises(ExportError, match="Nothing is kept of Cleo"):
        write_practice(home, "Cleo", tmp_path / "g", WORD)


def test_an_attempt_counts_for_the_step_of_the_same_words(home: Store, clinic: Store, tmp_path: Path) -> None:
    swim = home.ladders.rungs("")[0].name
    clinic.ladders.add("Ana", "run", 2)  # whose number here is that of the other step at home
    assert clinic.ladders.rungs("Ana")[0].name == swim
    document = home.transfer.session(SESSION_ID)
    tried = {"text": "swim", "rung": swim, "on": "2026-11-21", "expected_pain": 5, "pain": 2, "expected_fear": None}
    tried |= {"fear": None, "recovery_s": None, "broken_off": False, "imagined": False}
    told = figures(Finding.RECOVERY)
    told["result"]["activity"] = tried
    result = {"n": [0], "computed_utc": ["2026-11-21T08:33:00Z"], "method": ["m"]}
    document["tables"]["results"] = result | {"document": [json.dumps(told)]}
    hostile(home, tmp_path / "f", {"session": document}, {"rungs": home.transfer.rungs("")})
    read_practice(clinic, "Ana", tmp_path / "f", WORD)
    by_words = {rung.text: rung.name for rung in clinic.ladders.rungs("Ana")}
    assert [each.experience.rung for each in clinic.ladders.tries("Ana")] == [by_words["swim"]]


def test_the_name_at_home_comes_with_no_session(home: Store, clinic: Store, tmp_path: Path) -> None:
    home.people.add("Ana Lima")
    with home.recorder(replace(new_session(person="Ana Lima"), session_id="named")) as recorder:
        record_everything(recorder)
        recorder.finish("2026-11-21T08:33:00Z", "done", figures() | {"person": "Ana Lima"}, "1")
    home.people.rename("Ana Lima", "P07")
    assert show(home, "named")["person"] == "P07"
    write_practice(home, "P07", tmp_path / "f", WORD)
    read_practice(clinic, "Bob", tmp_path / "f", WORD)
    assert show(clinic, "named")["person"] == "Bob"
    for store in (home, clinic):
        assert "Lima" not in json.dumps(store.transfer.session("named"))
    with sealed.opened_file(tmp_path / "f", KIND, WORD) as opened:
        assert "Lima" not in json.dumps([opened.about, *opened.lines])
