"""Lesson files: Markdown with a table before it, read and checked, and every fault told with its line."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from protocols.documents import DocumentError, check_format, check_length, opened, told
from protocols.lessons.specification import N_STAGES, WORDS_PER_MIN, Block, Kind, Lesson, Picture, Run, Source
from protocols.tables import Fault, Reader

if TYPE_CHECKING:
    from markdown_it.token import Token

FORMAT = 1
FENCE = "+++"
LONGEST_PARAGRAPH = 120
"""Words: the voice says them within its longest utterance of a minute."""
LONGEST_MINUTES = 10.0
REFUSED = {
    "link_open": "links",
    "image": "pictures",
    "code_inline": "code",
    "code_block": "code (a line that begins with four spaces)",
    "fence": "code",
    "html_block": "HTML",
    "html_inline": "HTML",
    "blockquote_open": "quotations with >",
    "ordered_list_open": "numbered lists",
    "hr": "lines across",
}
"""Markdown that has no place on the page of a lesson or cannot be said aloud."""
ALLOWED = "a lesson has paragraphs, ## headings, lists with -, *emphasis* and **strong** words"


class LessonError(DocumentError):
    """A lesson is not to be had, or its file has faults."""

    kind = "a lesson"
    suffix = ".md"


def read_lesson(text: str, name: str) -> Lesson:
    """Read a lesson from the text of its file; `name` stands in the messages.

    Raises
    ------
    LessonError
        With every fault found, each with its line.
    """
    check_length(text, name, LessonError)
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    if lines[0] != FENCE or FENCE not in lines[1:]:
        reason = f"a lesson begins with a line {FENCE}, what it is (title and so on), and a second line {FENCE}"
        raise told(name, [Fault(1, reason)], LessonError)
    end = lines.index(FENCE, 1)
    front = "\n".join(["", *lines[1:end]])  # an empty line in place of the fence: lines keep their numbers
    reader = opened(front, name, LessonError)
    body = _Body("\n" * (end + 1) + "\n".join(lines[end + 1 :]))
    lesson = _lesson(reader, tuple(body.blocks), text)
    faults = [*reader.faults, *body.faults]
    if not lesson.blocks and not body.faults:
        faults.append(Fault(end + 1, "there is no text after the table"))
    if not faults:
        faults = _too_long(reader, lesson)
    if faults:
        raise told(name, faults, LessonError)
    return lesson


def _lesson(reader: Reader, blocks: tuple[Block, ...], source: str) -> Lesson:
    check_format(reader, FORMAT)
    reader.seen.add("exercise")
    lesson = Lesson(
        id=reader.ident("id"),
        title=reader.line("title"),
        version=reader.whole("version", 1, 1_000_000),
        minutes=reader.number("minutes", 0.5, LONGEST_MINUTES),
        stage=reader.whole("stage", 1, N_STAGES),
        question=reader.line("question"),
        blocks=blocks,
        sources=tuple(_source(each) for each in reader.tables("sources")),
        exercise=reader.ident("exercise") if "exercise" in reader.table else "",
        picture=reader.maybe_choice("picture", Picture),
        place=reader.whole("place", 0, 1000, 100),
        source=source,
    )
    if not reader.table.get("sources"):
        reader.fault("sources", "a lesson names at least one source: where is it known from?")
    reader.done()
    return lesson


def _source(reader: Reader) -> Source:
    source = Source(
        authors=reader.text("authors"),
        year=reader.whole("year", 1500, 2200),
        journal=reader.text("journal"),
        doi=reader.text("doi", ""),
        about=reader.text("about", ""),
    )
    if source.doi and not re.fullmatch(r"10\.\d{4,9}/\S+", source.doi):
        reader.fault("doi", "doi is written as in 10.1000/xyz, without https")
    reader.done()
    return source


def _too_long(reader: Reader, lesson: Lesson) -> list[Fault]:
    """The minutes that are named are those that it takes, give or take half of them."""
    minutes = lesson.n_words / WORDS_PER_MIN
    if 0.5 <= minutes / lesson.minutes <= 1.5:
        return []
    line = reader.lines().get("minutes", 1)
    return [Fault(line, f"{lesson.n_words} words take about {minutes:.1f} minutes, not {lesson.minutes:g}")]


class _Body:
    """Goes through the Markdown once; what a lesson cannot show is noted with its line."""

    def __init__(self, text: str) -> None:
        self.blocks: list[Block] = []
        self.faults: list[Fault] = []
        environment: dict[str, dict[str, dict[str, list[int]]]] = {}
        from markdown_it import MarkdownIt  # slow to import, and an idle window reads no lesson

        tokens = MarkdownIt("commonmark").parse(text, environment)
        for reference in environment.get("references", {}).values():
            self._refuse(reference["map"][0] + 1, "links")
        kind, n_lists, n_in_item = Kind.PARAGRAPH, 0, 0
        for token in tokens:
            line = token.map[0] + 1 if token.map else 1
            n_lists += token.nesting if "_list_" in token.type else 0
            if token.type in REFUSED:
                self._refuse(line, REFUSED[token.type])
            elif token.type == "bullet_list_open" and n_lists > 1:
                self._refuse(line, "lists in lists")
            elif token.type == "list_item_open":
                n_in_item = 0
            elif token.type == "heading_open":
                kind = Kind.HEADING
                if token.tag != "h2" or n_lists:
                    self.faults.append(Fault(line, "a heading begins with ## and stands by itself"))
            elif token.type == "paragraph_open":
                kind = Kind.ITEM if n_lists else Kind.PARAGRAPH
                n_in_item += 1
                if n_lists and n_in_item > 1:
                    self._refuse(line, "items of several paragraphs")
            elif token.type == "inline":
                self._take(kind, line, token.children or [])

    def _refuse(self, line: int, what: str) -> None:
        fault = Fault(line, f"{what} cannot be shown here: {ALLOWED}")
        if fault not in self.faults:  # a tag opens and closes
            self.faults.append(fault)

    def _take(self, kind: Kind, line: int, children: "Sequence[Token]") -> None:
        runs: list[Run] = []
        first = line
        n_emphasis = n_strong = 0
        for child in children:
            if child.type in REFUSED:
                self._refuse(line, REFUSED[child.type])
            n_emphasis += child.nesting if child.type.startswith("em_") else 0
            n_strong += child.nesting if child.type.startswith("strong_") else 0
            line += child.type in ("softbreak", "hardbreak")
            text = " " if child.type in ("softbreak", "hardbreak") else child.content
            if not text.isprintable():
                self.faults.append(Fault(line, "a character here cannot be shown"))
            if text:
                runs.append(Run(text, n_emphasis > 0, n_strong > 0))
        block = Block(kind, tuple(runs))
        if block.text.startswith("|"):
            self._refuse(first, "tables")
        if (n_words := len(block.text.split())) > LONGEST_PARAGRAPH:
            reason = f"{n_words} words in one paragraph: at most {LONGEST_PARAGRAPH} can be followed, and read aloud"
            self.faults.append(Fault(first, reason))
        self.blocks.append(block)
