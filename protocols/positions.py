"""In which line of a text file each key and each item of a list stands."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n]*)
    | (?P<text> \"\"\" (?: [^\\] | \\. )*? \"\"\" "{0,2} | \'\'\' .*? \'\'\' '{0,2}
              | "(?!\"\") (?: [^"\\\n] | \\. )* " | ""(?!") | '(?!'') [^'\n]* ' | ''(?!') )
    | (?P<unfinished> \"\"\" | \'\'\')
    | (?P<newline> \n)
    | (?P<mark> [\[\]{},=.])
    | (?P<word> [^\s\[\]{},=.\#"']+ | ["'])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def _tokens(text: str) -> Iterator[_Token]:
    line, counted = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        yield _Token(found.lastgroup or "", found[0], line)


def key_lines(text: str) -> dict[str, int]:
    """Line of each key and list item, by its dotted path with list positions, as in `phases.1.minutes`.

    Parameters
    ----------
    text : str
        Of a file that is TOML; of another one, nobody knows what a line means.

    Returns
    -------
    dict
        Lines, counted from 1.
    """
    return _Walk(text).lines


def unfinished_line(text: str) -> int:
    """The line where something begins that the end of the text leaves open: a long text, or a list."""
    opened: list[int] = []
    last = 1
    for token in _tokens(text):
        last = token.line
        if token.kind == "unfinished":
            return token.line
        if token.kind == "mark" and token.text in "[{":
            opened.append(token.line)
        elif token.kind == "mark" and token.text in "]}" and opened:
            opened.pop()
    return opened[-1] if opened else last


def deep_key_line(text: str, n_parts: int) -> int | None:
    """The line of the first key of more than so many parts, as in `a.b.c`; None where there is none."""
    if all(line.count(".") < n_parts for line in text.split("\n")):  # a key ends with its line
        return None
    n_dots = 0
    for token in _tokens(text):
        is_dot = token.text == "." and token.kind == "mark"
        n_dots = n_dots + 1 if is_dot else n_dots if token.kind in ("word", "text") else 0
        if n_dots >= n_parts:
            return token.line
    return None


class _Walk:
    """Goes through the tokens of a TOML text once and notes where each value is named."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self._tokens = [token for token in _tokens(text) if token.kind != "comment"]
        self._at = 0
        self._counts: dict[str, int] = {}
        prefix = ""
        while token := self._next():
            if token.text == "[" and token.kind == "mark":
                prefix = self._header(token.line)
            elif token.kind != "newline":
                self._at -= 1
                self._pair(prefix)

    def _next(self) -> _Token | None:
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else None

    def _is_next(self, *marks: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].text in marks

    def _header(self, line: int) -> str:
        """The path of a table header, with the positions of the lists that it passes through."""
        new = self._is_next("[")
        self._at += new
        full, parts = "", self._key("]")
        for i, part in enumerate(parts):
            full = f"{full}.{part}" if full else part
            if new and i == len(parts) - 1:
                self._counts[full] = self._counts.get(full, -1) + 1
            if full in self._counts:
                full = f"{full}.{self._counts[full]}"
            self.lines.setdefault(full, line)
        self._at += new
        return full

    def _key(self, end: str) -> list[str]:
        """The parts of a key up to the mark after it."""
        parts = []
        while (token := self._next()) and not (token.kind == "mark" and token.text == end):
            if token.kind == "text":
                parts.append(str(tomllib.loads(f"key = {token.text}")["key"]))
            elif token.kind == "word":
                parts.append(token.text)
        return parts

    def _pair(self, prefix: str) -> None:
        line = self._tokens[self._at].line
        for part in self._key("="):
            prefix = f"{prefix}.{part}" if prefix else part
            self.lines.setdefault(prefix, line)
        self._value(prefix)

    def _value(self, path: str) -> None:
        if self._is_next("[", "{"):
            self._inside(path)
            return
        while self._at < len(self._tokens) and not self._is_next("\n", ",", "]", "}"):
            self._at += 1

    def _inside(self, path: str) -> None:
        """A list, or a table in one line."""
        is_list = self._tokens[self._at].text == "["
        self._at += 1
        n_items = 0
        while self._at < len(self._tokens):
            if self._is_next("]", "}"):
                self._at += 1
                return
            if self._is_next(",", "\n"):
                self._at += 1
            elif is_list:
                self.lines.setdefault(f"{path}.{n_items}", self._tokens[self._at].line)
                self._value(f"{path}.{n_items}")
                n_items += 1
            else:
                self._pair(path)
