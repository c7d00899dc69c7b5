"""What the cells of a table say: numbers in any locale, dates and times of day."""

import re
from collections.abc import Sequence
from datetime import date
from statistics import median

NOTHING = frozenset({"", "-", "--", "\u2013", "\u2014", ".", "na", "n/a", "#n/a", "nan", "null", "none", "nil"})
"""What tables write where there is nothing."""
N_LOOKED_AT = 200
"""So many cells tell whether a column holds numbers or times."""
DAY_S, HALF_DAY_S = 86_400.0, 43_200.0

_UNIT_BEHIND = re.compile(r"(?<=[\d.,])\s*(?:milliseconds?|msec|ms|seconds?|secs?|s|us|\u00b5s|\u03bcs)$", re.I)
_REMARK_BEGINS = re.compile(r"%|//|#(?!(?:[A-Z]{2,8}(?:/0)?[!?]|N/A|NV|N/D|N/V|N/B)(?:$|[\s;,|]))")
"""Not the errors of spreadsheets, which stand where a number should."""
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.I | re.ASCII)
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII),
    ",": re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?", re.ASCII),
}
_BLANKS = re.compile(r"[\s\u00a0\u2009\u202f]+")
_SEPARATORS = re.compile(r"[\s;|/]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MOMENT = re.compile(
    r"(?:(?:[a-z]{3,9},? )?(?:"
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})|(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?=T)"
    r"|(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<third>\d{4}|\d{2})\.?"
    r"|(?P<day2>\d{1,2})[- .]+(?P<name>[a-z]{3})[a-z]*\.?[-, ]+(?P<year2>\d{4})"
    r"|(?P<name2>[a-z]{3})[a-z]*\.? (?P<day3>\d{1,2}),? (?P<year3>\d{4})))?"
    r"(?:(?:^|[T ,]+)(?P<hour>\d{1,3}):?(?P<minute>\d{2})(?::?(?P<s>\d{2}))?(?:[.,:](?P<fraction>\d{1,9}))?"
    r" ?(?P<half>[ap]\.?m\.?)? ?(?:Z|UTC|GMT|(?P<zone>[+-]\d{2}):?(?P<zone_min>\d{2})?)?)?",
    re.I | re.ASCII,
)


def bare(cell: str) -> str:
    """A cell without blanks and quotes around it."""
    return _BLANKS.sub(" ", cell).strip(" \"'[]\u2019")


def is_nothing(cell: str) -> bool:
    """Whether a cell is empty, or says so."""
    return bare(cell).lower() in NOTHING


def decimal_mark(cells: Sequence[str]) -> str:
    """The decimal mark, point or comma, that makes the numbers of a column agree with each other."""
    commas = [cell for cell in cells if "," in cell]
    if not commas and not any(_GROUPED[","].fullmatch(_without_unit(cell)) for cell in cells[:N_LOOKED_AT]):
        return "."
    points = [cell for cell in cells if "." in cell]
    both = [cell for cell in commas if "." in cell]
    if both:
        return "," if sum(cell.rindex(",") > cell.rindex(".") for cell in both) > len(both) / 2 else "."
    used, mark, other = (commas, ",", ".") if len(commas) >= len(points) else (points, ".", ",")
    # A mark behind which three digits always stand may part the thousands: then plain numbers are of the same size
    if not used or not all(_GROUPED[other].fullmatch(_without_unit(cell)) for cell in used):
        return mark if used else "."
    plain = [float(text) for cell in cells if (text := _without_unit(cell)).isdecimal()]
    typical = median(plain) if plain else 0.0
    as_decimals, grouped = (median(_value(_without_unit(cell), of) or 0.0 for cell in used) for of in (mark, other))
    return other if typical > 0 and abs(grouped - typical) < abs(as_decimals - typical) else mark


def number(cell: str, mark: str) -> float | None:
    """The number in a cell; None where there is nothing.

    Raises
    ------
    ValueError
        If it holds something that is no number.
    """
    if mark == "." and is_plain(cell):
        return float(cell)
    text = bare(cell)
    if text.lower() in NOTHING:
        return None
    value = _value(_without_unit(text), mark)
    if value is None:
        raise ValueError(f"'{text[:40]}' is not a number")
    return value


def _without_unit(cell: str) -> str:
    return _UNIT_BEHIND.sub("", bare(cell))


def _value(text: str, mark: str) -> float | None:
    text = text.replace("\u2212", "-")
    if _GROUPED[mark].fullmatch(text):
        text = text.replace("," if mark == "." else ".", "")
    if mark == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    return float(text) if _PLAIN.fullmatch(text) else None


def is_remark(line: str) -> bool:
    """Whether a line is a remark, beginning with ``#``, ``%`` or ``//``."""
    return _REMARK_BEGINS.match(line) is not None


def is_plain(cell: str) -> bool:
    """Whether a cell is digits with at most one point, which needs no further look."""
    return cell.isascii() and cell.replace(".", "", 1).isdigit()


def parts(cell: str) -> list[str]:
    """The numbers of a cell that holds several, set apart by blanks, semicolons, bars, or a comma and a blank."""
    if is_plain(cell):
        return [cell]
    text = _without_unit(cell)
    if text.lower() in NOTHING:
        return [cell]
    if ", " in text or text.count(",") > 1:
        text = text.replace(",", " ")
    return _SEPARATORS.split(text) if _SEPARATORS.search(text) else [text]


def seconds(cells: Sequence[str]) -> tuple[list[float | None], bool] | None:
    """Dates and times as seconds on one axis.

    Parameters
    ----------
    cells : sequence of str
        Dates with times, or times of day alone, which may go on over midnight.

    Returns
    -------
    tuple of (list of float or None, bool), or None
        The values, None where a cell holds no time; and whether they may be hours and minutes as well as minutes and
        seconds, as which they are then read. None if hardly any cell holds a time.
    """
    some = cells[:N_LOOKED_AT]
    if sum(map(is_plain, some)) * 2 > len(some):
        return None
    found = [_moment(cell) for cell in cells]
    told = [moment for moment in found if moment]
    if len(told) * 2 <= len(cells):
        return None
    day_first = _day_first(told)
    in_minutes = all(not m["s"] and not m["fraction"] and not _has_date(m) for m in told)
    short = all(not m["s"] and not _has_date(m) for m in told)
    values: list[float | None] = []
    turned_s, before_s = 0.0, None
    for moment in found:
        value = _seconds(moment, day_first, short) if moment else None
        if value is not None and moment and not _has_date(moment) and not short:
            if before_s is not None and value + turned_s < before_s - HALF_DAY_S + 3600.0:
                turned_s += DAY_S if value + turned_s < before_s - HALF_DAY_S else HALF_DAY_S
            value = before_s = value + turned_s
        values.append(value)
    return values, in_minutes


def _moment(cell: str) -> re.Match[str] | None:
    found = _MOMENT.fullmatch(bare(cell))
    return found if found and found["hour"] and (":" in found[0] or found["y"]) else None


def _has_date(moment: re.Match[str]) -> bool:
    return any(moment[name] for name in ("year", "y", "first", "day2", "day3"))


def _day_first(moments: Sequence[re.Match[str]]) -> bool:
    """Whether 1/2 is the first of February: of two numbers that change, the day changes sooner."""
    firsts = {int(m["first"]) for m in moments if m["first"]}
    others = {int(m["second"]) for m in moments if m["first"]}
    if max(firsts, default=0) > 12 or max(others, default=0) > 12:
        return max(firsts, default=0) > 12
    return len(firsts) >= len(others)


def _seconds(moment: re.Match[str], day_first: bool, short: bool) -> float | None:
    hour, minute, second = int(moment["hour"]), int(moment["minute"]), int(moment["s"] or 0)
    fraction = float(f"0.{moment['fraction']}") if moment["fraction"] else 0.0
    if short:
        return 60.0 * hour + minute + fraction
    if moment["half"]:
        hour = hour % 12 + (12 if moment["half"].lower().startswith("p") else 0)
    time_s = 3600.0 * hour + 60.0 * minute + second + fraction
    if moment["zone"]:
        sign = -1.0 if moment["zone"].startswith("-") else 1.0
        time_s -= sign * (3600.0 * abs(int(moment["zone"])) + 60.0 * int(moment["zone_min"] or 0))
    try:
        return time_s + DAY_S * _day(moment, day_first)
    except ValueError:  # such as the 31st of February
        return None


def _day(moment: re.Match[str], day_first: bool) -> int:
    if moment["first"]:
        day, month = int(moment["first"]), int(moment["second"])
        if not day_first:
            day, month = month, day
        year = int(moment["third"])
        return date(year + 2000 if year < 100 else year, month, day).toordinal()
    for of_year, of_month, of_day in (("year", "month", "day"), ("y", "m", "d")):
        if moment[of_year]:
            return date(int(moment[of_year]), int(moment[of_month]), int(moment[of_day])).toordinal()
    for of_year, name, of_day in (("year2", "name", "day2"), ("year3", "name2", "day3")):
        if moment[of_year]:
            month = 1 + _MONTHS.index(moment[name].lower())
            return date(int(moment[of_year]), month, int(moment[of_day])).toordinal()
    return 0
