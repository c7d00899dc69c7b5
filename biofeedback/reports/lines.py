"""Lines of a report: so many of something, and somebody's words on a line or two."""

from biofeedback.reports.visible import apart

MOST_LINES = 6
"""Of a kind of entry that may be many: the newest; how many more there are is said."""
LONGEST = 160
"""Letters of somebody's words."""


def counted(n: int, what: str) -> str:
    """So many of something."""
    return f"{n} {what}{'' if n == 1 else 's'}"


def shortened(text: str) -> str:
    """Somebody's words as a line or two."""
    words = " ".join(text.split())
    return apart(words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…")


def number(value: float) -> str:
    """A figure with one decimal where it is no whole number."""
    return f"{value:g}" if value == int(value) else f"{value:.1f}"
