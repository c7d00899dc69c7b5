"""What is said of the signal in a session."""

from biofeedback.session.events import Quality
from biofeedback.session.strap_care import NO_CONTACT

QUALITY = {
    Quality.WAITING: "Waiting for the first beats",
    Quality.GOOD: "Clear signal",
    Quality.FAIR: "Signal a little unclear",
    Quality.POOR: "Let's get a better signal",
    Quality.NO_CONTACT: NO_CONTACT,
    Quality.LOST: "No beats are coming. Your breathing goes on; we are looking for the strap.",
}
