"""What of a text is shown on pages and pictures, and how words of another direction stay among themselves."""

import unicodedata

from biofeedback.storage.names import JOINERS

ISOLATE, END = "\u2068", "\u2069"
"""First strong isolate and its end (Unicode Standard Annex 9, section 2.4)."""
FROM_RIGHT = {"R", "AL", "AN"}


def visible(text: str) -> str:
    """Without controls and overrides of the direction of writing, which could turn or hide the words around them."""
    kept = f"\n\t{JOINERS}{ISOLATE}{END}"
    return "".join(sign for sign in text if sign in kept or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"})


def apart(text: str) -> str:
    """Somebody's words for the middle of a line: those written from right to left take no number beside them along."""
    if not any(unicodedata.bidirectional(sign) in FROM_RIGHT for sign in text):
        return text
    return f"{ISOLATE}{text.replace(ISOLATE, '').replace(END, '')}{END}"
