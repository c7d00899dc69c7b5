"""Names of people: how they are shown, and when two of them are the same person's."""

import unicodedata

LONGEST_NAME = 120
"""Characters: as many as a line of a report has."""
JOINERS = "\u200c\u200d"
"""The zero width non-joiner and joiner belong to the spelling of Persian and Hindi, and to emoji."""
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""General categories (Unicode Standard, section 4.5) of what is no part of a name: controls, bidi overrides..."""
_SAME_SIGN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bb\u02bc\u2032\u00b4`", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
"""Apostrophes and hyphens, which word processors change."""
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
_SELECTORS = {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


def person_name(text: str) -> str:
    """A name as it is shown: composed (NFC), without white space around it and with single spaces in it.

    Empty for no name, which is whoever is at home.

    Raises
    ------
    ValueError
        If it holds what cannot be seen, has nothing to be seen, or is longer than a line.
    """
    for sign in text.strip(" \t\r\n"):
        if unicodedata.category(sign) in _UNSEEN and sign not in JOINERS and sign != "\t":
            called = unicodedata.name(sign, "a control character").lower()
            raise ValueError(f"a name is made of signs that can be seen; leave U+{ord(sign):04X} out, {called}")
    name = tidy(text)
    if name and not any(unicodedata.category(sign)[0] in "LNPS" for sign in folded(name)):
        raise ValueError("a name needs a letter or a sign that can be seen")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a name has at most {LONGEST_NAME} characters, not {len(name)}")
    return name


def tidy(text: str) -> str:
    """Composed, and with single spaces between its words."""
    return " ".join(unicodedata.normalize("NFC", _storable(text)).split()).strip(f"{JOINERS} ")


def folded(name: str) -> str:
    """What two spellings of the same name have in common, after the caseless matching of identifiers.

    That is NFKC and case folding, twice, and without what cannot be seen (Unicode Standard, section 3.13, D146 and
    D147): so *ANA* in full width is *Ana*, and *STRASSE* is *Straße*. Besides, the Turkish dotted and dotless i are
    one, and so are the kinds of apostrophes and of hyphens. Accents are kept: *Ana* and *Ána* are two people.
    """
    text = "".join(sign for sign in _storable(name).translate(_SAME_SIGN) if not _ignored(sign))
    for _ in range(2):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(text.replace("i\u0307", "i").replace("\u0131", "i").split())


def _storable(text: str) -> str:
    # SQLite takes UTF-8 only, and a lone surrogate has none
    return text.encode("utf-8", "replace").decode("utf-8")


def _ignored(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf" or sign in _FILLERS or ord(sign) in _SELECTORS
