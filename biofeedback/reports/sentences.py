"""What is said of a finished session alike in the window, on paper and in the terminal."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from biofeedback.analysis.beats.trust import IRREGULAR, MISSING, UNCLEAR
from biofeedback.analysis.figures.indices import CHEST
from biofeedback.reports.dates import local, told_day
from biofeedback.reports.ladder_sentences import activity_sentence
from biofeedback.reports.visible import visible
from biofeedback.session.scoring import BLINDED, GATHERING, GATHERING_MINUTE, NO_BASELINE
from protocols.feedback import OTHER_BREATH
from protocols.phases import OF_HEAD

N_BASELINES_LEAST = 2
"""Nothing is said beside fewer earlier sessions with a rest."""
USUAL_Z = 1.0
"""Within so many standard deviations a rest is about what it usually is."""
IRREGULAR_PERCENT = 10.0
"""Of the beats: from here on an irregular rhythm is why figures are missing (the limit of science A5 for them)."""
PARAMETERS = "parameters"


def history_sentence(history: Mapping[str, float] | None) -> str:
    """This session's rest beside the person's own earlier ones, in a plain sentence; empty where little is known."""
    if not _is_told(history):
        return ""
    if abs(history["z"]) <= USUAL_Z:
        return "At rest your beat-to-beat variation was about what it usually is for you."
    word = "higher" if history["z"] > 0 else "lower"
    return (
        f"At rest your beat-to-beat variation was somewhat {word} than it usually is for you; "
        "that changes from day to day."
    )


def lateness_sentence(beat_age_ms: Mapping[str, float | None], latency_ms: Mapping[str, float | None]) -> str:
    """How old beats were when they arrived, and how long they then took to the screen; empty where it is not known."""
    told = (
        (beat_age_ms, "The newest beat of a packet was {p50:.0f} ms old when it arrived (95 of 100: {p95:.0f} ms)."),
        (latency_ms, "From its arrival to the screen it took {p50:.1f} ms (95 of 100: {p95:.1f} ms)."),
    )
    return " ".join(words.format_map(ms) for ms, words in told if ms.get("p50") is not None)


def history_figures(history: Mapping[str, float] | None) -> str:
    """The same in numbers; empty where little is known."""
    if not _is_told(history):
        return ""
    now, usual = history["ln_rmssd"], history["usual_ln_rmssd"]
    z = round(history["z"], 1) + 0.0
    return (
        f"RMSSD at rest {math.exp(now):.0f} ms, usually {math.exp(usual):.0f} ms over "
        f"{history['n_baselines']:.0f} earlier sessions (ln RMSSD {now:.2f} and {usual:.2f}, apart by {z:+.1f} of the "
        "person's own standard deviations)."
    )


def _is_told(history: Mapping[str, float] | None) -> TypeGuard[Mapping[str, float]]:
    return history is not None and history["n_baselines"] >= N_BASELINES_LEAST


def irregular_sentence(percent: float | None) -> str:
    """How much of a session was too irregular to calculate with; empty for none."""
    if not percent:
        return ""
    share = "less than 1" if percent < 1.0 else f"{percent:.0f}"
    return f"For {share} % of the beats the rhythm was too irregular to calculate with."


AFTERWARDS = {
    UNCLEAR: "the signal was not clear enough",
    IRREGULAR: "the beats came too irregularly",
    MISSING: "too many beats were missing",
    GATHERING: "it needs 64 seconds of clear beats in a row",
    GATHERING_MINUTE: "it needs a minute of clear beats in a row",
    NO_BASELINE: "there was no rest to compare with",
    OTHER_BREATH: "the breath had another pace than at rest",
}
"""Why there was no measure, once the session is over, by what was said while it went on."""


def reason_afterwards(reason: str) -> str:
    """Why a session has no score, or no course of its measure, within a sentence; empty for no reason."""
    return AFTERWARDS.get(reason, f"{reason[:1].lower()}{reason[1:].rstrip('.')}")


def no_feedback_sentence(reason: str) -> str:
    """That there was no feedback though the exercise has one, and why; empty where there is nothing to say."""
    if reason == BLINDED:
        return reason
    return f"No feedback was given: {reason_afterwards(reason)}." if reason else ""


def ecg_sentence(ecg: Mapping[str, Any] | None) -> str:
    """How far the strap's own electrocardiogram agreed with its beats; that it is not told where a session is cut.

    Empty where no beat could be compared.

    Parameters
    ----------
    ecg : mapping or None
        `ecg` of a summary.
    """
    if ecg and (why := ecg.get("withheld", {}).get("n_compared")):
        return f"How far the strap's own ECG agreed with its beats is not told: {why}."
    if not ecg or not ecg["n_compared"]:
        return ""
    return f"The strap's own ECG agreed with {ecg['n_agreed']} of {ecg['n_compared']} beats."


MOST_NAMED = 12


def eeg_sentence(eeg: Mapping[str, Any] | None) -> str:
    """The band on the head: which, with what electrodes, which of them the answer came from, and how much was lost.

    Empty where there was none.

    Parameters
    ----------
    eeg : mapping or None
        `eeg` of a summary.
    """
    if not eeg:
        return ""
    names, used, lost = list(eeg["electrodes"]), list(eeg["used"]), eeg["lost_percent"]
    which = f" ({', '.join(names)})" if len(names) <= MOST_NAMED else ""
    told = [f"{visible(eeg['device'])} had {len(names)} electrode{'s' if len(names) != 1 else ''}{visible(which)}"]
    came_from = f"{', '.join(used[:MOST_NAMED])}{f' and {len(used) - MOST_NAMED} more' * (len(used) > MOST_NAMED)}"
    told.append(f"the answer came from {visible(came_from)}" if used else "no answer came from it")
    if lost is not None:
        told.append(f"{_share(lost)} of its samples did not arrive" if lost else "all of its samples arrived")
    kept = [percent for name in used or names if (percent := eeg["kept_percent"].get(name)) is not None]
    if kept:
        where = "there" if used else "at its electrodes"
        unusable = 100.0 - sum(kept) / len(kept)
        told.append(f"{_share(unusable)} of the time {where} could not be used")
    return f"{'; '.join(told)}."


def is_head_alone(summary: Mapping[str, Any]) -> bool:
    """Whether a band on the head was worn alone, so that nothing of a heart is to be told."""
    return bool(summary.get("eeg")) and not summary.get("n_beats")


def beats_sentence(summary: Mapping[str, Any]) -> str:
    """How many beats came, and how much of them could not be used; empty where a band was worn alone."""
    if is_head_alone(summary):
        return ""
    percent, n_gaps = summary["artifact_percent"], len(summary["gaps"])
    unusable = "\u2013" if percent is None else f"{percent:.1f}"
    gaps = f"{n_gaps} {'gap' if n_gaps == 1 else 'gaps'}"
    return f"{summary['n_beats']} beats, {unusable} % not usable, {gaps}."


def _share(percent: float) -> str:
    return "nothing" if percent <= 0.0 else "less than 1 %" if percent < 1.0 else f"{percent:.0f} %"


FAIRLY_SURE = "fair"
HARDLY_KEPT = 0.1
"""Less than this share kept without help is not told from nothing."""
SMALL_RISE_BPM = 3.0
"""A heart that changes by less has nothing to come back from (science C13)."""


def result_sentence(result: Mapping[str, Any] | None) -> str:
    """What an exercise found, in a few plain sentences; empty for nothing, and for a kind not known here.

    Parameters
    ----------
    result : mapping or None
        `result` of a summary.
    """
    told = {
        "resonance": _resonance_sentence,
        "recovery": lambda found: " ".join(filter(None, (_recovery_sentence(found), activity_sentence(found)))),
        "transfer": _transfer_sentence,
        "trial": _trial_sentence,
    }
    return told[result["kind"]](result) if result and result.get("kind") in told else ""


def _resonance_sentence(result: Mapping[str, Any]) -> str:
    rate, reason = result["resonance_per_min"], str(result.get("reason") or "").strip().rstrip(".")
    if result.get("clear") and rate is not None:
        surely = "seemed to answer" if result.get("sure") == FAIRLY_SURE else "answered"
        again = result.get("with_earlier") or {}
        beside = ""
        if again.get("earlier_per_min") is not None:
            moved = "That is another pace than" if again.get("moved") else "That is near"
            beside = f" {moved} the {again['earlier_per_min']:.1f} found before; it may change from day to day."
        return (
            f"Your heart {surely} most at about {rate:.1f} breaths a minute. "
            f"Practices at your own pace go by that from now on.{beside}"
        )
    why = f"{reason}. " if reason else ""
    return f"{why}Six breaths a minute is a good pace for most people; you can look again on another day."


def _recovery_sentence(result: Mapping[str, Any]) -> str:
    """Of every challenge, how the heart rose and came back; where that cannot be told, why."""
    challenges = result["challenges"]
    told = [_challenge_sentence(challenge) for challenge in challenges]
    if len(challenges) == 1:
        return told[0]
    named = zip(challenges, told, strict=True)
    return " ".join(f"{each.get('title') or each['name']}: {said}" for each, said in named if said)


def _challenge_sentence(challenge: Mapping[str, Any]) -> str:
    from biofeedback.analysis.practice.recovery import NOT_BACK  # with scipy, for which the window does not wait

    rise, time_s, withheld = challenge["reactivity_bpm"], challenge["time_s"], challenge.get("withheld", {})
    if rise is None:
        reason = withheld.get("reactivity_bpm", "")
        return f"How your heart answered cannot be told. {reason}" if reason else ""
    if abs(rise) < SMALL_RISE_BPM:
        return "Your heart stayed much as it was before. Nothing had to settle."
    word = "quicker" if rise > 0 else "slower"
    lifted = f"Your heart beat about {abs(rise):.0f} a minute {word} then; that is what hearts do."
    if time_s is not None:
        return f"{lifted} {_back(time_s)}"
    reason = withheld.get("time_s", NOT_BACK)
    if reason == NOT_BACK:
        return f"{lifted} It took its time to settle, and that is fine."
    return f"{lifted} How it came back cannot be told. {reason}"


def _back(time_s: float) -> str:
    if time_s < 30.0:
        return "It was back at once."
    return f"It was back after about {max(1, round(time_s / 60.0))} minute{'s' if round(time_s / 60.0) > 1 else ''}."


def _trial_sentence(result: Mapping[str, Any]) -> str:
    return str(result["sentence"])


def _transfer_sentence(result: Mapping[str, Any]) -> str:
    kept = result["kept"]
    if kept is None:
        reason = result.get("withheld", {}).get("kept", "")
        return f"How much stayed without the guide cannot be told. {reason}" if reason else ""
    if kept < HARDLY_KEPT:
        return (
            "Without the guide, breath and heart went their own way again. "
            "What stays grows with practice, in its own time."
        )
    share = "Most" if kept >= 2 / 3 else "Some" if kept >= 1 / 3 else "A little"
    return f"{share} of it stayed when the guide was gone. What stays grows with practice, in its own time."


MEASURES = {
    "smoothness": "Smoothness of the heart's wave",
    "calm": "Calm beside the person's own rest (0.5 is the usual)",
    "alpha": "Alpha against the bands beside it, as a place in the person's own rest,",
    "smr": "SMR against the bands beside it, as a place in the person's own rest,",
    "theta-smr": "SMR against theta, as a place in the person's own rest,",
    "heart-and-alpha": "Calm of the heart and alpha together, beside the person's own rest,",
}
"""What feedback was given on, by the kind of the score."""


def feedback_sentence(
    kind: str, mean: float | None, scored_percent: float | None, rewarded_percent: float | None
) -> str:
    """The feedback of a session in numbers; empty where none was given."""
    if mean is None or scored_percent is None or rewarded_percent is None:
        return ""
    of_what, of_those = ("time", "it") if kind in OF_HEAD else ("beats", "those")
    return (
        f"{MEASURES.get(kind, MEASURES['smoothness'])} in practice, 0 to 1: {mean:.2f}, told for "
        f"{scored_percent:.0f} % of the {of_what}; {rewarded_percent:.0f} % of {of_those} reached the mark."
    )


def recomputed_sentence(scored_before: str, session_id: str) -> str:
    """That these figures are of today's method and others were saved; empty where there are no others."""
    if not scored_before:
        return ""
    return (
        f"Computed now with today's method. The figures saved on {told_day(local(scored_before))} with an earlier one "
        f"are kept; `biofeedback rescore {session_id}` sets both side by side."
    )


def method_lines(method: Mapping[str, str]) -> list[str]:
    """Every algorithm with its version, then the fingerprint of all their parameters."""
    lines = [f"{name.replace('_', ' ').capitalize()}: {value}." for name, value in method.items() if name != PARAMETERS]
    if method.get(PARAMETERS):
        lines.append(
            f"Fingerprint of all parameters: {method[PARAMETERS]}. Figures with the same one were computed alike."
        )
    return lines


def breath_sentence(phases: Iterable[tuple[str, str, str]]) -> str:
    """Where the breathing rates of the phases come from, and where chest and heart differ.

    Parameters
    ----------
    phases : iterable of (str, str, str)
        Name, `respiration_from` and `respiration_note` of each.
    """
    told = list(phases)
    measured = [name for name, source, _ in told if source == CHEST]
    if not measured:
        return ""
    rest = "" if len(measured) == len(told) else "; elsewhere the heart's rhythm tells them, where it is clear enough"
    notes = "".join(f" {name}: {note}" for name, _, note in told if note)
    return f"Breaths were measured at the chest ({', '.join(measured)}){rest}.{notes}"
