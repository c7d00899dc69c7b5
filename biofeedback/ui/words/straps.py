"""The words around straps: choosing one, and seeing that it sits right."""

from devices.preflight import Standing

SEARCHING, LOOK_AGAIN = "Looking for straps...", "Look again"
NEAREST, UNNAMED, CHOSEN = "Nearest strap, whichever it is", "Unnamed strap", "chosen"
PRACTISE_WITHOUT = "Practise without a strap"
NOT_NEEDED = "Meanwhile, everything can be practised without a strap."
TRY_SIMULATED, SIMULATED_CHOSEN = "Only trying? Choose a simulated heart", "A simulated heart is chosen"
GO_ON = "Go on"
STANDINGS = {
    Standing.DONE: "done",
    Standing.NOW: "now",
    Standing.FAILING: "needs you",
    Standing.LATER: "later",
}
"""How a step before a practice stands, for those who do not see its mark."""


def pulse(bpm: int, *, simulated: bool) -> str:
    """The pulse just now."""
    return f"{'A simulated heart' if simulated else 'Your heart'}: {bpm} beats a minute."
