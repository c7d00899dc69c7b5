"""A clinic of two hundred people: how long its pages, reports and lists are read, and how much room a session takes."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from biofeedback.bench.measurement import Measurement, at_most, for_comparison
from biofeedback.bench.population import Clinic, make_clinic
from biofeedback.bench.program import run_session
from biofeedback.storage.database import Store

PAGE_S, LIST_S, REPORT_S, SESSION_KB = 0.3, 0.1, 5.0, 60.0
BATCH_S, N_IN_BATCH = 60.0, 50
N_TIMES = 3
N_TYPED = 20
"""Names that are typed letter by letter."""
REPORT_DAYS = 84
N_ON_DISK, ON_DISK_MINUTES = 4, 20.0


def clinic(recordings: Path | None) -> dict[str, Measurement]:
    """Reading times in a store of 200 people and 20,000 sessions, and the room of a session on the disk."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        size = Clinic()
        names = make_clinic(store, size)
        return (
            pages(store, names)
            | people(store, names)
            | reports(store, names[0], size.until)
            | paperwork(store, size.until)
            | commands(store.folder, names[0])
            | room()
        )


def pages(store: Store, names: list[str]) -> dict[str, Measurement]:
    """What pages read of the person with most sessions, of the one in the middle, and of whoever is at home."""
    from biofeedback.care.ahead import read_ahead
    from biofeedback.care.measures import measures_of
    from biofeedback.care.progress import read_trend
    from biofeedback.ui.pages.course import read_way
    from biofeedback.ui.pages.progress import read_progress

    sizes = {name: len(store.sessions(name)) for name in names}
    busy, usual = names[0], sorted(names, key=lambda name: sizes[name])[len(names) // 2]
    told = {f"{sizes[busy]} sessions": busy, f"{sizes[usual]} sessions": usual}
    pages_read: dict[str, Callable[[Store, str], object]] = {
        "start_page": read_ahead,
        "course": partial(read_way, 0),
        "history": lambda store, name: (store.sessions(name), store.rated(name)),
        "progress_page": read_progress,
    }
    found: dict[str, Measurement] = {}
    for who, name in told.items():
        for page, read in pages_read.items():
            found[f"{page}, {who}"] = at_most(_time(partial(read, store, name)), PAGE_S, "s")
        trends = {measure: partial(read_trend, store, name, measure) for measure in measures_of(store, name)}
        slowest, taken_s = _worst(trends)
        found[f"trend, {who}, worst: {slowest}"] = at_most(taken_s, PAGE_S, "s")
    return found


def people(store: Store, names: list[str]) -> dict[str, Measurement]:
    """The list of people with nothing typed, and after each letter of some names."""
    some = names[:: max(1, len(names) // N_TYPED)]
    typed = sorted({name[:n] for name in some for n in range(len(name) + 1)})
    slowest, taken_s = _worst({each: partial(store.people.list, each, archived=True) for each in typed})
    return {f"people, worst of {len(typed)}: '{slowest}'": at_most(taken_s, LIST_S, "s")}


def reports(store: Store, name: str, until: date) -> dict[str, Measurement]:
    """Reports of weeks and of all years, written to a file."""
    from biofeedback.reports.period import course_begins, write_period_report

    begins = course_begins(store, name) or until
    since = {f"{REPORT_DAYS} days": until - timedelta(days=REPORT_DAYS), "course": begins, "all": date(1900, 1, 1)}
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for period, first in since.items():
            for form in ("pdf", "html"):
                out = Path(folder) / f"report.{form}"
                taken_s = _time(partial(write_period_report, store, name, first, until, out, force=True))
                found[f"report, {period}, {form}"] = at_most(taken_s, REPORT_S, "s")
    return found


def paperwork(store: Store, until: date) -> dict[str, Measurement]:
    """Reports of a batch, and the overview of everybody, once each."""
    from biofeedback.exchange.overview import write_overview
    from biofeedback.reports.batch import due, write_batch
    from biofeedback.reports.wanted import WEEKS_DAYS

    since = until - timedelta(WEEKS_DAYS - 1)
    with tempfile.TemporaryDirectory() as folder:
        begun_s = time.perf_counter()
        made = write_batch(store, due(store, until)[:N_IN_BATCH], since, until, Path(folder)).made
        batch_s = time.perf_counter() - begun_s
        overview_s = _time(partial(write_overview, store, since, until, Path(folder) / "all.csv", force=True))
    batch = {f"batch of {len(made)} reports": at_most(batch_s, BATCH_S, "s")}
    return batch | {"overview of everybody": for_comparison(overview_s, "s")}


def commands(folder: Path, name: str) -> dict[str, Measurement]:
    """Commands that list, from their start to their end."""
    asked = {"sessions, one person": ["sessions", "--person", name], "sessions": ["sessions"], "people": ["people"]}
    return {
        f"command, {told}": for_comparison(_time(partial(_run, [*command, "--data", str(folder)])), "s")
        for told, command in asked.items()
    }


def room() -> dict[str, Measurement]:
    """What a session of a strap without electrocardiogram adds to the file, on the mean of some."""
    from biofeedback.session.preparation import Plan
    from protocols.library import find_exercise

    exercise = find_exercise("paced-breathing").lasting(ON_DISK_MINUTES)
    with tempfile.TemporaryDirectory() as folder:
        sizes = [_size(Path(folder))]
        for seed in range(N_ON_DISK):
            with Store.open(Path(folder)) as store:
                run_session(Plan(exercise, f"sim:rest?seed={seed}"), store)
            sizes.append(_size(Path(folder)))
    return {"session_of_20_min_on_disk": at_most((sizes[-1] - sizes[0]) / N_ON_DISK / 1000.0, SESSION_KB, "kB")}


def _size(folder: Path) -> int:
    Store.open(folder).close()  # which brings the log into the file
    return sum(each.stat().st_size for each in folder.iterdir() if each.is_file())


def _run(arguments: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "biofeedback", *arguments], check=True, stdout=subprocess.DEVNULL)


def _time(work: Callable[[], object]) -> float:
    """The median of some times, in seconds."""
    taken = []
    for _ in range(N_TIMES):
        begun_s = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun_s)
    return median(taken)


def _worst(works: Mapping[str, Callable[[], object]]) -> tuple[str, float]:
    taken_s = {name: _time(work) for name, work in works.items()}
    slowest = max(taken_s, key=taken_s.__getitem__)
    return slowest, taken_s[slowest]
