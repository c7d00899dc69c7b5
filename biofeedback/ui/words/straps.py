"""The words around straps: choosing one, and seeing that it sits right."""

SEARCHING, LOOK_AGAIN = "Looking for straps...", "Look again"
NEAREST, UNNAMED, CHOSEN = "Nearest strap, whichever it is", "Unnamed strap", "chosen"
PRACTISE_WITHOUT = "Practise without a strap"
NOT_NEEDED = "Meanwhile, everything can be practised without a strap."
TRY_SIMULATED, SIMULATED_CHOSEN = "Only trying? Choose a simulated heart", "A simulated heart is chosen"
GO_ON = "Go on"
SEEKING_PULSE = "Feeling for your pulse. It may take a few seconds."
NO_PULSE = "No pulse is felt just now. Moisten the strap, and wear it a little tighter."
NO_CONTACT = "The strap does not feel your skin. Moisten it, and wear it a little tighter."
SITS_WELL = "The strap sits well."


def pulse(bpm: int, *, sits_well: bool, simulated: bool) -> str:
    """The pulse just now; that the strap sits well only where the strap says so itself."""
    whose = "A simulated heart" if simulated else "Your heart"
    said = f" {SITS_WELL}" if sits_well and not simulated else ""
    return f"{whose}: {bpm} beats a minute.{said}"
