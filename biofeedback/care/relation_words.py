"""Relations in plain words that never say that one thing brings the other."""

from biofeedback.care.relations import Relation

NAMES = {
    "pain": "pain",
    "unpleasantness": "unpleasantness",
    "sleep": "sleep",
    "stress": "stress",
    "movement": "movement",
    "mood": "mood",
    "contact": "good company",
    "practice": "practice",
    "resting_hr": "your heart at rest",
}
CLAUSES = {
    "pain": ("pain was{often} higher", "pain was{often} lower"),
    "unpleasantness": ("it was{often} more unpleasant", "it was{often} less unpleasant"),
    "sleep": ("you{often} slept better", "you{often} slept worse"),
    "stress": ("stress was{often} higher", "stress was{often} lower"),
    "movement": ("you{often} moved more", "you{often} moved less"),
    "mood": ("your mood was{often} better", "your mood was{often} lower"),
    "contact": ("you{often} had more good company", "you{often} had less good company"),
    "practice": ("you{often} practised more", "you{often} practised less"),
    "resting_hr": ("your heart{often} beat faster at rest", "your heart{often} beat slower at rest"),
}
"""More of it, and less of it, than was usual; a symptom of the person's own is `stronger` or `weaker`."""

SAME_DAY = "On days when {first}, {second}. That they go together does not tell which comes first."
DAY_AFTER = "The day after {first}, {second}. That one came before does not tell that it brought the other."
NOT_TOLD = (
    "So far, {a} and {b} cannot be told from chance. That does not show that they have nothing to do with each other."
)
NOT_ENOUGH = "{a} and {b}: not enough days yet. Still needed, with both told: {days}."


def sentence(relation: Relation) -> str:
    """What a relation says, for the person."""
    a, b = (NAMES.get(name, name) for name in (relation.a, relation.b))
    if relation.not_enough:
        days = "1 day" if relation.not_enough == 1 else f"{relation.not_enough} days"
        return NOT_ENOUGH.format(a=_capital(a), b=b, days=days)
    if relation.withheld:
        return f"{_capital(a)} and {b}: {relation.withheld[0].lower()}{relation.withheld[1:]}"
    if not relation.told or relation.effect is None:
        return NOT_TOLD.format(a=a, b=b)
    earlier, later = (relation.b, relation.a) if relation.lag_days < 0 else (relation.a, relation.b)
    first = _clauses(earlier)[0].format(often="")
    second = _clauses(later)[relation.effect < 0.0].format(often=" often")
    return (DAY_AFTER if relation.lag_days else SAME_DAY).format(first=first, second=second)


def _clauses(name: str) -> tuple[str, str]:
    braced = name.replace("{", "{{").replace("}", "}}")
    return CLAUSES.get(name, (f"{braced} was{{often}} stronger", f"{braced} was{{often}} weaker"))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
