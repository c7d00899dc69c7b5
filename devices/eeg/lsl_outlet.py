"""Streams that this program sends by the lab streaming layer, where that was asked for."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from devices.eeg.lsl import SENT_HERE, library
from devices.source import SourceError

SENDER = "hrv-biofeedback"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as the stream tells it."""

    label: str
    unit: str = ""
    kind: str = ""


class LslOutlet:
    """A stream that everybody in the network can read, from here until it is closed.

    It tells what it holds and nothing of whom it is of: its source has a number drawn by lot. This process does not
    read it back as a band.

    Parameters
    ----------
    name, kind : str
        As a stream is found by.
    channels : sequence of Channel
    rate_hz : float
        0 where samples come when they come.
    text : bool
        Whether it holds words in place of numbers.
    about : mapping
        What else it tells of itself: groups, of names and values.

    Raises
    ------
    SourceError
        If pylsl, or its library, is not installed, or it cannot send.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        channels: Sequence[Channel],
        rate_hz: float = 0.0,
        *,
        text: bool = False,
        about: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._pylsl = pylsl = library()
        self._source_id = uuid.uuid4().hex
        form = pylsl.cf_string if text else pylsl.cf_double64
        info = pylsl.StreamInfo(name, kind, len(channels), rate_hz, form, self._source_id)
        described = info.desc()
        described.append_child_value("manufacturer", SENDER)
        listed = described.append_child("channels")
        for channel in channels:
            told = listed.append_child("channel")
            for key, value in (("label", channel.label), ("unit", channel.unit), ("type", channel.kind)):
                told.append_child_value(key, value)
        for group, values in (about or {}).items():
            told = described.append_child(group)
            for key, value in values.items():
                told.append_child_value(key, value)
        try:
            self._outlet: Any = pylsl.StreamOutlet(info)
        except RuntimeError as error:
            raise SourceError(
                "The lab streaming layer cannot send here. See that this computer has a network."
            ) from error
        SENT_HERE.add(self._source_id)

    def send(self, row: Sequence[float | str], age_s: float) -> None:
        """Send what was so long ago."""
        self._outlet.push_sample(list(row), self._pylsl.local_clock() - age_s)

    def send_samples(self, samples: "NDArray[Any]", age_s: float) -> None:
        """Send samples at the rate of the stream, shape (n_samples, n_channels), the last of which was so long ago."""
        self._outlet.push_chunk(samples, self._pylsl.local_clock() - age_s)

    def close(self) -> None:
        """End the stream."""
        self._outlet = None
        SENT_HERE.discard(self._source_id)
