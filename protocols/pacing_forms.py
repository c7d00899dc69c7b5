"""How an exercise file describes the breath to follow: read and checked."""

from dataclasses import replace

from protocols.breathing import BreathPattern
from protocols.phases import Course
from protocols.resonance import Order, Schedule, sliding, stepped
from protocols.tables import Reader, told

RATE_LIMITS_PER_MIN = (3.0, 10.0)
RATE_STEP_PER_MIN = 0.1
SAFE_RATE_PER_MIN = 6.0
"""Where no resonance rate is known: as most studies paced (science C2)."""
SHORTEST_BREATH_S = 0.5
"""Nobody breathes in or out in less without effort."""
N_BREATHS_MOST = 500
SHORTEST_STEP_S, LONGEST_STEP_S = 30.0, 1800.0
RESONANCE = "resonance"
SHARES = ("inhale", "top_up", "hold_full", "exhale", "hold_empty")
SCHEDULES = ("steps", "slides")
WAYS = ("rate_per_min", "rate", "seconds", *SCHEDULES)
"""What can set the pace; one of them does."""


def check_rate(rate_per_min: float) -> str | None:
    """What is wrong with a breathing rate that a person asks for; None where it is fine."""
    low, high = RATE_LIMITS_PER_MIN
    if not low <= rate_per_min <= high:
        return f"the breathing rate must be from {low:g} to {high:g} a minute, not {rate_per_min:g}"
    if abs(rate_per_min / RATE_STEP_PER_MIN - round(rate_per_min / RATE_STEP_PER_MIN)) > 1e-6:
        return f"the breathing rate goes in steps of {RATE_STEP_PER_MIN:g} a minute, not {rate_per_min:g}"
    return None


def check_shares(pattern: BreathPattern) -> str | None:
    """What is wrong with the proportions of a breath; None where a person can follow it."""
    inhale, _, _, exhale, _ = pattern.shares
    for name, share in (("in", inhale), ("out", exhale)):
        if share * pattern.period_s < SHORTEST_BREATH_S:
            seconds = share * pattern.period_s
            return f"breathing {name} would take {seconds:.2g} s; it must take at least {SHORTEST_BREATH_S:g} s"
    return None


def is_scheduled(phase: Reader) -> bool:
    """Whether the pacing of a phase is one that sets its length."""
    pacing = phase.table.get("pacing")
    return isinstance(pacing, dict) and any(name in pacing for name in SCHEDULES)


def read_pacing(phase: Reader) -> tuple[BreathPattern | None, Course]:
    """The breath of a phase; None where it is free."""
    phase.seen.add("pacing")
    if "pacing" not in phase.table:
        return None, Course()
    n_faults = len(phase.faults)
    inside = phase.inside("pacing", phase.table["pacing"])
    ways = [name for name in WAYS if name in inside.table] or ["rate_per_min"]
    for name in ways[1:]:
        inside.fault(name, f"{ways[0]} and {name} exclude each other: one of them sets the pace")
    inside.seen.update(ways)
    way = ways[-1]
    shares = _shares(inside, in_seconds=way == "seconds")
    course, rate_per_min = Course(), SAFE_RATE_PER_MIN
    match way:
        case "rate":
            if inside.table["rate"] != RESONANCE:
                wrong = f'rate must be "{RESONANCE}", not {told(inside.table["rate"])}; a number goes as rate_per_min'
                inside.fault("rate", wrong)
        case "seconds":
            rate_per_min = 60.0 / sum(shares.values())
            low, high = RATE_LIMITS_PER_MIN
            if len(phase.faults) == n_faults and not low <= rate_per_min <= high:
                told_rate = f"that is {rate_per_min:.3g} breaths a minute"
                inside.fault("seconds", f"{told_rate}; it must be from {low:g} to {high:g}")
        case "rate_per_min":
            rate_per_min = _rate_per_min(inside)
        case _:
            schedule, course = _schedule(inside, way, BreathPattern(SAFE_RATE_PER_MIN, **shares))
            rate_per_min = schedule.pattern.rate_per_min if schedule else SAFE_RATE_PER_MIN
    course = replace(course, at_resonance=way == "rate", adaptive=inside.flag("adaptive"))
    if course.adaptive and way in SCHEDULES:
        inside.fault("adaptive", "a breath that goes by steps or slides cannot be adaptive")
    inside.seen.update(WAYS)
    inside.done()
    pattern = BreathPattern(rate_per_min, **shares)
    reason = check_shares(pattern)
    if reason and len(phase.faults) == n_faults:
        inside.fault("", reason)
    return pattern, course


def _rate_per_min(inside: Reader) -> float:
    rate_per_min = inside.number("rate_per_min", *RATE_LIMITS_PER_MIN)
    if reason := check_rate(rate_per_min):
        inside.fault("rate_per_min", reason)
    return rate_per_min


def _shares(inside: Reader, *, in_seconds: bool) -> dict[str, float]:
    if not in_seconds:
        return {
            "inhale": inside.number("inhale", 0.1, 60.0, 4.0),
            "top_up": inside.number("top_up", 0.0, 60.0, 0.0),
            "hold_full": inside.number("hold_full", 0.0, 60.0, 0.0),
            "exhale": inside.number("exhale", 0.1, 60.0, 6.0),
            "hold_empty": inside.number("hold_empty", 0.0, 60.0, 0.0),
        }
    for name in SHARES:
        if name in inside.table:
            inside.fault(name, f"seconds and {name} exclude each other: write {name} into seconds")
    inside.seen.update(SHARES)
    seconds = inside.inside("seconds", inside.table["seconds"])
    least = {"inhale": SHORTEST_BREATH_S, "exhale": SHORTEST_BREATH_S}
    shares = {name: seconds.number(name, least.get(name, 0.0), 60.0, None if name in least else 0.0) for name in SHARES}
    seconds.done()
    return shares


def _schedule(inside: Reader, way: str, pattern: BreathPattern) -> tuple[Schedule | None, Course]:
    """Steps or slides; None where too little of them can be read."""
    table = inside.inside(way, inside.table[way])
    if way == "slides":
        from_per_min = table.number("from_per_min", *RATE_LIMITS_PER_MIN)
        to_per_min = table.number("to_per_min", *RATE_LIMITS_PER_MIN)
        n_breaths = table.whole("breaths", 2, N_BREATHS_MOST)
        table.done()
        slide = sliding(from_per_min, to_per_min, n_breaths, pattern)
        return slide, Course(slide.to_its_end)
    rates = table.numbers("rates_per_min", *RATE_LIMITS_PER_MIN)
    each_s = table.number("each_s", SHORTEST_STEP_S, LONGEST_STEP_S)
    order = table.choice("order", Order, Order.DESCENDING)
    table.done()
    if len(rates) < 2:
        table.fault("rates_per_min", "steps need at least two rates_per_min")
        return None, Course()
    steps = stepped(Order.DESCENDING, 0, rates, each_s, pattern)
    return steps, Course(steps.to_its_end, order is Order.RANDOM, each_s)
