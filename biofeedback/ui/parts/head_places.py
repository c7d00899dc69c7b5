"""Where electrodes lie on a head seen from above, by their names in the 10-10 system. Pure."""

import math
from collections.abc import Mapping

Place = tuple[float, float]
"""To the right and to the front; 1 is the edge of the head, at the height of nose bridge and ears."""

EDGE_DEG, RING_DEG, STEP_DEG = 90.0, 72.0, 18.0
"""From the vertex: nasion, the ring through Fpz and T7, and 10 % of the way from nasion to inion."""
ROWS: Mapping[str, tuple[int, str]] = {
    "AF": (3, "AF"),
    "F": (2, "F"),
    "FC": (1, "FT"),
    "C": (0, "T"),
    "CP": (-1, "TP"),
    "P": (-2, "P"),
    "PO": (-3, "PO"),
}
"""Steps before the vertex in the middle line, and what the outermost two of the row are called."""
RENAMED = {"T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8", "M1": "TP9", "M2": "TP10", "A1": "T9", "A2": "T10"}
"""Older names (Jasper 1958), and ears and mastoids, which lie nearest to these."""


def _polar(from_vertex_deg: float, from_front_deg: float) -> Place:
    """A place by its angles; to the left where the second is negative."""
    share, angle = from_vertex_deg / EDGE_DEG, math.radians(from_front_deg)
    return share * math.sin(angle), share * math.cos(angle)


def _places() -> dict[str, Place]:
    found = {"NZ": _polar(EDGE_DEG, 0.0), "FPZ": _polar(RING_DEG, 0.0)}
    found |= {"OZ": _polar(RING_DEG, 180.0), "IZ": _polar(EDGE_DEG, 180.0)}
    for side, last in ((-1, 1), (1, 2)):
        found[f"FP{last}"] = _polar(RING_DEG, side * STEP_DEG)
        found[f"O{last}"] = _polar(RING_DEG, side * (180.0 - STEP_DEG))
    for name, (steps, outer) in ROWS.items():
        middle = found[f"{name}Z"] = (0.0, steps * STEP_DEG / EDGE_DEG)
        for side, odd in ((-1, 0), (1, 1)):
            around_deg = side * (90.0 - steps * STEP_DEG)
            end = _polar(RING_DEG, around_deg)
            for n, column in enumerate((1, 3, 5), 1):
                share = n / 4.0
                found[f"{name}{column + odd}"] = (share * end[0], (1.0 - share) * middle[1] + share * end[1])
            found[f"{outer}{7 + odd}"] = end
            found[f"{outer}{9 + odd}"] = _polar(EDGE_DEG, around_deg)
    return found


PLACES: Mapping[str, Place] = _places()
"""By the name in capitals. The head is a sphere: the middle line and the ring through Fpz, T7, Oz and T8 are parted
into tenths, each row between them into quarters (the 10-10 system: Oostenveld and Praamstra 2001, Clin Neurophysiol
112, 713-719; names by the ACNS guideline 2, Acharya 2016, J Clin Neurophysiol 33, 308-311), laid flat with the distance
from the vertex kept."""


def place_of(electrode: str) -> Place | None:
    """Where an electrode lies; None where its name is none of the 10-10 system."""
    name = electrode.strip().upper()
    return PLACES.get(RENAMED.get(name, name))
