"""What came of sessions, read in one sweep: the parts that are followed, as the documents have them to the last bit."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biofeedback.storage.database import Store
from biofeedback.storage.records import StoredResult
from tests.storage.conftest import store
from tests.storage.damage import spoil
from tests.storage.examples import new_session, packet

__all__ = ["store"]

PHASE, FIGURES = ("role", "start_s", "end_s"), ("mean_hr_bpm", "rmssd_ms")
RESULT = ("kind", "clear", "resonance_per_min", "kept")

NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
PHASES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={"role": st.text(max_size=5), "start_s": NUMBERS, "end_s": NUMBERS}
        | {"indices": st.fixed_dictionaries({}, optional=dict.fromkeys((*FIGURES, "other"), NUMBERS))},
    ),
    max_size=3,
)
RESULTS = st.none() | st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(RESULT, NUMBERS | st.booleans() | st.text(max_size=5))
    | {"challenges": st.lists(st.fixed_dictionaries({}, optional={"time_s": NUMBERS}), max_size=2)},
)


def keep(store: Store, session_id: str, document: dict[str, Any] | None, person: str = "Ann", **new: Any) -> None:
    with store.recorder(replace(new_session(session_id, person), simulated=False, **new)) as recorder:
        recorder.packet(packet(1.0, 900))
        recorder.finish("2026-11-21T08:33:00Z", "unwell", document, "m", duration_s=120.0)


@given(PHASES, RESULTS, st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_parts_that_are_read_are_those_of_the_document(
    store: Store, phases: list[dict[str, Any]], result: dict[str, Any] | None, broken_off: bool
) -> None:
    if not store.holds("one"):
        keep(store, "one", {})
    document = {"phases": phases, "result": result, "broken_off": broken_off, "more": "than is wanted"}
    store.add_result("one", StoredResult("2026-11-21T08:34:00Z", "m", document))
    (read,), (whole,) = store.outcomes.of("Ann"), store.outcomes.whole(["one"])
    assert whole.document == document
    assert read.document["broken_off"] == broken_off
    assert [{key: each[key] for key in PHASE} for each in read.document["phases"]] == [
        {key: each.get(key) for key in PHASE} for each in phases
    ]
    assert [each["indices"] for each in read.document["phases"]] == [
        {key: each.get("indices", {}).get(key) for key in FIGURES} for each in phases
    ]
    if result is None:
        assert read.document["result"] is None
        return
    challenges = [{"time_s": each.get("time_s")} for each in result.get("challenges", [])]
    assert read.document["result"] == {key: result.get(key) for key in RESULT} | {"challenges": challenges}


def test_the_newest_figures_count_and_there_may_be_none(store: Store) -> None:
    keep(store, "one", {"result": {"kept": 0.25}, "phases": [{"role": "rest"}]})
    keep(store, "two", None)
    store.add_result("one", StoredResult("2026-11-21T08:34:00Z", "n", {"result": {"kept": 0.5}, "phases": []}))
    store.add_rating("one", "after", "pain", 3)
    one, two = store.outcomes.of("Ann")
    assert (one.document["result"]["kept"], one.document["phases"], two.document) == (0.5, [], {})
    assert (one.ratings, two.ratings) == ({"after": {"pain": 3}}, {})
    assert one.end_cause == two.end_cause == "unwell"
    assert store.outcomes.of("") == store.outcomes.of("Nobody") == store.outcomes.whole(["none"]) == []


def test_a_recording_is_told_from_practice(store: Store) -> None:
    keep(store, "one", {}, device="replay:rest.csv")
    keep(store, "two", {}, device="ble:AA:BB")
    assert [each.replayed for each in store.outcomes.of("Ann")] == [True, False]


@pytest.mark.parametrize("spoilt", ["{", "[1, 2]", "", "null", '{"phases": 5}'])
def test_a_spoilt_document_takes_no_other_session_with_it(store: Store, spoilt: str) -> None:
    keep(store, "one", {"result": {"kept": 0.25}})
    keep(store, "two", {"result": {"kept": 0.5}})
    spoil(store.folder, "UPDATE results SET document = ? WHERE session = 1", (spoilt,))
    read, whole = store.outcomes.of("Ann"), store.outcomes.whole(["one", "two"])
    assert [each.session_id for each in read] == [each.session_id for each in whole] == ["one", "two"]
    for outcomes in (read, whole):
        assert [(each.document.get("result") or {}).get("kept") for each in outcomes] == [None, 0.5]
