"""What a report of a period tells a clinician, part by part."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import fmean, median
from typing import Any

from PySide6.QtCore import QRectF

from biofeedback import __version__
from biofeedback.care.measures import IN_SESSIONS
from biofeedback.care.progress import Trend, change
from biofeedback.care.questions import QUESTIONS
from biofeedback.reports.dates import told_day
from biofeedback.reports.documents import Document, Picture, Section, Table
from biofeedback.reports.figures import DASH
from biofeedback.reports.lines import MOST_LINES, counted, number, shortened
from biofeedback.reports.period import Period
from biofeedback.reports.period_told import (
    adverse_section,
    body_section,
    evidence_section,
    ladder_section,
    questionnaires_section,
)
from biofeedback.reports.sentences import PARAMETERS, is_head_alone
from biofeedback.reports.trend_picture import paint_trend
from biofeedback.reports.visible import apart
from biofeedback.storage.database import Store
from biofeedback.storage.records import AFTER, BEFORE
from biofeedback.theme import MORNING_PAPER

MOST_PAGES = 4
PICTURED = ("pain", "practice", "resting_hr", "resonance", "transfer", "recovery", "ladder")
FOLLOWED = (*PICTURED, "resting_rmssd")


def record_document(store: Store, period: Period) -> Document:
    """The report for the medical record."""
    parts = (
        _comment(period),
        _practice(period),
        _quality(period),
        _trends(period),
        _ratings(period),
        _checkins(period),
        questionnaires_section(store, period),
        body_section(period),
        ladder_section(store, period),
        evidence_section(period),
        adverse_section(store, period),
        _methods(period),
    )
    lines = (
        f"Person: {apart(period.person) or 'not named'}. Period: {period.told}.",
        f"Written on {told_day(period.written)} with version {__version__} of the program.",
        "Days are those of the calendar of this computer.",
    )
    return Document("Breathing and relaxation practice", lines, [part for part in parts if part], MOST_PAGES)


def trend_pictures(period: Period, names: Sequence[str]) -> list[Picture]:
    """Pictures of those of the measures that have a point."""
    return [_picture(name, period.trends[name], period) for name in names if name in period.trends]


def _picture(name: str, told: Trend, period: Period) -> Picture:
    first, last = told.points[0], told.points[-1]
    since = max(period.since, date.fromisoformat(first.on) - timedelta(days=1)) if _is_long(period) else period.since

    def paint(painter: Any, width: float, height: float) -> None:
        paint_trend(painter, QRectF(0.0, 0.0, width, height), told, (since, period.until), MORNING_PAPER)

    words = (
        f"{told.measure} ({told.unit}): {counted(len(told.points), 'point')}, {first.value:.1f} on "
        f"{told_day(date.fromisoformat(first.on))}, {last.value:.1f} on {told_day(date.fromisoformat(last.on))}."
    )
    return Picture(f"trend-{name}", words, paint)


def _is_long(period: Period) -> bool:
    return (period.until - period.since).days > 2 * 366


def _comment(period: Period) -> Section | None:
    return Section("Comment of the clinician", [period.comment]) if period.comment else None


def _practice(period: Period) -> Section:
    done, plan = period.done, period.plan
    lines = []
    titles = Counter(outcome.exercise_title for outcome in period.outcomes)
    minutes = sum(outcome.duration_s for outcome in period.outcomes) / 60.0
    if period.outcomes:
        lines.append(
            f"{counted(len(period.outcomes), 'session')} with {minutes:.0f} minutes in all; practice of a minute or "
            f"more on {counted(done.days_practised, 'day')}."
        )
        common = [f"{shortened(title)} ({n})" for title, n in titles.most_common(MOST_LINES)]
        rest = len(titles) - len(common)
        more = f", and {counted(rest, 'other')}" if rest > 0 else ""
        lines.append(f"Exercises: {', '.join(common)}{more}.")
    else:
        lines.append("There was no session in this period.")
    if plan:
        lines.append(
            f"Plan on {told_day(period.until)}: {apart(plan.title)}, begun on {told_day(plan.began_on)}, week "
            f"{plan.number_on(period.until)} of {len(plan.weeks)}{', changed by hand' if plan.by_hand else ''}. "
            f"Planned in the period: about {counted(done.days_planned, 'day')} of practice; done: "
            f"{done.days_practised}. "
            f"Lessons read: {done.lessons}."
        )
        lines += [f"Goal: {apart(goal)}" for goal in plan.goals]
    else:
        lines.append("There was no plan.")
    return Section("Practice and plan", lines, notes=_left_out(period))


def _left_out(period: Period) -> list[str]:
    kinds = (
        (period.n_simulated - period.n_simulated_heads, "with a simulated person"),
        (period.n_simulated_heads, "with a simulated head"),
        (period.n_replayed, "replayed from a recording"),
        (period.n_open, "without an end (interrupted or still running)"),
    )
    told = [f"{counted(n, 'session')} {kind}" for n, kind in kinds if n]
    return [f"Left out of all figures: {'; '.join(told)}."] if told else []


def _quality(period: Period) -> Section | None:
    if not period.outcomes:
        return None
    known = [
        (outcome.duration_s, float(percent))
        for outcome in period.outcomes
        if isinstance(percent := outcome.document.get("artifact_percent"), int | float)
    ]
    seconds = sum(duration for duration, _ in known)
    lines = []
    if seconds > 0.0:
        usable = sum(duration * (100.0 - percent) for duration, percent in known) / seconds
        lines.append(
            f"Beats that could be used: {usable:.1f} % (the mean of {counted(len(known), 'session')} by their length)."
        )
    n_heads = sum(is_head_alone(outcome.document) for outcome in period.outcomes)
    if n_heads:
        lines.append(f"{counted(n_heads, 'session')} with a band on the head alone, which hears no beats.")
    if n := len(period.outcomes) - len(known) - n_heads:
        lines.append(f"{counted(n, 'session')} without a share, since no beats or no figures were saved.")
    gaps = sum(len(outcome.document.get("gaps") or ()) for outcome in period.outcomes)
    doubts = Counter(str(doubt) for outcome in period.outcomes for doubt in outcome.document.get("doubts") or ())
    doubtful = sum(bool(outcome.document.get("doubts")) for outcome in period.outcomes)
    stopped = sum(row.broken_off for row in period.rows.values())
    lines.append(
        f"{counted(gaps, 'gap')} in the signal; {counted(doubtful, 'session')} with doubts about the strap; "
        f"{counted(stopped, 'session')} ended before the exercise did."
    )
    cut = [outcome.document["excluded"] for outcome in period.outcomes if outcome.document.get("excluded")]
    if cut:
        whole_s = sum(each["to_s"] - each["from_s"] for excluded in cut for each in excluded)
        lines.append(
            f"Left out of all figures, each with its reason: {whole_s / 60.0:.1f} min, "
            f"of {counted(len(cut), 'session')}. Minutes of practice count them: they are how long sessions lasted."
        )
    return Section("Quality of the signal", lines, notes=[f"{doubt} ({n})" for doubt, n in doubts.most_common(3)])


def _trends(period: Period) -> Section | None:
    told = {name: period.trends[name] for name in FOLLOWED if name in period.trends}
    if not told:
        return None
    rows, reasons = [], []
    for each in told.values():
        values = [point.value for point in each.points]
        band = DASH
        if each.usual_low is not None and each.usual_high is not None:
            band = f"{number(each.usual_low)} to {number(each.usual_high)}"
        elif each.withheld:
            reasons.append((each.measure, each.withheld))
        name = f"{each.measure}, {each.unit}"
        rows.append((name, str(len(values)), *map(number, (values[0], values[-1], median(values))), band))
    table = Table(("", "points", "first", "last", "median", "usual band"), rows)
    notes = [f"{measure}: {reason}" for measure, reason in reasons]
    notes.append(
        "The usual band holds eight of ten of the person's own usual days before the last point (the shaded part of a "
        "picture). It is no norm of other people."
    )
    absent = [name for name in PICTURED if name not in told]
    if absent:
        notes.append(f"Without a value in this period: {', '.join(_WORDS[name] for name in absent)}.")
    return Section("What changed over the days", pictures=trend_pictures(period, PICTURED), tables=[table], notes=notes)


_WORDS = {
    "pain": "pain of the day",
    "practice": "practice",
    "resting_hr": "resting heart rate",
    "resonance": "resonance rate",
    "transfer": "what was kept without the guide",
    "recovery": "how soon the heart settled",
    "ladder": "steps of the ladder done safely",
}


def _ratings(period: Period) -> Section | None:
    rows = []
    for question in dict.fromkeys((*IN_SESSIONS, *_asked(period))):
        pairs = [
            (before, after)
            for outcome in period.outcomes
            if (before := outcome.ratings.get(BEFORE, {}).get(question)) is not None
            and (after := outcome.ratings.get(AFTER, {}).get(question)) is not None
        ]
        if pairs:
            earlier, later = (fmean(side) for side in zip(*pairs, strict=True))
            title = question.replace("_", " ").capitalize()
            rows.append((title, str(len(pairs)), f"{earlier:.1f}", f"{later:.1f}", f"{later - earlier:+.1f}"))
    if not rows:
        return None
    table = Table(("0 to 10", "sessions rated twice", "before", "after", "difference"), rows)
    note = "Means of the sessions with both answers. Observed, without a comparison: not the effect of the practice."
    return Section("Ratings before and after practice", tables=[table], notes=[note])


def _asked(period: Period) -> Iterator[str]:
    for outcome in period.outcomes:
        yield from outcome.ratings.get(BEFORE, {})


def _checkins(period: Period) -> Section | None:
    names = dict.fromkeys(name for day in period.days for name in day.answers)
    if not names:
        return None
    half = (period.until - period.since) // 2
    parts = (period.since, period.since + half), (period.since + half + timedelta(days=1), period.until)
    rows = []
    withheld: dict[str, list[str]] = {}
    for name in names:
        title = QUESTIONS[name].title if name in QUESTIONS else name
        values = [day.answers[name] for day in period.days if name in day.answers]
        told = period.trends.get(name)
        moved = DASH
        if told and parts[1][0] <= parts[1][1]:
            found = change(name, told.points, *parts)
            if found.difference is not None:
                moved = f"{found.difference:+.1f}"
                if found.low is not None and found.high is not None:
                    moved += f" ({found.low:+.1f} to {found.high:+.1f})"
                if found.minimal_difference is not None:
                    moved += ", a minimal difference" if found.minimal_difference else ", less than minimal"
            if found.withheld:
                withheld.setdefault(found.withheld, []).append(title)
        rows.append((title, str(len(values)), f"{fmean(values):.1f}", f"{min(values):g} to {max(values):g}", moved))
    table = Table(("0 to 10", "days", "mean", "range", "second half less first"), rows)
    note = (
        "In brackets the interval of 95 % of the difference, wider where days go on from each other. Minimal "
        "difference for pain: 2 points or 30 % (Farrar et al. 2001, Pain 94:149)."
    )
    return Section(
        "Check-ins",
        tables=[table],
        notes=[*(f"{', '.join(map(apart, of))}: {why}" for why, of in withheld.items()), note],
    )


def _methods(period: Period) -> Section | None:
    methods = [outcome.document["method"] for outcome in period.outcomes if outcome.document.get("method")]
    if not methods:
        return None
    kinds = Counter(str(method.get(PARAMETERS, "not told")) for method in methods)
    newest = methods[-1]
    names = [f"{name.replace('_', ' ')} {version}" for name, version in newest.items() if name != PARAMETERS]
    told = "; ".join(f"{key} ({counted(n, 'session')})" for key, n in kinds.most_common(MOST_LINES))
    notes = [f"Of the newest session: {'; '.join(names)}.", f"Fingerprints of all parameters: {told}."]
    if len(kinds) > 1:
        notes.append("Not all sessions were computed alike; `biofeedback rescore` computes one again.")
    return Section("Methods", notes=notes)
