"""Something worn, emulated: a GATT server on a virtual controller, and what may go wrong with its link."""

import asyncio
from collections.abc import Iterable

from bumble import controller, data_types, hci
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, Service
from bumble.transport.common import Transport

from biofeedback.bench.emulated.air import USUAL_RSSI_DBM, Air


class Peripheral:
    """A device in the air that advertises, and takes a connection.

    Parameters
    ----------
    air : Air
    name, address : str
    advertised : tuple of str
        Services that it advertises, which need not be those it has.
    rssi_dbm : int
    mtu : int
    advertising_ms : float

    Attributes
    ----------
    refusal : int
        HCI reason with which every connection fails to be established, as in bad reception; 0 for none.
    drop_after_s : float or None
        Lose each new connection so long after it was made.
    n_connections : int
        Connections made so far.
    """

    def __init__(
        self,
        air: Air,
        name: str,
        address: str,
        advertised: tuple[str, ...],
        rssi_dbm: int = USUAL_RSSI_DBM,
        mtu: int = 517,
        advertising_ms: float = 20.0,
    ) -> None:
        self.air = air
        self.address = hci.Address(address)
        self.refusal = 0
        self.drop_after_s: float | None = None
        self.n_connections = 0
        air.rssi_dbm[self.address] = rssi_dbm
        self.controller = controller.Controller(name, link=air)
        transport = Transport(self.controller, self.controller)
        configuration = DeviceConfiguration(
            name=name,
            address=self.address,
            advertising_interval_min=advertising_ms,
            advertising_interval_max=advertising_ms,
        )
        self.device = Device.from_config_with_hci(configuration, transport.source, transport.sink)
        self.device.gatt_server.max_mtu = mtu
        self.device.advertising_data = bytes(
            AdvertisingData(
                [
                    data_types.Flags(AdvertisingData.Flags.LE_GENERAL_DISCOVERABLE_MODE),
                    data_types.IncompleteListOf16BitServiceUUIDs([UUID(uuid) for uuid in advertised]),
                    data_types.CompleteLocalName(name),
                ]
            )
        )
        self.device.on("connection", self._on_connection)

    def offer(self, services: Iterable[Service]) -> None:
        """Have these services."""
        self.device.add_services(services)

    async def start(self) -> None:
        """Switch on and advertise."""
        await self.device.power_on()
        await self.device.start_advertising(auto_restart=True)

    async def close(self) -> None:
        """Leave the air."""
        self.in_range()
        await self.switch_off()
        self.air.remove_controller(self.controller)
        self.controller.host = None

    def _on_connection(self, connection: Connection) -> None:
        self.n_connections += 1
        connection.on("disconnection", lambda _reason: self.on_gone())
        loop = asyncio.get_running_loop()
        if self.refusal:
            # No packet gets through, and the central gives up after six connection intervals
            self.out_of_range()
            loop.call_later(0.1, self._fail_connection)
        if self.drop_after_s is not None:
            loop.call_later(self.drop_after_s, self.lose_link)

    def _fail_connection(self) -> None:
        self.lose_link(self.refusal)
        self.in_range()

    def on_gone(self) -> None:
        """A connection has ended."""

    async def notify(self, payload: bytes, characteristic: Characteristic[bytes]) -> None:
        """Send bytes as they are to whoever has subscribed."""
        await self.device.notify_subscribers(characteristic, payload)

    def is_subscribed(self, characteristic: Characteristic[bytes]) -> bool:
        """Whether somebody wants what a characteristic tells."""
        subscribers = self.device.gatt_server.subscribers.values()
        return any(cccds.get(characteristic.handle, b"\0")[0] & 1 for cccds in subscribers)

    async def disconnect(self, reason: hci.HCI_ErrorCode) -> None:
        """End every connection politely."""
        for connection in list(self.device.connections.values()):
            await self.device.disconnect(connection, reason)

    def lose_link(self, reason: int = hci.HCI_CONNECTION_TIMEOUT_ERROR) -> None:
        """Supervision timeout at both ends; it advertises again by itself."""
        self.air.drop(self.controller, {self.address}, reason)

    def out_of_range(self) -> None:
        """From now on all packets are lost both ways and nobody is told; `lose_link` is the supervision timeout."""
        self.air.muted.add(self.controller)

    def in_range(self) -> None:
        """Packets get through again."""
        self.air.muted.discard(self.controller)

    async def switch_off(self) -> None:
        """Taken off: says goodbye, then silence."""
        await self.device.stop_advertising()
        await self.disconnect(hci.HCI_ErrorCode.REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_POWER_OFF_ERROR)

    async def switch_on(self) -> None:
        """Put on again."""
        await self.device.start_advertising(auto_restart=True)
