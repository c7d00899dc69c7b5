"""Intervals and time limits of Bluetooth."""

from dataclasses import dataclass

from devices.bluetooth_advice import TroubleKind


@dataclass(frozen=True, slots=True)
class BluetoothSettings:
    """Intervals and time limits, in seconds of the loop's clock.

    Attributes
    ----------
    start_s : float
        For scanning to start; long, for macOS asks the user for permission meanwhile.
    search_s : float
        How long to look for a strap before saying that there is none.
    seek_s : float
        The same for a strap that was connected: one that is there is heard well within it.
    nearest_s : float
        How long to listen on after the first strap was heard, before the nearest is chosen.
    again_s : float
        How long the strap that was connected may still be heard before another takes its place.
    connect_s : float
        For connecting and discovering services.
    operation_s : float
        For each read or subscription.
    disconnect_s : float
        For letting go of a connection.
    silent_s, reconnect_s : float
        Without data for so long, say so; connect anew. A strap notifies about once a second.
    rr_support_s : float
        After the first heart rate, how long to wait for an RR interval.
    retry_s : tuple of float
        Waits before trying again after trouble with the link; the last one repeats, and is short, for a person waits.
        A stream starts them anew.
    absent_retry_s : tuple of float
        The same where no strap was found; shorter, for the search itself takes its time.
    adapter_retry_s : tuple of float
        The same while the adapter cannot be used, which costs nothing to ask.
    close_s : float
        For everything to end when the source is closed.
    pair_s : float
        For pairing; long, for the system may ask the user meanwhile.
    stream_retry_s : tuple of float
        Waits before a stream beside the heart rate is started again that the strap did not start.
    stream_silent_s : float
        Without data of such a stream for so long, it is started again.
    stream_stop_s : float
        For the streams to be stopped when the source is closed.
    """

    start_s: float = 60.0
    search_s: float = 10.0
    seek_s: float = 5.0
    nearest_s: float = 1.5
    again_s: float = 1.0
    connect_s: float = 20.0
    operation_s: float = 3.0
    disconnect_s: float = 5.0
    silent_s: float = 5.0
    reconnect_s: float = 10.0
    rr_support_s: float = 10.0
    retry_s: tuple[float, ...] = (1.0, 2.0, 3.0)
    absent_retry_s: tuple[float, ...] = (1.0,)
    adapter_retry_s: tuple[float, ...] = (2.0,)
    close_s: float = 3.0
    pair_s: float = 30.0
    stream_retry_s: tuple[float, ...] = (1.0, 3.0, 10.0)
    stream_silent_s: float = 8.0
    stream_stop_s: float = 1.0

    def retry_in_s(self, kind: TroubleKind, n_failures: int) -> float:
        """Wait after so many failures in a row, the first being 1."""
        waits_s = {
            TroubleKind.ADAPTER: self.adapter_retry_s,
            TroubleKind.ABSENT: self.absent_retry_s,
            TroubleKind.LINK: self.retry_s,
        }[kind]
        return waits_s[min(n_failures, len(waits_s)) - 1]


DEFAULTS = BluetoothSettings()
