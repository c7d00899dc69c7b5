"""A report of a period: all that is known of it and nothing else, on few pages, whatever people write."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader

from biofeedback.care.body_map import Mark, View, spread
from biofeedback.care.checkin import keep_day
from biofeedback.care.diary import About, write
from biofeedback.care.drawings import keep_drawing
from biofeedback.care.evidence import judge, write_line
from biofeedback.care.filled import keep_filled
from biofeedback.care.finds import Find, Kind
from biofeedback.care.forms import answer
from biofeedback.care.measures import points_of
from biofeedback.care.plan import begin_course, begun, with_goals
from biofeedback.care.plan import keep_plan as kept_plan
from biofeedback.care.profile import Profile, keep_profile
from biofeedback.care.progress import GROWS, read_trend
from biofeedback.care.questions import QUESTIONS
from biofeedback.reports.batch import Form, write_batch
from biofeedback.reports.dates import told_day
from biofeedback.reports.documents import NOT_A_DEVICE, Document, Picture, Section
from biofeedback.reports.paper import write_document
from biofeedback.reports.period import Period, course_begins, write_period_report
from biofeedback.reports.visible import END, ISOLATE
from biofeedback.storage.database import Store
from biofeedback.storage.records import UNWELL, EntryKind
from protocols.courses.library import load_shelf
from protocols.library import load_library
from protocols.questionnaires.library import find_questionnaire
from protocols.questionnaires.library import load_library as load_questionnaires
from tests.reports.weeks import FIRST, keep_session, live, step
from tests.storage.conftest import store

__all__ = ["store"]

N_DAYS = 84
LAST = FIRST + timedelta(N_DAYS - 1)
ODD = "<script>alert(1)</script> & \"so\" 'on' \u05d3\u05e0\u05d4"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Twelve weeks of somebody with a hundred sessions."""
    with Store.open(tmp_path_factory.mktemp("data")) as opened:
        live(opened, "Ann", 100, N_DAYS)
        yield opened


def html_of(store: Store, folder: Path, since: date, until: date, person: str = "Ann", **how: object) -> str:
    out = folder / "report.html"
    write_period_report(store, person, since, until, out, force=True, **how)  # type: ignore[arg-type]
    return out.read_text(encoding="utf-8")


def pdf_of(store: Store, folder: Path, since: date, until: date, person: str = "Ann", **how: object) -> PdfReader:
    out = folder / "report.pdf"
    write_period_report(store, person, since, until, out, force=True, **how)  # type: ignore[arg-type]
    return PdfReader(out)


def text_of(pdf: PdfReader) -> str:
    """What whoever searches or copies gets, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


@pytest.mark.parametrize("letter", [False, True])
@pytest.mark.parametrize(("plain", "most"), [(False, 4), (True, 2)])
def test_twelve_weeks_of_a_hundred_sessions_fit_on_few_pages(
    lived: Store, tmp_path: Path, plain: bool, most: int, letter: bool
) -> None:
    pdf = pdf_of(lived, tmp_path, FIRST, LAST, plain=plain, letter=letter, comment="A word. " * 240)
    assert 1 <= len(pdf.pages) <= most
    for number, page in enumerate(pdf.pages, 1):
        told = page.extract_text()
        assert NOT_A_DEVICE in told
        assert told.endswith(f"{number} of {len(pdf.pages)}")
    assert pdf.metadata is not None
    assert pdf.metadata.title
    wide = 612 if letter else 595
    assert round(float(pdf.pages[0].mediabox.width)) == wide


def test_paper_and_page_tell_the_same_figures(lived: Store, tmp_path: Path) -> None:
    paper = text_of(pdf_of(lived, tmp_path, FIRST, LAST))
    page = html_of(lived, tmp_path, FIRST, LAST)
    for words in (
        "100 sessions with 1000 minutes",
        "98.0 %",
        "Resting heart rate",
        "PEG",
        "GAD-7",
        "less than minimal",
    ):
        assert words in paper
        assert words in page


def test_a_table_over_two_pages_has_its_heads_on_both(lived: Store, tmp_path: Path) -> None:
    page = html_of(lived, tmp_path, FIRST, LAST)
    assert page.count('<th scope="col"') == page.count("</th>") - page.count('<th scope="row"')
    assert "<thead>" in page


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("form", ["html", "pdf"])
def test_what_people_write_stays_words(store: Store, tmp_path: Path, plain: bool, form: str) -> None:
    store.people.add(ODD)
    keep_session(store, ODD, FIRST, title=f"{ODD} {'x' * 300}", cause=UNWELL)
    keep_day(store, ODD, FIRST, {"pain": 3}, f"\u202e{ODD}")
    write(store, ODD, About.FLARE, ODD, FIRST, 7)
    if form == "html":
        told = html_of(store, tmp_path, FIRST, FIRST, ODD, plain=plain, comment=ODD)
        assert "<script>" not in told
        assert "&lt;script&gt;" in told
    else:
        pdf = pdf_of(store, tmp_path, FIRST, FIRST, ODD, plain=plain, comment=ODD)
        told = text_of(pdf)
        assert "<script>alert(1)</script> &" in told
        assert len(pdf.pages) <= (2 if plain else 4)
    assert "\u202e" not in told


@pytest.mark.parametrize(("plain", "most"), [(False, 4), (True, 2)])
def test_however_much_was_written_the_pages_are_few(store: Store, tmp_path: Path, plain: bool, most: int) -> None:
    symptoms = tuple(f"symptom number {i} of a long name" for i in range(8))
    store.people.add("N" * 120)
    keep_profile(store, "N" * 120, Profile(symptoms=symptoms))
    for i in range(6):
        on = FIRST + timedelta(14 * i)
        keep_session(store, "N" * 120, on, number=i, title=f"{i} {'Long title ' * 20}", cause=UNWELL)
        keep_day(store, "N" * 120, on, dict.fromkeys((*symptoms, *QUESTIONS), 3.0), "note " * 90)
        write(store, "N" * 120, About.FLARE, "flare words " * 100, on, 8)
        for each in load_questionnaires():
            keep_filled(store, "N" * 120, each, [each.values[0]] * len(each.items), on)
    pdf = pdf_of(store, tmp_path, FIRST, LAST, "N" * 120, plain=plain, comment="word " * 390)
    assert len(pdf.pages) <= most


@pytest.mark.parametrize("plain", [False, True])
def test_an_empty_period_is_a_report_too(store: Store, tmp_path: Path, plain: bool) -> None:
    pdf = pdf_of(store, tmp_path, FIRST, LAST, "", plain=plain)
    assert len(pdf.pages) == 1
    assert ("did not practise" if plain else "There was no session") in text_of(pdf)
    assert "nan" not in html_of(store, tmp_path, FIRST, LAST, "", plain=plain).lower()


def test_one_session_has_its_figures_and_no_band(store: Store, tmp_path: Path) -> None:
    keep_session(store, "Ann", FIRST)
    told = text_of(pdf_of(store, tmp_path, FIRST, FIRST))
    assert "1 session with 10 minutes" in told
    assert "A usual band needs 14 days" in told


def test_what_was_left_out_of_the_figures_is_told(store: Store, tmp_path: Path) -> None:
    session_id = keep_session(store, "Ann", FIRST)
    keep_session(store, "Ann", FIRST + timedelta(1))
    assert "Left out" not in html_of(store, tmp_path, FIRST, LAST)
    whole = store.results(session_id)[0]
    cut = [{"from_s": 60.0, "to_s": 150.0, "reason": "talked"}]
    store.add_result(session_id, replace(whole, document=whole.document | {"excluded": cut}))
    told = html_of(store, tmp_path, FIRST, LAST)
    assert "Left out of all figures, each with its reason: 1.5 min, of 1 session." in told


def test_the_days_are_those_of_the_calendar_over_the_end_of_a_year(store: Store, tmp_path: Path) -> None:
    days = date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 3)
    for number, day in enumerate(days):
        keep_session(store, "Ann", day, number=number)
    period = report_of(store, tmp_path, days[1], days[2])
    assert len(period.outcomes) == 2
    assert "31 Dec 2025 to 1 Jan 2026" in text_of(PdfReader(tmp_path / "of.pdf"))


def report_of(store: Store, folder: Path, since: date, until: date, *, force: bool = False) -> Period:
    return write_period_report(store, "Ann", since, until, folder / "of.pdf", force=force)


def test_simulated_sessions_and_recordings_are_left_out_and_said(store: Store, tmp_path: Path) -> None:
    keep_session(store, "Ann", FIRST, number=1)
    keep_session(store, "Ann", FIRST, number=2, device="sim:rest", resting_bpm=140.0)
    keep_session(store, "Ann", FIRST, number=3, device="replay:x.csv", resting_bpm=150.0)
    keep_session(store, "Ann", FIRST, number=4, device="sim:head?seed=1")
    told = html_of(store, tmp_path, FIRST, FIRST)
    assert (
        "1 session with a simulated person; 1 session with a simulated head; 1 session replayed from a recording"
    ) in told
    assert "140.0" not in told
    assert "150.0" not in told


def test_a_band_on_the_head_alone_is_not_told_as_a_heart_that_was_not_heard(store: Store, tmp_path: Path) -> None:
    keep_session(store, "Ann", FIRST, number=1)
    keep_session(store, "Ann", FIRST, number=2, device="eeg:muse", head_alone=True)
    told = html_of(store, tmp_path, FIRST, FIRST)
    assert "1 session with a band on the head alone, which hears no beats." in told
    assert "without a share" not in told
    made = write_batch(store, ["Ann"], FIRST, FIRST, tmp_path / "batch", Form("html"))
    assert [each.what for each in made.missing] == []


def test_feeling_unwell_is_told_in_both(store: Store, tmp_path: Path) -> None:
    keep_session(store, "Ann", FIRST, cause=UNWELL)
    assert "because they felt unwell" in html_of(store, tmp_path, FIRST, FIRST)
    assert "A quiet rest is a good way back in" in html_of(store, tmp_path, FIRST, FIRST, plain=True)


def test_the_course_is_the_time_since_its_plan_began(store: Store, tmp_path: Path) -> None:
    assert course_begins(store, "Ann") is None
    keep_session(store, "Ann", FIRST)
    assert course_begins(store, "Ann") == FIRST
    course = load_shelf({each.id: each for each in load_library()}).courses[0]
    plan = begin_course(store, "Ann", course, FIRST + timedelta(2))
    kept_plan(store, "Ann", with_goals(plan, [ODD]), FIRST + timedelta(3))
    assert course_begins(store, "Ann") == FIRST + timedelta(2)
    told = html_of(store, tmp_path, FIRST, LAST)
    assert plan.title in told
    assert f"Goal: {ISOLATE}&lt;script&gt;" in told


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_the_first_and_the_last_drawing_stand_side_by_side_as_lines(store: Store, tmp_path: Path, form: str) -> None:
    for days, width in ((0, 0.2), (5, 0.1), (9, 0.05)):
        keep_drawing(store, "", FIRST + timedelta(days), [Mark(View.BACK, ((0.0, 0.38),), width, 6, True)])
    keep_drawing(store, "", FIRST + timedelta(10), [])
    if form == "html":
        told = html_of(store, tmp_path, FIRST, LAST, "")
        assert told.count("<title>Where it hurts on ") == 2
        assert "image/png" not in told
    else:
        pdf = pdf_of(store, tmp_path, FIRST, LAST, "")
        told = text_of(pdf)
        assert not any("/Image" in str(each) for page in pdf.pages for each in page.images)
        assert told.count("front") == told.count("back") == 2
    assert "first and last of 3 drawings" in told
    for share in (spread([Mark(View.BACK, ((0.0, 0.38),), width, 6)]).area_percent for width in (0.2, 0.05)):
        assert f"{share:.1f}" in told
    assert "6 Jun 2026" not in told, "the one between"


@pytest.mark.parametrize("plain", [False, True])
def test_a_drawing_that_cannot_be_read_is_told_and_takes_no_other_with_it(
    store: Store, tmp_path: Path, plain: bool
) -> None:
    keep_drawing(store, "", FIRST, [Mark(View.FRONT, ((0.0, 0.38),), 0.1, 6)])
    for n, spoilt in enumerate(({"marks": [{"view": "side"}]}, {"marks": None}, {"marks": [7]})):
        store.journal.put("", EntryKind.BODY_MAP, spoilt, FIRST + timedelta(1 + n))
    told = html_of(store, tmp_path, FIRST, LAST, "", plain=plain)
    assert told.count("<title>Where it hurts on ") == 1
    assert ("3 drawings cannot be read" if plain else "The drawing of 2026-06-02 cannot be read") in told


@pytest.mark.parametrize("plain", [False, True])
def test_evidence_has_the_persons_own_words_first(store: Store, tmp_path: Path, plain: bool) -> None:
    find = Find(Kind.DAY, FIRST + timedelta(3), "A day without pain.", ("2026-06-04",))
    judge(store, "", find, kept=True)
    judge(store, "", replace(find, sources=("x",), text="Refused."), kept=False)
    write_line(store, "", f"Dug the garden {ODD}", FIRST)
    write_line(store, "", "Of another time.", LAST + timedelta(1))
    told = html_of(store, tmp_path, FIRST, LAST, "", plain=plain)
    assert told.index("Dug the garden &lt;script&gt;") < told.index("A day without pain.")
    assert "Refused" not in told
    assert "Of another time" not in told


def test_steps_done_safely_add_up_and_have_no_usual_band(store: Store, tmp_path: Path) -> None:
    done = (
        step("walk"),
        step("walk", 1),
        step("film"),
        step("lake", 9),
        step("sea", imagined=True),
        step("hill", None),
    )
    for n, activity in enumerate((*done, step("hill", broken_off=True))):
        keep_session(store, "Ann", FIRST + timedelta(n), number=n, activity=activity)
    keep_session(store, "Ann", FIRST, number=99, activity=step("bus"), device="sim:rest")
    keep_session(store, "Ann", FIRST, number=98, activity=step("bus"), device="replay:x.csv")
    points = points_of(store, "Ann", "ladder")
    assert [point.value for point in points] == [1, 1, 2, 3]
    assert all(point.session_id for point in points)
    assert read_trend(store, "Ann", "ladder").withheld == GROWS
    told = html_of(store, tmp_path, FIRST, LAST)
    assert f"Done safely on the ladder: {GROWS}" in told
    assert "done safely so far: 3" in html_of(store, tmp_path, FIRST, LAST, plain=True)


def test_a_questionnaire_that_is_not_finished_is_no_score(store: Store, tmp_path: Path) -> None:
    peg = find_questionnaire("peg")
    answer(store, "", peg, {peg.items[0].id: 9}, FIRST)
    told = html_of(store, tmp_path, FIRST, LAST, "")
    assert "Questionnaires" not in told
    assert not points_of(store, "", "questionnaire:peg")


def test_answers_to_a_questionnaire_whose_file_is_gone_are_named(store: Store, tmp_path: Path) -> None:
    gone = replace(find_questionnaire("peg"), id="our-own")
    keep_filled(store, "", gone, [4, 4, 4], FIRST)
    answer(store, "", replace(gone, id="begun"), {gone.items[0].id: 9}, FIRST)
    told = html_of(store, tmp_path, FIRST, LAST, "")
    assert "our-own was answered on 1 day. Its file is not here any more" in told
    assert "begun" not in told


def test_a_change_names_the_day_it_is_from_where_that_is_not_the_line_above(store: Store, tmp_path: Path) -> None:
    days = [FIRST + timedelta(14 * n) for n in range(4)]
    for day, answer_of_each in zip(days, (5, 3, 4, 4), strict=True):
        keep_filled(store, "", find_questionnaire("peg"), [answer_of_each] * 3, day)
    told = html_of(store, tmp_path, FIRST, days[-1], "")
    assert f"1 more than on {told_day(days[1])}" in told
    assert f"The same as on {told_day(days[2])}" in told
    assert "than before" not in told


@pytest.mark.parametrize("plain", [False, True])
def test_a_name_written_from_right_to_left_takes_no_number_along(store: Store, tmp_path: Path, plain: bool) -> None:
    name = "\u05d3\u05e0\u05d4"
    store.people.add(name)
    keep_session(store, name, FIRST, title=name)
    told = html_of(store, tmp_path, FIRST, FIRST, name, plain=plain)
    assert f"{ISOLATE}{name}{END}. " in told
    paper = text_of(pdf_of(store, tmp_path, FIRST, FIRST, name, plain=plain))
    assert "1 Jun 2026 to 1 Jun 2026" in " ".join(paper.split())


@pytest.mark.parametrize("plain", [False, True])
def test_a_drawing_beside_the_body_is_painted_as_nothing(store: Store, tmp_path: Path, plain: bool) -> None:
    keep_drawing(store, "", FIRST, [Mark(View.BACK, ((0.5, 0.5),), 0.04, 6, True)])
    keep_drawing(store, "", LAST, [Mark(View.FRONT, ((-5, -5), (5, -5), (5, 5), (-5, 5)), None, 10, True)])
    assert len(pdf_of(store, tmp_path, FIRST, LAST, "", plain=plain).pages) >= 1
    assert html_of(store, tmp_path, FIRST, LAST, "", plain=plain).count("<title>Where it hurts on ") == 2


@pytest.mark.parametrize(("since", "until"), [(date.min, date.min), (date.min, date.max), (date.max, date.max)])
def test_any_days_of_the_calendar_make_a_report(store: Store, tmp_path: Path, since: date, until: date) -> None:
    keep_session(store, "Ann", FIRST)
    assert "sessions" in html_of(store, tmp_path, since, until) or since == until


def test_an_error_while_a_picture_is_painted_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    def paint(painter: object, width: float, height: float) -> None:
        raise ZeroDivisionError

    told = Document("T", (), [Section("", (), [Picture("p", "", paint)])])
    for form in ("pdf", "html"):
        with pytest.raises(ZeroDivisionError):
            write_document(told, tmp_path / f"x.{form}")
    assert not list(tmp_path.iterdir())


def test_all_days_of_the_plan_are_counted_and_none_that_is_to_come(store: Store, tmp_path: Path) -> None:
    course = load_shelf({each.id: each for each in load_library()}).courses[0]
    last = date.today()
    kept_plan(store, "Ann", begun(course, last - timedelta(27)), last - timedelta(27))
    keep_session(store, "Ann", last)
    wanted = report_of(store, tmp_path, last - timedelta(27), last).done.days_planned
    assert wanted == round(sum(week.practice_days for week in course.weeks[:4]))
    assert report_of(store, tmp_path, date.min, date.max, force=True).done.days_planned == wanted


def test_a_period_that_ends_before_it_begins_is_refused_and_nothing_written(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="before it begins"):
        report_of(store, tmp_path, LAST, FIRST)
    assert not list(tmp_path.glob("of*"))


class Outline(HTMLParser):
    """Headings, and what a screen reader needs of tables and pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.bare: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h1", "h2", "h3"):
            self.headings.append(int(tag[1]))
        if tag == "th" and "scope" not in dict(attrs):
            self.bare.append(tag)
        if tag in ("img", "link", "script"):
            self.bare.append(tag)


@pytest.mark.parametrize("plain", [False, True])
def test_the_page_stands_alone_and_can_be_read_aloud(lived: Store, tmp_path: Path, plain: bool) -> None:
    told = html_of(lived, tmp_path, FIRST, LAST, plain=plain)
    outline = Outline()
    outline.feed(told)
    assert outline.headings[0] == 1
    assert set(outline.headings[1:]) == {2}
    assert not outline.bare
    assert told.count('role="img"') == told.count("<svg") > 0
    assert "<title>Pain (0-10): " in told
