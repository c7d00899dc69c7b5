"""What the heading of a column says of it: intervals between beats, raw or corrected, a time, and in which unit."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, by its heading."""

    RAW = "raw intervals"
    CORRECTED = "corrected intervals"
    TIME = "time"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it is understood.

    Attributes
    ----------
    text : str
        As it is written, without blanks around it.
    kind : Kind
    unit : str or None
        `s`, `ms`, `us`, `ns` or `1/1024 s`, where it names one; `other` for a unit of something else.
    stem : str
        The words that are left without unit and number: columns that share it hold one series between them.
    place : int or None
        The number behind the stem.
    """

    text: str
    kind: Kind
    unit: str | None
    stem: str
    place: int | None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sek", "sekunden"), "s"),
    **dict.fromkeys(("ms", "msec", "msecs", "millis", "millisecond", "milliseconds", "millisekunden"), "ms"),
    **dict.fromkeys(("us", "\u00b5s", "\u03bcs", "usec", "microsecond", "microseconds"), "us"),
    **dict.fromkeys(("ns", "nsec", "nanosecond", "nanoseconds"), "ns"),
    **dict.fromkeys(("1/1024", "1/1024s", "1/1024 s", "1024", "1024ths", "1/1024 sec"), "1/1024 s"),
    **dict.fromkeys(
        (
            "bpm",
            "brpm",
            "rpm",
            "1/min",
            "/min",
            "hz",
            "mv",
            "uv",
            "\u00b5v",
            "\u03bcv",
            "%",
            "percent",
            "mg",
            "ms2",
            "ms^2",
        ),
        "other",
    ),
}
_OF_INTERVALS = _words(
    "rr rri rris rrs rrn ibi ibis nn nni nnis pp ppi ppis bbi rrinterval rrintervals nninterval nnintervals ppinterval "
    "interval intervals intervall intervalle intervalo intervalos intervallo intervalli tachogram interbeat "
    "interbeatinterval ibeat"
)
_CORRECTED = _words(
    "corrected correct corr clean cleaned filtered filt interpolated interp edited fixed processed artifactfree "
    "artefactfree normalized normalised normal detrended smoothed korrigiert corregido corrige"
)
_NN = _words("nn nni nnis nninterval nnintervals")
_ASIDE = _words(
    "raw original orig uncorrected unfiltered measured beat to between beats duration length value values val data "
    "series list heart cardiac ecg ekg ppg strap sensor device polar garmin h7 h9 h10 in of the de du des"
)
"""Words that may stand beside those of intervals without changing what they are."""
_TIMES = _words(
    "time times timestamp timestamps date datetime clock arrival arrived received elapsed since epoch unix zeit "
    "uhrzeit datum zeitstempel heure temps hora fecha tiempo ora tempo t utc local"
)
LONGEST_HEADING = 200
"""Characters that are looked at: the work of brackets without an end grows with their square."""
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_BRACKET = re.compile(r"[\[(<{]\s*([^\])>}]*?)\s*[\])>}]")


def heading(cell: str) -> Heading:
    """Read one heading, such as ``RR (ms)``, ``RR-interval [ms]``, ``RRI/s`` or ``corrected_rr_2``."""
    text = " ".join(cell[:LONGEST_HEADING].replace("\u00a0", " ").split()).strip("\"'# ")
    rest, unit, place = text.lower(), None, None
    for inside in _BRACKET.findall(rest):
        unit = unit or _UNITS.get(inside) or ("other" if inside and not inside.isdecimal() else None)
        place = int(inside) if inside.isdecimal() and len(inside) < 5 else place
    rest = _BRACKET.sub(" ", rest)
    before, slash, behind = rest.rpartition("/")
    if slash and behind.strip() in _UNITS:
        rest, unit = before, unit or _UNITS[behind.strip()]
    if "1/1024" in rest:
        rest, unit = rest.replace("1/1024", " "), "1/1024 s"
    words = _WORDS.findall(rest.replace("beat to beat", "interbeat").replace("beat-to-beat", "interbeat"))
    if len(words) > 1:
        named = [word for word in words if word in _UNITS]
        unit = unit or next((_UNITS[word] for word in named), None)
        words = [word for word in words if word not in named]
    if words and words[-1].isdecimal() and len(words[-1]) < 5:
        place = int(words.pop())
    words = _joined(words)
    return Heading(text, _kind(words, unit), unit, " ".join(words), place)


def _joined(words: list[str]) -> list[str]:
    """Single letters that belong together, as in R-R, and a unit written on without a mark, as in rrms."""
    joined: list[str] = []
    for word in words:
        if joined and word == joined[-1] and word in ("r", "n", "p"):
            joined[-1] = 2 * word
        else:
            joined.append(word[:-2] if word.endswith("ms") and word[:-2] in _OF_INTERVALS else word)
    return joined


def _kind(words: list[str], unit: str | None) -> Kind:
    said = set(words)
    if unit == "other" or not said:
        return Kind.OTHER
    if said & _OF_INTERVALS and said <= _OF_INTERVALS | _CORRECTED | _ASIDE:
        is_raw = said & {"raw", "uncorrected", "original", "orig", "unfiltered"}
        return Kind.CORRECTED if not is_raw and said & (_CORRECTED | _NN) else Kind.RAW
    return Kind.TIME if said & _TIMES else Kind.OTHER
