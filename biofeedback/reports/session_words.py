"""What kind of session it was, how long, and how it ended: alike in lists, on paper and in the terminal.

Quick to import, for the history is one of the first pages.
"""

from biofeedback.storage.records import SessionRow


def told_kind(row: SessionRow) -> list[str]:
    """What is special about a session of the history, in a word or two each."""
    ended = "still running" if row.running else "interrupted" if row.interrupted else "broken off"
    told = (row.simulated, "simulated"), (row.replayed, "replayed"), (row.running or row.broken_off, ended)
    return [word for holds, word in (*told, (row.damaged, "damaged")) if holds]


def told_length(duration_s: float, planned_s: float | None) -> str:
    """Minutes, and of how many where more were planned."""
    planned = f" of {planned_s / 60:g}" if planned_s is not None and duration_s < planned_s - 1.0 else ""
    return f"{duration_s / 60:.1f}{planned}"


def ended_sentence(interrupted: bool, broken_off: bool) -> str:
    """How a session ended, where it did not go to the end of its exercise."""
    if interrupted:
        return "This session was interrupted. Everything that had been recorded is kept."
    return "This session was ended before the exercise was over." if broken_off else ""
