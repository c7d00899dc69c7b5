"""What was understood of a recording file, told with its figures."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Understood:
    """How a file was read, and what of it was left out.

    Attributes
    ----------
    format : str
        `intervals` (a list), `table`, `judged_intervals`, `polar_hrm`, `ecg_table` or `packets`.
    encoding : str
        Of the text, as Python names it.
    delimiter : str or None
        Between the cells of a row: a mark, `tab` or `blanks`; None where a row is one cell.
    decimal_mark : str or None
        Of the intervals; None where it does not apply.
    columns : tuple of str
        The columns of intervals, by their headings, or by their place where there are none.
    unit : str or None
        Of the intervals as written: `s`, `ms`, `us`, `ns` or `1/1024 s`.
    clock : str or None
        The column that tells when they came; None where they follow each other.
    clock_unit : str or None
        Of that column: a unit, or `date and time`.
    rows : int
        Rows of data.
    rows_used : int
        Those that gave at least one interval.
    rows_unused : dict of str to int
        Reasons why others gave none, with counts.
    padding : int
        Cells of 0 or 65535, which fill up rows and are no beats.
    spoilt_lines : tuple of int
        Lines of the first cells, at most ten, that could not be read: each is one beat of unknown length.
    doubts : tuple of str
        Sentences for a person.
    """

    format: str
    encoding: str = "utf-8"
    delimiter: str | None = None
    decimal_mark: str | None = None
    columns: tuple[str, ...] = ()
    unit: str | None = None
    clock: str | None = None
    clock_unit: str | None = None
    rows: int = 0
    rows_used: int = 0
    rows_unused: dict[str, int] = field(default_factory=dict)
    padding: int = 0
    spoilt_lines: tuple[int, ...] = ()
    doubts: tuple[str, ...] = ()
