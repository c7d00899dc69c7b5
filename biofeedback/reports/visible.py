"""What of a text is shown on pages and pictures."""

import unicodedata

from biofeedback.storage.names import JOINERS


def visible(text: str) -> str:
    """Without controls and overrides of the direction of writing, which could turn or hide the words around them."""
    return "".join(
        sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} or sign in f"\n\t{JOINERS}"
    )
