"""What may go wrong with Bluetooth, in groups: what happened and what to do, in sentences for a person."""

import sys
from dataclasses import dataclass
from enum import StrEnum, auto

from devices.source import SourceError


class AdapterFault(StrEnum):
    """Why the adapter of this computer cannot be used. The first seven are bleak's reasons, by their names."""

    NO_BLUETOOTH = auto()
    NO_BLE_CENTRAL_ROLE = auto()
    POWERED_OFF = auto()
    DENIED_BY_USER = auto()
    DENIED_BY_SYSTEM = auto()
    DENIED_BY_UNKNOWN = auto()
    UNKNOWN = auto()
    NO_SERVICE = auto()
    NO_ANSWER = auto()


class TroubleKind(StrEnum):
    """Groups of trouble; each has its own back-off."""

    ADAPTER = auto()
    ABSENT = auto()
    LINK = auto()


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of trouble: `what` happened and what to `do`, each in sentences for a person."""

    kind: TroubleKind
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.what} {self.do}".strip()


class BluetoothError(SourceError):
    """Bluetooth, or a strap, does not do what it should. The message says what happened and what to do."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


_FORBIDDEN = "This program is not allowed to use Bluetooth."
_WHAT = {
    AdapterFault.NO_BLUETOOTH: "This computer has no Bluetooth adapter that can be used.",
    AdapterFault.NO_BLE_CENTRAL_ROLE: (
        "The Bluetooth adapter of this computer has no Bluetooth Low Energy, which heart-rate straps need."
    ),
    AdapterFault.POWERED_OFF: "Bluetooth is switched off.",
    AdapterFault.DENIED_BY_USER: _FORBIDDEN,
    AdapterFault.DENIED_BY_SYSTEM: _FORBIDDEN,
    AdapterFault.DENIED_BY_UNKNOWN: _FORBIDDEN,
    AdapterFault.UNKNOWN: "Bluetooth cannot be used at the moment.",
    AdapterFault.NO_SERVICE: "The Bluetooth service of this computer is not running.",
    AdapterFault.NO_ANSWER: "The Bluetooth service of this computer does not answer.",
}
_PLUG_IN = "Plug in a Bluetooth 4.0 (or later) USB adapter and try again."
_ALLOW = {
    "linux": "Ask whoever looks after this computer to allow your account to use Bluetooth (D-Bus service org.bluez).",
    "win32": "Allow it under Settings > Privacy & security > Radios, then try again.",
    "darwin": "Allow it under System Settings > Privacy & Security > Bluetooth, then start the program again.",
}
_RESTART = {
    "linux": "Start it with: sudo systemctl restart bluetooth",
    "win32": 'Restart "Bluetooth Support Service" or the computer, then try again.',
    "darwin": "Switch Bluetooth off and on in the Control Centre, or restart the computer, then try again.",
}
_DO = {
    AdapterFault.NO_BLUETOOTH: {
        "linux": f"{_PLUG_IN} If there is one inside, check that it is on: rfkill unblock bluetooth",
        "win32": f"{_PLUG_IN} If there is one inside, check in the Device Manager that it is enabled.",
        "darwin": _PLUG_IN,
    },
    AdapterFault.NO_BLE_CENTRAL_ROLE: dict.fromkeys(("linux", "win32", "darwin"), _PLUG_IN),
    AdapterFault.POWERED_OFF: {
        "linux": "Switch it on in the system settings, or with: bluetoothctl power on",
        "win32": "Switch it on under Settings > Bluetooth & devices, and leave flight mode.",
        "darwin": "Switch it on in the Control Centre.",
    },
    AdapterFault.DENIED_BY_USER: _ALLOW,
    AdapterFault.DENIED_BY_SYSTEM: _ALLOW,
    AdapterFault.DENIED_BY_UNKNOWN: _ALLOW,
    AdapterFault.UNKNOWN: _RESTART,
    AdapterFault.NO_SERVICE: _RESTART,
    AdapterFault.NO_ANSWER: _RESTART,
}

_WEAR_IT = (
    "Put the strap on with its electrodes moist, close to the computer, "
    "and disconnect it from any phone or watch: a strap that is connected elsewhere cannot be seen."
)
ABSENT = Trouble(TroubleKind.ABSENT, "No heart-rate strap was found.", _WEAR_IT)
NO_ANSWER = Trouble(TroubleKind.LINK, "The strap does not answer.", _WEAR_IT)
BROKEN_OFF = Trouble(TroubleKind.LINK, "The connection to the strap broke off.", "Stay close to the computer.")
SILENT = Trouble(
    TroubleKind.LINK,
    "Nothing comes from the strap any more.",
    "Check that it sits well, with its electrodes moist, and stay close to the computer.",
)
NOT_A_STRAP = Trouble(
    TroubleKind.LINK, "The device is connected, but offers no heart rate.", "Choose another strap in the list."
)
WANTS_PAIRING = Trouble(
    TroubleKind.LINK, "The strap wants to be paired.", "Pair it in the Bluetooth settings of this computer."
)
BUSY = Trouble(
    TroubleKind.LINK,
    "Bluetooth is busy with another search or connection.",
    "Wait a moment; if it stays so, close other programs that use Bluetooth.",
)


def adapter_trouble(fault: AdapterFault, platform: str = sys.platform) -> Trouble:
    """What happened and what to do about an adapter that cannot be used.

    Parameters
    ----------
    fault : AdapterFault
        Why it cannot be used.
    platform : str
        As `sys.platform`; an unknown one gets Linux's advice.

    Returns
    -------
    Trouble
    """
    advice = _DO[fault]
    return Trouble(TroubleKind.ADAPTER, _WHAT[fault], advice.get(platform, advice["linux"]))


def missing_strap(address: str, others: tuple[str, ...]) -> Trouble:
    """The strap with this address was not found; names of other straps in reach help to see why."""
    if not others:
        return Trouble(TroubleKind.ABSENT, f"The strap {address} was not found.", _WEAR_IT)
    return Trouble(TroubleKind.ABSENT, f"The strap {address} was not found; in reach: {', '.join(others)}.", _WEAR_IT)
