"""Reports for many people: all that can be made are made, what is missing is told, and the house looks alike in all."""

import errno
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from biofeedback.care.letterhead import Letterhead, keep_letterhead, read_letterhead
from biofeedback.care.plan import begin_course
from biofeedback.exchange.files import ExportError
from biofeedback.reports import batch, paper
from biofeedback.reports.batch import Failed, Form, Missing, due, file_name, write_batch
from biofeedback.reports.documents import NOT_A_DEVICE
from biofeedback.reports.own_templates import copy_templates
from biofeedback.reports.period import write_period_report
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.folder import own_templates
from biofeedback.ui.settings import Settings, keep_settings
from protocols.courses.library import find_course
from protocols.library import load_library
from tests.reports.weeks import keep_session

TODAY = date.today()
SINCE = TODAY - timedelta(27)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Store]:
    """Ana practised today, Bob long ago, Cleo has a plan, Dan is simulated, Eve is put aside."""
    with Store.open(tmp_path / "clinic") as store:
        for name in ("Ana", "Bob", "Cleo", "Dan", "Eve"):
            store.people.add(name)
        keep_session(store, "Ana", TODAY)
        keep_session(store, "Bob", TODAY - timedelta(20))
        keep_session(store, "Dan", TODAY, number=1, device="sim:rest")
        keep_session(store, "Eve", TODAY, number=2)
        begin_course(store, "Cleo", find_course("four-weeks", {each.id: each for each in load_library()}))
        store.people.archive("Eve")
        yield store


def test_due_is_who_practised_or_has_a_plan(clinic: Store) -> None:
    assert due(clinic, TODAY) == ["Ana", "Cleo"]


def test_all_are_made_and_what_is_missing_is_told(clinic: Store, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    out = tmp_path / "new" / "reports"
    made = write_batch(
        clinic, ["Ana", "Cleo"], SINCE, TODAY, out, tell=lambda number, of, code: told.append((number, of))
    )
    assert told == [(1, 2), (2, 2)]
    assert [each.person for each in made.made] == ["Ana", "Cleo"]
    assert not made.failed
    assert Missing("Cleo", "sessions", "no session of one's own ended in the period") in made.missing
    assert any(each.person == "Cleo" and each.what == "questionnaire" for each in made.missing)
    assert {Path(each.out) for each in made.made} == set(out.iterdir())
    assert not any("ana" in path.name.casefold() for path in out.iterdir())
    assert all(len(PdfReader(each.out).pages) >= 1 for each in made.made)


def test_one_that_fails_keeps_no_other_away(clinic: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(store: Store, person: str, *how: object, **more: object) -> object:
        if person == "Bob":
            raise StoreError("It is damaged.")
        if person == "Cleo":
            raise ZeroDivisionError
        return write_period_report(store, person, *how, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "write_period_report", write)
    made = write_batch(clinic, ["Bob", "Cleo", "Ana"], SINCE, TODAY, tmp_path, Form("html"))
    assert [each.person for each in made.made] == ["Ana"]
    assert made.failed == [Failed("Bob", "It is damaged."), Failed("Cleo", batch.UNFORESEEN)]


def test_who_is_gone_meanwhile_keeps_no_other_away(clinic: Store, tmp_path: Path) -> None:
    def leave(number: int, of: int, code: str) -> None:
        if number == 1:
            clinic.people.delete("Bob")
            clinic.people.rename("Cleo", "Clio")

    made = write_batch(clinic, ["Ana", "Bob", "Cleo", "Dan"], SINCE, TODAY, tmp_path, Form("html"), leave)
    assert [each.person for each in made.made] == ["Ana", "Dan"]
    assert [(each.person, "nobody called" in each.why) for each in made.failed] == [("Bob", True), ("Cleo", True)]
    assert len(list(tmp_path.glob("*.html"))) == 2


def test_a_folder_into_which_nothing_can_be_written_is_told_once(
    clinic: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**how: object) -> object:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    people = ["Ana", "Bob", "Cleo"]
    with monkeypatch.context() as patched:
        patched.setattr(batch, "TemporaryFile", full)
        with pytest.raises(ExportError, match=r"No space left on device.*Nothing was written"):
            write_batch(clinic, people, SINCE, TODAY, tmp_path / "r", Form("html"))
    assert list((tmp_path / "r").iterdir()) == []

    def taken_away(number: int, of: int, code: str) -> None:
        if number == 2:
            (tmp_path / "r").rename(tmp_path / "elsewhere")

    made = write_batch(clinic, people, SINCE, TODAY, tmp_path / "r", Form("html"), taken_away)
    assert [each.person for each in made.made] == ["Ana"]
    assert [(each.person, "There is no folder" in each.why) for each in made.failed] == [("Bob", True), ("Cleo", True)]


def test_of_a_program_that_is_killed_while_it_draws_nothing_is_left(
    clinic: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[list[Path]] = []
    drawn = paper.as_pdf
    monkeypatch.setattr(paper, "as_pdf", lambda *how: there.append(list(tmp_path.iterdir())) or drawn(*how))
    before = set(tmp_path.iterdir())
    assert write_batch(clinic, ["Ana"], SINCE, TODAY, tmp_path).made
    assert [set(each) for each in there] == [before]


def test_nothing_is_replaced_unless_that_is_wanted(clinic: Store, tmp_path: Path) -> None:
    form = Form("html", names=True)
    (first,) = write_batch(clinic, ["Ana"], SINCE, TODAY, tmp_path, form).made
    assert "ana" in Path(first.out).name
    again = write_batch(clinic, ["Ana"], SINCE, TODAY, tmp_path, form)
    assert "is there already" in again.failed[0].why
    assert not write_batch(clinic, ["Ana"], SINCE, TODAY, tmp_path, Form("html", names=True, force=True)).failed
    with pytest.raises(ExportError, match="cannot be a folder"):
        write_batch(clinic, ["Ana"], SINCE, TODAY, Path(first.out))


@pytest.mark.parametrize(
    "name", ["../../etc", "CON", "a/b\\c:d", "Ж" * 200, "\u202eevil", ".hidden", "a\tb", "x" * 300]
)
def test_a_name_makes_a_harmless_file_name(name: str) -> None:
    made = file_name("AB12CD34", name, SINCE, TODAY, "pdf")
    assert Path(made).name == made
    assert len(made) < 100
    assert all(sign.isalnum() or sign in "-." for sign in made)
    assert made.count(".") == 1
    assert made.endswith(".pdf")


def test_a_code_stays_with_a_person_and_differs_from_clinic_to_clinic(clinic: Store, tmp_path: Path) -> None:
    def codes(store: Store) -> list[str]:
        return [
            each.code
            for each in write_batch(store, store.persons(), SINCE, TODAY, tmp_path / "x", Form("html", force=True)).made
        ]

    before = codes(clinic)
    clinic.people.rename("Ana", "Anna")
    assert codes(clinic) == before
    assert len(set(before)) == 5
    with Store.open(tmp_path / "other") as other:
        other.people.add("Ana")
        assert codes(other)[0] not in before


def html(store: Store, out: Path, told: list[str]) -> str:
    from biofeedback.reports.house import house_of

    write_period_report(store, "Ana", SINCE, TODAY, out, force=True, house=house_of(store, told.append))
    return out.read_text(encoding="utf-8")


def test_the_letterhead_stands_on_every_report_and_stays_beside_the_settings(clinic: Store, tmp_path: Path) -> None:
    head = keep_letterhead(clinic, Letterhead(" A  <b>Practice</b> ", "Street 1\n\nTown\u202e", "Dr. V"))
    keep_settings(clinic.folder, Settings(minutes=20.0), "Ana", clinic.protection.key)
    assert read_letterhead(clinic) == head == Letterhead("A <b>Practice</b>", "Street 1\n\nTown", "Dr. V")
    page = html(clinic, tmp_path / "a.html", [])
    assert "A &lt;b&gt;Practice&lt;/b&gt;" in page
    assert "Dr. V" in page
    write_period_report(clinic, "Ana", SINCE, TODAY, tmp_path / "a.pdf")
    assert "Dr. V" in PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    for wrong in (Letterhead("x" * 200), Letterhead("", "a\n" * 9)):
        with pytest.raises(ValueError, match=r"at most|room for"):
            keep_letterhead(clinic, wrong)
    assert read_letterhead(clinic) == head


def test_own_templates_are_used_and_a_fault_gives_the_line_and_the_programs_own(clinic: Store, tmp_path: Path) -> None:
    told: list[str] = []
    usual = html(clinic, tmp_path / "a.html", told)
    folder = own_templates(clinic.folder)
    template, _ = copy_templates(folder)
    assert html(clinic, tmp_path / "a.html", told) == usual
    whole = template.read_text(encoding="utf-8")
    template.write_text(whole.replace("<h1>", "<h1>Our own: "), encoding="utf-8")
    assert "Our own: Breathing" in html(clinic, tmp_path / "a.html", told)
    assert told == []
    for wrong in (
        "{% if %}",
        "{{ told.nothing }}",
        "{{ 1 / 0 }}",
        "{{ ''.__class__.__mro__ }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../x' %}",
        "{{ told.sections.clear() }}",
    ):
        told.clear()
        template.write_text(whole.replace("<h1>", f"\n\n{wrong}<h1>"), encoding="utf-8")
        assert html(clinic, tmp_path / "a.html", told) == usual, wrong
        assert told[0].startswith(f"{template}, line 8: "), told
        assert told[0].endswith("The program's own was used instead.")
    told.clear()
    template.write_text("{{ told.title }}", encoding="utf-8")
    assert NOT_A_DEVICE in html(clinic, tmp_path / "a.html", told)
    assert "leaves out told.footer" in told[0]
    with pytest.raises(ExportError, match="is there already"):
        copy_templates(folder)
