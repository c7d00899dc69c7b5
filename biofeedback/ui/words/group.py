"""What is said in the window of a group."""

from biofeedback.session.events import Quality
from biofeedback.session.several.tile import Tile
from biofeedback.storage.records import UNWELL as CAUSE_UNWELL
from biofeedback.ui.words.signal import QUALITY

WAITING = "The exercise begins once everybody is heard, or 20 seconds after the first."
APART = "Each in their own time."
BEGIN, PAUSE, GO_ON, NEXT, END = "Begin now", "Pause", "Go on", "Next part", "End for all"
SURE, KEEP_GOING, END_HERE = "End for everybody? What was done is kept.", "Keep going", "End here"
SURE_ALONE = "End for {} alone? What was done is kept; the others go on."
END_ALONE = "Press, or Enter, to end for this person alone, also because they do not feel well"
UNWELL, UNWELL_TIP = "Unwell: end", "U: ends for this person at once and notes why, in their record alone"
NOTE = "What you see, for their record"
ENDED_UNWELL = "Ended unwell. Saved."
SAVING = "Saving."
OVER = "Everybody's session is saved. You may close this window."
SOME_KEPT = "Saved for {n} of {of}. What happened to the others stands on their tiles."
SHARED, SHOW_SHARED, GROUP = "The breath of the room", "Breath", "Group"
SHARED_TIP = "Shows the breath of the room for a second screen"
SOON = "We begin in a moment."
NO_FIGURE = "\u2013"
DONE = "That was our time together. Stay as you are for as long as you like."
_SHORT = {
    Quality.POOR: "Unsteady signal",
    Quality.NO_CONTACT: "The strap does not feel the skin.",
    Quality.LOST: "No beats are coming. The strap is looked for.",
}


def state(tile: Tile) -> str:
    """How the signal of somebody is, or how their session ended."""
    if tile.ended is None:
        return _SHORT.get(tile.quality, QUALITY[tile.quality])
    if tile.ended.failed:
        return tile.ended.cause
    if tile.ended.cause == CAUSE_UNWELL and tile.ended.saved:
        return ENDED_UNWELL
    return "Saved" if tile.ended.saved else "Nobody was heard, so nothing was saved."


def heart(tile: Tile) -> str:
    """The heart rate; a dash where it is not known just now."""
    return NO_FIGURE if tile.hr_bpm is None else f"{tile.hr_bpm:.0f}"
