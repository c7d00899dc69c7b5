"""What may go wrong with Bluetooth, in groups: what happened and what to do, in sentences for a person."""

import sys
from dataclasses import dataclass, replace
from enum import StrEnum, auto

from devices.source import SourceError


class Kind(StrEnum):
    """What is worn."""

    STRAP = "strap"
    BAND = "band"


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
    """One kind of trouble: `what` happened and what to `do`, each in sentences for a person at home.

    `technical` is more for whoever looks after the computer; it is not part of the sentences.
    """

    kind: TroubleKind
    what: str
    do: str
    technical: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.do}".strip()


class BluetoothError(SourceError):
    """Bluetooth, or a strap, does not do what it should. The message says what happened and what to do."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


_FORBIDDEN = "This program is not allowed to use Bluetooth."
_WHAT = {
    AdapterFault.NO_BLUETOOTH: "This computer has no Bluetooth that can be used.",
    AdapterFault.NO_BLE_CENTRAL_ROLE: "The Bluetooth of this computer is too old for heart-rate straps.",
    AdapterFault.POWERED_OFF: "Bluetooth is switched off.",
    AdapterFault.DENIED_BY_USER: _FORBIDDEN,
    AdapterFault.DENIED_BY_SYSTEM: _FORBIDDEN,
    AdapterFault.DENIED_BY_UNKNOWN: _FORBIDDEN,
    AdapterFault.UNKNOWN: "Bluetooth cannot be used at the moment.",
    AdapterFault.NO_SERVICE: "Bluetooth is not running on this computer.",
    AdapterFault.NO_ANSWER: "Bluetooth does not answer on this computer.",
}
_PLUG_IN = "A small Bluetooth adapter for the USB port (version 4.0 or later) helps: plug it in and look again."
_WHERE = {
    "linux": "Open the system settings and choose Bluetooth",
    "win32": "Open the Settings and choose Bluetooth & devices",
    "darwin": "Open the System Settings and choose Bluetooth",
}
_SWITCH_ON = {
    "linux": f"{_WHERE['linux']}, and switch it on.",
    "win32": f"{_WHERE['win32']}, and switch Bluetooth on. Flight mode must be off.",
    "darwin": f"{_WHERE['darwin']}, and switch it on.",
}
_ALLOW = {
    "linux": "Ask whoever looks after this computer to allow your account to use Bluetooth.",
    "win32": "Allow it under Settings > Privacy & security > Radios, then look again.",
    "darwin": "Allow it under System Settings > Privacy & Security > Bluetooth, then start the program again.",
}
_RESTART = {
    system: f"{where}, and switch it off and on again. If that does not help, restart the computer."
    for system, where in _WHERE.items()
}
_DO = {
    AdapterFault.NO_BLUETOOTH: {
        system: f"If you know that there is one, it may be switched off. {where}. If nothing is there: {_PLUG_IN}"
        for system, where in _WHERE.items()
    },
    AdapterFault.NO_BLE_CENTRAL_ROLE: dict.fromkeys(_WHERE, _PLUG_IN),
    AdapterFault.POWERED_OFF: _SWITCH_ON,
    AdapterFault.DENIED_BY_USER: _ALLOW,
    AdapterFault.DENIED_BY_SYSTEM: _ALLOW,
    AdapterFault.DENIED_BY_UNKNOWN: _ALLOW,
    AdapterFault.UNKNOWN: _RESTART,
    AdapterFault.NO_SERVICE: _RESTART,
    AdapterFault.NO_ANSWER: _RESTART,
}
_RESTARTING = {
    "linux": "sudo systemctl restart bluetooth",
    "win32": 'restart "Bluetooth Support Service"',
}
_TECHNICAL: dict[AdapterFault, dict[str, str]] = {
    AdapterFault.NO_BLUETOOTH: {
        "linux": "rfkill unblock bluetooth",
        "win32": "see in the Device Manager that the adapter is enabled",
    },
    AdapterFault.POWERED_OFF: {"linux": "bluetoothctl power on"},
    AdapterFault.DENIED_BY_SYSTEM: {"linux": "access to the D-Bus service org.bluez"},
    AdapterFault.UNKNOWN: _RESTARTING,
    AdapterFault.NO_SERVICE: _RESTARTING,
    AdapterFault.NO_ANSWER: _RESTARTING,
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

_WEAR_THE_BAND = (
    "Switch the headband on, put it on close to the computer, and close the app that may hold it on a phone: one that "
    "is connected elsewhere cannot be seen."
)
_OF_A_BAND = {
    ABSENT: Trouble(TroubleKind.ABSENT, "No headband was found.", _WEAR_THE_BAND),
    NO_ANSWER: Trouble(TroubleKind.LINK, "The headband does not answer.", _WEAR_THE_BAND),
    BROKEN_OFF: replace(BROKEN_OFF, what="The connection to the headband broke off."),
    SILENT: Trouble(
        TroubleKind.LINK,
        "Nothing comes from the headband any more.",
        "See that it is switched on, and stay close to the computer.",
    ),
    NOT_A_STRAP: Trouble(
        TroubleKind.LINK, "The device is connected, but is no headband that can be read.", "Choose another one."
    ),
    WANTS_PAIRING: replace(WANTS_PAIRING, what="The headband wants to be paired."),
}
OTHER_FORM = Trouble(
    TroubleKind.LINK,
    "What this headband sends is not read here: it may have learned a new form since.",
    "A program that passes it on by the lab streaming layer, such as OpenMuse, makes it usable as lsl:NAME.",
)


def told_of(kind: Kind, trouble: Trouble) -> Trouble:
    """The trouble in the words for a strap or a band."""
    return _OF_A_BAND.get(trouble, trouble) if kind is Kind.BAND else trouble


def missing_band(address: str) -> Trouble:
    """The band of this address was not found."""
    return Trouble(TroubleKind.ABSENT, f"The headband {address} was not found.", _WEAR_THE_BAND)


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
    system = platform if platform in _WHERE else "linux"
    return Trouble(TroubleKind.ADAPTER, _WHAT[fault], _DO[fault][system], _TECHNICAL.get(fault, {}).get(system, ""))


def missing_strap(wanted: str, others: tuple[str, ...]) -> Trouble:
    """The strap of this name or address was not found; names of other straps in reach help to see why."""
    if not others:
        return Trouble(TroubleKind.ABSENT, f"The strap {wanted} was not found.", _WEAR_IT)
    return Trouble(
        TroubleKind.ABSENT,
        f"The strap {wanted} was not found; in reach: {', '.join(others)}.",
        f"If you wear one of these, choose it in the list. {_WEAR_IT}",
    )


def offered(before: str, now: str) -> str:
    """What a person is told where another strap has come into reach, which may be somebody else's."""
    return f"{before} is not there, but {now} is. It is used only if you say that you wear it."


def taken_instead(before: str, now: str) -> str:
    """What a person is told where the strap comes back under another address, or another takes its place."""
    if before == now:
        return f"{now} is back under another address, and is taken again."
    return f"{now} is taken in place of {before}, as you said."
