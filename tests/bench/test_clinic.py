"""A made-up clinic: the same for the same seed, of the sizes asked for, and every page finds something to read."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from biofeedback.bench import clinic as bench
from biofeedback.bench.population import CODED, PUT_ASIDE, WITHOUT_SESSIONS, Clinic, make_clinic
from biofeedback.storage.database import Store

PRACTISED = ("two-minutes",)
"""One short session, so that the others are made quickly."""
SMALL = Clinic(26, 120, date.today(), seed=3, practised=PRACTISED)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[str]]]:
    with Store.open(tmp_path_factory.mktemp("clinic")) as store:
        yield store, make_clinic(store, SMALL)


def told(store: Store, names: list[str]) -> list[object]:
    return [
        (store.people.list(archived=True), store.sessions(name), store.rated(name), store.outcomes.of(name))
        for name in names
    ] + [
        [(each.kind, each.subject, each.on, each.document) for each in store.journal.entries(name)] for name in names
    ]  # fmt: skip


def test_a_clinic_has_as_many_as_were_asked_for(made: tuple[Store, list[str]]) -> None:
    store, names = made
    assert len(store.sessions()) == 120
    assert [each.person for each in store.people.list(archived=True)] == sorted(names[:-1], key=str.casefold)
    assert len(store.sessions(names[0])) >= 12
    assert store.sessions(names[WITHOUT_SESSIONS - 1]) == []
    assert [name for name in names if name.startswith("P-")] == names[CODED - 1 : -1 : CODED]
    assert names[PUT_ASIDE - 1] not in [each.person for each in store.people.list()]
    assert not any(row.simulated or row.interrupted for row in store.sessions())


def test_the_same_seed_makes_the_same_clinic(made: tuple[Store, list[str]], tmp_path: Path) -> None:
    store, names = made
    with Store.open(tmp_path) as again:
        assert make_clinic(again, SMALL) == names
        assert told(again, names) == told(store, names)


def test_every_part_of_the_measurement_finds_something(
    made: tuple[Store, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, names = made
    monkeypatch.setattr(bench, "N_TIMES", 1)
    monkeypatch.setattr(bench, "N_TYPED", 3)
    rows = bench.pages(store, names) | bench.people(store, names) | bench.reports(store, names[0], SMALL.until)
    assert all(row.value > 0.0 and row.unit == "s" for row in rows.values())
    found = {name.split(",")[0] for name in rows}
    assert found == {"start_page", "course", "history", "progress_page", "trend", "people", "report"}


def test_what_is_read_of_figures_is_what_the_whole_documents_hold(made: tuple[Store, list[str]]) -> None:
    store, names = made
    read = store.outcomes.of(names[0])
    whole = store.outcomes.whole(each.session_id for each in read)
    assert [each.ratings for each in read] == [each.ratings for each in whole]
    for some, every in zip(read, whole, strict=True):
        assert some.document["broken_off"] == every.document["broken_off"]
        for part, phase in zip(some.document["phases"], every.document["phases"], strict=True):
            figures = {key: phase["indices"][key] for key in ("mean_hr_bpm", "rmssd_ms")}
            assert part == {key: phase[key] for key in ("role", "start_s", "end_s")} | {"indices": figures}
