"""The questionnaires at hand: those that come with the program, and a person's own files."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from protocols.documents import find, read_text, with_own
from protocols.questionnaires.forms import QuestionnaireError, read_questionnaire
from protocols.questionnaires.pattern import PATTERN, PatternCheck, read_pattern
from protocols.questionnaires.specification import Questionnaire

ORDER = ("peg", "gad-7", "phq-8", "phq-4", "own-items")
"""In which they are listed and asked; a person's own come after."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Questionnaires, the pattern check, and what is wrong with the files that could not be read.

    Attributes
    ----------
    questionnaires : tuple of Questionnaire
    pattern : PatternCheck
    faults : tuple of str
        A line for each fault, with its file.
    """

    questionnaires: tuple[Questionnaire, ...]
    pattern: PatternCheck
    faults: tuple[str, ...] = ()


@cache
def load_library() -> tuple[Questionnaire, ...]:
    """All questionnaires that come with the program; its files are read once, as they never change."""
    folder = files("protocols") / "questionnaires"
    names = (each.name for each in folder.iterdir() if each.name.endswith(".toml") and each.name != PATTERN)
    read = [read_questionnaire((folder / name).read_text(encoding="utf-8"), name) for name in names]
    return tuple(sorted(read, key=_place))


@cache
def _library_pattern() -> PatternCheck:
    return read_pattern((files("protocols") / "questionnaires" / PATTERN).read_text(encoding="utf-8"), PATTERN)


def load_shelf(own: Path | None = None) -> Shelf:
    """The library, and the files of a folder; one of these with the id of a questionnaire takes its place.

    A file called `pattern.toml` takes the place of the pattern check.
    """
    found, faults = with_own(load_library(), own, "questionnaires", read_questionnaire_file, beside=PATTERN)
    pattern = _library_pattern()
    if own and _is_there(own / PATTERN):
        try:
            pattern = read_pattern(read_text(own / PATTERN, QuestionnaireError), str(own / PATTERN))
        except QuestionnaireError as error:
            faults += str(error).splitlines()
    return Shelf(tuple(sorted(found, key=_place)), pattern, tuple(faults))


def find_questionnaire(name: str, own: Path | None = None) -> Questionnaire:
    """A questionnaire by its id, from the library or a folder of own files, or by the path of its file.

    Raises
    ------
    QuestionnaireError
        If there is none, or its file has faults.
    """
    shelf = load_shelf(own).questionnaires
    return find(name, shelf, "questionnaire", read_questionnaire_file, QuestionnaireError)


def read_questionnaire_file(path: Path) -> Questionnaire:
    """Read and check one file.

    Raises
    ------
    QuestionnaireError
        If it cannot be read or has faults.
    """
    return read_questionnaire(read_text(path, QuestionnaireError), str(path))


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # that the folder cannot be read is told already
        return False


def _place(questionnaire: Questionnaire) -> tuple[int, str]:
    known = questionnaire.id in ORDER
    return (ORDER.index(questionnaire.id) if known else len(ORDER)), questionnaire.id
