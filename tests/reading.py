"""How hard a text is to read: the Flesch-Kincaid grade.

Kincaid, Fishburne, Rogers and Chissom 1975, Derivation of new readability formulas for Navy enlisted personnel,
Research Branch Report 8-75: grade = 0.39 words/sentences + 11.8 syllables/words - 15.59. A
twelve-year-old ends grade 6 and begins grade 7.
"""

import re
from collections.abc import Sequence

GRADE_OF_TWELVE = 7.0
_WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)*")
_SENTENCE = re.compile(r"[.!?]+[\"'\u201d)]*(?:\s+|$)|\n+")


def syllables(word: str) -> int:
    """Syllables of an English word, by its groups of vowels; where the rules are not sure, rather one more."""
    whole = word.lower()
    word = re.sub(r"['\u2019][a-z]*$", "", whole)
    groups = len(re.findall(r"[aeiouy]+", word)) + bool(re.search(r"[^aeiouy]n['\u2019]t$", whole))
    silent = (
        r"[^aeiouyl]e$|[aeiouy]le$"  # as in "make" and "while", but not "little"
        r"|[^aeiouytdl]ed$|[aeiouy]led$"  # "looked", but not "rested" and "settled"
        r"|[^aeiouysxzcghl]es$|[aeiouy]les$"  # "makes", but not "places" and "touches"
        r"|[^aeiouy]e(?:ly|ful|ment|less)$"  # "lonely", "careful", "movement"
    )
    groups -= bool(groups > 1 and re.search(silent, word))
    # Two vowels that are heard apart, as in "quiet", "being", "going", "medium", "radio", "area"
    return max(1, groups + len(re.findall(r"(?<!fr)ie[t](?!y)|[eioy]ing|i[ao](?!n)|iu|[rd]ea$", word)))


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence; a line that ends ends a sentence too."""
    found = (_WORD.findall(part) for part in _SENTENCE.split(text))
    return [words for words in found if words]


def grade(texts: Sequence[str]) -> float:
    """The Flesch-Kincaid grade of texts taken together."""
    read = sentences("\n".join(texts))
    words = [word for sentence in read for word in sentence]
    return 0.39 * len(words) / len(read) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
