"""What a report of a period tells the person themselves: plain words, at most two pages."""

from datetime import date
from statistics import fmean

from biofeedback.care.checkin import Day
from biofeedback.care.diary import read_lines
from biofeedback.care.evidence import OWN
from biofeedback.care.progress import Trend, change
from biofeedback.reports.dates import told_day, told_short_day
from biofeedback.reports.documents import Document, Section
from biofeedback.reports.lines import counted, shortened
from biofeedback.reports.period import Period
from biofeedback.reports.period_sections import trend_pictures
from biofeedback.reports.period_told import body_pictures
from biofeedback.reports.visible import apart
from biofeedback.storage.database import Store
from biofeedback.storage.records import AFTER, BEFORE, UNWELL

POINTS, MOST_PAGES = 11.0, 2
MOST_WRITTEN = 6
"""Of the person's own lines: the newest."""
PAINTED = "The darker the colour, the stronger it was. Slanting lines are where a soft touch hurts."
NEXT_STEP = {
    "unwell": "Last time you stopped because you felt unwell. A quiet rest is a good way back in.",
    "new": "Whenever you like: five quiet minutes of a practice that you enjoy.",
    "plan": "Go on with your plan at your own pace. Today's card has one small thing for you.",
    "go on": "Choose the practice that you liked best, and do it once more this week.",
}


def plain_document(store: Store, period: Period) -> Document:
    """The report for the person."""
    hello = f"For {apart(period.person)}." if period.person else "For you."
    parts = (
        _did(period),
        _changed(period),
        _body(period),
        _wrote(store, period),
        _evidence(period),
        Section("One next step", [_next_step(period)]),
    )
    return Document("Your practice", [f"{hello} {period.told}."], [part for part in parts if part], MOST_PAGES, POINTS)


def _did(period: Period) -> Section:
    minutes = sum(outcome.duration_s for outcome in period.outcomes) / 60.0
    if not period.outcomes:
        lines = ["You did not practise with the program in these days. That is fine."]
    else:
        days = counted(period.done.days_practised, "day")
        lines = [f"You practised on {days}, {counted(round(minutes), 'minute')} in all."]
        titles = list(dict.fromkeys(outcome.exercise_title for outcome in period.outcomes))
        more = f" and {len(titles) - 5} more" if len(titles) > 5 else ""
        lines.append(f"It was {', '.join(shortened(title) for title in titles[:5])}{more}.")
    if climbed := period.trends.get("ladder"):
        lines.append(f"Steps of your ladder that you have done safely so far: {climbed.points[-1].value:.0f}.")
    if period.done.lessons:
        lines.append(f"You read {counted(period.done.lessons, 'lesson')}.")
    if period.n_simulated or period.n_replayed:
        lines.append("What was only pretended, or played from a recording, is not counted here.")
    return Section("What you did", lines)


def _changed(period: Period) -> Section:
    lines = [line for line in (_pain(period), _eased(period)) if line]
    if not lines:
        lines = ["There are too few answers yet to say what changed. A short check-in now and then helps."]
    names = [name for name in ("pain", "practice", "ladder") if name in period.trends]
    has_band = any(period.trends[name].usual_low is not None for name in names)
    notes = ["The shaded band is where most of your days were."] if has_band else []
    return Section("What changed", lines, trend_pictures(period, names), notes=notes)


def _pain(period: Period) -> str:
    told: Trend | None = period.trends.get("pain")
    half = (period.until - period.since) // 2
    middle = period.since + half
    if told is None or middle >= period.until:
        return ""
    found = change(
        "pain", told.points, (period.since, middle), (date.fromordinal(middle.toordinal() + 1), period.until)
    )
    if found.before is None or found.after is None:
        return ""
    numbers = f"on average {found.before:.1f} of 10 in the first half of this time and {found.after:.1f} in the second"
    if (found.low is None or found.high is None) and found.before != found.after:
        return f"Your pain was {numbers}. How sure that is cannot be told from these answers."
    if found.low is None or found.high is None or found.low <= 0.0 <= found.high:
        return f"Your pain was {numbers}. That is no clear change."
    if found.after < found.before:
        size = " This is as much as people call a real change." if found.minimal_difference else ""
        return f"Your pain was less in the second half: {numbers}.{size}"
    return f"Your pain was more in the second half: {numbers}. Such times come, and they can pass."


def _eased(period: Period) -> str:
    pairs = [
        (before, after)
        for outcome in period.outcomes
        if (before := outcome.ratings.get(BEFORE, {}).get("pain")) is not None
        and (after := outcome.ratings.get(AFTER, {}).get("pain")) is not None
    ]
    if not pairs:
        return ""
    lower = sum(after < before for before, after in pairs)
    mean_before, mean_after = (fmean(side) for side in zip(*pairs, strict=True))
    if len(pairs) == 1:
        return f"You told your pain before and after practice once: {mean_before:g} before and {mean_after:g} after."
    return (
        f"You told your pain before and after practice {counted(len(pairs), 'time')}. It was lower after it "
        f"{counted(lower, 'time')}; on average {mean_before:.1f} before and {mean_after:.1f} after."
    )


def _wrote(store: Store, period: Period) -> Section | None:
    notes: list[tuple[str, str]] = [(day.on, day.note) for day in period.days if _has_note(day)]
    notes += [
        (each.on, each.words) for each in read_lines(store, period.person, period.since, period.until) if each.words
    ]
    notes.sort(key=lambda note: note[0])
    lines = [f"{told_short_day(date.fromisoformat(on))}: {shortened(words)}" for on, words in notes[-MOST_WRITTEN:]]
    if period.plan:
        lines = [*(f"Your goal: {apart(goal)}" for goal in period.plan.goals), *lines]
    if period.comment:
        lines = [*lines, f"From your clinician, {told_day(period.written)}:", period.comment]
    return Section("In your words", lines) if lines else None


def _body(period: Period) -> Section | None:
    """Where it hurt, as it was painted first and last."""
    notes = [PAINTED] if period.drawings else []
    if period.spoilt:
        notes.append(f"{counted(len(period.spoilt), 'drawing')} cannot be read, and cannot be shown.")
    return Section("Where it hurt", pictures=body_pictures(period), notes=notes) if notes else None


def _evidence(period: Period) -> Section | None:
    """The person's own lines, then what they accepted; both newest first."""
    own = [shortened(line.words) for line in period.evidence if line.kind == OWN]
    kept = [shortened(line.words) for line in period.evidence if line.kind != OWN]
    lines = own[:MOST_WRITTEN]
    if kept:
        lines += ["What the program noticed, and you kept:", *kept[:MOST_WRITTEN]]
    more = max(len(own) - MOST_WRITTEN, 0) + max(len(kept) - MOST_WRITTEN, 0)
    notes = [f"There {'is' if more == 1 else 'are'} {more} more on your sheet."] if more else []
    return Section("What you gathered", lines, notes=notes) if lines else None


def _has_note(day: Day) -> bool:
    return bool(day.note)


def _next_step(period: Period) -> str:
    if period.outcomes and period.unwell and period.unwell[-1] is period.outcomes[-1]:
        return NEXT_STEP[UNWELL]
    if period.plan:
        return NEXT_STEP["plan"]
    return NEXT_STEP["go on" if period.outcomes else "new"]
