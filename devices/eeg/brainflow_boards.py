"""Boards that BrainFlow drives, as bands. The only module that knows brainflow, which is an extra."""

import contextlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from devices.eeg.frames import FINEST_UV
from devices.eeg.polled import Feed, FeedError, PolledBand, Taken, steps_by_number, steps_by_time
from devices.eeg.recording import Floats, distinct, electrode_of
from devices.samples import EegDescription
from devices.source import SourceError, SourceInfo, did_you_mean

NO_PLACES = "Where its electrodes lie was not told, so that nobody can tell what they see: name them, electrodes=C4,O1."


@dataclass(frozen=True, slots=True)
class Board:
    """What is known of a board.

    Attributes
    ----------
    title : str
    number : str
        Its name among BrainFlow's boards.
    parameters : tuple of str
        What its URI may tell.
    needed : str
        Which of them it must; empty for none.
    uv_per_count : float
    numbers : int
        After so many samples the numbers of packets begin again; 0 where they do not number samples.
    placed : bool
        Whether the places of its electrodes are known; else the wearer chooses them.
    """

    title: str
    number: str
    parameters: tuple[str, ...] = ()
    needed: str = ""
    uv_per_count: float = FINEST_UV
    numbers: int = 0
    placed: bool = False


BOARDS: Mapping[str, Board] = {
    "synthetic": Board("BrainFlow's synthetic board", "SYNTHETIC_BOARD", numbers=256, placed=True),
    # 24 bits of 4.5 V at a gain of 24 (OpenBCI, Cyton Data Format)
    "cyton": Board(
        "OpenBCI Cyton",
        "CYTON_BOARD",
        ("port", "electrodes"),
        "port",
        uv_per_count=4.5e6 / 24 / (2**23 - 1),
        numbers=256,
    ),
    # 1.2 V over 8388607 * 1.5 * 51 (OpenBCI, Ganglion Data Format)
    "ganglion": Board(
        "OpenBCI Ganglion",
        "GANGLION_BOARD",
        ("port", "address", "electrodes"),
        "port",
        uv_per_count=1.2e6 / (8388607.0 * 1.5 * 51.0),
    ),
}


def brainflow_band(uri: str, name: str, parameters: Mapping[str, str]) -> PolledBand:
    """The board of that name as a band.

    Raises
    ------
    SourceError
        If there is no such board, it is not told what it needs, or BrainFlow is not installed.
    """
    board = BOARDS.get(name)
    if board is None:
        known = [*BOARDS, "muse"]
        raise SourceError(
            f"There is no band called '{name}'.{did_you_mean(name, known, 'eeg:{}')} Known: {', '.join(known)}."
        )
    for key in parameters:
        if key not in board.parameters:
            known_words = ", ".join(board.parameters) or "none"
            raise SourceError(f"'{uri}': {board.title} has no '{key}'. Known: {known_words}.")
    if board.needed and not parameters.get(board.needed):
        raise SourceError(
            f"'{uri}': name the port of its dongle, as in eeg:{name}?{board.needed}=COM3 or /dev/ttyUSB0."
        )
    electrodes = _electrodes(uri, parameters.get("electrodes", ""))
    library = _library()
    info = SourceInfo(uri, board.title, simulated=name == "synthetic", strap=False)
    return PolledBand(info, lambda: BoardFeed(library, board, parameters, electrodes))


def _electrodes(uri: str, text: str) -> tuple[str, ...]:
    """Names of the first channels, in order; one that is `-` is not worn."""
    if not text:
        return ()
    names = [each.strip() for each in text.split(",")]
    for each in names:
        if each != "-" and not electrode_of(each):
            raise SourceError(
                f"'{uri}': '{each}' is no electrode of the 10-10 system, such as C4; '-' is one not worn."
            )
    if all(each == "-" for each in names):
        raise SourceError(f"'{uri}': no electrode is worn.")
    return tuple(names)


def _library() -> ModuleType:
    try:
        with warnings.catch_warnings():
            # It still finds its parts by pkg_resources, which warns of its own end
            warnings.simplefilter("ignore", UserWarning)
            from brainflow import board_shim

            board_shim.BoardShim.disable_board_logger()
    except (ImportError, OSError) as error:
        raise SourceError(
            "OpenBCI boards need BrainFlow, which is not installed here or not made for this computer. Install it: "
            "pip install 'hrv-biofeedback[eeg]'"
        ) from error
    module: ModuleType = board_shim
    return module


class BoardFeed(Feed):
    """An open board.

    Raises
    ------
    FeedError
        If it cannot be opened.
    """

    def __init__(
        self, library: ModuleType, board: Board, parameters: Mapping[str, str], electrodes: tuple[str, ...]
    ) -> None:
        self._library, self._board = library, board
        number = library.BoardIds[board.number].value
        told = library.BrainFlowInputParams()
        told.serial_port = parameters.get("port", "")
        told.mac_address = parameters.get("address", "")
        descr = library.BoardShim.get_board_descr(number)
        rows = list(descr["eeg_channels"])
        if len(electrodes) > len(rows):
            raise FeedError(f"{len(electrodes)} electrodes are named, and {board.title} has {len(rows)} channels.")
        names = list(electrodes) or (descr["eeg_names"].split(",") if board.placed else [])
        self._rows = [row for row, name in zip(rows, names or map(str, rows), strict=False) if name != "-"]
        worn = [name for name in names if name != "-"] or [f"Channel {n + 1}" for n in range(len(rows))]
        self.doubts = "" if names else NO_PLACES
        self._number_row, self._time_row = descr["package_num_channel"], descr["timestamp_channel"]
        self._last: float | None = None
        self.description = EegDescription(
            board.title, distinct(worn), float(descr["sampling_rate"]), board.uv_per_count, simulated=board.placed
        )
        self._shim = library.BoardShim(number, told)
        try:
            self._shim.prepare_session()
            self._shim.start_stream()
        except library.BrainFlowError as error:
            self.close()
            raise FeedError(
                f"{board.title} does not answer. Switch it on, plug its dongle in, close other programs that use it."
            ) from error

    def take(self) -> Taken:
        try:
            data = self._shim.get_board_data()
        except self._library.BrainFlowError as error:
            raise FeedError(f"The connection to {self._board.title} broke off. See that it is switched on.") from error
        return Taken(data[self._rows].T, self._steps(data))

    def _steps(self, data: Floats) -> NDArray[np.int64]:
        told = data[self._number_row if self._board.numbers else self._time_row]
        before, self._last = self._last, float(told[-1]) if len(told) else self._last
        if not self._board.numbers:
            return steps_by_time(told, before, self.description.rate_hz)
        return steps_by_number(told, before, self._board.numbers)

    def close(self) -> None:
        for let_go in (self._shim.stop_stream, self._shim.release_session):
            with contextlib.suppress(self._library.BrainFlowError):
                let_go()
