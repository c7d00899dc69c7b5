"""Reads workbooks back by what their format says (ECMA-376), by no code of the library that wrote them."""

import xml.etree.ElementTree as Xml
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

NAMES = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
DAY_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: `frozen` is how many rows and columns stay in sight, `widths` are in signs."""

    rows: list[list[str | float | date | None]]
    frozen: tuple[int, int]
    widths: list[float]
    computed: list[str]


def read_workbook(path: Path) -> dict[str, Sheet]:
    """The sheets of a workbook by their names."""
    with ZipFile(path) as file:
        parts = {name: Xml.fromstring(file.read(name)) for name in file.namelist() if name.endswith(".xml")}
    strings = ["".join(each.itertext()) for each in parts["xl/sharedStrings.xml"].iterfind("si", NAMES)]
    styles = parts["xl/styles.xml"]
    days = {
        each.get("numFmtId")
        for each in styles.iterfind("numFmts/numFmt", NAMES)
        if each.get("formatCode") == "yyyy-mm-dd"
    }
    of_day = {str(i) for i, each in enumerate(styles.iterfind("cellXfs/xf", NAMES)) if each.get("numFmtId") in days}
    found = enumerate(parts["xl/workbook.xml"].iterfind("sheets/sheet", NAMES), 1)
    return {each.get("name", ""): _sheet(parts[f"xl/worksheets/sheet{n}.xml"], strings, of_day) for n, each in found}


def _sheet(sheet: Xml.Element, strings: list[str], of_day: set[str]) -> Sheet:
    rows: list[list[str | float | date | None]] = []
    for row in sheet.iterfind("sheetData/row", NAMES):
        cells = {_column(cell.get("r", "")): _cell(cell, strings, of_day) for cell in row.iterfind("c", NAMES)}
        rows.append([cells.get(i) for i in range(len(rows[0]) if rows else len(cells))])
    pane = sheet.find("sheetViews/sheetView/pane", NAMES)
    frozen = (int(pane.get("ySplit", 0)), int(pane.get("xSplit", 0))) if pane is not None else (0, 0)
    widths = [
        float(each.get("width", 0))
        for each in sheet.iterfind("cols/col", NAMES)
        for _ in range(int(each.get("min", 0)), int(each.get("max", 0)) + 1)
    ]
    return Sheet(rows, frozen, widths, [each.text or "" for each in sheet.iterfind(".//f", NAMES)])


def _cell(cell: Xml.Element, strings: list[str], of_day: set[str]) -> str | float | date | None:
    value = cell.findtext("v", None, NAMES)
    if value is None:
        return None
    if cell.get("t") == "s":
        return strings[int(value)].replace("_x005F_", "_")
    return DAY_ZERO + timedelta(int(value)) if cell.get("s") in of_day else float(value)


def _column(place: str) -> int:
    number = 0
    for sign in place.rstrip("0123456789"):
        number = 26 * number + ord(sign) - ord("A") + 1
    return number - 1
