"""Addresses, errors of Bluetooth by their group, and what a person is told to do about each."""

import sys

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from devices import bluetooth_advice as advice
from devices.bluetooth import PLATFORM, AdapterState, adapter_state, trouble_of
from devices.bluetooth_advice import AdapterFault, BluetoothError, TroubleKind, adapter_trouble
from devices.bluetooth_settings import BluetoothSettings
from devices.bluetooth_strap import BluetoothStrap
from tests.clock_loop import on_clock_loop
from tests.devices.listener import ADDRESS, QUICK


@pytest.mark.parametrize("address", ["H10", "C4:43:1A:00:00", "C4-43-1A-00-00-01"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ValueError, match=address):
        BluetoothStrap(address)


def test_addresses_of_every_platform() -> None:
    assert BluetoothStrap("c4:43:1a:00:00:01").info.uri == "ble:C4:43:1A:00:00:01"
    assert BluetoothStrap("5d3b9a4e-0d4f-4b69-9c1a-3b0f6a1e2c77").info.uri.startswith("ble:5D3B9A4E-")
    assert BluetoothStrap("").info.uri == BluetoothStrap().info.uri == "ble:"


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (BleakDeviceNotFoundError(ADDRESS, "gone"), advice.ABSENT),
        (BleakError(f"device 'dev_{ADDRESS}' not found"), advice.ABSENT),
        (TimeoutError(), advice.NO_ANSWER),
        (BleakGATTProtocolError(0x0F), advice.WANTS_PAIRING),
        (BleakGATTProtocolError(0x0E), advice.BROKEN_OFF),
        (BleakDBusError("org.bluez.Error.InProgress", []), advice.BUSY),
        (BleakDBusError("org.bluez.Error.Failed", ["br-connection-canceled"]), advice.BROKEN_OFF),
        (BleakDBusError("org.bluez.Error.NotReady", []), adapter_trouble(AdapterFault.POWERED_OFF)),
        (BleakError("Not connected"), advice.BROKEN_OFF),
        (EOFError(), advice.BROKEN_OFF),
        (BluetoothError(advice.SILENT), advice.SILENT),
    ],
)
def test_every_error_has_its_group(error: Exception, trouble: advice.Trouble) -> None:
    assert trouble_of(error) == trouble


def test_every_fault_of_an_adapter_has_advice_on_every_platform() -> None:
    for reason in BleakBluetoothNotAvailableReason:
        assert trouble_of(BleakBluetoothNotAvailableError("", reason)) == adapter_trouble(AdapterFault[reason.name])
    for fault in AdapterFault:
        for platform in ("linux", "win32", "darwin", "freebsd14"):
            trouble = adapter_trouble(fault, platform)
            assert trouble.kind is TroubleKind.ADAPTER
            assert trouble.what.endswith(".")
            assert trouble.do.endswith(".")
            said = str(trouble)
            assert not any(word in said for word in ("sudo", "systemctl", "rfkill", "bluetoothctl", "D-Bus", "service"))
            assert not trouble.technical or trouble.technical not in said


def test_the_waits_stop_growing() -> None:
    settings = BluetoothSettings()
    waits_s = [settings.retry_in_s(TroubleKind.LINK, n) for n in range(1, 9)]
    assert waits_s == [1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0]


@pytest.mark.skipif(sys.platform != "linux", reason="shows a machine without Bluetooth through D-Bus")
@on_clock_loop
async def test_a_machine_without_the_bluetooth_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    state = await adapter_state(QUICK, PLATFORM)
    trouble = adapter_trouble(AdapterFault.NO_SERVICE)
    assert state == AdapterState(False, trouble.what, trouble.do, trouble.technical)
