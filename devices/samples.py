"""What a strap says: raw packets, the samples decoded from them, and news about the link."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # slow to import, and the first window needs no array
    import numpy as np
    from numpy.typing import NDArray


class Contact(StrEnum):
    """Skin contact as the strap reports it (Heart Rate Service 1.0, section 3.1.1.1.2)."""

    UNSUPPORTED = "unsupported"
    LOST = "lost"
    GOOD = "good"


class PacketFormat(StrEnum):
    """How the bytes of a raw packet are to be read."""

    HEART_RATE_MEASUREMENT = "2a37"
    RR_TEXT = "rr_ms"
    PMD_START = "pmd_start"
    PMD_FRAME = "pmd"
    EEG_START = "eeg_start"
    EEG_FRAME = "eeg"


START_FORMATS = frozenset({PacketFormat.PMD_START, PacketFormat.EEG_START})
"""How a stream beside the beats was started."""
STREAM_FORMATS = START_FORMATS | {PacketFormat.PMD_FRAME, PacketFormat.EEG_FRAME}
"""Packets of streams beside the beats."""


@dataclass(frozen=True, slots=True)
class Packet:
    """Bytes exactly as they came.

    Attributes
    ----------
    received_s : float
        Arrival on the clock of the source, in seconds.
    format : PacketFormat
        How to read the payload: a notification of characteristic 0x2A37; RR intervals of a text recording in
        milliseconds (ASCII decimals separated by spaces); or, of a Polar strap, the command that started a stream
        with the answer of the strap, and the frames of that stream (`devices.pmd`); or the start and the frames of a
        band's electroencephalogram (`devices.eeg.frames`).
    payload : bytes
        The bytes.
    """

    received_s: float
    format: PacketFormat
    payload: bytes


@dataclass(frozen=True, slots=True)
class HeartRateSample:
    """One decoded packet.

    Attributes
    ----------
    packet : Packet
        The raw packet it was decoded from.
    rate_bpm : int or None
        Heart rate as the strap computes it; None where the strap gives none. Never used for indices.
    contact : Contact
        Skin contact.
    energy_kj : int or None
        Energy expended, kilojoules.
    rr_ms : tuple of float
        RR intervals, oldest first, without what only fills up a packet. Multiples of 1/1024 s are exact in binary
        floating point.
    """

    packet: Packet
    rate_bpm: int | None
    contact: Contact
    energy_kj: int | None
    rr_ms: tuple[float, ...]

    @property
    def received_s(self) -> float:
        return self.packet.received_s


@dataclass(frozen=True, slots=True, eq=False)
class EcgFrame:
    """One frame of the strap's electrocardiogram.

    Attributes
    ----------
    packet : Packet
        The raw packet it was decoded from.
    started : Packet
        How its stream was started, which is needed to read it; the same object in every frame of the stream.
    strap_ns : int
        The strap's own clock at the last sample, nanoseconds.
    rate_hz : int
        Samples a second as the strap names them; the clock of the strap tells the true rate.
    microvolts : ndarray of int32, shape (n_samples,)
        Oldest first; cannot be written to.
    """

    packet: Packet
    started: Packet
    strap_ns: int
    rate_hz: int
    microvolts: "NDArray[np.int32]"

    @property
    def received_s(self) -> float:
        return self.packet.received_s


@dataclass(frozen=True, slots=True, eq=False)
class AccelerometerFrame:
    """One frame of the strap's accelerometer.

    Attributes
    ----------
    packet, started, strap_ns, rate_hz
        As those of `EcgFrame`.
    milli_g : ndarray of float64, shape (n_samples, 3)
        Acceleration along the three axes of the strap in thousandths of gravity, unrounded, oldest first; cannot be
        written to.
    """

    packet: Packet
    started: Packet
    strap_ns: int
    rate_hz: int
    milli_g: "NDArray[np.float64]"

    @property
    def received_s(self) -> float:
        return self.packet.received_s


@dataclass(frozen=True, slots=True)
class EegDescription:
    """What is known of a band once it streams.

    Attributes
    ----------
    device : str
        What it is called.
    electrodes : tuple of str
        By the names of the 10-10 system where they are known.
    rate_hz : float
    microvolts_per_count : float
    reference : str
        What each electrode is measured against, in words; empty where that is not known.
    simulated : bool
    n_axes : int
        How many of an accelerometer come with each sample, behind the electrodes; 0 where there is none.
    g_per_count : float
        What a count of these is worth, of gravity.
    """

    device: str
    electrodes: tuple[str, ...]
    rate_hz: float
    microvolts_per_count: float
    reference: str = ""
    simulated: bool = False
    n_axes: int = 0
    g_per_count: float = 1.0

    def measures_like(self, other: "EegDescription | None") -> bool:
        """Whether samples of both can be held against each other: an accelerometer may come and go."""
        return other is not None and replace(self, n_axes=other.n_axes, g_per_count=other.g_per_count) == other


@dataclass(frozen=True, slots=True, eq=False)
class EegFrame:
    """Some samples of all electrodes.

    Attributes
    ----------
    packet : Packet
        The raw packet it was decoded from.
    started : Packet
        How its stream was started; the same object in every frame of the stream.
    description : EegDescription
    first_sample : int
        The number of the first sample since the band was started; those between frames were lost.
    counts : ndarray of int32, shape (n_samples, n_channels)
        Of the electrodes, then of the axes of the accelerometer; oldest first; cannot be written to.
    """

    packet: Packet
    started: Packet
    description: EegDescription
    first_sample: int
    counts: "NDArray[np.int32]"

    @property
    def received_s(self) -> float:
        return self.packet.received_s

    @property
    def microvolts(self) -> "NDArray[np.float64]":
        """Of the electrodes, shape (n_electrodes, n_samples)."""
        n_electrodes = len(self.description.electrodes)
        return self.counts[:, :n_electrodes].T.astype(float) * self.description.microvolts_per_count

    @property
    def movement_g(self) -> "NDArray[np.float64] | None":
        """Length of the acceleration, shape (n_samples,); None where the band does not tell it."""
        if not self.description.n_axes:
            return None
        axes = self.counts[:, -self.description.n_axes :].astype(float) * self.description.g_per_count
        lengths: NDArray[np.float64] = (axes**2).sum(axis=1) ** 0.5
        return lengths


StreamFrame = EcgFrame | AccelerometerFrame


@dataclass(frozen=True, slots=True)
class MalformedPacket:
    """A packet that could not be decoded; kept, counted, and the session goes on."""

    packet: Packet
    reason: str


class LinkState(StrEnum):
    """Where the link to the strap stands."""

    SEARCHING = "searching"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    LOST = "lost"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The link changed. `detail` is a sentence for a person; `retry_in_s` is set while waiting to try again."""

    at_s: float
    state: LinkState
    detail: str = ""
    retry_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class BatteryRead:
    """Battery level of the strap in percent."""

    at_s: float
    percent: int


@dataclass(frozen=True, slots=True)
class StrapIdentified:
    """Who the strap is, from its advertisement and the Device Information service (0x180A)."""

    at_s: float
    name: str
    address: str
    maker: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class RRSupport:
    """Whether the strap sends RR intervals: told within 10 s of its first heart rate."""

    at_s: float
    present: bool


@dataclass(frozen=True, slots=True)
class StreamsChanged:
    """Which streams beside the heart rate are there now.

    Neither is until this is told, nor while the link is lost. `detail` is a sentence for a person where the strap
    offers a stream that cannot be had.
    """

    at_s: float
    ecg: bool
    accelerometer: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BandChanged:
    """The link to the band on the head changed; the same as `LinkChanged`, which tells of the strap."""

    at_s: float
    state: LinkState
    detail: str = ""
    retry_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class BandIdentified:
    """Which band it is; `battery_percent` where it tells."""

    at_s: float
    name: str
    address: str = ""
    battery_percent: int | None = None


@dataclass(frozen=True, slots=True)
class StrapOffered:
    """One's own strap is gone and this one has come into reach since: it is used only once the person says so."""

    at_s: float
    name: str
    address: str


StrapNews = LinkChanged | BatteryRead | StrapIdentified | RRSupport | StreamsChanged | BandChanged | BandIdentified
Reading = HeartRateSample | StreamFrame | EegFrame | MalformedPacket | StrapNews | StrapOffered


def arrived_s(reading: Reading) -> float:
    """When it arrived, on the clock of its source."""
    match reading:
        case MalformedPacket(packet=packet):
            return packet.received_s
        case HeartRateSample() | EcgFrame() | AccelerometerFrame() | EegFrame():
            return reading.received_s
        case _:
            return reading.at_s
