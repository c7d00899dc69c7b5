"""Tables as Excel workbooks. The only module that knows xlsxwriter, which is an extra."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from types import ModuleType

from biofeedback.exchange.files import ExportError

Cell = str | int | float | date | None
IN_WORDS, ABOUT = "columns", ("column", "what it is")
DAY, WIDEST_PX = "yyyy-mm-dd", 320


def workbook(title: str, rows: Sequence[Mapping[str, Cell]], columns: Mapping[str, str], n_still: int) -> bytes:
    """A table with a heading that stays in sight, and a second sheet that tells what each column is.

    Parameters
    ----------
    title : str
        Of the sheet, at most 31 signs.
    rows : sequence of mapping
        Numbers and days stand in it as such, text as text whatever it begins with; nothing is computed.
    columns : mapping
        What each column means, in the order in which they stand.
    n_still : int
        How many columns stay in sight, too.

    Raises
    ------
    ExportError
        If xlsxwriter is not installed.
    """
    content = BytesIO()
    # In memory: a temporary file would lie open on the disk
    made = library().Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    forms = {
        # Text stays text, too, where somebody types into its cell
        str: made.add_format({"quote_prefix": True}),
        date: made.add_format({"num_format": DAY, "align": "left"}),
    }
    bold = made.add_format({"bold": True})

    def add(name: str, heads: Iterable[str], lines: Iterable[Iterable[Cell]], n_still: int) -> None:
        sheet = made.add_worksheet(name)
        sheet.write_row(0, 0, heads, bold)
        for number, line in enumerate(lines, 1):
            for place, cell in enumerate(line):
                sheet.write(number, place, cell, forms.get(type(cell)))
        sheet.freeze_panes(1, n_still)
        sheet.autofit(WIDEST_PX)

    add(title, columns, ([row.get(name) for name in columns] for row in rows), n_still)
    add(IN_WORDS, ABOUT, columns.items(), 1)
    made.close()
    return content.getvalue()


def library() -> ModuleType:
    """What writes workbooks.

    Raises
    ------
    ExportError
        If it is not installed.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise ExportError(
            "A workbook for Excel needs xlsxwriter, which is not installed here. Nothing was written: install it with "
            "pip install 'hrv-biofeedback[excel]', or write the table as .csv, which every spreadsheet opens."
        ) from error
    module: ModuleType = xlsxwriter
    return module
