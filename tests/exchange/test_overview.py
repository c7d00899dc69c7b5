"""The table of all people: without names, nothing computed in it, and no value where there is none."""

import csv
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from biofeedback.care.checkin import keep_day
from biofeedback.care.filled import keep_filled
from biofeedback.care.measures import day_of, points_of
from biofeedback.exchange.files import ExportError
from biofeedback.exchange.overview import COLUMNS, write_overview
from biofeedback.storage.database import Store
from biofeedback.storage.records import UNWELL
from protocols.questionnaires.library import find_questionnaire
from tests.exchange.sheets import Sheet, read_workbook
from tests.reports.weeks import keep_session

SINCE, UNTIL = date(2026, 6, 1), date(2026, 6, 28)
EVIL = "=HYPERLINK(1)"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "clinic") as store:
        for name in ("Ana, Lima", EVIL, "Bob"):
            store.people.add(name)
        store.people.archive("Bob")
        for number, on in enumerate((SINCE, SINCE, UNTIL)):
            keep_session(store, "Ana, Lima", on, number=number, resting_bpm=60.0 + number)
        keep_session(store, "Ana, Lima", SINCE - timedelta(1), number=3)
        keep_session(store, "Ana, Lima", UNTIL + timedelta(1), number=4)
        keep_session(store, "Ana, Lima", SINCE, number=5, device="sim:rest")
        keep_session(store, "Ana, Lima", SINCE, number=6, device="replay:x.csv", cause=UNWELL)
        keep_day(store, "Ana, Lima", SINCE, {"pain": 4})
        keep_day(store, "Ana, Lima", UNTIL, {"pain": 7, "sleep": 3})
        keep_filled(store, "Ana, Lima", find_questionnaire("peg"), [3, 3, 3], SINCE)
        keep_filled(store, "Ana, Lima", find_questionnaire("peg"), [1, 1, 1], UNTIL)
        yield store


def table(store: Store, out: Path, **how: bool) -> dict[str, dict[str, str]]:
    assert write_overview(store, SINCE, UNTIL, out, force=True, **how) == 3
    with out.open(encoding="utf-8-sig", newline="") as file:
        return {row.get("person", row["code"]): row for row in csv.DictReader(file)}


def test_a_row_tells_of_how_many_sessions_something_is_left_out(clinic: Store, tmp_path: Path) -> None:
    assert table(clinic, tmp_path / "a.csv", names=True)["Ana, Lima"]["n_cut"] == "0"
    row = next(each for each in clinic.outcomes.of("Ana, Lima") if not each.replayed and day_of(each) == UNTIL)
    (whole,) = clinic.results(row.session_id)
    cut = {"excluded": [{"from_s": 60.0, "to_s": 90.0, "reason": "talked"}]}
    clinic.add_result(row.session_id, replace(whole, document=whole.document | cut))
    assert table(clinic, tmp_path / "a.csv", names=True)["Ana, Lima"]["n_cut"] == "1"
    assert [point.cut for point in points_of(clinic, "Ana, Lima", "resting_hr", "2026-06-01", "2026-06-28")] == [
        False,
        False,
        True,
    ]


def test_a_row_tells_of_the_period_and_of_own_sessions_only(clinic: Store, tmp_path: Path) -> None:
    rows = table(clinic, tmp_path / "a.csv", names=True)
    ana = rows["Ana, Lima"]
    assert (
        ana.items()
        >= {
            "n_sessions": "3",
            "n_simulated_or_replayed": "2",
            "n_ended_unwell": "0",
            "practice_min": "30.0",
            "days_practised": "2",
            "first_session_on": "2026-06-01",
            "last_session_on": "2026-06-28",
            "checkin_days": "2",
            "n_pain": "2",
            "pain_median_0_10": "5.5",
            "n_resting_hr": "3",
            "resting_hr_median_per_min": "61.0",
            "peg_first": "3.0",
            "peg_last": "1.0",
            "gad7_first": "",
            "put_aside": "0",
        }.items()
    )
    bob = rows["Bob"]
    assert (bob["n_sessions"], bob["pain_median_0_10"], bob["resting_hr_median_per_min"]) == ("0", "", "")
    assert bob["put_aside"] == "1"


def test_no_name_stands_in_it_and_the_codes_stay(clinic: Store, tmp_path: Path) -> None:
    rows = table(clinic, tmp_path / "a.csv")
    assert "Lima" not in (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert [row["code"] for row in rows.values()] == sorted(rows)
    named = table(clinic, tmp_path / "b.csv", names=True)
    assert {row["code"] for row in named.values()} == set(rows)
    assert list(next(iter(named.values()))) == list(COLUMNS)
    assert list(next(iter(rows.values()))) == [name for name in COLUMNS if name != "person"]


def test_nothing_is_computed_in_a_spreadsheet(clinic: Store, tmp_path: Path) -> None:
    assert f"'{EVIL}" in table(clinic, tmp_path / "a.csv", names=True)


@pytest.mark.parametrize("names", [False, True])
def test_a_workbook_has_the_cells_of_the_table_each_as_what_it_is(clinic: Store, tmp_path: Path, names: bool) -> None:
    rows = table(clinic, tmp_path / "a.csv", names=names)
    out = tmp_path / "a.xlsx"
    assert write_overview(clinic, SINCE, UNTIL, out, "xlsx", names=names) == 3
    sheets = read_workbook(out)
    assert list(sheets) == ["2026-06-01 to 2026-06-28", "columns"]
    sheet, meanings = sheets.values()
    heads = [name for name in COLUMNS if names or name != "person"]
    assert sheet.rows[0] == heads
    assert [[_as_text(cell) for cell in row] for row in sheet.rows[1:]] == [
        [row[head].removeprefix("'").removesuffix(".0") for head in heads] for row in rows.values()
    ]
    kinds = {head: {type(row[i]) for row in sheet.rows[1:]} - {type(None)} for i, head in enumerate(heads)}
    assert kinds["code"] == {str}
    assert kinds["first_session_on"] == kinds["last_session_on"] == {date}
    assert kinds["n_sessions"] == kinds["pain_median_0_10"] == kinds["peg_last"] == kinds["put_aside"] == {float}
    assert meanings.rows == [["column", "what it is"], *([head, COLUMNS[head]] for head in heads)]
    _has_a_form(sheet, 2 if names else 1)
    _has_a_form(meanings, 1)


def _has_a_form(sheet: Sheet, n_still: int) -> None:
    """The heading stays in sight, and every column is as wide as its heading."""
    assert sheet.frozen == (1, n_still)
    assert all(width > 0.8 * len(str(head)) for head, width in zip(sheet.rows[0], sheet.widths, strict=True))


def _as_text(cell: str | float | date | None) -> str:
    return "" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell)


@pytest.mark.parametrize(
    "name", ["=1+1", "{=1+1}", "+1", "-1", "@SUM(A1)", "https://a.example", "12", "_x0041_", "\u2009=1"]
)
def test_text_of_a_workbook_stays_text(tmp_path: Path, name: str) -> None:
    with Store.open(tmp_path / "clinic") as store:
        store.people.add(name)
        write_overview(store, SINCE, UNTIL, tmp_path / "a.xlsx", "xlsx", names=True)
        (kept,) = store.persons()
    sheet = next(iter(read_workbook(tmp_path / "a.xlsx").values()))
    assert sheet.rows[1][1] == kept
    assert not sheet.computed


def test_without_the_extra_it_is_said_what_to_install(
    clinic: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(
        ExportError, match=r"Nothing was written: install it with pip install 'hrv-biofeedback\[excel\]'"
    ):
        write_overview(clinic, SINCE, UNTIL, tmp_path / "a.xlsx", "xlsx")
    assert not (tmp_path / "a.xlsx").exists()
    table(clinic, tmp_path / "a.csv")


def test_every_column_is_told_in_the_docs() -> None:
    told = (Path(__file__).parents[2] / "docs" / "paperwork.md").read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in told] == []
