"""Text that a strap tells of itself. It is anybody's: made harmless once, before anything shows or keeps it."""

LONGEST_TOLD = 64
"""Letters; the longest name that an advertisement can carry has 29 (Bluetooth Core 5.4, volume 3, part C, 11)."""


def told_text(text: str) -> str:
    """The text in one line, without what would command a terminal or turn its writing round, and no longer than a name.

    Parameters
    ----------
    text : str
        As it came by the air.

    Returns
    -------
    str
        Empty where nothing is left.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_TOLD].rstrip()
