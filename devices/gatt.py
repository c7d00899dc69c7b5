"""The Heart Rate Measurement characteristic (0x2A37) and other payloads, read and written.

Source of every field: Bluetooth SIG, Heart Rate Service 1.0, section 3.1.1 (Heart Rate Measurement).
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from devices.samples import Contact, HeartRateSample, Packet, PacketFormat

RR_UNITS_PER_S = 1024
PADDING_FROM = 0x7FFF
"""Some straps fill up their packets with 0, 65535 and the like: no heart waits for 32 s."""
LONGEST_PACKET_S = 30.0
"""A strap notifies about once a second: what claims to hold more beats than this was never measured."""
MAX_RR_TEXT_MS = 600_000.0

_RATE_IS_16_BIT = 0x01
_CONTACT_DETECTED = 0x02
_CONTACT_SUPPORTED = 0x04
_HAS_ENERGY = 0x08
_HAS_RR = 0x10

# Indexed by flag bits 1 and 2; the detected bit means nothing where the supported bit is clear
_CONTACTS = (Contact.UNSUPPORTED, Contact.UNSUPPORTED, Contact.LOST, Contact.GOOD)
_CONTACT_FLAGS = {
    Contact.UNSUPPORTED: 0,
    Contact.LOST: _CONTACT_SUPPORTED,
    Contact.GOOD: _CONTACT_SUPPORTED | _CONTACT_DETECTED,
}
_UINT16 = struct.Struct("<H")
_N_SHOWN_BYTES = 64


class MalformedPacketError(ValueError):
    """A payload that does not follow its format.

    Parameters
    ----------
    reason : str
        What is wrong.
    payload : bytes
        The whole payload; the message shows it in hexadecimal.
    """

    def __init__(self, reason: str, payload: bytes) -> None:
        super().__init__(reason, payload)
        self.reason = reason
        self.payload = payload

    def __str__(self) -> str:
        shown = self.payload[:_N_SHOWN_BYTES].hex()
        more = "..." if len(self.payload) > _N_SHOWN_BYTES else ""
        return f"{self.reason} ({len(self.payload)} bytes: {shown}{more})"


@dataclass(frozen=True, slots=True)
class HeartRateMeasurement:
    """One Heart Rate Measurement, field by field as it was sent.

    Attributes
    ----------
    rate_bpm : int
        Heart rate as the strap computes it; 0 is legal.
    contact : Contact
        Skin contact.
    energy_kj : int or None
        Energy expended, kilojoules; None where the flags say it is not there.
    rr_1024 : tuple of int
        RR intervals in 1/1024 s, oldest first; empty is legal. Padding stands among them as it was sent.
    """

    rate_bpm: int
    contact: Contact
    energy_kj: int | None
    rr_1024: tuple[int, ...]

    @property
    def rr_ms(self) -> tuple[float, ...]:
        """RR intervals in milliseconds, exact (1000/1024 of an integer below 2**16 fits a float), padding left out."""
        return tuple([rr * 1000 / RR_UNITS_PER_S for rr in self.rr_1024 if 0 < rr < PADDING_FROM])


def decode_heart_rate(payload: bytes) -> HeartRateMeasurement:
    """Decode one notification of characteristic 0x2A37.

    The flags are read anew in every packet, for they may change during a connection. Reserved flag bits are
    ignored. RR intervals run to the end of the payload, however many the MTU let through. A payload with bytes
    that its flags do not account for is malformed, also where the RR flag is clear: taking such bytes for RR
    would invent beats, and passing over them would hide that the packet cannot be trusted.

    Parameters
    ----------
    payload : bytes
        The value of the characteristic.

    Returns
    -------
    HeartRateMeasurement

    Raises
    ------
    MalformedPacketError
        If the payload is cut short, has an odd trailing byte, or has bytes left over.
    """
    size = len(payload)
    if size < 2:
        raise MalformedPacketError("a heart rate measurement has at least 2 bytes", payload)
    flags = payload[0]
    wide = flags & _RATE_IS_16_BIT
    offset = 3 if wide else 2
    end = offset + 2 if flags & _HAS_ENERGY else offset
    if size < end:
        raise MalformedPacketError(f"the flags promise at least {end} bytes", payload)
    rate_bpm: int = _UINT16.unpack_from(payload, 1)[0] if wide else payload[1]
    energy_kj: int | None = _UINT16.unpack_from(payload, offset)[0] if end > offset else None
    rr_1024: tuple[int, ...] = ()
    if flags & _HAS_RR:
        n_rr, odd = divmod(size - end, 2)
        if odd:
            raise MalformedPacketError("an RR interval is cut in half", payload)
        rr_1024 = struct.unpack_from(f"<{n_rr}H", payload, end)
    elif size != end:
        raise MalformedPacketError(f"the flags account for {end} bytes only", payload)
    return HeartRateMeasurement(rate_bpm, _CONTACTS[flags >> 1 & 3], energy_kj, rr_1024)


def encode_heart_rate(rate_bpm: int, rr_1024: Sequence[int], contact: Contact, energy_kj: int | None = None) -> bytes:
    """Encode a Heart Rate Measurement as a strap does: a rate above 255 takes two bytes.

    Parameters
    ----------
    rate_bpm : int
        Heart rate, 0 to 65535 beats a minute.
    rr_1024 : sequence of int
        RR intervals in 1/1024 s, 0 to 65535, oldest first; the RR flag is set where there are any.
    contact : Contact
        Skin contact.
    energy_kj : int, optional
        Energy expended, 0 to 65535 kJ.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If a number does not fit its field.
    """
    for name, value in (("rate_bpm", rate_bpm), ("energy_kj", energy_kj or 0), *(("rr_1024", rr) for rr in rr_1024)):
        if not 0 <= value <= 0xFFFF:
            raise ValueError(f"{name} must be from 0 to 65535, not {value}")
    wide = rate_bpm > 0xFF
    flags = _CONTACT_FLAGS[contact] | (_RATE_IS_16_BIT if wide else 0) | (_HAS_RR if rr_1024 else 0)
    energy = b""
    if energy_kj is not None:
        flags |= _HAS_ENERGY
        energy = _UINT16.pack(energy_kj)
    rate = _UINT16.pack(rate_bpm) if wide else bytes((rate_bpm,))
    return bytes((flags,)) + rate + energy + struct.pack(f"<{len(rr_1024)}H", *rr_1024)


def decode_rr_text(payload: bytes) -> tuple[float, ...]:
    """Decode RR intervals of a text recording: ASCII decimals in milliseconds, separated by spaces.

    Parameters
    ----------
    payload : bytes
        For example ``b"812 798.5"``. Digits and points only: no sign, no exponent.

    Returns
    -------
    tuple of float
        RR intervals in milliseconds, in the order of the text.

    Raises
    ------
    MalformedPacketError
        If there is no number, something that is no plain decimal, or an interval above `MAX_RR_TEXT_MS`.
    """
    if payload.translate(None, b"0123456789. "):
        raise MalformedPacketError("RR text holds digits, points and spaces only", payload)
    try:
        rr_ms = tuple([float(word) for word in payload.split()])
    except ValueError as error:
        raise MalformedPacketError("RR text holds something that is no number", payload) from error
    if not rr_ms:
        raise MalformedPacketError("RR text holds no number", payload)
    longest_ms = max(rr_ms)
    if not (math.isfinite(longest_ms) and longest_ms <= MAX_RR_TEXT_MS):
        raise MalformedPacketError(f"an RR interval is longer than {MAX_RR_TEXT_MS:.0f} ms", payload)
    return rr_ms


def decode_packet(packet: Packet) -> HeartRateSample:
    """Decode a packet with heartbeats.

    A rate of 0 becomes None: straps and trainers send it where they have no heart rate.

    Parameters
    ----------
    packet : Packet
        The raw packet.

    Returns
    -------
    HeartRateSample

    Raises
    ------
    MalformedPacketError
        If the payload does not follow the format of the packet, its intervals together last longer than
        `LONGEST_PACKET_S`, or its format is that of another stream.
    """
    if packet.format is PacketFormat.HEART_RATE_MEASUREMENT:
        measured = decode_heart_rate(packet.payload)
        if sum(measured.rr_ms) > LONGEST_PACKET_S * 1000.0:
            raise MalformedPacketError(f"{len(measured.rr_1024)} intervals in one packet cannot be", packet.payload)
        return HeartRateSample(packet, measured.rate_bpm or None, measured.contact, measured.energy_kj, measured.rr_ms)
    if packet.format is PacketFormat.RR_TEXT:
        return HeartRateSample(packet, None, Contact.UNSUPPORTED, None, decode_rr_text(packet.payload))
    raise MalformedPacketError(f"packets of format {packet.format} hold no heartbeats", packet.payload)
